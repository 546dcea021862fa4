// streamQuery, by callback and polled, as the official Java client tests its own.
// test_peer_rows.cpp has the table.
#include "peer_server.h"

#include <thread>

namespace ksqldb::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Transports, StreamRows, testing::Values(Wire::Plain, Wire::Tls), wireName);

/// Verifies rows as they come.
struct VerifyingReader {
    Event tenRows;
    Event ended;
    int rows = 0;
    int ends = 0;
    std::optional<Ending> ending;
    Header header;

    StreamCallbacks callbacks() {
        StreamCallbacks all;
        all.onHeader = [this](StreamControl&, const Header& h) { header = h; };
        all.onRow = [this](StreamControl&, RowView row) {
            verifyRow(row, rows % peerRows);
            if (++rows == peerRows) tenRows.set();
        };
        all.onEnd = [this](const Ending& end) {
            ++ends;
            ending = end;
            ended.set();
        };
        return all;
    }
};

void expectTenRows(ResultStream& stream) {
    RowView row;
    for (int i = 0; i < peerRows; ++i) {
        ASSERT_EQ(stream.next(row, patience), Next::Row);
        verifyRow(row, i);
    }
}

void expectInjectedFailure(const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ServerError);
    EXPECT_EQ(error.serverCode(), 50000);
    EXPECT_EQ(error.serverMessage(), "java.lang.RuntimeException: Failure in processing");
    EXPECT_NE(std::string(error.what()).find(error.serverMessage()), std::string::npos);
}

TEST_P(StreamRows, PushQueryByCallbackStaysOpen) {
    VerifyingReader reader;
    const Subscription query =
        client.streamQuery(pushQuery, reader.callbacks(), pushProperties<StreamOptions>());
    ASSERT_TRUE(reader.tenRows.wait(patience));
    expectPeerHeader(reader.header);
    peer.expectLastQuery(pushQuery, true);
    EXPECT_EQ(server.runningQueries(), std::vector<std::string>{reader.header.queryId().value()});
    EXPECT_EQ(reader.rows, peerRows);
    EXPECT_FALSE(reader.ended.isSet());
}

TEST_P(StreamRows, PushQueryPolledStaysOpen) {
    ResultStream query = client.streamQuery(pushQuery, pushProperties<StreamOptions>());
    expectPeerHeader(query.header());
    expectTenRows(query);
    peer.expectLastQuery(pushQuery, true);
    EXPECT_EQ(server.runningQueries(), std::vector<std::string>{query.header().queryId().value()});
    RowView row;
    EXPECT_EQ(query.next(row, 1ms), Next::Timeout);
    EXPECT_FALSE(query.isComplete());
}

TEST_P(StreamRows, PullQueryByCallbackEnds) {
    VerifyingReader reader;
    Subscription query = client.streamQuery(pullQuery, reader.callbacks());
    ASSERT_TRUE(query.waitFor(patience));
    expectPeerHeader(reader.header);
    peer.expectLastQuery(pullQuery, false);
    EXPECT_TRUE(server.runningQueries().empty());
    EXPECT_EQ(reader.rows, peerRows);
    EXPECT_EQ(reader.ends, 1);
    EXPECT_EQ(reader.ending->kind(), Ending::Kind::Finished);
}

TEST_P(StreamRows, PullQueryPolledEnds) {
    ResultStream query = client.streamQuery(pullQuery);
    expectPeerHeader(query.header());
    expectTenRows(query);
    RowView row;
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Finished);
    peer.expectLastQuery(pullQuery, false);
    EXPECT_TRUE(server.runningQueries().empty());
}

