// What bounds the sizes of what a server sends, and text that is not UTF-8: each option, each kind
// of call.
#include "insert_server.h"
#include "support.h"

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT * FROM T EMIT CHANGES;";
const std::string replacement = "\xEF\xBF\xBD";

class Sizes : public testing::Test {
protected:
    void answerAny(int status, const std::string& body, server::Headers headers = {}) {
        server.onAny([=](Exchange& exchange) { exchange.respond(status, body, headers); });
    }
    void answerRows(const Columns& columns, const std::vector<std::string>& rows) {
        server.on("/query-stream", "", [=](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("transient_1", columns);
            for (const std::string& row : rows) answer.row(row);
            answer.end();
        });
    }
    ClientOptions options() const { return clientOptions(server); }
    static void expectLimit(const Error& error, ErrorCode code, const char* name) {
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_EQ(error.category(), ErrorCategory::Limit);
        EXPECT_EQ(error.limitName(), name);
        EXPECT_FALSE(error.isRetryable());
    }
    /// Of a stream, which asks for the other form than executeQuery() does.
    static Error streamError(Client& client) {
        ResultStream stream = client.streamQuery(statement);
        return errorFrom([&] {
            for (const RowView row : stream) static_cast<void>(row);
        });
    }

    LocalServer server;
};

TEST_F(Sizes, ColumnsOfAHeader) {
    for (const std::size_t most : {2U, 3U}) {
        answerRows({{"A", "BIGINT"}, {"B", "STRING"}, {"C", "STRING"}}, {R"([1,"a","b"])"});
        Client client(options().maxColumns(most));
        if (most == 3) {
            EXPECT_EQ(take(client.executeQuery(statement)).size(), 1U);
            continue;
        }
        expectLimit(errorFrom(client.executeQuery(statement)), ErrorCode::TooManyColumns,
                    "maxColumns");
        expectLimit(streamError(client), ErrorCode::TooManyColumns, "maxColumns");
    }
}

TEST_F(Sizes, NestingOfTypesAndValues) {
    Client client(options().maxNesting(2));
    answerRows({{"A", "ARRAY<ARRAY<BIGINT>>"}}, {"[[[1]]]"});
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 1U);
    answerRows({{"A", "ARRAY<ARRAY<ARRAY<BIGINT>>>"}}, {"[null]"});
    expectLimit(errorFrom(client.executeQuery(statement)), ErrorCode::NestingTooDeep, "maxNesting");
    expectLimit(streamError(client), ErrorCode::NestingTooDeep, "maxNesting");
    answerRows({{"A", "ARRAY<ARRAY<BIGINT>>"}}, {"[[[1]]]", "[[[[1]]]]"});
    expectLimit(errorFrom(client.executeQuery(statement)), ErrorCode::NestingTooDeep, "maxNesting");
    expectLimit(streamError(client), ErrorCode::NestingTooDeep, "maxNesting");
}

TEST_F(Sizes, TheDeepestNestingThatMayBeAskedFor) {
    std::string type = "BIGINT";
    std::string value = "1";
    for (int i = 0; i < 256; ++i) {
        type = "ARRAY<" + type + ">";
        value = "[" + value + "]";
    }
    answerRows({{"A", type}}, {"[" + value + "]"});
    Client client(options().maxNesting(256));
    const QueryResult result = take(client.executeQuery(statement));
    EXPECT_EQ(result[0][0].toJson(), value);
    EXPECT_EQ(result.header().schema()[0].type.toString(), type);
    const Row copy(result[0]);
    EXPECT_EQ(copy[0].toJson(), value);
}

