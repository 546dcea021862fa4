// What goes wrong, when the test says so.
#include "kit_test.h"

namespace ksqldb::kit {
namespace {

using Clock = std::chrono::steady_clock;
const std::string sql = "SELECT N FROM t;";

TEST(KitFaults, NTimesAndThenWell) {
    testing::Server server;
    const auto well = server.on(sql).columns("N INT").row(1);
    const auto bad = server.on(sql).unavailable(0s).times(2);
    Client once(server.clientOptions());
    EXPECT_EQ(errorFrom([&] { take(once.executeQuery(sql)); }).httpStatus(), 503);
    Client client(server.clientOptions().retry(RetryPolicy().attempts(5).delay(1ms, 1ms)));
    EXPECT_EQ(take(client.executeQuery(sql)).size(), 1U);
    EXPECT_EQ(bad.count(), 2U);
    EXPECT_EQ(well.count(), 1U);
}

TEST(KitFaults, RetryAfterIsWaitedFor) {
    testing::Server server;
    server.on(sql).columns("N INT").row(1);
    server.on(sql).unavailable(1s).times(1);
    Client client(server.clientOptions().retry(RetryPolicy().attempts(2).delay(1ms, 1ms)));
    const auto begin = Clock::now();
    EXPECT_EQ(take(client.executeQuery(sql)).size(), 1U);
    EXPECT_GE(Clock::now() - begin, 1s);
}

TEST(KitFaults, AResetBeforeTheHeadAndBehindRows) {
    testing::Server server;
    server.on(sql).columns("N INT").row(1).row(2).row(3).resetsAfter(2);
    server.on(sql).resets().times(1);
    Client client(server.clientOptions());
    EXPECT_EQ(errorFrom([&] { take(client.executeQuery(sql)); }).code(), ErrorCode::ConnectionLost);
    Notes notes;
    const auto stream = client.streamQuery(sql, notes.callbacks());
    const Texts texts = notes.wait(3);
    ASSERT_EQ(texts.size(), 3U);
    EXPECT_EQ(texts[0], "N: 1");
    EXPECT_EQ(texts[1], "N: 2");
    EXPECT_EQ(texts[2].rfind("end: ", 0), 0U);
}

TEST(KitFaults, AResetBehindTheHeaderBringsNoRow) {
    testing::Server server;
    server.on(sql).columns("N INT").row(1).resetsAfter(0);
    Client client(server.clientOptions());
    auto stream = client.streamQuery(sql);
    EXPECT_EQ(stream.header().schema().size(), 1U);
    RowView row;
    EXPECT_EQ(errorFrom([&] { (void)stream.next(row); }).code(), ErrorCode::ConnectionLost);
}

TEST(KitFaults, Silence) {
    testing::Server server;
    server.on(sql).silent();
    Client client(server.clientOptions());
    EXPECT_EQ(
        errorFrom([&] { take(client.executeQuery(sql, QueryOptions().headerTimeout(1s))); }).code(),
        ErrorCode::HeaderTimeout);
    ASSERT_TRUE(server.waitForRequests(1, patience));
    server.on(sql).columns("N INT").row(1).row(2).stallsAfter(1);
    auto stream = client.streamQuery(sql, StreamOptions().idleTimeout(1s));
    RowView row;
    ASSERT_EQ(stream.next(row), Next::Row);
    EXPECT_EQ(errorFrom([&] { (void)stream.next(row); }).code(), ErrorCode::IdleTimeout);
}

TEST(KitFaults, DelaysComeBeforeTheHeadAndBetweenRows) {
    testing::Server server;
    server.on(sql).columns("N INT").row(1).row(2).delay(40ms).pace(30ms);
    Client client(server.clientOptions());
    const auto begin = Clock::now();
    EXPECT_EQ(take(client.executeQuery(sql)).size(), 2U);
    EXPECT_GE(Clock::now() - begin, 100ms);
}

TEST(KitFaults, AServerIsKilledAndComesUpAgain) {
    testing::Server server;
    const std::string push = "SELECT N FROM s EMIT CHANGES;";
    auto numbers = server.onPush(push).columns("N INT");
    Client client(server.clientOptions());
    Notes notes;
    const auto listening =
        client.streamQuery(push, notes.callbacks(),
                           StreamOptions().resume(RetryPolicy().attempts(1000).delay(1ms, 10ms)));
    ASSERT_TRUE(numbers.waitForSubscribers(1, patience));
    server.kill();
    ASSERT_TRUE(numbers.waitForSubscribers(0, patience));
    EXPECT_EQ(errorFrom([&] { take(client.executeQuery(sql)); }).code(), ErrorCode::ConnectFailed);
    server.start();
    ASSERT_TRUE(numbers.waitForSubscribers(1, patience));
    numbers.send(7);
    // Behind the events that tell of the loss.
    for (std::size_t count = 1; notes.wait(count).back() != "N: 7"; ++count)
        ASSERT_LT(count, 2000U);
}

}  // namespace
}  // namespace ksqldb::kit
