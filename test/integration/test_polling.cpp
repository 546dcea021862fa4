// What a ResultStream promises: next(), loops, limits, its end, wake-ups.
#include "support.h"

#include <atomic>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

class Polling : public testing::Test {
protected:
    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }

    /// Rows come one by one, as the test lets them.
    void answerStepwise() {
        answer([this](Exchange& exchange) {
            const auto running = exchange.running("transient_1");
            Answer answer(exchange);
            answer.header("transient_1");
            for (int i = 0; i < 3; ++i) {
                exchange.waitFor(step[i]);
                answer.numbers(i, i + 1);
            }
            exchange.waitFor(step[3]);
            answer.end();
        });
    }

    void failAfter(int rows) {
        answer([rows](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("query_1");
            answer.numbers(0, rows);
            answer.error(50000, "it broke");
        });
    }

    Event step[4];
    LocalServer server;
    Client client{clientOptions(server)};
    RowView row;
    RowBatch batch;
};

TEST_F(Polling, RangeForTakesAllRows) {
    answer(numbers(1000));
    ResultStream query = client.streamQuery(statement);
    std::vector<std::int64_t> rows;
    for (const RowView each : query) rows.push_back(each[0].asBigint());
    EXPECT_EQ(rows, firstNumbers(1000));
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Finished);
    EXPECT_EQ(query.counts().delivered, 1000u);
}

TEST_F(Polling, LoopUntilIsCompleteTakesAllRows) {
    answer(numbers(100));
    ResultStream query = client.streamQuery(statement);
    std::vector<std::int64_t> rows;
    while (!query.isComplete())
        if (query.next(row) == Next::Row) rows.push_back(row[0].asBigint());
    EXPECT_EQ(rows, firstNumbers(100));
}

TEST_F(Polling, LimitsGiveTimeoutAndLoseNothing) {
    answerStepwise();
    ResultStream query = client.streamQuery(statement);
    EXPECT_EQ(query.header().queryId(), "transient_1");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(query.next(row, 0ms), Next::Timeout);
        const auto start = Clock::now();
        EXPECT_EQ(query.next(row, 20ms), Next::Timeout);
        EXPECT_GE(Clock::now() - start, 20ms);
        EXPECT_FALSE(query.isComplete());
        step[i].set();
        ASSERT_EQ(query.next(row, patience), Next::Row);
        EXPECT_EQ(row[0].asBigint(), i);
    }
    step[3].set();
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_EQ(query.next(row), Next::End);
    EXPECT_EQ(query.nextBatch(batch, patience), Next::End);
}

TEST_F(Polling, BatchesTakeTheRowsThatCameTogether) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        std::string all = answer.headerLine("query_1");
        for (int i = 0; i < 300; ++i) all += answer.rowLine("[" + std::to_string(i) + "]");
        exchange.head(200);
        exchange.chunk(all);
        answer.end();
    });
    ResultStream query = client.streamQuery(statement);
    std::vector<std::int64_t> rows;
    std::vector<RowBatch> kept;
    while (query.nextBatch(batch, patience) == Next::Row) {
        EXPECT_FALSE(batch.empty());
        for (const RowView each : batch) rows.push_back(each[0].asBigint());
        kept.push_back(batch);
    }
    EXPECT_EQ(rows, firstNumbers(300));
    EXPECT_LT(kept.size(), 100u);
    std::int64_t next = 0;
    for (const RowBatch& each : kept)
        for (const RowView one : each) EXPECT_EQ(one[0].asBigint(), next++);
}

TEST_F(Polling, RowsAndBatchesMayBeMixed) {
    answer(numbers(50));
    ResultStream query = client.streamQuery(statement);
    std::vector<std::int64_t> rows;
    while (query.next(row, patience) == Next::Row) {
        rows.push_back(row[0].asBigint());
        if (query.nextBatch(batch, patience) != Next::Row) break;
        for (const RowView each : batch) rows.push_back(each[0].asBigint());
    }
    EXPECT_EQ(rows, firstNumbers(50));
}

TEST_F(Polling, ErrorIsThrownOnceAfterTheLastRow) {
    failAfter(3);
    ResultStream query = client.streamQuery(statement);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(query.next(row, patience), Next::Row);
    // The end has come, but is not reported yet.
    Event come;
    query.notifyWhenReady([&] { come.set(); });
    ASSERT_TRUE(come.wait(patience));
    EXPECT_FALSE(query.isComplete());
    EXPECT_EQ(errorFrom([&] { query.ending(); }).code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorFrom([&] { return query.next(row, patience); }).serverCode(), 50000);
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.next(row, patience), Next::End);
    ASSERT_EQ(query.ending().kind(), Ending::Kind::Failed);
    EXPECT_EQ(query.ending().error()->serverMessage(), "it broke");
    EXPECT_EQ(query.header().queryId(), "query_1");
}

