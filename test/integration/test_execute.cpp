// Commands: one that an application makes, statements, their options, their failures.
#include "support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

const std::string created =
    R"([{"@type":"currentStatus","statementText":"CREATE STREAM S (K STRING KEY) WITH (…);",)"
    R"("commandId":"stream/`S`/create","commandStatus":{"status":"SUCCESS","message":)"
    R"("Stream created","queryId":null},"commandSequenceNumber":9007199254740993,)"
    R"("warnings":[{"message":"beware"}]}])";

Script answers(std::string body, int status = 200) {
    return [body = std::move(body), status](Exchange& exchange) { exchange.respond(status, body); };
}

class Execute : public testing::Test {
protected:
    LocalServer server;
    Client client{clientOptions(server)};
};

/// Counts the entities; the answer's first type is in `*type`.
Command<std::size_t> countTypes(std::string* type = nullptr) {
    return {"LIST TYPES;", [type](const std::vector<Entity>& entities) {
                if (type != nullptr && !entities.empty()) *type = entities.front().type;
                return entities.size();
            }};
}

TEST_F(Execute, ACommandOfTheApplicationsOwn) {
    server.on("/ksql", "LIST TYPES;",
              answers(R"([{"@type":"type_list","types":{}},{"@type":"x"}])"));
    std::string type;
    const auto command = countTypes(&type);
    EXPECT_TRUE(command.isReadOnly());
    EXPECT_EQ(command.toString(), "LIST TYPES;");
    EXPECT_EQ(take(client.execute(command)), 2u);
    EXPECT_EQ(take(client.execute(command)), 2u) << "as often as wanted";
    EXPECT_EQ(type, "type_list");
}

TEST_F(Execute, AStatementAndWhatItCameTo) {
    server.on("/ksql", "", answers(created));
    const StatementResult result = take(client.execute("CREATE STREAM S (K STRING KEY) WITH (…);"));
    EXPECT_EQ(result.commandId, "stream/`S`/create");
    EXPECT_EQ(result.status, "SUCCESS");
    EXPECT_EQ(result.message, "Stream created");
    EXPECT_EQ(result.queryId, "");
    EXPECT_EQ(result.sequenceNumber, 9007199254740993) << "not by way of a double";
    EXPECT_EQ(result.warnings, std::vector<std::string>{"beware"});
    EXPECT_EQ("[" + result.json + "]", created);
}

TEST_F(Execute, AStatementThatAnswersWithNothing) {
    server.on("/ksql", "", answers("[]"));
    const StatementResult result = take(client.execute("INSERT INTO S VALUES ('k');"));
    EXPECT_EQ(result.status, "");
    EXPECT_EQ(result.sequenceNumber, -1);
}

TEST_F(Execute, BindsItsValues) {
    server.on("/ksql", "", answers("[]"));
    take(client.execute(Statement("INSERT INTO S VALUES (?, ?);").bind("it's", 7)));
    EXPECT_EQ(server.requests().at(0).sql(), "INSERT INTO S VALUES ('it''s', 7);");
}

TEST_F(Execute, SendsWhatTheOptionsSay) {
    server.on("/ksql", "", answers("[]"));
    Client other(clientOptions(server).property("a", 1).property("b", 2).sessionVariable("v", "x"));
    take(other.execute("DEFINE W = '1';", CommandOptions()
                                              .property("b", "mine")
                                              .sessionVariable("w", "y")
                                              .commandSequenceNumber(17)));
    const server::Request request = server.requests().at(0);
    EXPECT_EQ(request.header("Accept"), "application/vnd.ksql.v1+json");
    EXPECT_EQ(request.property("a"), "1");
    EXPECT_EQ(request.property("b"), "\"mine\"");
    EXPECT_EQ(request.sessionVariable("v"), "\"x\"");
    EXPECT_EQ(request.sessionVariable("w"), "\"y\"");
    EXPECT_EQ(request.bodyMember("commandSequenceNumber"), "17");
}

TEST_F(Execute, SendsAVariableOnceHoweverItIsWritten) {
    server.on("/ksql", "", answers("[]"));
    Client other(clientOptions(server).sessionVariable("v", "client"));
    const auto call = CommandOptions().sessionVariable("V", "call");
    take(other.execute("A;", call));
    take(other.execute(script("DEFINE v = 'script'; B;"), call));
    EXPECT_EQ(server.requests().at(0).bodyMember("sessionVariables"), R"({"V":"call"})");
    EXPECT_EQ(server.requests().at(1).bodyMember("sessionVariables"), R"({"v":"script"})")
        << "ksqlDB would take the last one sent";
}

