#include "peer_server.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace ksqldb::test {

namespace {

/// The number between "limit" and ";".
int limitOf(const std::string& sql) {
    const auto limit = sql.find("limit ");
    return limit == std::string::npos ? -1 : std::stoi(sql.substr(limit + 6));
}

std::string lowerCase(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

Bytes firstBytes(unsigned char count) {
    Bytes bytes;
    for (unsigned char i = 0; i < count; ++i) bytes.push_back(std::byte{i});
    return bytes;
}

void verifyNested(const RowView& row, int i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(row["f_array"].get<std::vector<std::string>>(),
              (std::vector<std::string>{"s" + n, "t" + n}));
    EXPECT_EQ(row["f_array"].size(), 2u);
    EXPECT_EQ(row["f_array"][1].asString(), "t" + n);
    EXPECT_EQ((row["f_map"].get<std::map<std::string, std::string>>()),
              (std::map<std::string, std::string>{{"k" + n, "v" + n}}));
    EXPECT_EQ(row["f_map"]["k" + n].asString(), "v" + n);
    EXPECT_TRUE(row["f_map"].contains("k" + n));
    EXPECT_FALSE(row["f_map"].contains("k_bad"));
    EXPECT_EQ(row["f_struct"].size(), 2u);
    EXPECT_EQ(row["f_struct"]["F1"].asString(), "v" + n);
    EXPECT_EQ(row["f_struct"]["F2"].asInt(), i);
    EXPECT_TRUE(row["f_struct"].contains("F2"));
    EXPECT_FALSE(row["f_struct"].contains("F3"));
}

void verifyAsWhole(const RowView& row, int i) {
    ASSERT_EQ(row.size(), peerColumns().size());
    const std::string n = std::to_string(i);
    const Row copy = row.toRow();
    for (std::size_t c = 0; c < row.size(); ++c) {
        EXPECT_EQ(row.schema()[c].name, peerColumns()[c].first);
        EXPECT_EQ(row.schema()[c].type.toString(), peerColumns()[c].second);
        EXPECT_EQ(row[c].toJson(), row[peerColumns()[c].first].toJson());
        EXPECT_EQ(copy[c].toJson(), row[c].toJson());
    }
    EXPECT_TRUE(row.schema().indexOf("f_str"));
    EXPECT_FALSE(row.schema().indexOf("f_bad"));
    EXPECT_EQ(errorFrom([&] { row["f_bad"]; }).code(), ErrorCode::UnknownColumn);
    EXPECT_EQ(errorFrom([&] { row["f_str"].asInt(); }).code(), ErrorCode::WrongType);
    EXPECT_EQ(row.toJson(), copy.view().toJson());
    EXPECT_EQ(copy, Row(copy.view()));
    EXPECT_EQ(row.toJson(), R"({"`f_str`":"foo)" + n + R"(","`f_int`":)" + n + R"(,"`f_bool`":)" +
                                (i % 2 == 0 ? "true" : "false") + R"(,"`f_long`":)" +
                                std::to_string(i * i) + R"(,"`f_double`":)" + n +
                                R"(.1111,"`f_decimal`":")" + n +
                                R"(.1","`f_bytes`":"AAECAwQF","`f_array`":["s)" + n + R"(","t)" +
                                n + R"("],"`f_map`":{"k)" + n + R"(":"v)" + n +
                                R"("},"`f_struct`":{"F1":"v)" + n + R"(","F2":)" + n +
                                R"(},"`f_null`":null,"`f_timestamp`":"2020-01-01T04:40:34.789",)"
                                R"("`f_date`":"2020-01-01","`f_time`":"04:40:34.789"})");
    EXPECT_EQ(row.toString().find("f_str: foo" + n + ", f_int: " + n + ", "), 0u) << row.toString();
    EXPECT_FALSE(row.isTombstone());
}

}  // namespace

const Columns& peerColumns() {
    static const Columns columns{{"f_str", "STRING"},
                                 {"f_int", "INTEGER"},
                                 {"f_bool", "BOOLEAN"},
                                 {"f_long", "BIGINT"},
                                 {"f_double", "DOUBLE"},
                                 {"f_decimal", "DECIMAL(4, 2)"},
                                 {"f_bytes", "BYTES"},
                                 {"f_array", "ARRAY<STRING>"},
                                 {"f_map", "MAP<STRING, STRING>"},
                                 {"f_struct", "STRUCT<`F1` STRING, `F2` INTEGER>"},
                                 {"f_null", "INTEGER"},
                                 {"f_timestamp", "TIMESTAMP"},
                                 {"f_date", "DATE"},
                                 {"f_time", "TIME"}};
    return columns;
}

