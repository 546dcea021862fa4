// minInterval: how calls are spaced, and that nothing waits for an interval that nobody needs.
#include "pace.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

class Interval : public Pace {};

TEST_F(Interval, WithPauseLosesNothing) {
    constexpr int rows = 3000;
    answer(fast(rows));
    const auto begin = Clock::now();
    Subscription query = client.streamQuery(statement, record(),
                                            StreamOptions().minInterval(5ms).maxRowsPerCall(100));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
    expectAllCounted(rows);
    expectNoTwoCallsWithin(5ms);
    EXPECT_EQ(counts.dropped, 0u);
    EXPECT_LE(calls.size(), static_cast<std::size_t>((Clock::now() - begin) / 5ms) + 2);
    for (std::size_t i = 1; i < calls.size(); ++i) EXPECT_EQ(calls[i].first, calls[i - 1].last + 1);
    for (const Call& call : calls) EXPECT_LE(call.rows, 100u);
}

TEST_F(Interval, WithASmallBufferLosesNothing) {
    constexpr int rows = 20'000;
    answer(fast(rows));
    Subscription query = client.streamQuery(
        statement, record(),
        StreamOptions().minInterval(2ms).maxRowsPerCall(5000).bufferBytes(10'000));
    ASSERT_TRUE(query.waitFor(patience));
    expectAllCounted(rows);
    expectNoTwoCallsWithin(2ms);
}

TEST_F(Interval, HoldsForATurnOfSingleRows) {
    constexpr std::size_t rows = 400;
    constexpr std::size_t most = 25;
    answer(fast(rows));
    std::vector<Clock::time_point> times;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) {
        EXPECT_EQ(row[0].asBigint(), static_cast<std::int64_t>(times.size()));
        times.push_back(Clock::now());
    };
    Subscription query = client.streamQuery(statement, std::move(callbacks),
                                            StreamOptions().minInterval(5ms).maxRowsPerCall(most));
    ASSERT_TRUE(query.waitFor(patience));
    ASSERT_EQ(times.size(), rows);
    for (std::size_t i = most; i < rows; ++i)
        EXPECT_GE(times[i] - times[i - most], 5ms) << "row " << i;
}

TEST_F(Interval, OfADetachedQueryHoldsBackNeitherItsLastRowsNorItsEnd) {
    for (const bool closed : {false, true}) {
        Event called;
        Event ended;
        const auto more = std::make_shared<Event>();
        answer([more, closed](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("transient_1");
            sendRows(exchange, answer, 0, 10);
            exchange.waitFor(*more);
            sendRows(exchange, answer, 10, 20);
            if (!closed) return answer.end();
            exchange.stall();
        });
        Client brief(clientOptions(server));
        calls.clear();
        ending.reset();
        StreamCallbacks callbacks = record([&](const Call&) { called.set(); });
        callbacks.onEnd = [&](const Ending& end) {
            ending = end;
            ended.set();
        };
        brief.streamQuery(statement, std::move(callbacks), StreamOptions().minInterval(500ms))
            .detach();
        ASSERT_TRUE(called.wait(patience));
        more->set();
        if (closed) brief.close();
        ASSERT_TRUE(ended.wait(patience));
        EXPECT_EQ(ending->error() != nullptr, closed);
        if (!closed) expectAllCounted(20);
    }
}

TEST_F(Interval, ARowAfterASilenceIsNotDelayed) {
    // A busy machine may be late now and then; a row that waits for another interval always is.
    constexpr auto interval = 400ms;
    constexpr int attempts = 20;
    // The server may wait for the next one when the test is over.
    const auto asked = std::make_shared<std::vector<Event>>(attempts + 1);
    std::vector<Event> seen(attempts + 1);
    answer([asked](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0; i <= attempts; ++i) {
            if (exchange.waitFor(asked->at(static_cast<std::size_t>(i))) != Woke::Happened) return;
            answer.numbers(i, i + 1);
        }
        exchange.stall();
    });
    const Subscription query = client.streamQuery(
        statement,
        record([&](const Call& call) { seen[static_cast<std::size_t>(call.last)].set(); }),
        StreamOptions().minInterval(interval));
    bool isPrompt = false;
    for (std::size_t i = 0; i <= attempts && !isPrompt; ++i) {
        if (i > 0) std::this_thread::sleep_for(interval);  // the silence
        const auto sent = Clock::now();
        asked->at(i).set();
        ASSERT_TRUE(seen[i].wait(patience));
        isPrompt = i > 0 && Clock::now() - sent < interval;
    }
    EXPECT_TRUE(isPrompt);
}

