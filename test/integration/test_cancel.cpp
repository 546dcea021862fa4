// Cancelling: from where, by what, and what still comes afterwards.
#include "support.h"

#include <atomic>
#include <iostream>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

class Cancelling : public testing::Test {
protected:
    Cancelling() { server.on("/query-stream", "", endless("transient_1", 3)); }

    void expectGone() { EXPECT_TRUE(server.waitForRunningQueries(0, patience)); }

    LocalServer server;
    Client client{clientOptions(server)};
    Recorder recorder;
    RowView row;
};

TEST_F(Cancelling, ASubscriptionEndsItCancelled) {
    Subscription query = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(recorder.waitForRows(3));
    query.cancel();
    query.cancel();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Cancelled);
    EXPECT_EQ(recorder.events().size(), 5u);
    expectGone();
}

TEST_F(Cancelling, TheEndOfTheScopeCancels) {
    {
        const Subscription subscribed = client.streamQuery(statement, StreamCallbacks());
        ResultStream polled = client.streamQuery(statement);
        polled.header();
        ASSERT_TRUE(server.waitForRunningQueries(2, patience));
    }
    expectGone();
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Cancelling, AssigningToAHandleCancelsWhatItHad) {
    Subscription subscribed = client.streamQuery(statement, recorder.callbacks());
    ResultStream polled = client.streamQuery(statement);
    ASSERT_TRUE(server.waitForRunningQueries(2, patience));
    ASSERT_TRUE(recorder.waitForRows(3));
    subscribed = Subscription();
    EXPECT_FALSE(subscribed);
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    server.on("/query-stream", "", numbers(1));
    polled = client.streamQuery(statement);
    expectGone();
    EXPECT_EQ(numbersOf(polled), firstNumbers(1));
    EXPECT_EQ(recorder.events().size(), 4u);  // not even the end
}

TEST_F(Cancelling, APolledStreamKeepsTheRowsThatHadCome) {
    ResultStream query = client.streamQuery(statement);
    ASSERT_EQ(query.next(row, patience), Next::Row);
    // All three rows come before the marker of this other query on the same loop.
    ResultStream marker = client.streamQuery(statement);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(marker.next(row, patience), Next::Row);
    query.cancel();
    std::int64_t rows = 1;
    while (query.next(row, patience) == Next::Row) EXPECT_EQ(row[0].asBigint(), rows++);
    EXPECT_LE(rows, 3);
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Cancelled);
    EXPECT_EQ(query.next(row, patience), Next::End);
}

TEST_F(Cancelling, WakesABlockedPoll) {
    ResultStream query = client.streamQuery(statement);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(query.next(row, patience), Next::Row);
    Event polling;
    std::thread cancelling([&] {
        polling.wait(patience);
        query.cancel();
    });
    polling.set();
    EXPECT_EQ(query.next(row), Next::End);
    cancelling.join();
    expectGone();
}

TEST_F(Cancelling, BeforeTheHeaderIsAnErrorForWhoWaitsForIt) {
    server.on("/query-stream", "", silent());
    ResultStream query = client.streamQuery(statement);
    query.cancel();
    const Error error = errorFrom([&] { query.header(); });
    EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    EXPECT_EQ(error.category(), ErrorCategory::Cancelled);
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Cancelled);
}

TEST_F(Cancelling, AfterTheEndIsNothing) {
    server.on("/query-stream", "", numbers(2));
    Subscription subscribed = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(subscribed.waitFor(patience));
    subscribed.cancel();
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
    ResultStream polled = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(polled), firstNumbers(2));
    polled.cancel();
    EXPECT_EQ(polled.ending().kind(), Ending::Kind::Finished);
    client.close();
    EXPECT_EQ(recorder.events().size(), 4u);
}

TEST_F(Cancelling, InsideACallbackMakesItTheLastButOnEnd) {
    int rows = 0;
    std::optional<Ending> ending;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl& control, RowView) {
        ++rows;
        control.cancel();
        control.cancel();
    };
    callbacks.onEnd = [&](const Ending& e) { ending = e; };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(rows, 1);
    EXPECT_EQ(ending->kind(), Ending::Kind::Cancelled);
    expectGone();
}

/// BeforeTheHandle: the callback is waited for before the handle is assigned. Left alone, the
/// handle comes first nearly always.
enum class FirstCallback { AsItComes, BeforeTheHandle };

/// Streams that are cancelled in their first callback, as many as asked for, one after the other.
/// Returns how often that ran before the handle was assigned.
int cancelInFirstCallback(Client& client, int times, FirstCallback when) {
    int early = 0;
    for (int i = 0; i < times; ++i) {
        int rows = 0;
        int ends = 0;
        bool wasEarly = false;
        std::atomic<bool> isAssigned{false};
        Event cancelled;
        Ending::Kind kind = Ending::Kind::Failed;
        StreamCallbacks callbacks;
        callbacks.onHeader = [&](StreamControl& control, const Header&) {
            wasEarly = !isAssigned;
            control.cancel();
            cancelled.set();
        };
        callbacks.onRow = [&](StreamControl&, RowView) { ++rows; };
        callbacks.onEnd = [&](const Ending& ending) {
            ++ends;
            kind = ending.kind();
        };
        Subscription query;
        query = [&] {
            Subscription started = client.streamQuery(statement, std::move(callbacks));
            if (when == FirstCallback::BeforeTheHandle) cancelled.wait(patience);
            return started;
        }();
        isAssigned = true;
        EXPECT_TRUE(query.waitFor(patience));
        EXPECT_EQ(rows, 0);
        EXPECT_EQ(ends, 1);
        EXPECT_EQ(kind, Ending::Kind::Cancelled);
        if (testing::Test::HasFailure()) break;
        early += wasEarly ? 1 : 0;
    }
    return early;
}