TEST_F(Sizes, AnswersToCommands) {
    answerAny(200, R"([{"@type":"a"},{"@type":"b"},{"@type":"c"}])");
    Client three(options().maxEntities(3));
    EXPECT_EQ(take(three.execute(statements("LIST STREAMS; LIST TABLES; LIST TYPES;"))).size(), 3U);
    Client two(options().maxEntities(2));
    expectLimit(errorFrom(two.execute(statements("LIST STREAMS; LIST TABLES; LIST TYPES;"))),
                ErrorCode::TooManyEntities, "maxEntities");
    Client small(options().maxAnswerBytes(20));
    expectLimit(errorFrom(small.execute(Statement("LIST STREAMS;"))), ErrorCode::TooManyBytes,
                "maxAnswerBytes");
    answerAny(200, "[{\"@type\":\"a\",\"x\":" + std::string(30, '[') + std::string(30, ']') + "}]");
    Client flat(options().maxNesting(5));
    expectLimit(errorFrom(flat.execute(Statement("LIST STREAMS;"))), ErrorCode::NestingTooDeep,
                "maxNesting");
}

TEST_F(Sizes, ErrorBodiesAreCutAndKeepTheirCode) {
    const std::string body = R"({"@type":"statement_error","error_code":40001,"message":"wrong )" +
                             std::string(100'000, 'x') + "\"}";
    answerAny(400, body);
    Client client(options().maxErrorBodyBytes(1000).httpVersion(HttpVersion::Http11));
    const auto expectCut = [](const Error& error) {
        EXPECT_EQ(error.httpStatus(), 400) << error.what();
        EXPECT_EQ(error.serverCode(), 40001) << error.what();
        EXPECT_EQ(error.serverMessage().substr(0, 6), "wrong ");
        EXPECT_LE(error.serverMessage().size(), 1000U + 3 * 50);
    };
    expectCut(errorFrom(client.executeQuery(statement)));
    expectCut(errorFrom(client.execute(Statement("LIST STREAMS;"))));
    expectCut(errorFrom(client.insertInto("S", InsertRow().set("A", 1))));
}

TEST_F(Sizes, HeadsOfEveryCall) {
    server::Headers many;
    for (int i = 0; i < 50; ++i) many.emplace_back("X-" + std::to_string(i), "y");
    answerAny(200, "[]", many);
    Client lines(options().maxHeadLines(40));
    Client bytes(options().maxHeadBytes(100));
    for (auto& [client, name] : {std::pair<Client*, const char*>{&lines, "maxHeadLines"},
                                 std::pair<Client*, const char*>{&bytes, "maxHeadBytes"}}) {
        const auto expectHead = [name = name](const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::HeadTooLarge) << error.what();
            EXPECT_EQ(error.limitName(), name);
        };
        expectHead(errorFrom(client->executeQuery(statement)));
        expectHead(streamError(*client));
        expectHead(errorFrom(client->execute(Statement("LIST STREAMS;"))));
        expectHead(errorFrom(client->execute(rawRequest({"GET", "/x", {}, ""}))));
        expectHead(errorFrom(client->insertInto("S", InsertRow().set("A", 1))));
    }
}

TEST_F(Sizes, AnAcknowledgementsLine) {
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        InsertRequest request(exchange);
        request.accept();
        exchange.chunk(std::string(5000, ' '));
        exchange.stall();
    });
    Client client(options().maxLineBytes(1000));
    expectLimit(errorFrom(client.insertInto("S", InsertRow().set("A", 1))), ErrorCode::LineTooLong,
                "maxLineBytes");
}

class InvalidText : public Sizes {
protected:
    void expectRefused(const Error& error, const std::string& what) {
        EXPECT_EQ(error.code(), ErrorCode::MalformedResponse) << error.what();
        EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
    }
    Client refusing{options()};
    Client replacing{options().invalidUtf8(InvalidUtf8::Replace)};
};

