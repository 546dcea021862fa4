// Silent push queries: a dead server is told from a quiet one.
#include "relay.h"
#include "support.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

constexpr const char* push = "SELECT N FROM S EMIT CHANGES;";

class Liveness : public testing::Test {
protected:
    /// A push query that sends a row for each of `more`, and is silent else.
    void serve() {
        server.on("/query-stream", "", [more = more](Exchange& exchange) {
            const auto running = exchange.running("transient_1");
            Answer answer(exchange);
            answer.header("transient_1");
            answer.numbers(0, 1);
            exchange.waitFor(*more);
            if (exchange.ended()) return answer.end();
            answer.numbers(1, 2);
            if (exchange.stall() == Woke::QueryEnded) answer.end();
        });
    }
    void answerInfo(int status) {
        server.on("/info", "", [status](Exchange& exchange) { exchange.respond(status, "{}"); });
    }
    Subscription start(const StreamOptions& options) {
        Subscription query = client.streamQuery(push, recorder.callbacks(), options);
        EXPECT_TRUE(recorder.waitForRows(1));
        return query;
    }
    /// Waits until the server was asked so often.
    bool waitForQuestions(std::size_t count) const {
        return server.waitForRequests(1 + count, patience);
    }

    // Before the server, whose scripts use it.
    std::shared_ptr<Event> more = std::make_shared<Event>();
    LocalServer server;
    Relay relay{server.port()};
    Client client{ClientOptions(relay.url())};
    Recorder recorder;
};

TEST_F(Liveness, AServerThatIsGoneIsFound) {
    serve();
    const Subscription query = start(StreamOptions().livenessProbe(50ms, 101ms));
    relay.freeze();
    ASSERT_TRUE(recorder.waitForEnd());
    const Error error = recorder.error();
    EXPECT_EQ(error.code(), ErrorCode::ConnectionLost);
    EXPECT_EQ(error.limitName(), "livenessProbe");
    const std::string text = error.what();
    EXPECT_NE(text.find("50 ms"), std::string::npos) << text;
    EXPECT_NE(text.find("/info"), std::string::npos) << text;
    EXPECT_NE(text.find("livenessProbe, 101 ms"), std::string::npos) << text;
    EXPECT_EQ(error.statement(), push);
    EXPECT_EQ(recorder.numbers(), firstNumbers(1));
}

TEST_F(Liveness, WithoutItASilentQueryWaits) {
    serve();
    Subscription query = start({});
    relay.freeze();
    EXPECT_FALSE(query.waitFor(200ms));
}

TEST_F(Liveness, AQuietServerIsAskedAgainAndAgainAndTheQueryGoesOn) {
    serve();
    const Subscription query = start(StreamOptions().livenessProbe(20ms, patience));
    ASSERT_TRUE(waitForQuestions(3));
    for (const auto& request : server.requests())
        EXPECT_TRUE(request.path() == "/query-stream" || request.path() == "/info");
    EXPECT_GE(server.acceptedConnections(), 4U) << "each by a connection of its own";
    more->set();
    EXPECT_TRUE(recorder.waitForRows(2));
    EXPECT_EQ(recorder.numbers(), firstNumbers(2));
}

TEST_F(Liveness, WhateverAServerAnswersItIsThere) {
    for (const int status : {200, 401, 404, 429, 500}) {
        server.clearScripts();
        server.forgetRequests();
        serve();
        answerInfo(status);
        Recorder told;
        Subscription query = client.streamQuery(push, told.callbacks(),
                                                StreamOptions().livenessProbe(10ms, patience));
        ASSERT_TRUE(waitForQuestions(3)) << status;
        query.cancel();
        ASSERT_TRUE(told.waitForEnd());
        EXPECT_EQ(told.endKind(), Ending::Kind::Cancelled) << status;
    }
}

TEST_F(Liveness, AProxyThatHasLostItsServerIsNoSign) {
    for (const int status : {502, 503, 504}) {
        server.clearScripts();
        serve();
        answerInfo(status);
        Recorder told;
        const Subscription query = client.streamQuery(
            push, told.callbacks(), StreamOptions().livenessProbe(10ms, patience));
        ASSERT_TRUE(told.waitForEnd());
        EXPECT_EQ(told.error().code(), ErrorCode::ConnectionLost);
        EXPECT_NE(std::string(told.error().what()).find("HTTP " + std::to_string(status)),
                  std::string::npos)
            << told.error().what();
    }
}