TEST_F(Polling, RangeForThrowsAfterItsRows) {
    failAfter(3);
    ResultStream query = client.streamQuery(statement);
    std::vector<std::int64_t> rows;
    const Error error = errorFrom([&] {
        for (const RowView each : query) rows.push_back(each[0].asBigint());
    });
    EXPECT_EQ(error.serverCode(), 50000);
    EXPECT_EQ(rows, firstNumbers(3));
    for (const RowView each : query) ADD_FAILURE() << each;
}

TEST_F(Polling, HeaderThrowsTheErrorThatCameFirst) {
    server.on("/query-stream", "", [](Exchange& exchange) { exchange.respond(503, "gone"); });
    ResultStream query = client.streamQuery(statement);
    EXPECT_EQ(errorFrom([&] { query.header(); }).httpStatus(), 503);
    EXPECT_EQ(errorFrom([&] { query.header(); }).httpStatus(), 503);
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.next(row, patience), Next::End);
}

TEST_F(Polling, HeaderLeavesTheRows) {
    answer(numbers(3));
    ResultStream query = client.streamQuery(statement);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(query.header().schema().size(), 1u);
        ASSERT_EQ(query.next(row, patience), Next::Row);
    }
    EXPECT_EQ(query.next(row, patience), Next::End);
}

TEST_F(Polling, EndingIsForCompleteStreams) {
    answerStepwise();
    ResultStream query = client.streamQuery(statement);
    const Error error = errorFrom([&] { query.ending(); });
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error.category(), ErrorCategory::Usage);
}

TEST_F(Polling, ASecondThreadAtTheSameTimeIsRefused) {
    answerStepwise();
    ResultStream query = client.streamQuery(statement);
    query.header();
    std::atomic<bool> returned{false};
    std::thread waiting([&] {
        RowView mine;
        while (!returned) {
            try {
                EXPECT_EQ(query.next(mine, patience), Next::Row);
                returned = true;
            } catch (const Error& error) {  // it may be the refused one while both begin
                EXPECT_EQ(error.code(), ErrorCode::ConcurrentUse);
            }
        }
    });
    // Sooner or later the other one waits inside.
    std::optional<Error> refused;
    while (!refused && !returned) {
        try {
            query.isComplete();
        } catch (const Error& error) {
            refused = error;  // the other one is in next(), for it stays there
        }
    }
    EXPECT_EQ(refused->code(), ErrorCode::ConcurrentUse);
    EXPECT_EQ(errorFrom([&] { return query.next(row, 0ms); }).code(), ErrorCode::ConcurrentUse);
    EXPECT_EQ(errorFrom([&] { return query.nextBatch(batch, 0ms); }).code(),
              ErrorCode::ConcurrentUse);
    EXPECT_EQ(errorFrom([&] { query.header(); }).code(), ErrorCode::ConcurrentUse);
    EXPECT_EQ(errorFrom([&] { query.notifyWhenReady([] {}); }).code(), ErrorCode::ConcurrentUse);
    EXPECT_FALSE(returned);
    step[0].set();
    waiting.join();
}

TEST_F(Polling, WakeIsCalledOnceForEachRow) {
    answerStepwise();
    ResultStream query = client.streamQuery(statement);
    query.header();
    for (int i = 0; i < 3; ++i) {
        Next found = Next::Timeout;
        // The header's own wake may come late: then there is no row, and it is asked again.
        while (found == Next::Timeout) {
            std::atomic<int> calls{0};
            Event woken;
            std::string thread;
            query.notifyWhenReady([&] {
                ++calls;
                thread = threadName();
                woken.set();
            });
            EXPECT_TRUE(i == 0 || !woken.isSet());
            step[i].set();
            ASSERT_TRUE(woken.wait(patience));
            EXPECT_EQ(thread, "ksqldb-deliver");
            found = query.next(row, 0ms);
            EXPECT_EQ(calls, 1);
            EXPECT_TRUE(i == 0 || found != Next::Timeout);
        }
        EXPECT_EQ(found, Next::Row);
    }
    Event end;
    query.notifyWhenReady([&] { end.set(); });
    step[3].set();
    ASSERT_TRUE(end.wait(patience));
    EXPECT_EQ(query.next(row, 0ms), Next::End);
}

TEST_F(Polling, WakeComesAtOnceWhereSomethingIsThere) {
    answer(numbers(2));
    ResultStream query = client.streamQuery(statement);
    ASSERT_EQ(query.next(row, patience), Next::Row);
    for (int i = 0; i < 3; ++i) {
        Event woken;
        query.notifyWhenReady([&] { woken.set(); });
        EXPECT_TRUE(woken.wait(patience));
    }
    ASSERT_EQ(query.next(row, patience), Next::Row);
    EXPECT_EQ(row[0].asBigint(), 1);
}

