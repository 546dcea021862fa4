// What a stream with callbacks promises: their order, their threads, what they may throw and call.
#include "support.h"

#include <atomic>
#include <stdexcept>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

class Callbacks : public testing::Test {
protected:
    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(Callbacks, HeaderThenRowsThenOneEnd) {
    answer(numbers(3));
    Recorder recorder;
    Subscription query = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(query.waitFor(patience));
    query.wait();
    EXPECT_EQ(recorder.events(),
              (std::vector<std::string>{"header", "row 0", "row 1", "row 2", "end"}));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
}

TEST_F(Callbacks, LimitReachedIsToldApart) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_S_1");
        answer.numbers(0, 2);
        answer.end("Limit Reached");
    });
    Recorder recorder;
    Subscription query = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::LimitReached);
}

TEST_F(Callbacks, RunOnADeliveryThreadNeverInsideTheCall) {
    answer(numbers(10));
    std::vector<std::string> threads;
    std::vector<std::thread::id> ids;
    const auto note = [&] {
        threads.push_back(threadName());
        ids.push_back(std::this_thread::get_id());
    };
    StreamCallbacks callbacks;
    callbacks.onHeader = [&](StreamControl&, const Header&) { note(); };
    callbacks.onRow = [&](StreamControl&, RowView) { note(); };
    callbacks.onEnd = [&](const Ending&) { note(); };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(threads, std::vector<std::string>(12, "ksqldb-deliver"));
    for (const auto id : ids) EXPECT_NE(id, std::this_thread::get_id());
}

TEST_F(Callbacks, AFailureAtOnceIsReportedLaterToo) {
    client.close();
    std::thread::id endedOn;
    StreamCallbacks callbacks;
    callbacks.onEnd = [&](const Ending& ending) {
        endedOn = std::this_thread::get_id();
        EXPECT_EQ(ending.error()->code(), ErrorCode::ClientClosed);
    };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_NE(endedOn, std::this_thread::get_id());
}

TEST_F(Callbacks, OfOneQueryNeverRunTwoAtOnce) {
    answer(numbers(200));
    Client many(clientOptions(server).deliveryThreads(4));
    struct Query {
        std::atomic<int> inside{0};
        int most = 0;
        int calls = 0;
        Subscription handle;
        void enter() {
            most = std::max(most, ++inside);
            ++calls;
            std::this_thread::yield();
            --inside;
        }
    };
    std::vector<std::unique_ptr<Query>> queries;
    for (int i = 0; i < 8; ++i) {
        queries.push_back(std::make_unique<Query>());
        Query* query = queries.back().get();
        StreamCallbacks callbacks;
        callbacks.onHeader = [query](StreamControl&, const Header&) { query->enter(); };
        callbacks.onRow = [query](StreamControl&, RowView) { query->enter(); };
        callbacks.onEnd = [query](const Ending&) { query->enter(); };
        query->handle =
            many.streamQuery(statement, std::move(callbacks), StreamOptions().maxRowsPerCall(7));
    }
    for (const auto& query : queries) {
        ASSERT_TRUE(query->handle.waitFor(patience));
        EXPECT_EQ(query->most, 1);
        EXPECT_EQ(query->calls, 202);
    }
}