TEST_F(InvalidText, InCellsNamesColumnAndRow) {
    const Columns columns{{"A", "BIGINT"}, {"B", "ARRAY<MAP<STRING, STRING>>"}, {"C", "STRING"}};
    const std::pair<const char*, const char*> rows[] = {
        {"[2,null,\"x\xFFy\"]", "column C"},
        {"[2,[{\"k\":\"x\xFFy\"}],\"\"]", "column B"},
        {"[2,[{\"x\xFFy\":\"v\"}],\"\"]", "column B"},
        {"[2,null,\"x\\uDC00y\"]", "column C"},
        {"[2,null,\"x\\uD800y\"]", "row 2"},
    };
    for (const auto& [row, where] : rows) {
        answerRows(columns, {"[1,null,\"\"]", row, "[3,null,\"\"]"});
        for (const Error& error :
             {errorFrom(refusing.executeQuery(statement)), streamError(refusing)}) {
            expectRefused(error, "row 2");
            expectRefused(error, where);
        }
        const QueryResult result = take(replacing.executeQuery(statement));
        ASSERT_EQ(result.size(), 3U);
        EXPECT_NE((result[1][1].toJson() + result[1][2].toJson()).find("x" + replacement + "y"),
                  std::string::npos);
        EXPECT_EQ(result[2][0].asBigint(), 3);
    }
}

TEST_F(InvalidText, InControlLines) {
    for (const int place : {0, 1, 2, 3, 4}) {
        server.on("/query-stream", "", [place](Exchange& exchange) {
            Answer answer(exchange);
            answer.header(place == 0 ? "q\xFF" : "q", {{place == 1 ? "N\xFF" : "N", "BIGINT"}});
            answer.row("[1]");
            if (place == 2) answer.token("t\xFF");
            if (place == 3) return answer.error(50000, "m\xFF");
            answer.end(place == 4 ? "e\xFF" : "Query Completed");
        });
        SCOPED_TRACE(place);
        expectRefused(streamError(refusing), "not UTF-8");
        if (place == 3) {
            EXPECT_EQ(streamError(replacing).serverMessage(), "m" + replacement);
            continue;
        }
        ResultStream stream = replacing.streamQuery(statement);
        EXPECT_EQ(stream.header().queryId(), place == 0 ? "q" + replacement : "q");
        EXPECT_EQ(stream.header().schema()[0].name, place == 1 ? "N" + replacement : "N");
        EXPECT_EQ(numbersOf(stream), (std::vector<std::int64_t>{1}));
    }
}

TEST_F(InvalidText, InAnswersToCommands) {
    answerAny(200, "[{\"@type\":\"a\xFF\"}]");
    expectRefused(errorFrom(refusing.execute(statements("LIST STREAMS;"))), "not UTF-8");
    EXPECT_EQ(take(replacing.execute(statements("LIST STREAMS;"))).at(0).type, "a" + replacement);
    answerAny(200, "{\"KsqlServerInfo\":{\"version\":\"7\xFF\"}}");
    expectRefused(errorFrom(refusing.execute(serverInfo())), "not UTF-8");
    EXPECT_EQ(take(replacing.execute(serverInfo())).version, "7" + replacement);
    answerAny(400, "{\"error_code\":40001,\"message\":\"m\xFF\"}");
    for (Client* const client : {&refusing, &replacing}) {
        const Error error = errorFrom(client->execute(Statement("LIST STREAMS;")));
        EXPECT_EQ(error.serverCode(), 40001);
        EXPECT_EQ(error.serverMessage(), "m" + replacement);
    }
}

TEST_F(InvalidText, InLinesOfPrint) {
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("one\ntwo \xFF\xFF\nthree\n");
        exchange.lastChunk();
    });
    const auto linesOf = [](Client& client) {
        std::vector<std::string> lines;
        LineStream stream = client.streamLines("PRINT 't';");
        for (const std::string_view line : stream) lines.emplace_back(line);
        return lines;
    };
    expectRefused(errorFrom([&] { linesOf(refusing); }), "line 2");
    EXPECT_EQ(linesOf(replacing),
              (std::vector<std::string>{"one", "two " + replacement + replacement, "three"}));
}

TEST_F(InvalidText, InAcknowledgements) {
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        InsertRequest request(exchange);
        request.accept();
        request.readRows(1);
        request.refuse(0, 40000, "m\xFF");
    });
    expectRefused(errorFrom(refusing.insertInto("S", InsertRow().set("A", 1))), "not UTF-8");
    EXPECT_EQ(errorFrom(replacing.insertInto("S", InsertRow().set("A", 1))).serverMessage(),
              "m" + replacement);
}

}  // namespace
}  // namespace ksqldb::test
