// Push queries whose rows the test sends while somebody listens.
#include "kit_test.h"

namespace ksqldb::kit {
namespace {

const std::string sql = "SELECT * FROM RATINGS EMIT CHANGES;";
const std::string columns = "USER_ID STRING, STARS INT";

TEST(KitPush, RowsComeOneByOne) {
    testing::Server server;
    auto ratings = server.onPush(sql).columns(columns);
    EXPECT_EQ(ratings.send("lost", 0), 0U);
    Client client(server.clientOptions());
    Notes notes;
    const auto listening = client.streamQuery(sql, notes.callbacks());
    ASSERT_TRUE(ratings.waitForSubscribers(1, patience));
    EXPECT_EQ(ratings.send("alice", 5), 1U);
    EXPECT_EQ(notes.wait(1), (Texts{"USER_ID: alice, STARS: 5"}));
    ratings.send(std::tuple("bob", nullptr));
    EXPECT_EQ(notes.wait(2).back(), "USER_ID: bob, STARS: null");
    ratings.end();
    EXPECT_EQ(notes.wait(3).back(), "end: Finished");
    EXPECT_EQ(ratings.subscribers(), 0U);
}

TEST(KitPush, FromTheBeginningAllRowsCome) {
    testing::Server server;
    auto ratings = server.onPush(sql).columns(columns);
    ratings.send("alice", 5);
    ratings.send("bob", 4);
    Client client(server.clientOptions());
    Notes notes;
    const auto listening = client.streamQuery(sql, notes.callbacks(),
                                              StreamOptions().offsetReset(OffsetReset::Earliest));
    EXPECT_EQ(notes.wait(2), (Texts{"USER_ID: alice, STARS: 5", "USER_ID: bob, STARS: 4"}));

    Notes prefixed;
    const auto again =
        client.streamQuery(sql, prefixed.callbacks(),
                           StreamOptions().property("ksql.streams.auto.offset.reset", "earliest"));
    ASSERT_TRUE(ratings.waitForSubscribers(2, patience));
    ratings.send("carol", 3);
    EXPECT_EQ(prefixed.wait(1).front(), "USER_ID: alice, STARS: 5");
}

TEST(KitPush, EverySubscriberGetsThemAndLeavesByItself) {
    testing::Server server;
    auto ratings = server.onPush(sql).columns(columns);
    Client client(server.clientOptions());
    Notes first;
    Notes second;
    auto one = client.streamQuery(sql, first.callbacks());
    const auto two = client.streamQuery(sql, second.callbacks());
    ASSERT_TRUE(ratings.waitForSubscribers(2, patience));
    EXPECT_EQ(ratings.send("alice", 5), 2U);
    EXPECT_EQ(first.wait(1), second.wait(1));
    one = {};
    ASSERT_TRUE(ratings.waitForSubscribers(1, patience));
    ratings.send("bob", 4);
    EXPECT_EQ(second.wait(2).back(), "USER_ID: bob, STARS: 4");
    EXPECT_EQ(first.wait(1).size(), 1U);
}

TEST(KitPush, EndsAtItsLimit) {
    testing::Server server;
    const std::string limited = "SELECT * FROM RATINGS EMIT CHANGES LIMIT 2;";
    auto ratings = server.onPush(limited).columns(columns);
    Client client(server.clientOptions());
    Notes notes;
    const auto listening = client.streamQuery(limited, notes.callbacks());
    ASSERT_TRUE(ratings.waitForSubscribers(1, patience));
    ratings.send("a", 1);
    ratings.send("b", 2);
    ASSERT_TRUE(ratings.waitForSubscribers(0, patience));
    EXPECT_EQ(ratings.send("c", 3), 0U);
    EXPECT_EQ(notes.wait(3),
              (Texts{"USER_ID: a, STARS: 1", "USER_ID: b, STARS: 2", "end: LimitReached"}));
}

TEST(KitPush, FailsBehindWhatWasSent) {
    testing::Server server;
    auto ratings = server.onPush(sql).columns(columns);
    Client client(server.clientOptions());
    Notes notes;
    const auto listening = client.streamQuery(sql, notes.callbacks());
    ASSERT_TRUE(ratings.waitForSubscribers(1, patience));
    ratings.send("alice", 5);
    ratings.fail(50000, "the topic is gone");
    EXPECT_EQ(notes.wait(2), (Texts{"USER_ID: alice, STARS: 5", "end: the topic is gone"}));
}

TEST(KitPush, DeletesOnATable) {
    testing::Server server;
    auto table = server.onPush(sql).columns(columns);
    // Only this form has deletes, and a Client asks for it where it wants them.
    Client client(server.clientOptions());
    Notes notes;
    const auto listening =
        client.streamQuery(sql, notes.callbacks(), StreamOptions().tombstones(Tombstones::Deliver));
    ASSERT_TRUE(table.waitForSubscribers(1, patience));
    table.sendTombstone("alice", nullptr);
    EXPECT_EQ(notes.wait(1), (Texts{"gone: USER_ID: alice, STARS: null"}));
}

TEST(KitPush, GoesOnBehindItsToken) {
    testing::Server server;
    auto ratings = server.onPush(sql).columns(columns);
    Client client(server.clientOptions()
                      .property("ksql.query.push.v2.enabled", true)
                      .property("ksql.query.push.v2.continuation.tokens.enabled", true));
    Notes notes;
    const auto listening = client.streamQuery(
        sql, notes.callbacks(), StreamOptions().resume(RetryPolicy().attempts(5).delay(1ms, 1ms)));
    ASSERT_TRUE(ratings.waitForSubscribers(1, patience));
    ratings.send("before", 1);
    ratings.sendToken();
    ratings.send("behind", 2);
    EXPECT_EQ(notes.wait(2).back(), "USER_ID: behind, STARS: 2");
    ratings.disconnect();
    ratings.send("meanwhile", 3);
    ASSERT_TRUE(ratings.waitForSubscribers(1, patience));
    Texts rows;
    const auto wanted = [&](std::size_t count) {
        rows = notes.wait(count);
        rows.erase(std::remove_if(rows.begin(), rows.end(),
                                  [](const std::string& text) { return text[0] == 'e'; }),
                   rows.end());
        return rows.size() >= 4;
    };
    // Events come in between: disconnected, waiting, resumed.
    for (std::size_t count = 4; !wanted(count) && count < 10; ++count) {
    }
    EXPECT_EQ(rows, (Texts{"USER_ID: before, STARS: 1", "USER_ID: behind, STARS: 2",
                           "USER_ID: behind, STARS: 2", "USER_ID: meanwhile, STARS: 3"}));
    EXPECT_EQ(server.runningQueries().at(0).rfind("SCALABLE_PUSH_QUERY_", 0), 0U);
}

TEST(KitPush, DescriptionsThatAreWrongAreToldAtOnce) {
    testing::Server server;
    EXPECT_EQ(errorFrom([&] { server.onPush("SELECT 1;"); }).code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorFrom([&] { server.on(" ; "); }).code(), ErrorCode::InvalidArgument);
    auto push = server.onPush(sql);
    EXPECT_EQ(errorFrom([&] { push.send(1); }).code(), ErrorCode::InvalidArgument);
    Client client(server.clientOptions());
    EXPECT_EQ(errorFrom([&] { take(client.executeQuery(sql)); }).serverMessage(),
              "This stand-in for ksqlDB does not know this statement. onPush() was said of it, but "
              "no columns().");
    push.columns(columns);
    EXPECT_EQ(errorFrom([&] { push.send("alice"); }).code(), ErrorCode::InvalidArgument);
    push.send("alice", 1);
    EXPECT_EQ(errorFrom([&] { push.columns("A INT"); }).code(), ErrorCode::InvalidArgument);
}

TEST(KitPush, TheServersEndEndsAllAtOnceAndHandlesOutliveIt) {
    Notes notes;
    auto server = std::make_unique<testing::Server>();
    auto ratings = server->onPush(sql).columns(columns);
    auto answer = server->on("SELECT 1;").columns("A INT");
    auto inserts = server->insertsInto("s", "A INT");
    Client client(server->clientOptions());
    const auto listening = client.streamQuery(sql, notes.callbacks());
    ASSERT_TRUE(ratings.waitForSubscribers(1, patience));
    server.reset();
    EXPECT_EQ(notes.wait(1).size(), 1U);
    EXPECT_EQ(ratings.subscribers(), 0U);
    EXPECT_EQ(ratings.send("nobody", 1), 0U);
    answer.row(1);
    EXPECT_EQ(inserts.count(), 0U);
}

}  // namespace
}  // namespace ksqldb::kit