TEST_F(Callbacks, ControlKnowsHeaderAndCounts) {
    answer(numbers(3));
    std::vector<std::uint64_t> counts;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl& control, RowView) {
        counts.push_back(control.counts().delivered);
        EXPECT_EQ(control.header().queryId(), "query_1");
        EXPECT_EQ(control.header().schema()[0].name, "N");
        EXPECT_EQ(control.continuationToken(), "");
    };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(counts, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(Callbacks, NoneOfThemIsNeeded) {
    answer(numbers(3));
    Subscription query = client.streamQuery(statement, StreamCallbacks());
    EXPECT_TRUE(query.waitFor(patience));
}

TEST_F(Callbacks, RowAndRowsAtOnceAreRefused) {
    StreamCallbacks callbacks;
    callbacks.onRow = [](StreamControl&, RowView) {};
    callbacks.onRows = [](StreamControl&, const RowBatch&) {};
    const Error error =
        errorFrom([&] { auto query = client.streamQuery(statement, std::move(callbacks)); });
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error.category(), ErrorCategory::Usage);
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Callbacks, BatchesHoldAllRowsInOrderAndNoMoreThanAsked) {
    answer(numbers(1000));
    std::vector<std::int64_t> rows;
    std::size_t largest = 0;
    std::vector<RowBatch> kept;
    StreamCallbacks callbacks;
    callbacks.onRows = [&](StreamControl& control, const RowBatch& batch) {
        EXPECT_FALSE(batch.empty());
        largest = std::max(largest, batch.size());
        for (const RowView row : batch) rows.push_back(row[0].asBigint());
        EXPECT_EQ(control.counts().delivered, rows.size());
        kept.push_back(batch);
    };
    Subscription query =
        client.streamQuery(statement, std::move(callbacks), StreamOptions().maxRowsPerCall(13));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(rows, firstNumbers(1000));
    EXPECT_LE(largest, 13u);
    // A batch that was kept is still what it was.
    std::int64_t next = 0;
    for (const RowBatch& batch : kept)
        for (std::size_t i = 0; i < batch.size(); ++i) EXPECT_EQ(batch[i][0].asBigint(), next++);
}

TEST_F(Callbacks, BusyQueriesTakeTurns) {
    // Two queries on one delivery thread: the second has its turn before the first is through.
    server.on("/query-stream", "SELECT 1;", numbers(3000));
    Event received;  // the client closes the connection once it has read everything
    server.on("/query-stream", "SELECT 2;", [&](Exchange& exchange) {
        Answer answer(exchange);
        exchange.head(200, {{"Connection", "close"}});
        exchange.chunk(answer.headerLine("transient_2"));
        answer.numbers(0, 1);
        answer.end();
        if (exchange.waitForClientClose(patience)) received.set();
    });
    Event busy;
    std::atomic<int> rowsOfFirst{0};
    int rowsBefore = -1;
    StreamCallbacks first;
    first.onRow = [&](StreamControl&, RowView) {
        busy.set();
        if (++rowsOfFirst == 1) {
            EXPECT_TRUE(received.wait(patience));
        }
        if (rowsBefore < 0) std::this_thread::sleep_for(1ms);  // hard work
    };
    Subscription one =
        client.streamQuery("SELECT 1;", std::move(first), StreamOptions().maxRowsPerCall(10));
    ASSERT_TRUE(busy.wait(patience));
    StreamCallbacks second;
    second.onRow = [&](StreamControl&, RowView) { rowsBefore = rowsOfFirst; };
    Subscription two = client.streamQuery("SELECT 2;", std::move(second));
    ASSERT_TRUE(one.waitFor(patience));
    ASSERT_TRUE(two.waitFor(patience));
    EXPECT_EQ(rowsOfFirst, 3000);
    EXPECT_GT(rowsBefore, 0);
    EXPECT_LT(rowsBefore, 3000);
}

// What callbacks throw.

enum class Where { OnHeader, OnRow, OnRows };
enum class What { Exception, Number, KsqldbError };

void PrintTo(Where where, std::ostream* out) {
    *out << (where == Where::OnHeader ? "OnHeader" : where == Where::OnRow ? "OnRow" : "OnRows");
}
void PrintTo(What what, std::ostream* out) {
    *out << (what == What::Exception ? "Exception" : what == What::Number ? "Number" : "Error");
}

class ThrowingCallback : public Callbacks,
                         public testing::WithParamInterface<std::tuple<Where, What>> {
protected:
    void throwIt() {
        ++throws;
        switch (std::get<1>(GetParam())) {
            case What::Exception:
                throw std::runtime_error("oh dear");
            case What::Number:
                throw 42;
            case What::KsqldbError:
                throw Error(ErrorCode::OutOfRange, "my own reason");
        }
    }
    int throws = 0;
};

