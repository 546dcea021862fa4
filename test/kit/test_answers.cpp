// Queries that are answered as described, in both forms, and what nobody has described.
#include "kit_test.h"
#include "server/recording.h"

namespace ksqldb::kit {
namespace {

const std::string pull = "SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';";

TEST(KitAnswers, APullQueryHasItsRows) {
    testing::Server server;
    server.on(pull)
        .columns("USER_ID STRING KEY, RATINGS BIGINT")
        .row("alice", 3)
        .row("bob", nullptr);
    Client client(server.clientOptions());
    const auto result = take(client.executeQuery(pull));
    EXPECT_EQ(textsOf(result),
              (Texts{"USER_ID: alice, RATINGS: 3", "USER_ID: bob, RATINGS: null"}));
    EXPECT_TRUE(result.header().queryId().has_value());
}

TEST(KitAnswers, StatementsAreComparedWithoutCaseSpacesAndComments) {
    testing::Server server;
    const auto answer =
        server.on("select  a from B where x = 'It' -- the one\n ;").columns("A INT");
    Client client(server.clientOptions());
    EXPECT_TRUE(take(client.executeQuery("SELECT A FROM b WHERE x='It';")).empty());
    EXPECT_EQ(errorFrom([&] { take(client.executeQuery("SELECT A FROM b WHERE x='it';")); }).code(),
              ErrorCode::StatementRejected);
    EXPECT_EQ(answer.count(), 1U);
}

TEST(KitAnswers, TheLatestThatFitsAnswers) {
    testing::Server server;
    const auto value = [&](const std::string& sql) {
        Client client(server.clientOptions());
        return take(client.executeQuery(sql)).row(0).get<int>(0);
    };
    server.onAny().columns("N INT").row(1);
    server.onPrefix("SELECT N FROM b").columns("N INT").row(2);
    server.on("SELECT N FROM b WHERE k = 1;").columns("N INT").row(3);
    EXPECT_EQ(value("SELECT N FROM c;"), 1);
    EXPECT_EQ(value("SELECT N FROM B WHERE k = 2;"), 2);
    EXPECT_EQ(value("select n from b where k = 1;"), 3);
    server
        .onMatch([](const testing::Request& request) {
            return request.properties.count("ksql.query.pull.table.scan.enabled") != 0;
        })
        .columns("N INT")
        .row(4);
    Client client(server.clientOptions().property("ksql.query.pull.table.scan.enabled", true));
    EXPECT_EQ(take(client.executeQuery("SELECT N FROM c;")).row(0).get<int>(0), 4);
    EXPECT_EQ(value("SELECT N FROM c;"), 1);
    server.forgetAnswers();
    EXPECT_EQ(errorFrom([&] { value("SELECT N FROM c;"); }).serverCode(), 40001);
}

TEST(KitAnswers, WhatOnMatchThrowsIsTheAnswer) {
    for (const bool http2 : {false, true}) {
        testing::Server server(testing::ServerOptions().http2(http2));
        server.onMatch([](const testing::Request&) -> bool { throw std::out_of_range("no key"); });
        Client client(server.clientOptions());
        const auto error = errorFrom([&] { take(client.executeQuery(pull)); });
        EXPECT_EQ(error.httpStatus(), 500);
        EXPECT_EQ(error.serverMessage(), "onMatch() has thrown: no key");
    }
}

TEST(KitAnswers, WhatIsNotDescribedIsRefusedWithTheNearest) {
    testing::Server server;
    Client client(server.clientOptions());
    const auto messageOf = [&](const std::string& sql) {
        return errorFrom([&] { take(client.executeQuery(sql)); }).serverMessage();
    };
    EXPECT_EQ(messageOf(pull),
              "This stand-in for ksqlDB does not know this statement. No statement is described.");
    server.on(pull).columns("A INT");
    server.on("LIST STREAMS;").json("[]");
    const auto error = errorFrom([&] {
        take(client.executeQuery("SELECT * FROM RATINGS_BY_USERS WHERE USER_ID = 'alice';"));
    });
    EXPECT_EQ(error.serverCode(), 40001);
    EXPECT_EQ(error.httpStatus(), 400);
    EXPECT_EQ(error.serverMessage(),
              "This stand-in for ksqlDB does not know this statement. Described are, nearest to "
              "it:\n" +
                  pull);
    EXPECT_EQ(messageOf("DESCRIBE x;"),
              "This stand-in for ksqlDB does not know this statement. Nothing like it is "
              "described.");
    server.on("SELECT 1;");
    EXPECT_EQ(messageOf("SELECT 1;"),
              "This stand-in for ksqlDB does not know this statement. on() was said of it, but not "
              "what it answers.");
    EXPECT_EQ(errorFrom([&] { take(client.execute(statement("LIST STREAM;"))); }).serverMessage(),
              "This stand-in for ksqlDB does not know this statement. Described are, nearest to "
              "it:\nLIST STREAMS;");
}

TEST(KitAnswers, APushQueryEndsAtItsLimitOnly) {
    testing::Server server;
    server.onPrefix("SELECT N FROM s EMIT CHANGES").columns("N INT").row(1).row(2).row(3);
    Client client(server.clientOptions());
    const auto two = take(client.executeQuery("SELECT N FROM s EMIT CHANGES LIMIT 2;"));
    EXPECT_EQ(two.size(), 2U);

    Notes notes;
    const auto open = client.streamQuery("SELECT N FROM s EMIT CHANGES;", notes.callbacks());
    EXPECT_EQ(notes.wait(3), (Texts{"N: 1", "N: 2", "N: 3"}));
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    take(client.closeQuery(server.runningQueries().at(0)));
    EXPECT_EQ(notes.wait(4).back(), "end: Finished");

    server.on("SELECT N FROM s EMIT CHANGES;").columns("N INT").row(7).ends();
    Notes ended;
    const auto again = client.streamQuery("SELECT N FROM s EMIT CHANGES;", ended.callbacks());
    EXPECT_EQ(ended.wait(2), (Texts{"N: 7", "end: Finished"}));
}

TEST(KitAnswers, APushQueryIsKnownByItsTail) {
    testing::Server server;
    server.onAny().columns("N INT").row(1);
    Client client(server.clientOptions());
    // A pull query ends, whatever its texts say.
    for (const char* sql : {"SELECT N FROM s WHERE a = 'emit changes';",
                            "SELECT N FROM s WHERE a = ' emit changes ' AND b = 1 LIMIT 5;"})
        EXPECT_EQ(take(client.executeQuery(sql)).size(), 1U) << sql;
    EXPECT_FALSE(server.waitForRunningQueries(1, 0ms));
    for (const char* sql : {"SELECT COUNT(*) FROM s GROUP BY (a)EMIT /* at the end */ final;",
                            "SELECT N FROM s emit changes LIMIT 5;"}) {
        Notes notes;
        auto open = client.streamQuery(sql, notes.callbacks());
        EXPECT_EQ(notes.wait(1), (Texts{"N: 1"}));
        EXPECT_TRUE(server.waitForRunningQueries(1, patience)) << sql;
        take(client.closeQuery(server.runningQueries().at(0)));
        EXPECT_EQ(notes.wait(2).back(), "end: Finished");
    }
}

TEST(KitAnswers, AnErrorComesBehindRows) {
    testing::Server server;
    server.on(pull).columns("N INT").row(1).thenFails(50000, "Failure in processing");
    Client client(server.clientOptions());
    auto stream = client.streamQuery(pull);
    RowView row;
    ASSERT_EQ(stream.next(row), Next::Row);
    EXPECT_EQ(row.get<int>(0), 1);
    const Error error = errorFrom([&] { (void)stream.next(row); });
    EXPECT_EQ(error.serverCode(), 50000);
    EXPECT_EQ(error.serverMessage(), "Failure in processing");
}

TEST(KitAnswers, LinesOfPrint) {
    testing::Server server;
    server.onPrefix("PRINT 'ratings'").line("rowtime: 1, key: a").line("rowtime: 2, key: b");
    Client client(server.clientOptions());
    Texts lines;
    for (const std::string_view line : client.streamLines("PRINT 'ratings' LIMIT 2;"))
        lines.emplace_back(line);
    EXPECT_EQ(lines, (Texts{"rowtime: 1, key: a", "rowtime: 2, key: b"}));
}

/// What is sent, without the id of the query.
std::string bodyOf(testing::Server& server, const std::string& accept, const std::string& sql) {
    RawRequest request;
    request.method = "POST";
    request.path = "/query-stream";
    request.headers = {{"accept", accept}, {"content-type", "application/json"}};
    request.body = "{\"sql\":\"" + sql + "\"}";
    const RawResponse answer = take(Client(server.clientOptions()).execute(rawRequest(request)));
    const auto id = answer.body.find("\"queryId\":\"");
    if (id == std::string::npos) return std::to_string(answer.status) + ' ' + answer.body;
    const auto end = answer.body.find('"', id + 11);
    return answer.body.substr(0, id + 11) + answer.body.substr(end);
}

TEST(KitAnswers, AreByteByByteWhatRealOnesAre) {
    testing::Server server;
    const std::string sql = "SELECT * FROM orders_by_user;";
    auto answer = server.on(sql)
                      .columns("USER_ID STRING KEY, ORDERS BIGINT, ITEMS INT, DEAREST DECIMAL(9,2)")
                      .row("bob", 1, 3, Decimal("12.5"))
                      .row("grace", 1, 2, 149)
                      .row("ada", 2, 11, Decimal("19.90"));
    const char* folder = std::getenv("KSQLDB_RECORDINGS");
    ASSERT_NE(folder, nullptr);
    for (const auto& [name, accept] : std::vector<std::pair<std::string, std::string>>{
             {"pull-scan-delimited", "application/vnd.ksqlapi.delimited.v1"},
             {"pull-scan-v1", "application/vnd.ksql.v1+json"},
             {"pull-scan-json", "application/json"}}) {
        const auto recording =
            server::loadRecording(std::string(folder) + "/queries/" + name + ".json");
        std::string real = recording.responseBody();
        real.erase(real.find("\"queryId\":\"") + 11, recording.queryId().size());
        EXPECT_EQ(bodyOf(server, accept, sql), real) << name;
    }
    // A push query's end has words of its own, and its error an ending that is no JSON.
    const std::string push = "SELECT N FROM s EMIT CHANGES LIMIT 1;";
    server.on(push).columns("N INT KEY").row(1);
    EXPECT_EQ(bodyOf(server, "application/vnd.ksql.v1+json", push),
              "[{\"header\":{\"queryId\":\"\",\"schema\":\"`N` INTEGER\"}},\n"
              "{\"row\":{\"columns\":[1]}},\n{\"finalMessage\":\"Limit Reached\"}]");
    server.on("SELECT N FROM s EMIT CHANGES;").columns("N INT").thenFails(50000, "gone");
    EXPECT_EQ(bodyOf(server, "application/vnd.ksql.v1+json", "SELECT N FROM s EMIT CHANGES;"),
              "[{\"header\":{\"queryId\":\"\",\"schema\":\"`N` INTEGER\"}},\n"
              "{\"errorMessage\":{\"@type\":\"generic_error\",\"error_code\":50000,"
              "\"message\":\"gone\"}},\n]");
    EXPECT_EQ(bodyOf(server, "text/html", push), "406 ");
}

}  // namespace
}  // namespace ksqldb::kit
