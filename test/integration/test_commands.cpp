// Commands of every kind, executed: over real sockets, and against what a real server has answered.
#include "server/player.h"
#include "support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

class Commands : public testing::Test {
protected:
    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(Commands, ARawRequestCompletesWithAnyStatus) {
    server.on("/some/path", "", [](Exchange& exchange) {
        exchange.respond(404, "not here", {{"Content-Type", "text/plain"}, {"X-One", "1"}});
    });
    const RawResponse answer = take(client.execute(
        rawRequest({"PATCH", "/some/path?a=b%20c", {{"X-Mine", "x"}, {"Accept", "a/b"}}, "body"})));
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, "not here");
    const auto has = [&](const char* name, const char* value) {
        return std::any_of(answer.headers.begin(), answer.headers.end(), [&](const auto& header) {
            return server::findHeader({header}, name) == value;
        });
    };
    EXPECT_TRUE(has("content-type", "text/plain"));
    EXPECT_TRUE(has("x-one", "1"));
    EXPECT_TRUE(has("content-length", "8"));
    const server::Request request = server.requests().at(0);
    EXPECT_EQ(request.method, "PATCH");
    EXPECT_EQ(request.target, "/some/path?a=b%20c");
    EXPECT_EQ(request.header("X-Mine"), "x");
    EXPECT_EQ(request.header("Accept"), "a/b");
    EXPECT_EQ(request.body, "body");
}

TEST_F(Commands, AConnectorsSecretsAreInNoErrorAndNoLog) {
    const std::string secret = "s3cr3t";
    std::mutex mutex;
    std::string logged;
    server.on("/ksql", "", [](Exchange& exchange) {
        exchange.respond(409, R"({"@type":"generic_error","error_code":40900,"message":"no"})");
    });
    Client chatty(clientOptions(server).log(LogLevel::Debug, [&](LogLevel, std::string_view line) {
        std::lock_guard lock(mutex);
        logged += line;
    }));
    const Error error = errorFrom(chatty.execute(createConnector(
        "C", ConnectorType::Source, {{"connector.class", "a.B"}, {"password", secret}})));
    EXPECT_NE(server.requests().at(0).sql().find(secret), std::string::npos);
    EXPECT_EQ(error.httpStatus(), 409);
    EXPECT_NE(error.statement().find("[string]"), std::string::npos);
    EXPECT_EQ(error.statement().find(secret), std::string::npos);
    const ScriptResult run = take(
        chatty.execute(script("CREATE SOURCE CONNECTOR C WITH ('password'='" + secret + "');")));
    EXPECT_EQ(run.steps.at(0).error->statement(),
              "CREATE SOURCE CONNECTOR C WITH ('password'='[string]');");
    std::lock_guard lock(mutex);
    EXPECT_NE(logged.find("CREATE SOURCE CONNECTOR"), std::string::npos);
    EXPECT_EQ(logged.find(secret), std::string::npos);
}

/// The server looks for variables only where there are any, and then in every text.
TEST_F(Commands, NoVariableIsPutIntoAConnectorsValues) {
    server.on("/ksql", "", [](Exchange& exchange) { exchange.respond(409, ""); });
    Client other(clientOptions(server).sessionVariable("x", "client"));
    const auto create = [&](const char* value) {
        errorFrom(other.execute(createConnector("C", ConnectorType::Sink, {{"p", value}}),
                                CommandOptions().sessionVariable("y", "call")));
        return server.requests().back();
    };
    const server::Request exact = create("${x} $${y} ${z:-d} ${file:/s:k}");
    EXPECT_NE(exact.sql().find("'${x} $${y} ${z:-d} ${file:/s:k}'"), std::string::npos);
    EXPECT_EQ(exact.bodyMember("sessionVariables"), std::nullopt);
    EXPECT_EQ(create("$ {x}").bodyMember("sessionVariables"), R"({"x":"client","y":"call"})");
}

TEST_F(Commands, AScriptsSettingsGoWithItsStatements) {
    server.on("/ksql", "", [](Exchange& exchange) { exchange.respond(200, "[]"); });
    const ScriptResult result = take(client.execute(
        script("SET 'a'='1'; DEFINE v = 'x';\nINSERT INTO ${v} VALUES (1);\nUNSET 'a';\n"
               "INSERT INTO ${v} VALUES (2);")));
    EXPECT_TRUE(result.ok());
    ASSERT_EQ(result.steps.size(), 5u);
    EXPECT_EQ(result.steps[4].line, 4u);
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2u) << "SET and its like go to no server";
    EXPECT_EQ(requests[0].sql(), "INSERT INTO ${v} VALUES (1);");
    EXPECT_EQ(requests[0].property("a"), "\"1\"");
    EXPECT_EQ(requests[0].sessionVariable("v"), "\"x\"");
    EXPECT_FALSE(requests[1].property("a"));
    EXPECT_EQ(requests[1].sessionVariable("v"), "\"x\"");
}

