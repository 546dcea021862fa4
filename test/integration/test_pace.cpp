// How often and with how many rows callbacks are called: turns and KeepLatest; minInterval has
// test_pace_interval.cpp.
#include "own_memory.h"
#include "pace.h"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

// Counts the program's memory, the library's included.
namespace {
std::atomic<std::size_t> liveBytes{0};
}
#ifndef KSQLDB_TEST_MEMORY_IS_THE_SANITIZERS
void* operator new(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    liveBytes += malloc_usable_size(memory);
    return memory;
}
void operator delete(void* memory) noexcept {
    if (memory == nullptr) return;
    liveBytes -= malloc_usable_size(memory);
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
#endif

namespace ksqldb::test {
namespace {

constexpr std::chrono::milliseconds interval{33};

// Turns.

TEST_F(Pace, TwoBusyQueriesGetTheirRowsSideBySide) {
    constexpr int rows = 60'000;
    // The client has all of both before the first callback goes on: what comes when is the
    // delivery's doing alone, not the network's and not the event loop's. It closes the connection
    // once it has read everything.
    std::atomic<int> received{0};
    Event bothReceived;
    answer([&](Exchange& exchange) {
        Answer answer(exchange);
        exchange.head(200, {{"Connection", "close"}});
        exchange.chunk(answer.headerLine("transient_1"));
        for (int i = 0; i < rows; i += 500) sendRows(exchange, answer, i, i + 500);
        answer.end();
        if (exchange.waitForClientClose(patience) && ++received == 2) bothReceived.set();
    });
    struct Query {
        int rows = 0;
        int rowsAtStart = 0;  // when both had begun
        Subscription handle;
        int since() const { return rows - rowsAtStart; }
    };
    std::array<Query, 2> queries;
    int begun = 0;
    int compared = 0;
    const auto start = [&](Query& mine, const Query& other) {
        StreamCallbacks callbacks;
        callbacks.onRow = [&](StreamControl&, RowView) {
            if (mine.rows == 0) {
                EXPECT_TRUE(bothReceived.wait(patience));
                if (++begun == 2)
                    for (Query& query : queries) query.rowsAtStart = query.rows;
            }
            volatile int work = 0;  // the callbacks are what is slow here
            while (work < 300) work = work + 1;
            ++mine.rows;
            // Not while one has hardly begun, nor when the other is through.
            if (begun < 2 || mine.since() < 5000 || other.rows == rows) return;
            ++compared;
            if (mine.since() > 3 * other.since())
                ADD_FAILURE() << mine.since() << " rows against " << other.since();
        };
        mine.handle = client.streamQuery(statement, std::move(callbacks),
                                         StreamOptions().bufferBytes(std::size_t{64} << 20));
    };
    start(queries[0], queries[1]);
    start(queries[1], queries[0]);
    for (Query& query : queries) ASSERT_TRUE(query.handle.waitFor(patience));
    for (const Query& query : queries) EXPECT_EQ(query.rows, rows);
    EXPECT_GT(compared, rows / 2);
}

TEST_F(Pace, ABusyQueryRestsForAsLongAsTheClientsOptionsSay) {
    SKIP_OVER("HTTP/2 is never left unread", Transport::H2c);
    // Each row is sent once the one before is there, so that reading on is never worth a rest, and
    // every tenth row or so waits for the end of one. Rows that come too slowly for that take long.
    constexpr std::size_t rows = 60;
    std::vector<Event> seen(rows);
    answer([&](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0; i < static_cast<int>(rows); ++i) {
            answer.numbers(i, i + 1);
            if (exchange.waitFor(seen[static_cast<std::size_t>(i)]) != Woke::Happened) return;
        }
        answer.end();
    });
    Client slow(clientOptions(server).readPause(100ms));
    const auto begin = Clock::now();
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) {
        seen[static_cast<std::size_t>(row[0].asBigint())].set();
    };
    Subscription query = slow.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_GE(Clock::now() - begin, 200ms);
}

// KeepLatest.

TEST_F(Pace, AFastServerAndASlowDisplay) {
    constexpr int chunks = 600;
    constexpr int rowsPerChunk = 100;
    constexpr int rows = chunks * rowsPerChunk;
    constexpr std::size_t most = 200;
    std::atomic<int> sent{0};
    answer([&](Exchange& exchange) {  // up to 50 000 rows a second
        Answer answer(exchange);
        answer.header("transient_1");
        for (int chunk = 0; chunk < chunks; ++chunk) {
            sendRows(exchange, answer, sent, sent + rowsPerChunk);
            sent += rowsPerChunk;
            exchange.pause(2ms);
        }
        answer.end();
    });
    std::vector<int> sentAtCall;
    TaskQueue display;
    const auto begin = Clock::now();
    const Subscription query =
        client.streamQuery(statement, record([&](const Call&) {
                               sentAtCall.push_back(sent);
                               std::this_thread::sleep_for(20ms);  // it draws
                           }),
                           StreamOptions()
                               .executor(display.executor())
                               .minInterval(interval)
                               .maxRowsPerCall(most)
                               .overflow(Overflow::KeepLatest));
    ASSERT_TRUE(display.runUntil([&] { return ending.has_value(); }));
    const auto elapsed = Clock::now() - begin;
    EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
    expectAllCounted(rows);
    expectNoTwoCallsWithin(interval);
    EXPECT_LE(calls.size(), static_cast<std::size_t>(elapsed / interval) + 2);
    EXPECT_GT(calls.size(), 5u);
    EXPECT_GT(counts.dropped, 0u);
    EXPECT_EQ(display.mostAtOnce(), 1u);
    for (const Call& call : calls) EXPECT_LE(call.rows, most);
    // Fresh: the newest row of a call is no older than what had been sent two calls before, at
    // least two intervals. A busy machine may be late now and then, a wrong queue is always.
    std::size_t stale = 0;
    for (std::size_t i = 2; i < calls.size(); ++i)
        if (calls[i].last < sentAtCall[i - 2] - 1) ++stale;
    EXPECT_LE(stale, calls.size() / 4);
    RecordProperty("rowsPerSecond",
                   std::to_string(rows / std::chrono::duration<double>(elapsed).count()));
}

TEST_F(Pace, KeepLatestWithoutAnInterval) {
    constexpr int rows = 100'000;
    answer(fast(rows));
    Subscription query = client.streamQuery(
        statement, record(), StreamOptions().maxRowsPerCall(10).overflow(Overflow::KeepLatest));
    ASSERT_TRUE(query.waitFor(patience));
    expectAllCounted(rows);
    for (const Call& call : calls) EXPECT_LE(call.rows, 10u);
}

TEST_F(Pace, AnErrorCountsTheRowsThatWereDropped) {
    constexpr int rows = 500;
    Event taken;
    answer([&taken](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        sendRows(exchange, answer, 0, rows);
        exchange.waitFor(taken);
        answer.row("[\"no number]");
        exchange.stall();
    });
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) {
        if (row.get<int>("N") == rows - 1) taken.set();
    };
    std::optional<Ending> how;
    callbacks.onEnd = [&](const Ending& end) { how = end; };
    Subscription query =
        client.streamQuery(statement, std::move(callbacks),
                           StreamOptions().overflow(Overflow::KeepLatest).maxRowsPerCall(3));
    ASSERT_TRUE(query.waitFor(patience));
    ASSERT_NE(how->error(), nullptr);
    const std::string what = how->error()->what();
    EXPECT_NE(what.find(" " + std::to_string(rows + 1) + " "), std::string::npos) << what;
}