TEST_P(StreamRows, PushQueryWithLimitByCallbackEnds) {
    VerifyingReader reader;
    Subscription query =
        client.streamQuery(pushQueryWithLimit, reader.callbacks(), pushProperties<StreamOptions>());
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(reader.rows, peerRows);
    EXPECT_EQ(reader.ending->kind(), Ending::Kind::Finished);
    peer.expectLastQuery(pushQueryWithLimit, true);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_P(StreamRows, PushQueryWithLimitPolledEnds) {
    ResultStream query = client.streamQuery(pushQueryWithLimit, pushProperties<StreamOptions>());
    expectTenRows(query);
    RowView row;
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_TRUE(query.isComplete());
    peer.expectLastQuery(pushQueryWithLimit, true);
}

TEST_P(StreamRows, RefusalIsAnErrorWithItsParts) {
    peer.refuseQueries();
    ResultStream query = client.streamQuery("bad query");
    const auto expectRefusal = [](const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
        EXPECT_EQ(error.httpStatus(), 400);
        EXPECT_EQ(error.serverCode(), 40001);
        EXPECT_EQ(error.serverMessage(), "invalid query blah");
        EXPECT_EQ(error.statement(), "bad query");
    };
    expectRefusal(errorFrom([&] { query.header(); }));
    Recorder recorder;
    Subscription subscribed = client.streamQuery("bad query", recorder.callbacks());
    ASSERT_TRUE(subscribed.waitFor(patience));
    expectRefusal(recorder.error());
    EXPECT_EQ(recorder.events(), std::vector<std::string>{"end"});
}

TEST_P(StreamRows, BlockedPollReturnsWithTheError) {
    ResultStream query = client.streamQuery(pushQuery);
    expectTenRows(query);
    Event polling;
    std::thread failing([&] {
        polling.wait(patience);
        peer.failQueries();
    });
    RowView row;
    polling.set();
    expectInjectedFailure(errorFrom([&] { return query.next(row, patience); }));
    failing.join();
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Failed);
}

TEST_P(StreamRows, ErrorReachesOnEnd) {
    VerifyingReader reader;
    Subscription query = client.streamQuery(pushQuery, reader.callbacks());
    ASSERT_TRUE(reader.tenRows.wait(patience));
    peer.failQueries();
    ASSERT_TRUE(query.waitFor(patience));
    ASSERT_NE(reader.ending->error(), nullptr);
    expectInjectedFailure(*reader.ending->error());
    EXPECT_EQ(reader.rows, peerRows);
    EXPECT_EQ(reader.ends, 1);
}

TEST_P(StreamRows, RowsOfAnEndedQueryCanStillBePolled) {
    ResultStream query = client.streamQuery(pushQueryWithLimit);
    ASSERT_TRUE(server.waitForRunningQueries(0, patience));
    EXPECT_FALSE(query.isComplete());
    expectTenRows(query);
    RowView row;
    EXPECT_EQ(query.next(row, patience), Next::End);
}

TEST_P(StreamRows, RowsBeforeAnErrorCanStillBePolled) {
    ResultStream query = client.streamQuery(pushQuery);
    query.header();
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    peer.failQueries();
    ASSERT_TRUE(server.waitForRunningQueries(0, patience));
    expectTenRows(query);
    RowView row;
    expectInjectedFailure(errorFrom([&] { return query.next(row, patience); }));
    EXPECT_EQ(query.next(row, patience), Next::End);
}

TEST_P(StreamRows, RowsBeforeAnErrorAreCalledBackFirst) {
    VerifyingReader reader;
    TaskQueue held;  // a consumer that looks only after the failure
    Subscription query = client.streamQuery(pushQuery, reader.callbacks(),
                                            StreamOptions().executor(held.executor()));
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    peer.failQueries();
    ASSERT_TRUE(server.waitForRunningQueries(0, patience));
    EXPECT_EQ(reader.rows, 0);
    ASSERT_TRUE(held.runUntil([&] { return reader.ended.isSet(); }));
    EXPECT_EQ(reader.rows, peerRows);
    ASSERT_NE(reader.ending->error(), nullptr);
    expectInjectedFailure(*reader.ending->error());
}

TEST_P(StreamRows, PollsAsManyRowsAsThereAre) {
    for (const int count : {90, 110}) {
        peer.bring(count);
        ResultStream query = client.streamQuery(pullQuery);
        RowView row;
        for (int i = 0; i < count; ++i) {
            ASSERT_EQ(query.next(row, patience), Next::Row);
            ASSERT_EQ(row["f_int"].asInt(), i);
        }
        EXPECT_EQ(query.next(row, patience), Next::End);
        EXPECT_EQ(query.counts().delivered, static_cast<std::uint64_t>(count));
    }
}

}  // namespace
}  // namespace ksqldb::test