TEST_F(Commands, AScriptThatIsCutOffTellsWhatWasExecuted) {
    server.on("/ksql", "A;", [](Exchange& exchange) { exchange.respond(200, "[]"); });
    server.on("/ksql", "B;", silent());
    const ScriptResult result = take(client.execute(
        script("A; B; C; SET 'a'='1'; D;", OnScriptError::GoOn), CommandOptions().timeout(500ms)));
    ASSERT_EQ(result.steps.size(), 5u);
    EXPECT_TRUE(result.steps[0].result);
    EXPECT_TRUE(result.steps[3].result) << "SET is not sent";
    for (const std::size_t i : {1u, 2u, 4u}) {
        ASSERT_TRUE(result.steps[i].error) << i;
        const Error& error = *result.steps[i].error;
        EXPECT_EQ(error.code(), ErrorCode::TotalTimeout);
        EXPECT_EQ(error.limitName(), "timeout");
        EXPECT_EQ(error.statement(), result.steps[i].sql);
        EXPECT_EQ(error.endpoint(), result.steps[1].error->endpoint());
    }
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(Commands, WaitingAsksAgainAndIsCutOffAtItsLimit) {
    const auto asked = std::make_shared<std::atomic<int>>(0);
    server.on("/status/stream/%60S%60/create", "", [asked](Exchange& exchange) {
        exchange.respond(200, ++*asked < 3 ? R"({"status":"EXECUTING","message":"","queryId":null})"
                                           : R"({"status":"SUCCESS","message":"Stream created"})");
    });
    const StatementResult done =
        take(client.execute(waitForCommand("stream/`S`/create", patience)));
    EXPECT_EQ(done.message, "Stream created");
    EXPECT_EQ(*asked, 3);

    server.on("/status/stream/%60T%60/create", "", silent());
    const Error late = errorFrom(client.execute(waitForCommand("stream/`T`/create", 50ms)));
    EXPECT_EQ(late.code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(late.limitName(), "limit");
}

TEST_F(Commands, AnAssertionMayTakeLongerThanOtherRequests) {
    server.on("/ksql", "", [](Exchange& exchange) {
        exchange.pause(300ms);
        exchange.respond(200, R"([{"@type":"assert_topic","topicName":"t","exists":true}])");
    });
    Client hasty(clientOptions(server).requestTimeout(100ms));
    EXPECT_TRUE(take(hasty.execute(assertTopic("t", 60s))).exists);
    server.on("/ksql", "", silent());
    EXPECT_EQ(errorFrom(hasty.execute(assertTopic("t"))).code(), ErrorCode::TotalTimeout);
}

TEST(CommandsRecorded, AreAnsweredAsARealServerDid) {
    const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
    ASSERT_NE(folder, nullptr) << "run by meson test";
    LocalServer server;
    server.onAny(server::Player(server::loadRecordings(folder)).script());
    Client client(clientOptions(server));

    EXPECT_EQ(take(client.execute(serverInfo())).version, "7.6.1");
    EXPECT_TRUE(take(client.execute(healthCheck())).isHealthy);
    EXPECT_EQ(take(client.execute(serverMetadata())).version, "7.6.1");
    EXPECT_FALSE(take(client.execute(clusterStatus())).hosts.empty());
    EXPECT_FALSE(take(client.execute(commandStatuses())).empty());
    EXPECT_EQ(take(client.execute(commandStatus("stream/`ORDERS`/create"))).status, "SUCCESS");
    EXPECT_TRUE(take(client.execute(isValidProperty("ksql.streams.auto.offset.reset"))));
    EXPECT_FALSE(take(client.execute(isValidProperty("ksql.service.id"))));

    EXPECT_FALSE(take(client.execute(listStreams())).empty());
    EXPECT_FALSE(take(client.execute(listTablesExtended())).empty());
    EXPECT_FALSE(take(client.execute(listAllTopics())).empty());
    EXPECT_FALSE(take(client.execute(listQueriesExtended())).empty());
    EXPECT_EQ(take(client.execute(describe("EVERY_TYPE"))).name, "EVERY_TYPE");
    EXPECT_TRUE(take(client.execute(describeExtended("ORDERS_BY_USER"))).isExtended);
    EXPECT_EQ(take(client.execute(describeFunction("UCASE"))).name, "UCASE");
    EXPECT_EQ(take(client.execute(explainQuery("CSAS_ORDERS_COPY_119"))).id,
              "CSAS_ORDERS_COPY_119");
    EXPECT_EQ(take(client.execute(pauseQuery("CSAS_ORDERS_COPY_119"))).message, "Query paused.");
    EXPECT_EQ(take(client.execute(describeConnector("LINES"))).state, "RUNNING");
    EXPECT_EQ(take(client.execute(createType("ADDRESS",
                                             "STRUCT<street VARCHAR, zip "
                                             "DECIMAL(5,0), geo MAP<STRING, DOUBLE>>")))
                  .commandId,
              "type/ADDRESS/create");

    const Error unknown = errorFrom(client.execute(describe("NOPE")));
    EXPECT_EQ(unknown.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(unknown.serverCode(), 40001);
    EXPECT_EQ(errorFrom(client.execute(describeConnector("NOPE"))).httpStatus(), 404);
    EXPECT_EQ(errorFrom(client.execute(commandStatus("stream/nope/create"))).serverCode(), 40400);
    EXPECT_EQ(errorFrom(client.execute(assertSchema("nope-value", 1s))).serverCode(), 41700);
}

}  // namespace
}  // namespace ksqldb::test