TEST_F(Pace, HeaderAndTokensSurviveDropping) {
    constexpr int rows = 20'000;
    const auto tokenBefore = [](std::int64_t row) { return "t" + std::to_string(row / 70); };
    answer([&](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0; i < rows; i += 70) {
            answer.token(tokenBefore(i));
            sendRows(exchange, answer, i, std::min(i + 70, rows));
        }
        answer.end();
    });
    for (const std::size_t most : {1u, 50u, 100u}) {
        TaskQueue display;
        std::optional<RowCounts> last;
        bool ended = false;
        headers = 0;
        StreamCallbacks callbacks;
        callbacks.onHeader = [&](StreamControl&, const Header& header) {
            EXPECT_EQ(header.queryId(), "transient_1");
            ++headers;
        };
        callbacks.onRow = [&](StreamControl& control, RowView row) {
            EXPECT_EQ(control.continuationToken(), tokenBefore(row[0].asBigint()));
            last = control.counts();
        };
        callbacks.onEnd = [&](const Ending&) { ended = true; };
        const Subscription query = client.streamQuery(statement, std::move(callbacks),
                                                      StreamOptions()
                                                          .executor(display.executor())
                                                          .minInterval(20ms)
                                                          .maxRowsPerCall(most)
                                                          .overflow(Overflow::KeepLatest));
        ASSERT_TRUE(display.runUntil([&] { return ended; }));
        EXPECT_EQ(headers, 1);
        EXPECT_EQ(last->delivered + last->dropped, static_cast<std::uint64_t>(rows));
        EXPECT_GT(last->dropped, 0u);
    }
}

TEST_F(Pace, ABlockedDisplayCostsNoMemory) {
    constexpr int chunks = 640;  // of 100 kB
    Event allSent;
    answer([&](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1", {{"N", "BIGINT"}, {"TEXT", "STRING"}});
        const std::string text(1000, 'x');
        for (int i = 0; i < chunks; ++i) {
            std::string lines;
            for (int row = 100 * i; row < 100 * (i + 1); ++row)
                lines += answer.rowLine("[" + std::to_string(row) + ",\"" + text + "\"]");
            exchange.chunk(lines);
        }
        allSent.set();
        answer.end();
    });
    std::size_t growth = 0;
    Subscription query = client.streamQuery(
        statement, record([&](const Call&) {
            if (calls.size() > 1) return;
            const std::size_t before = liveBytes;
            // The server can only be through when the client has taken it all.
            while (!allSent.isSet()) {
                growth = std::max(growth, std::max<std::size_t>(liveBytes, before) - before);
                std::this_thread::sleep_for(1ms);
            }
        }),
        StreamOptions().bufferBytes(1 << 20).overflow(Overflow::KeepLatest));
    ASSERT_TRUE(query.waitFor(patience));
    expectAllCounted(100 * chunks);
    EXPECT_LT(growth, 16u << 20) << "of 64 MB";  // nothing is counted in a sanitizer's run
}

}  // namespace
}  // namespace ksqldb::test