TEST_F(Execute, ReadsItsOwnWritesIfItIsToldTo) {
    server.on("/ksql", "", answers(created));
    Client other(clientOptions(server).readOwnWrites());
    take(other.execute("CREATE STREAM S (K STRING KEY) WITH (…);"));
    take(other.execute(countTypes()));
    EXPECT_FALSE(server.requests().at(0).bodyMember("commandSequenceNumber"));
    EXPECT_EQ(server.requests().at(1).bodyMember("commandSequenceNumber"), "9007199254740993");
    take(client.execute("CREATE STREAM S (K STRING KEY) WITH (…);"));
    take(client.execute(countTypes()));
    EXPECT_FALSE(server.requests().at(3).bodyMember("commandSequenceNumber")) << "by default not";
}

TEST_F(Execute, WaitsForNothingOfAClusterThatItHasTerminated) {
    server.on("/ksql", "", answers(created));
    Client other(clientOptions(server).readOwnWrites());
    take(other.execute("CREATE STREAM S (K STRING KEY) WITH (…);"));
    EXPECT_THROW(take(other.execute(terminateCluster({"["}))), Error);
    take(other.execute(countTypes()));
    EXPECT_TRUE(server.requests().at(2).bodyMember("commandSequenceNumber")) << "it was refused";
    take(other.execute(terminateCluster()));
    take(other.execute(countTypes()));
    EXPECT_FALSE(server.requests().at(4).bodyMember("commandSequenceNumber"));
}

TEST_F(Execute, CallsBackOnceOnTheExecutor) {
    server.on("/ksql", "", answers("[{\"@type\":\"x\"}]"));
    std::promise<std::pair<Outcome<std::size_t>, std::thread::id>> done;
    std::atomic<int> calls{0};
    std::promise<std::thread> made;
    client.execute(
        countTypes(),
        [&](Outcome<std::size_t> outcome) {
            if (++calls == 1) done.set_value({std::move(outcome), std::this_thread::get_id()});
        },
        [&](const std::function<void()>& task) {
            made.set_value(std::thread([task] {
                task();
                task();
            }));
        });
    std::thread worker = made.get_future().get();
    const auto [outcome, thread] = done.get_future().get();
    EXPECT_EQ(thread, worker.get_id());
    worker.join();
    EXPECT_EQ(outcome.ok(), true);
    EXPECT_EQ(calls, 1);
}

TEST_F(Execute, WhatItsFunctionCapturedDiesWhereItRan) {
    server.on("/ksql", "", answers("[]"));
    for (int i = 0; i < 20; ++i) {
        std::promise<std::string> died;
        client.execute(countTypes(), [captured = tellsWhereItDies(died)](Outcome<std::size_t>) {});
        EXPECT_EQ(take(died.get_future()), "ksqldb-deliver");
    }
}

TEST_F(Execute, TellsTheCallbackOfAnExecutorThatThrows) {
    server.on("/ksql", "", answers("[]"));
    std::promise<Outcome<std::size_t>> done;
    client.execute(
        countTypes(), [&](Outcome<std::size_t> outcome) { done.set_value(std::move(outcome)); },
        [](const std::function<void()>&) { throw std::runtime_error("no"); });
    const Outcome<std::size_t> outcome = done.get_future().get();
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code(), ErrorCode::ExecutorRejected);
}

TEST_F(Execute, GivesTheServersRefusal) {
    server.on("/ksql", "",
              answers(R"({"@type":"statement_error","error_code":40001,"message":)"
                      R"("line 1:1: no","statementText":"CREATE X;","entities":[]})",
                      400));
    const Error error = errorFrom(client.execute("CREATE X;"));
    EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(error.serverCode(), 40001);
    EXPECT_EQ(error.statement(), "CREATE X;");
    EXPECT_EQ(error.endpoint(), "POST " + server.url() + "/ksql");
    EXPECT_FALSE(error.isRetryable());
}

/// A server that takes so much answers; one that does not says 413 and no more; and one that
/// refuses it repeats it all, which is more than is kept of a refusal.
TEST_F(Execute, SendsTenMegabytesOfSql) {
    const std::string value = std::string(10'000'000, 'x') + "it's";
    const Statement large = Statement("INSERT INTO S VALUES (?);").bind(value);
    server.on("/ksql", "", answers("[]"));
    take(client.execute(large));
    ASSERT_EQ(server.requests().size(), 1u);
    EXPECT_TRUE(server.requests().front().sql() == large.sql());

    server.clearScripts();
    server.on("/ksql", "", answers("", 413));
    const Error tooLarge = errorFrom(client.execute(large));
    EXPECT_EQ(tooLarge.httpStatus(), 413);
    EXPECT_FALSE(tooLarge.isRetryable());
    EXPECT_LT(std::string(tooLarge.what()).size(), 1'000u);

    server.clearScripts();
    server.on(
        "/ksql", "",
        answers(
            R"({"@type":"statement_error","error_code":40001,"message":"no","statementText":")" +
                std::string(20'000'000, 'x') + R"(","entities":[]})",
            400));
    const Error refused = errorFrom(client.execute(large));
    EXPECT_EQ(refused.httpStatus(), 400);
    EXPECT_EQ(refused.serverCode(), 40001);
    EXPECT_LT(std::string(refused.what()).size(), 1'000u);
}