TEST_P(ThrowingCallback, EndsTheQuery) {
    answer(endless("transient_1", 5));
    const Where where = std::get<0>(GetParam());
    int ends = 0;
    std::optional<Ending> ending;
    StreamCallbacks callbacks;
    if (where == Where::OnHeader)
        callbacks.onHeader = [&](StreamControl&, const Header&) { throwIt(); };
    if (where == Where::OnRow) callbacks.onRow = [&](StreamControl&, RowView) { throwIt(); };
    if (where == Where::OnRows)
        callbacks.onRows = [&](StreamControl&, const RowBatch&) { throwIt(); };
    callbacks.onEnd = [&](const Ending& e) {
        ++ends;
        ending = e;
    };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(throws, 1);
    EXPECT_EQ(ends, 1);
    ASSERT_EQ(ending->kind(), Ending::Kind::Failed);
    const std::string what = ending->error()->what();
    const std::string name = where == Where::OnHeader ? "onHeader"
                             : where == Where::OnRow  ? "onRow"
                                                      : "onRows";
    switch (std::get<1>(GetParam())) {
        case What::Exception:
            EXPECT_EQ(ending->error()->code(), ErrorCode::CallbackThrew);
            EXPECT_NE(what.find(name + " threw: oh dear"), std::string::npos) << what;
            break;
        case What::Number:
            EXPECT_EQ(ending->error()->code(), ErrorCode::CallbackThrew);
            EXPECT_NE(what.find(name + " threw"), std::string::npos) << what;
            break;
        case What::KsqldbError:
            EXPECT_EQ(ending->error()->code(), ErrorCode::OutOfRange);
            EXPECT_EQ(what, "my own reason");
            break;
    }
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

INSTANTIATE_TEST_SUITE_P(
    All, ThrowingCallback,
    testing::Combine(testing::Values(Where::OnHeader, Where::OnRow, Where::OnRows),
                     testing::Values(What::Exception, What::Number, What::KsqldbError)));

TEST_F(Callbacks, WhatOnEndThrowsIsLogged) {
    answer(numbers(1));
    std::mutex mutex;
    std::vector<std::string> lines;
    Client logging(clientOptions(server).log(LogLevel::Error, [&](LogLevel, std::string_view text) {
        std::lock_guard lock(mutex);
        lines.emplace_back(text);
    }));
    StreamCallbacks callbacks;
    callbacks.onEnd = [](const Ending&) { throw std::runtime_error("at the very end"); };
    Subscription query = logging.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    logging.close();
    EXPECT_EQ(lines, std::vector<std::string>{"onEnd threw: at the very end"});
}

// Tombstones and tokens.

class Deletes : public Callbacks {
protected:
    Deletes() {
        answer([](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("transient_1", {{"K", "STRING"}, {"N", "BIGINT"}});
            answer.row(R"(["a",1])");
            answer.tombstone(R"(["a",null])");
            answer.tombstone(R"(["b",null])");
            answer.row(R"(["a",2])");
            answer.tombstone(R"(["a",null])");
            answer.end();
        });
    }
    std::vector<std::string> seen;
    RowCounts counts;
    StreamCallbacks callbacks() {
        StreamCallbacks all;
        all.onRow = [this](StreamControl& control, RowView row) {
            seen.push_back((row.isTombstone() ? "-" : "+") + row[0].get<std::string>());
            counts = control.counts();
        };
        return all;
    }
};

TEST_F(Deletes, AreSkippedAndCounted) {
    Subscription query = client.streamQuery(statement, callbacks());
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(seen, (std::vector<std::string>{"+a", "+a"}));
    EXPECT_EQ(counts.delivered, 2u);
}

TEST_F(Deletes, AreDeliveredWhereAskedFor) {
    Subscription query =
        client.streamQuery(statement, callbacks(), StreamOptions().tombstones(Tombstones::Deliver));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(seen, (std::vector<std::string>{"+a", "-a", "-b", "+a", "-a"}));
    EXPECT_EQ(counts.delivered, 5u);
    EXPECT_EQ(counts.tombstones, 0u);
}

TEST_F(Callbacks, TokensAreThoseBeforeTheRow) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("SCALABLE_PUSH_QUERY_1");
        answer.row("[0]");
        answer.token("first");
        answer.row("[1]");
        answer.row("[2]");
        answer.token("second");
        answer.token("third");
        answer.row("[3]");
        answer.end();
    });
    std::vector<std::string> tokens;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl& control, RowView) {
        tokens.push_back(control.continuationToken());
    };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(tokens, (std::vector<std::string>{"", "first", "first", "third"}));
}

}  // namespace
}  // namespace ksqldb::test
