// Statements that are executed, refused, or answered with JSON of the test's own.
#include "kit_test.h"

namespace ksqldb::kit {
namespace {

TEST(KitCommands, AStatementSucceedsWithTheIdOfItsCommand) {
    testing::Server server;
    server.onAny().succeeds("Done");
    Client client(server.clientOptions());
    // As ksqlDB 7.6.1 was seen to make them.
    for (const auto& [sql, id] : std::vector<std::pair<std::string, std::string>>{
             {"CREATE STREAM orders (user_id VARCHAR KEY) WITH (kafka_topic='o');",
              "stream/`ORDERS`/create"},
             {"CREATE OR REPLACE TABLE `my t` AS SELECT a FROM b EMIT CHANGES;",
              "table/`my t`/create"},
             {"CREATE SOURCE STREAM IF NOT EXISTS s (a INT);", "stream/`S`/create"},
             {"DROP STREAM orders_copy DELETE TOPIC;", "stream/ORDERS_COPY/drop"},
             {"DROP TABLE IF EXISTS t;", "table/T/drop"},
             {"INSERT INTO target SELECT * FROM source EMIT CHANGES;", "stream/`TARGET`/create"},
             {"CREATE OR REPLACE;", ""},
             {"CREATE SOURCE;", ""},
             {"CREATE TYPE address AS STRUCT<street VARCHAR>;", "type/ADDRESS/create"},
             {"TERMINATE CSAS_ORDERS_COPY_119;", "terminate/CSAS_ORDERS_COPY_119/execute"},
             {"PAUSE CSAS_ORDERS_COPY_119;", "pause/CSAS_ORDERS_COPY_119/execute"}}) {
        const StatementResult result = take(client.execute(statement(sql)));
        EXPECT_EQ(result.commandId, id);
        EXPECT_EQ(result.status, "SUCCESS");
        EXPECT_EQ(result.message, "Done");
    }
    EXPECT_EQ(take(client.execute(statement("INSERT INTO s (a) VALUES (1);"))).json, "");
}

TEST(KitCommands, ACommandIsQueuedAndThenDone) {
    testing::Server server;
    CommandStatus status;
    status.status = "QUEUED";
    status.message = "Statement written to command topic";
    server.onPrefix("CREATE STREAM s").status(status);
    status.status = "SUCCESS";
    status.queryId = "CSAS_S_1";
    server.onPath("/status/stream/`S`/create").status(status);
    Client client(server.clientOptions());
    const auto queued =
        take(client.execute(statement("CREATE STREAM s AS SELECT * FROM o EMIT CHANGES;")));
    EXPECT_EQ(queued.status, "QUEUED");
    const auto done = take(client.execute(waitForCommand(queued.commandId, patience)));
    EXPECT_EQ(done.status, "SUCCESS");
    EXPECT_EQ(done.queryId, "CSAS_S_1");
}

TEST(KitCommands, AreRefusedWithAnyCode) {
    testing::Server server;
    auto answer = server.on("DROP STREAM s;").fails(40001, "line 1:13: Source S does not exist");
    Client client(server.clientOptions());
    const Error error = errorFrom([&] { take(client.execute(statement("DROP STREAM s;"))); });
    EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(error.serverCode(), 40001);
    EXPECT_EQ(error.serverMessage(), "line 1:13: Source S does not exist");
    answer.fails(42900, "slowly, please");
    EXPECT_EQ(errorFrom([&] { take(client.execute(statement("DROP STREAM s;"))); }).httpStatus(),
              429);
    EXPECT_EQ(errorFrom([&] { answer.fails(400, "a status"); }).code(), ErrorCode::InvalidArgument);
}

TEST(KitCommands, AnswerWithJsonOfTheTests) {
    testing::Server server;
    server.on("LIST STREAMS;")
        .json(
            R"([{"@type":"streams","statementText":"LIST STREAMS;","streams":[{"type":"STREAM",)"
            R"("name":"S","topic":"t","keyFormat":"KAFKA","valueFormat":"JSON","isWindowed":false}],)"
            R"("warnings":[]}])");
    server.onPath("/clusterStatus").http(404);
    Client client(server.clientOptions());
    const auto streams = take(client.execute(listStreams()));
    ASSERT_EQ(streams.size(), 1U);
    EXPECT_EQ(streams[0].name, "S");
    EXPECT_EQ(errorFrom([&] { take(client.execute(clusterStatus())); }).httpStatus(), 404);
    EXPECT_FALSE(take(client.serverInfo()).version.empty());
}

TEST(KitCommands, AStatementAtTheWrongDoorIsToldSo) {
    testing::Server server;
    server.on("SELECT N FROM t;").succeeds();
    Client client(server.clientOptions());
    EXPECT_EQ(errorFrom([&] { take(client.executeQuery("SELECT N FROM t;")); }).serverMessage(),
              "This stand-in for ksqlDB does not know this statement. It is described as no query, "
              "and those go to /ksql.");
    server.on("LIST STREAMS;").columns("A INT");
    EXPECT_EQ(errorFrom([&] { take(client.execute(listStreams())); }).serverMessage(),
              "This stand-in for ksqlDB does not know this statement. It is described as a query, "
              "and those go to /query-stream.");
}

}  // namespace
}  // namespace ksqldb::kit