TEST_F(Polling, LaterWakeReplacesTheEarlierOne) {
    answerStepwise();
    ResultStream query = client.streamQuery(statement);
    query.header();
    std::atomic<int> first{0};
    Event second;
    query.notifyWhenReady([&] { ++first; });
    query.notifyWhenReady([&] { second.set(); });
    step[0].set();
    ASSERT_TRUE(second.wait(patience));
    EXPECT_EQ(first, 0);
}

TEST_F(Polling, AnEventLoopCanLiveOnWakesAlone) {
    answer(numbers(500));
    ResultStream query = client.streamQuery(statement);
    TaskQueue loop;
    const Executor post = loop.executor();
    std::vector<std::int64_t> rows;
    bool ended = false;
    std::function<void()> drain = [&] {
        while (true) {
            switch (query.next(row, 0ms)) {
                case Next::Row:
                    rows.push_back(row[0].asBigint());
                    break;
                case Next::Timeout:
                    query.notifyWhenReady([&] { post(drain); });
                    return;
                case Next::End:
                    ended = true;
                    return;
                case Next::Event:  // nobody asked for them
                    ADD_FAILURE();
                    return;
            }
        }
    };
    post(drain);
    ASSERT_TRUE(loop.runUntil([&] { return ended; }));
    EXPECT_EQ(rows, firstNumbers(500));
    EXPECT_EQ(loop.mostAtOnce(), 1u);
}

TEST_F(Polling, TombstonesAreSkippedAndCountedOrDelivered) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        answer.tombstone("[null]");
        answer.numbers(0, 2);
        answer.tombstone("[null]");
        answer.tombstone("[null]");
        answer.numbers(2, 3);
        answer.tombstone("[null]");
        answer.end();
    });
    ResultStream skipping = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(skipping), firstNumbers(3));
    EXPECT_EQ(skipping.counts().delivered, 3u);
    EXPECT_EQ(skipping.counts().tombstones, 4u);

    ResultStream taking =
        client.streamQuery(statement, StreamOptions().tombstones(Tombstones::Deliver));
    std::string seen;
    for (const RowView each : taking) seen += each.isTombstone() ? '-' : '+';
    EXPECT_EQ(seen, "-++--+-");
    EXPECT_EQ(taking.counts().delivered, 7u);
    EXPECT_EQ(taking.counts().tombstones, 0u);

    ResultStream batches = client.streamQuery(statement);
    std::vector<std::int64_t> rows;
    while (batches.nextBatch(batch, patience) == Next::Row)
        for (const RowView each : batch) rows.push_back(each[0].asBigint());
    EXPECT_EQ(rows, firstNumbers(3));
}

TEST_F(Polling, AQuestionLeavesTheRowAlone) {
    answerStepwise();
    ResultStream query = client.streamQuery(statement);
    Event woken;
    step[0].set();
    ASSERT_EQ(query.next(row, patience), Next::Row);
    EXPECT_FALSE(query.isComplete());
    query.notifyWhenReady([&] { woken.set(); });
    step[1].set();
    ASSERT_TRUE(woken.wait(patience));
    EXPECT_FALSE(query.isComplete());
    EXPECT_EQ(row["N"].asBigint(), 0);
    ASSERT_EQ(query.next(row, patience), Next::Row);
    step[2].set();
    EXPECT_EQ(row["N"].asBigint(), 1);
}

TEST_F(Polling, BracesAreNoOptions) {
    answer(numbers(10));
    ResultStream query = client.streamQuery(statement, {});
    std::size_t rows = 0;
    for (const RowView each : query) rows += each.size();
    EXPECT_EQ(rows, 10u);
}

TEST_F(Polling, OptionsForCallbacksAreRefused) {
    for (const auto& [options, text] :
         {std::pair{StreamOptions().executor([](auto run) { run(); }), "executor"},
          std::pair{StreamOptions().minInterval(1ms), "minInterval"},
          std::pair{StreamOptions().maxRowsPerCall(5), "maxRowsPerCall"},
          std::pair{StreamOptions().overflow(Overflow::KeepLatest), "overflow"}}) {
        const Error error =
            errorFrom([&, &refused = options] { return client.streamQuery(statement, refused); });
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Polling, TokenIsTheNewestBeforeTheRow) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("SCALABLE_PUSH_QUERY_1");
        answer.row("[0]");
        answer.token("first");
        answer.row("[1]");
        answer.token("last");
        answer.end();
    });
    ResultStream query = client.streamQuery(statement);
    EXPECT_EQ(query.continuationToken(), "");
    ASSERT_EQ(query.next(row, patience), Next::Row);
    EXPECT_EQ(query.continuationToken(), "");
    ASSERT_EQ(query.next(row, patience), Next::Row);
    EXPECT_EQ(query.continuationToken(), "first");
    ASSERT_EQ(query.next(row, patience), Next::End);
    EXPECT_EQ(query.continuationToken(), "last");
}

}  // namespace
}  // namespace ksqldb::test
