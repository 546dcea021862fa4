// The cases of ksqlDB's own REST query tests: what a real server answers in them, framed as it
// does, is what the client hands out. They lie beside the project, which keeps no copy.
#include "recorded_compare.h"
#include "support.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

struct QueryCase {
    std::string name;
    std::string sql;
    std::string body;
};
struct RefusedCase {
    std::string name;
    std::string sql;
    int status;
    std::string message;
    bool isStatementError;
};
struct Cases {
    std::vector<QueryCase> queries;
    std::vector<RefusedCase> refused;
};

/// In StreamedRow form: a bracket before the first element, one after the last, line ends between.
std::string framed(const Json& elements, const std::string& queryId) {
    std::string body;
    for (Json element : elements.parts) {
        body += body.empty() ? "[" : ",\n";
        if (element.names.at(0) == "header") {
            Json& header = element.parts[0];
            Json id;
            id.kind = Json::Kind::String;
            id.text = queryId;
            header.names.insert(header.names.begin(), "queryId");
            header.parts.insert(header.parts.begin(), id);
        }
        body += writeJson(element);
    }
    return body + "]";
}

bool isQuery(std::string_view sql) { return sql.substr(0, 7) == "SELECT "; }

void takeCase(Cases& cases, const Json& test, const std::string& file) {
    const std::string name = file + ": " + test.textOf("name");
    std::vector<std::string> statements;
    for (const Json& statement : test.member("statements")->parts)
        statements.push_back(statement.text);
    if (const Json* refusal = test.member("expectedError")) {
        const std::string status = refusal->textOf("status");
        const std::string type = refusal->textOf("type");
        cases.refused.push_back({name, statements.back(), status.empty() ? 400 : std::stoi(status),
                                 refusal->textOf("message"),
                                 type.find("KsqlErrorMessage") == std::string::npos});
    }
    const Json* responses = test.member("responses");
    if (responses == nullptr) return;
    std::vector<std::string> queries;
    for (const auto& statement : statements)
        if (isQuery(statement)) queries.push_back(statement);
    std::size_t number = 0;
    for (const Json& response : responses->parts) {
        const Json* elements = response.member("query");
        if (elements == nullptr) continue;
        cases.queries.push_back(
            {name + ", query " + std::to_string(number),
             number < queries.size() ? queries[number] : statements.back(),
             framed(*elements, "query_" + std::to_string(1700000000000 + number))});
        ++number;
    }
}

class KsqlDbCases : public ::testing::Test {
protected:
    void SetUp() override {
        const char* const folder = std::getenv("KSQLDB_TEST_CASES");
        if (folder == nullptr || !std::filesystem::is_directory(folder))
            GTEST_SKIP() << "ksqlDB's cases are not here: KSQLDB_TEST_CASES names no folder";
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() != ".json") continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            const std::string text{std::istreambuf_iterator<char>(stream), {}};
            const Json file = parseJson(text, true);
            for (const Json& test : file.member("tests")->parts)
                takeCase(cases_, test, entry.path().stem().string());
        }
        server_.emplace();
        client_.emplace(clientOptions(*server_));
    }

    void serve(const std::string& sql, Script script) {
        server_->clearScripts();
        server_->on("/query-stream", sql, std::move(script));
    }

    static void expectKind(Ending::Kind kind, const RecordedAnswer& answer) {
        EXPECT_EQ(kind, answer.finalMessage == "Limit Reached" ? Ending::Kind::LimitReached
                                                               : Ending::Kind::Finished);
    }

    Cases cases_;
    std::optional<LocalServer> server_;
    std::optional<Client> client_;
};

TEST_F(KsqlDbCases, RowsAreHandedOutAsTheServerGivesThem) {
    std::size_t rows = 0;
    std::size_t withRows = 0;
    std::size_t keys = 0;
    for (const QueryCase& query : cases_.queries) {
        SCOPED_TRACE(query.name);
        const RecordedAnswer answer =
            RecordedAnswer::read(RecordedAnswer::Form::StreamedRow, query.body);
        rows += answer.rows.size();
        withRows += answer.rows.empty() ? 0 : 1;
        for (const RecordedColumn& column : answer.columns) keys += column.isKey ? 1 : 0;
        serve(query.sql, [&](Exchange& exchange) {
            exchange.head(200, {{"content-type", "application/vnd.ksql.v1+json"}});
            exchange.chunk(query.body);
            exchange.lastChunk();
        });

        const QueryResult result = take(client_->executeQuery(query.sql));
        expectHeader(result.header(), answer);
        expectKind(result.ending().kind(), answer);
        ASSERT_EQ(result.size(), answer.rows.size());

        ResultStream stream =
            client_->streamQuery(query.sql, StreamOptions().tombstones(Tombstones::Deliver));
        expectHeader(stream.header(), answer);
        RowView row;
        for (std::size_t i = 0; i < answer.rows.size(); ++i) {
            SCOPED_TRACE("row " + std::to_string(i));
            expectRow(result[i], answer.rows[i], answer.columns);
            ASSERT_EQ(stream.next(row), Next::Row);
            expectRow(row, answer.rows[i], answer.columns);
        }
        ASSERT_EQ(stream.next(row), Next::End);
        expectKind(stream.ending().kind(), answer);
    }
    std::cout << cases_.queries.size() << " answers, " << withRows << " with rows, " << rows
              << " rows, " << keys << " key columns, " << comparedValues() << " values compared\n";
    EXPECT_EQ(cases_.queries.size(), 83U);
    EXPECT_EQ(withRows, 78U);
    EXPECT_EQ(rows, 266U);
    EXPECT_EQ(keys, 32U);
    EXPECT_GE(comparedValues(), 1890U);
}

TEST_F(KsqlDbCases, RefusalsArriveAsErrors) {
    for (const RefusedCase& refused : cases_.refused) {
        SCOPED_TRACE(refused.name);
        Json body;
        body.kind = Json::Kind::Object;
        const auto add = [&](const char* name, Json::Kind kind, const std::string& text) {
            body.names.emplace_back(name);
            body.parts.push_back({kind, text, {}, {}});
        };
        const int code = refused.status * 100 + (refused.isStatementError ? 1 : 0);
        add("@type", Json::Kind::String,
            refused.isStatementError ? "statement_error" : "generic_error");
        add("error_code", Json::Kind::Number, std::to_string(code));
        add("message", Json::Kind::String, refused.message);
        if (refused.isStatementError) {
            add("statementText", Json::Kind::String, refused.sql);
            add("entities", Json::Kind::Array, "");
        }
        serve(refused.sql, [&, text = writeJson(body)](Exchange& exchange) {
            exchange.head(refused.status);  // chunked and without a type, as the server does it
            exchange.chunk(text);
            exchange.lastChunk();
        });
        const auto expectRefusal = [&](const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
            EXPECT_EQ(error.httpStatus(), refused.status);
            EXPECT_EQ(error.serverCode(), code);
            EXPECT_EQ(error.serverMessage(), refused.message);
            EXPECT_EQ(error.statement(), refused.sql);
            EXPECT_FALSE(error.isRetryable());
        };
        expectRefusal(errorFrom(client_->executeQuery(refused.sql)));
        ResultStream stream = client_->streamQuery(refused.sql);
        RowView row;
        expectRefusal(errorFrom([&] { return stream.next(row); }));
        EXPECT_EQ(stream.next(row), Next::End);
    }
    std::cout << cases_.refused.size() << " refusals\n";
    EXPECT_EQ(cases_.refused.size(), 25U);
}

}  // namespace
}  // namespace ksqldb::test