TEST_F(Execute, OnlyWhatReadsMayBeRepeatedAfterALoss) {
    server.on("/ksql", "", [](Exchange& exchange) { exchange.reset(); });
    EXPECT_TRUE(errorFrom(client.execute(countTypes())).isRetryable());
    EXPECT_FALSE(errorFrom(client.execute("INSERT INTO S VALUES ('k');")).isRetryable());
}

TEST_F(Execute, RefusesAnAnswerThatIsNone) {
    for (const char* body : {"", "{}", "[1]", "[[]]", "[{\"@type\":\"x\"}", "<html>", "null",
                             "[{\"@type\":\"x\"}] more"}) {
        server.on("/ksql", "", answers(body));
        EXPECT_EQ(errorFrom(client.execute(countTypes())).code(), ErrorCode::MalformedResponse)
            << body;
    }
    server.on("/ksql", "", answers("[{\"@type\":\"x\"},{\"@type\":\"x\"}]"));
    EXPECT_EQ(errorFrom(client.execute("DROP STREAM S;")).code(), ErrorCode::MalformedResponse)
        << "two entities for one statement";
}

TEST_F(Execute, WhatTheCommandThrowsIsTheCallsError) {
    server.on("/ksql", "", answers("[]"));
    const Command<int> throws("LIST TYPES;", [](const std::vector<Entity>&) -> int {
        throw std::runtime_error("not what I like");
    });
    const Error error = errorFrom(client.execute(throws));
    EXPECT_NE(std::string(error.what()).find("not what I like"), std::string::npos);
    const Command<int> throwsAnError("LIST TYPES;", [](const std::vector<Entity>&) -> int {
        throw Error(ErrorCode::OutOfRange, "too large");
    });
    EXPECT_EQ(errorFrom(client.execute(throwsAnError)).code(), ErrorCode::OutOfRange);
}

TEST_F(Execute, EndsWithItsTokenItsTimeAndItsClient) {
    server.onAny(silent());
    CancelSource source;
    auto cancelled = client.execute(countTypes(), CommandOptions().cancelToken(source.token()));
    ASSERT_TRUE(server.waitForRequests(1, patience));
    source.cancel();
    const Error sent = errorFrom(cancelled);
    EXPECT_EQ(sent.code(), ErrorCode::Cancelled);
    const Error unsent =
        errorFrom(client.execute(countTypes(), CommandOptions().cancelToken(source.token())));
    EXPECT_EQ(unsent.code(), ErrorCode::Cancelled);
    EXPECT_EQ(unsent.statement(), "LIST TYPES;");
    EXPECT_EQ(unsent.endpoint(), sent.endpoint());
    EXPECT_EQ(server.requests().size(), 1u);

    const Error late = errorFrom(client.execute(countTypes(), CommandOptions().timeout(50ms)));
    EXPECT_EQ(late.code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(late.limitName(), "timeout");

    auto closed = client.execute(countTypes());
    client.close();
    EXPECT_EQ(errorFrom(closed).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom(client.execute(countTypes())).code(), ErrorCode::ClientClosed);
}

TEST_F(Execute, InsideACallbackItsFutureMayBeWaitedFor) {
    server.on("/ksql", "", answers("[{\"@type\":\"x\"}]"));
    std::promise<std::size_t> count;
    client.execute(countTypes(), [&](Outcome<std::size_t>) {
        count.set_value(client.execute(countTypes()).get());
    });
    EXPECT_EQ(count.get_future().get(), 1u);
}

template <class Call>
void expectRefused(Call call) {
    try {
        call();
        ADD_FAILURE() << "what is not UTF-8 was let pass";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
    }
}

TEST_F(Execute, WhatIsNotUtf8IsRefusedAtTheDoor) {
    const std::string sql = "LIST TYPES;";
    expectRefused([&] { (void)client.execute("SELECT '\xe9';"); });
    expectRefused([&] { (void)client.execute(sql, CommandOptions().property("p", "\xe9")); });
    expectRefused([&] { (void)client.execute(sql, CommandOptions().sessionVariable("\xe9", "")); });
    InsertRows rows;
    rows.addJson(R"({"A":1})");
    expectRefused([&] { (void)client.insertInto("\xe9", rows); });
    expectRefused(
        [&] { (void)client.insertInto("T", rows, InsertOptions().property("p", "\xe9")); });
    expectRefused(
        [&] { (void)client.insertStream("T", InsertStreamOptions().property("p", "\xe9")); });
    EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace ksqldb::test