TEST_F(Liveness, RowsThatComeWhileItIsAskedAreABetterSign) {
    serve();
    const auto count = std::make_shared<std::atomic<int>>(0);
    server.on("/info", "", [count, more = more](Exchange& exchange) {
        if ((*count)++ > 0) return exchange.respond(200, "{}");
        more->set();
        exchange.waitForClientClose();
    });
    const Subscription query = start(StreamOptions().livenessProbe(30ms, 1s));
    ASSERT_TRUE(recorder.waitForRows(2));
    // The first was given up, and a further silence is asked about anew.
    ASSERT_TRUE(waitForQuestions(3));
    EXPECT_EQ(recorder.events().back(), "row 1");
}

TEST_F(Liveness, CancellingEndsTheQuestionToo) {
    serve();
    server.on("/info", "", silent());
    Subscription query = start(StreamOptions().livenessProbe(10ms, 1h));
    ASSERT_TRUE(waitForQuestions(1));
    EXPECT_TRUE(server.waitForOpenConnections(2, patience));
    query.cancel();
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Cancelled);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Liveness, TheEndOfTheQueryEndsTheQuestionToo) {
    serve();
    server.on("/info", "", silent());
    const Subscription query = start(StreamOptions().livenessProbe(10ms, 1h));
    ASSERT_TRUE(waitForQuestions(1));
    ASSERT_TRUE(server.endQuery("transient_1"));
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
    // What is left is the query's connection, which is kept.
    EXPECT_TRUE(server.waitForOpenConnections(1, patience));
}

TEST_F(Liveness, AnAnswerThatComesWithTheEndOfTheQueryIsNoEvent) {
    serve();
    for (int i = 0; i < 20; ++i) {
        const auto mayAnswer = std::make_shared<Event>();
        server.on("/info", "", [mayAnswer](Exchange& exchange) {
            exchange.waitFor(*mayAnswer);
            exchange.respond(503, "{}");
        });
        server.forgetRequests();
        Recorder told;
        Subscription query =
            client.streamQuery(push, told.callbacks(), StreamOptions().livenessProbe(1ms, 1h));
        ASSERT_TRUE(waitForQuestions(1));
        mayAnswer->set();
        query.cancel();
        ASSERT_TRUE(told.waitForEnd());
        const std::vector<std::string> events = told.events();
        EXPECT_EQ(std::count(events.begin(), events.end(), "end"), 1);
    }
}

TEST_F(Liveness, ClosingTheClientEndsTheQuestionToo) {
    serve();
    server.on("/info", "", silent());
    const Subscription query = start(StreamOptions().livenessProbe(10ms, 1h));
    ASSERT_TRUE(waitForQuestions(1));
    client.close();
    EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Liveness, AQueryThatIsResumedGoesOnByANewConnection) {
    serve();
    Event lost;
    Event resumed;
    StreamCallbacks callbacks = recorder.callbacks();
    callbacks.onEvent = [&](StreamControl&, const StreamEvent& event) {
        if (event.kind == StreamEvent::Kind::Disconnected) {
            EXPECT_EQ(event.error->limitName(), "livenessProbe");
            lost.set();
        }
        if (event.kind == StreamEvent::Kind::Resumed) resumed.set();
    };
    const RetryPolicy often = RetryPolicy().attempts(1000).delay(1ms, 10ms);
    const Subscription query = client.streamQuery(
        push, std::move(callbacks), StreamOptions().livenessProbe(50ms, 100ms).resume(often));
    ASSERT_TRUE(recorder.waitForRows(1));
    relay.freeze();
    ASSERT_TRUE(lost.wait(patience));
    relay.thaw();
    ASSERT_TRUE(resumed.wait(patience));
    more->set();
    EXPECT_TRUE(recorder.waitForRows(2));
}

}  // namespace
}  // namespace ksqldb::test