std::string peerRow(int i) {
    const std::string n = std::to_string(i);
    return R"(["foo)" + n + "\"," + n + (i % 2 == 0 ? ",true," : ",false,") +
           std::to_string(i * i) + "," + n + ".1111," + n + R"(.1,"AAECAwQF",["s)" + n + R"(","t)" +
           n + R"("],{"k)" + n + R"(":"v)" + n + R"("},{"F1":"v)" + n + R"(","F2":)" + n +
           R"(},null,"2020-01-01T04:40:34.789","2020-01-01","04:40:34.789"])";
}

void verifyRow(const RowView& row, int i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(row["f_str"].asString(), "foo" + n);
    EXPECT_EQ(row[0].get<std::string>(), "foo" + n);
    EXPECT_EQ(row["f_int"].asInt(), i);
    EXPECT_EQ(row.get<std::int32_t>("f_int"), i);
    EXPECT_EQ(row["f_int"].asBigint(), i);
    EXPECT_EQ(row["f_bool"].asBool(), i % 2 == 0);
    EXPECT_EQ(row.get<bool>(2), i % 2 == 0);
    EXPECT_EQ(row["f_long"].asBigint(), std::int64_t{i} * i);
    EXPECT_DOUBLE_EQ(row["f_double"].asDouble(), i + 0.1111);
    EXPECT_EQ(row["f_decimal"].asDecimal(), Decimal(n + ".1"));
    EXPECT_EQ(row["f_bytes"].asBytes(), firstBytes(6));
    verifyNested(row, i);
    EXPECT_TRUE(row["f_null"].isNull());
    EXPECT_FALSE(row["f_bool"].isNull());
    EXPECT_EQ(row["f_null"].get<std::optional<int>>(), std::nullopt);
    EXPECT_EQ(errorFrom([&] { row["f_null"].asInt(); }).code(), ErrorCode::UnexpectedNull);
    EXPECT_EQ(toString(row["f_timestamp"].asTimestamp()), "2020-01-01T04:40:34.789");
    EXPECT_EQ(toString(row["f_date"].asDate()), "2020-01-01");
    EXPECT_EQ(toString(row["f_time"].asTime()), "04:40:34.789");
    verifyAsWhole(row, i);
}

PeerServer::PeerServer(Wire wire)
    : server_(serverOptions(wire)), client_(clientOptions(server_, wire)) {
    server_.on("/query-stream", "", script());
}

Script PeerServer::script() {
    // Ids count from "queryId", "queryId1".
    return [failure = failure_, rows = rows_,
            next = std::make_shared<std::atomic<int>>(0)](Exchange& exchange) {
        const std::string sql = lowerCase(exchange.request().sql());
        const int number = (*next)++;
        const std::string id = "queryId" + (number == 0 ? "" : std::to_string(number));
        const bool isPush = sql.find("emit changes") != std::string::npos;
        const int limit = limitOf(sql);
        const int count = limit >= 0 ? limit : rows->load();
        Answer answer(exchange);
        std::optional<server::RunningQuery> running;
        if (isPush) running.emplace(exchange.running(id));
        answer.header(id, peerColumns());
        for (int i = 0; i < count; ++i) answer.row(peerRow(i));
        if (isPush && limit < 0) {
            switch (exchange.waitFor(*failure)) {
                case Woke::Happened:
                    running.reset();
                    answer.error(50000, "java.lang.RuntimeException: Failure in processing");
                    return;
                case Woke::QueryEnded:
                    break;
                default:
                    return;
            }
        }
        running.reset();
        answer.end();
    };
}

void PeerServer::refuseQueries() {
    server_.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(400);
        exchange.chunk(
            R"({"@type":"statement_error","error_code":40001,"message":"invalid query blah",)"
            R"("statementText":"bad query","entities":[]})");
        exchange.lastChunk();
    });
}

void PeerServer::expectLastQuery(const std::string& sql, bool withProperties) const {
    const auto requests = server_.requests();
    const auto last = std::find_if(requests.rbegin(), requests.rend(), [](const auto& request) {
        return request.path() == "/query-stream";
    });
    ASSERT_NE(last, requests.rend());
    EXPECT_EQ(last->sql(), sql);
    if (withProperties) {
        EXPECT_EQ(last->property("prop1"), "\"val1\"");
        EXPECT_EQ(last->property("prop2"), "23");
    } else {
        EXPECT_EQ(last->bodyMember("properties"), std::nullopt);
    }
}

void PeerRows::expectPeerHeader(const Header& header) const {
    EXPECT_TRUE(header.queryId());
    ASSERT_EQ(header.schema().size(), peerColumns().size());
    for (std::size_t i = 0; i < peerColumns().size(); ++i) {
        EXPECT_EQ(header.schema()[i].name, peerColumns()[i].first);
        EXPECT_EQ(header.schema()[i].type.toString(), peerColumns()[i].second);
    }
}

}  // namespace ksqldb::test