/// The answer is whole at once, so that connections can be used again.
Script wholeAnswer() {
    return [](Exchange& exchange) {
        const Answer answer(exchange);
        exchange.respond(200, answer.headerLine("query_1") + answer.rowLine("[0]") + "]");
    };
}

TEST_F(Cancelling, InTheFirstCallbackTenThousandTimes) {
    server.on("/query-stream", "", wholeAnswer());
    constexpr int threads = 4;
    constexpr int times = 2500;
    std::atomic<int> early{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i)
        callers.emplace_back(
            [&] { early += cancelInFirstCallback(client, times, FirstCallback::BeforeTheHandle); });
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(early, threads * times);
    EXPECT_EQ(server.requests().size(), std::size_t{threads} * times);
}

TEST_F(Cancelling, InTheFirstCallbackWhileTheHandleIsAssigned) {
    server.on("/query-stream", "", wholeAnswer());
    std::cout << cancelInFirstCallback(client, 1000, FirstCallback::AsItComes)
              << " of 1000 before the handle was assigned\n";
    EXPECT_EQ(server.requests().size(), 1000u);
}

TEST_F(Cancelling, InTheFirstCallbackOfQueriesThatRunOn) {
    cancelInFirstCallback(client, 300, FirstCallback::AsItComes);
    EXPECT_EQ(cancelInFirstCallback(client, 100, FirstCallback::BeforeTheHandle), 100);
    expectGone();
}

// By a token.

enum class When { BeforeTheCall, BeforeTheAnswer, AmidRows };
void PrintTo(When when, std::ostream* out) {
    static constexpr const char* names[] = {"BeforeTheCall", "BeforeTheAnswer", "AmidRows"};
    *out << names[static_cast<int>(when)];
}

class CancellingByToken : public Cancelling, public testing::WithParamInterface<When> {
protected:
    CancellingByToken() {
        if (GetParam() == When::BeforeTheCall) source.cancel();
        if (GetParam() == When::BeforeTheAnswer) server.on("/query-stream", "", silent());
    }

    void cancelWhenItIsTime() {
        switch (GetParam()) {
            case When::BeforeTheCall:
                return;
            case When::BeforeTheAnswer:
                ASSERT_TRUE(server.waitForRequests(1, patience));
                break;
            case When::AmidRows:
                ASSERT_TRUE(server.waitForRunningQueries(1, patience));
                break;
        }
        source.cancel();
        EXPECT_TRUE(source.token().isCancelled());
    }

    CancelSource source;
};

TEST_P(CancellingByToken, FailsExecuteQuery) {
    std::promise<Header> header;
    std::future<Header> early = header.get_future();
    std::future<QueryResult> result = client.executeQuery(
        statement, QueryOptions().cancelToken(source.token()), std::move(header));
    if (GetParam() == When::AmidRows) {
        EXPECT_EQ(take(early).queryId(), "transient_1");
    }
    cancelWhenItIsTime();
    const Error error = errorFrom(result);
    EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    EXPECT_EQ(error.category(), ErrorCategory::Cancelled);
    EXPECT_EQ(error.statement(), statement);
    if (GetParam() != When::AmidRows) {
        EXPECT_EQ(errorFrom(early).code(), ErrorCode::Cancelled);
    }
    expectGone();
}

TEST_P(CancellingByToken, EndsASubscription) {
    Subscription query = client.streamQuery(statement, recorder.callbacks(),
                                            StreamOptions().cancelToken(source.token()));
    cancelWhenItIsTime();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Cancelled);
    expectGone();
}

TEST_P(CancellingByToken, EndsAPolledStream) {
    ResultStream query = client.streamQuery(statement, StreamOptions().cancelToken(source.token()));
    cancelWhenItIsTime();
    while (query.next(row, patience) == Next::Row) {
    }
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Cancelled);
    expectGone();
}

INSTANTIATE_TEST_SUITE_P(All, CancellingByToken,
                         testing::Values(When::BeforeTheCall, When::BeforeTheAnswer,
                                         When::AmidRows));

TEST_F(Cancelling, OneTokenEndsManyCalls) {
    CancelSource source;
    std::vector<std::future<QueryResult>> results;
    for (int i = 0; i < 20; ++i)
        results.push_back(
            client.executeQuery(statement, QueryOptions().cancelToken(source.token())));
    ASSERT_TRUE(server.waitForRunningQueries(20, patience));
    source.cancel();
    for (auto& result : results) EXPECT_EQ(errorFrom(result).code(), ErrorCode::Cancelled);
    // Too late for a further one.
    EXPECT_EQ(errorFrom(client.executeQuery(statement, QueryOptions().cancelToken(source.token())))
                  .code(),
              ErrorCode::Cancelled);
}

TEST_F(Cancelling, ATokenMayOutliveEverything) {
    CancelSource source;
    {
        server.on("/query-stream", "", numbers(1));
        Client other(clientOptions(server));
        take(other.executeQuery(statement, QueryOptions().cancelToken(source.token())));
    }
    source.cancel();
    EXPECT_TRUE(source.token().isCancelled());
    EXPECT_FALSE(CancelToken().isCancelled());
}

TEST_F(Cancelling, ADroppedFutureDoesNotCancel) {
    (void)client.executeQuery(statement);
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    // It goes on until somebody ends it.
    EXPECT_TRUE(server.endQuery("transient_1"));
    expectGone();
}

}  // namespace
}  // namespace ksqldb::test
