// What may be waited for inside a callback, and what must not.
#include "support.h"

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

/// Runs code where the library calls back.
struct Place {
    const char* name;
    void (*run)(Client& client, std::function<void()> code, Event& done);
};

void inRow(Client& client, std::function<void()> code, Event& done) {
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) { code(); };
    callbacks.onEnd = [&](const Ending& ending) {
        // Where the code closes the Client, the rest of the answer may not have come yet.
        if (ending.error() != nullptr) {
            EXPECT_EQ(ending.error()->code(), ErrorCode::ClientClosed) << ending.error()->what();
        }
        done.set();
    };
    Subscription query = client.streamQuery("SELECT 1;", std::move(callbacks));
    EXPECT_TRUE(query.waitFor(patience));
}
void inEnd(Client& client, std::function<void()> code, Event& done) {
    StreamCallbacks callbacks;
    callbacks.onEnd = [&](const Ending&) {
        code();
        done.set();
    };
    Subscription query = client.streamQuery("SELECT 1;", std::move(callbacks));
    EXPECT_TRUE(query.waitFor(patience));
}
void inExecutor(Client& client, std::function<void()> code, Event& done) {
    TaskQueue tasks;
    StreamCallbacks callbacks;
    callbacks.onHeader = [&](StreamControl&, const Header&) { code(); };
    callbacks.onEnd = [&](const Ending&) { done.set(); };
    Subscription query = client.streamQuery("SELECT 1;", std::move(callbacks),
                                            StreamOptions().executor(tasks.executor()));
    EXPECT_TRUE(tasks.runUntil([&] { return done.isSet(); }));
}
void inCompletion(Client& client, std::function<void()> code, Event& done) {
    client.executeQuery("SELECT 1;", {}, [&](Outcome<QueryResult> outcome) {
        EXPECT_TRUE(outcome.ok());
        code();
        done.set();
    });
    EXPECT_TRUE(done.wait(patience));
}
void inWake(Client& client, std::function<void()> code, Event& done) {
    ResultStream query = client.streamQuery("SELECT 1;");
    query.notifyWhenReady([&] {
        code();
        done.set();
    });
    EXPECT_TRUE(done.wait(patience));
}

void PrintTo(const Place& place, std::ostream* out) { *out << place.name; }

class InsideCallback : public testing::TestWithParam<Place> {
protected:
    InsideCallback() {
        server.on("/query-stream", "SELECT 1;", numbers(1));
        server.on("/query-stream", statement, endless("transient_1"));
    }

    /// Runs it inside, once.
    void inside(std::function<void()> code) {
        Event done;
        int calls = 0;
        GetParam().run(
            client,
            [&] {
                ++calls;
                code();
            },
            done);
        EXPECT_TRUE(done.isSet());
        EXPECT_EQ(calls, 1);
    }
    void expectWouldDeadlock(const std::function<void()>& code) {
        const Error error = errorFrom(code);
        EXPECT_EQ(error.code(), ErrorCode::WouldDeadlock) << error.what();
        EXPECT_EQ(error.category(), ErrorCategory::Usage);
    }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_P(InsideCallback, BlockingMembersOfAStreamThrow) {
    ResultStream quiet = client.streamQuery(statement);
    inside([&] {
        RowView row;
        RowBatch rows;
        expectWouldDeadlock([&] { return quiet.next(row, patience); });
        expectWouldDeadlock([&] { return quiet.next(row); });
        expectWouldDeadlock([&] { return quiet.nextBatch(rows, patience); });
        expectWouldDeadlock([&] {
            for (const RowView each : quiet) ADD_FAILURE() << each;
        });
        EXPECT_EQ(quiet.next(row, 0ms), Next::Timeout);
    });
    // The stream has not suffered.
    RowView row;
    quiet.cancel();
    EXPECT_EQ(quiet.next(row, patience), Next::End);
}

TEST_P(InsideCallback, WaitingForAHeaderThrows) {
    server.on("/query-stream", "SELECT 2;", silent());
    ResultStream quiet = client.streamQuery("SELECT 2;");
    inside([&] { expectWouldDeadlock([&] { quiet.header(); }); });
}

TEST_P(InsideCallback, WaitingForASubscriptionThrows) {
    Subscription quiet = client.streamQuery(statement, StreamCallbacks());
    inside([&] {
        expectWouldDeadlock([&] { quiet.wait(); });
        expectWouldDeadlock([&] { return quiet.waitFor(patience); });
    });
}

TEST_P(InsideCallback, FuturesMayBeWaitedFor) {
    inside([&] {
        EXPECT_EQ(numbersOf(take(client.executeQuery("SELECT 1;"))), firstNumbers(1));
        EXPECT_FALSE(take(client.serverInfo()).version.empty());
        EXPECT_TRUE(take(client.healthCheck()).isHealthy);
        EXPECT_EQ(errorFrom(client.closeQuery("unknown")).code(), ErrorCode::StatementRejected);
    });
}

TEST_P(InsideCallback, WhatHasComeMayBeTaken) {
    ResultStream other = client.streamQuery("SELECT 1;");
    other.header();
    RowView row;
    Event come;
    other.notifyWhenReady([&] { come.set(); });
    ASSERT_TRUE(come.wait(patience));
    inside([&] {
        EXPECT_EQ(other.header().queryId(), "query_1");
        EXPECT_EQ(other.next(row, 0ms), Next::Row);
    });
}

TEST_P(InsideCallback, ClosingTheClientReturnsAtOnce) {
    Event closed;
    inside([&] {
        client.close();
        closed.set();
    });
    EXPECT_TRUE(closed.isSet());
    EXPECT_EQ(errorFrom(client.serverInfo()).code(), ErrorCode::ClientClosed);
}

INSTANTIATE_TEST_SUITE_P(Places, InsideCallback,
                         testing::Values(Place{"OnRow", &inRow}, Place{"OnEnd", &inEnd},
                                         Place{"Executor", &inExecutor},
                                         Place{"Completion", &inCompletion},
                                         Place{"Wake", &inWake}),
                         [](const auto& place) { return std::string(place.param.name); });

}  // namespace
}  // namespace ksqldb::test