TEST_F(Interval, TombstonesInTheMiddleMakeNoMoreCalls) {
    constexpr int rows = 2000;
    answer([&](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0; i < rows; i += 20) {
            sendRows(exchange, answer, i, i + 19);
            answer.tombstone("[null]");
            answer.tombstone("[null]");
            sendRows(exchange, answer, i + 19, i + 20);
        }
        for (int i = 0; i < 50; ++i) answer.tombstone("[null]");
        answer.end();
    });
    for (const Overflow overflow : {Overflow::Pause, Overflow::KeepLatest}) {
        calls.clear();
        Subscription query = client.streamQuery(
            statement, record(),
            StreamOptions().minInterval(10ms).maxRowsPerCall(150).overflow(overflow));
        ASSERT_TRUE(query.waitFor(patience));
        expectNoTwoCallsWithin(10ms);
        for (std::size_t i = 1; i < calls.size(); ++i) EXPECT_GE(calls[i].first, calls[i - 1].last);
        if (overflow == Overflow::Pause) {
            expectAllCounted(rows);
            EXPECT_LE(calls.size(), static_cast<std::size_t>(rows));
        }
    }
}

TEST_F(Interval, OnlyTombstonesMakeNoCall) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0; i < 500; ++i) answer.tombstone("[null]");
        answer.end();
    });
    Subscription query =
        client.streamQuery(statement, record(), StreamOptions().minInterval(std::chrono::hours(1)));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_TRUE(calls.empty());
    EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
}

// While it rests.

class Resting : public Pace {
protected:
    /// A stream that has had its first call, with hours to its second.
    Subscription rest(StreamOptions options = {}) {
        answer(endless("transient_1", 3));
        Subscription query =
            client.streamQuery(statement, record([this](const Call&) { called.set(); }),
                               std::move(options.minInterval(std::chrono::hours(1))));
        EXPECT_TRUE(called.wait(patience));
        return query;
    }
    Event called;
};

TEST_F(Resting, CancelEndsItPromptly) {
    Subscription query = rest();
    query.cancel();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(ending->kind(), Ending::Kind::Cancelled);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(Resting, ATokenEndsItPromptly) {
    CancelSource source;
    Subscription query = rest(StreamOptions().cancelToken(source.token()));
    source.cancel();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(ending->kind(), Ending::Kind::Cancelled);
}

TEST_F(Resting, TheHandlesDestructorDoesNotWait) {
    rest();
    EXPECT_FALSE(ending);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(Resting, ClosingTheClientEndsItPromptly) {
    Subscription query = rest();
    client.close();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(ending->error()->code(), ErrorCode::ClientClosed);
}

TEST_F(Resting, CancelOnAnExecutorEndsItPromptly) {
    Subscription query = rest(StreamOptions().executor([](const auto& task) { task(); }));
    query.cancel();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(ending->kind(), Ending::Kind::Cancelled);
}

TEST_F(Resting, CancelWhileItBeginsToRest) {
    answer(endless("transient_1", 3));
    for (int i = 0; i < 100; ++i) {
        Event inCall;
        Subscription query =
            client.streamQuery(statement, record([&](const Call&) { inCall.set(); }),
                               StreamOptions().minInterval(std::chrono::hours(1)));
        ASSERT_TRUE(inCall.wait(patience));
        for (int spins = 0; spins < 20 * i; ++spins)
            std::atomic_signal_fence(std::memory_order_seq_cst);
        query.cancel();
        ASSERT_TRUE(query.waitFor(patience));
        EXPECT_EQ(ending->kind(), Ending::Kind::Cancelled);
        calls.clear();
    }
}

TEST_F(Resting, TheEndWaitsForOneIntervalAtMost) {
    answer(numbers(3));
    for (const Overflow overflow : {Overflow::Pause, Overflow::KeepLatest}) {
        // A busy machine may be late now and then, a wrong end always is.
        bool isPrompt = false;
        for (int attempt = 0; attempt < 20 && !isPrompt; ++attempt) {
            calls.clear();
            const auto begin = Clock::now();
            Subscription query = client.streamQuery(
                statement, record(), StreamOptions().minInterval(500ms).overflow(overflow));
            ASSERT_TRUE(query.waitFor(patience));
            // Calls are an interval apart, and the end comes with the last one or after one more.
            isPrompt = Clock::now() - begin < 500ms * static_cast<int>(calls.size() + 1);
            expectAllCounted(3);
            EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
        }
        EXPECT_TRUE(isPrompt);
    }
}

}  // namespace
}  // namespace ksqldb::test
