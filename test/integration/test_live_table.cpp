// A table in memory: present rows, changes, deletes, when it has caught up, readers beside it.
#include "server/player.h"
#include "table_server.h"

#include <cstdlib>
#include <thread>
#include <tuple>
#include <unordered_map>

namespace ksqldb::test {
namespace {

using server::Player;

LiveTableOptions quietAfter(milliseconds time) {
    return LiveTableOptions().caughtUpBy(CaughtUpBy::QuietTime).quietTime(time);
}

class LiveTables : public testing::Test {
protected:
    TableServer table;
    Client client{clientOptions(table.server)};
    Told told;
};

TEST_F(LiveTables, BringPresentRowsThenChangesAndDeletes) {
    Event change;
    table.push = [&](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        answer.row(levelRow("b", 2));
        answer.row(levelRow("a", 3));
        exchange.waitFor(change);
        answer.row(levelRow("c", 4));
        answer.tombstone(levelGone("b"));
        answer.row(levelRow("a", 5));
        exchange.stall();
    };
    table.pull = found({levelRow("a", 3), levelRow("b", 2)});
    LevelTable live(client, "T", told.callbacks());
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(live.state(), LiveTableState::Live);
    EXPECT_EQ(levelsOf(live), (Levels{{"a", 3}, {"b", 2}}));
    ASSERT_TRUE(told.waitFor("caught up"));
    EXPECT_EQ(told.taken(), (Texts{"+a=1", "+b=2", "a:1>3", "caught up"}));

    change.set();
    ASSERT_TRUE(told.waitFor("a:3>5"));
    EXPECT_EQ(told.taken(), (Texts{"+c=4", "-b=2", "a:3>5"}));
    EXPECT_EQ(levelsOf(live), (Levels{{"a", 5}, {"c", 4}}));
    EXPECT_EQ(live.find("a")->value, 5);
    EXPECT_EQ(live.find("b"), std::nullopt);
    EXPECT_EQ(live.size(), 2U);
    EXPECT_EQ(live.ending(), std::nullopt);
}

TEST_F(LiveTables, AskFromTheBeginningForAllColumnsAndPullTheSame) {
    table.push = [](Exchange& exchange, Answer&, int) { exchange.stall(); };
    table.pull = found({});
    LevelTable live(client, "`t`", {},
                    LiveTableOptions().stream(StreamOptions().property("a.property", 7)));
    ASSERT_TRUE(live.waitCaughtUp(patience));  // of an empty table, too
    const auto requests = table.server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].sql(), "SELECT * FROM `t` EMIT CHANGES;");
    EXPECT_NE(requests[0].body.find(R"("auto.offset.reset":"earliest")"), std::string::npos);
    EXPECT_EQ(requests[1].sql(), "SELECT * FROM `t` ;");
    EXPECT_NE(requests[1].body.find("a.property"), std::string::npos);
}

TEST_F(LiveTables, HaveNotCaughtUpBeforeAllThatAPullQueryFindsHasCome) {
    Event pulled;
    Event rest;
    table.push = [&](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        answer.row(levelRow("b", 1));
        exchange.waitFor(rest);
        answer.row(levelRow("b", 2));
        exchange.stall();
    };
    table.pull = [&](Exchange& exchange, Answer& answer) {
        found({levelRow("a", 1), levelRow("b", 2)})(exchange, answer);
        pulled.set();
    };
    LevelTable live(client, "T", told.callbacks(), LiveTableOptions().quietTime(1h));
    ASSERT_TRUE(pulled.wait(patience));
    EXPECT_FALSE(live.waitCaughtUp(50ms));
    EXPECT_EQ(live.state(), LiveTableState::Reading);
    rest.set();
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(live.find("b")->value, 2);
}

TEST_F(LiveTables, GiveUpWaitingForARowThatWasOvertaken) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("hot", 1));
        exchange.stall();
    };
    std::atomic<int> pulls{0};
    // The state is ahead of the topic, and each time further.
    table.pull = [&](Exchange& exchange, Answer& answer) {
        found({levelRow("hot", 5 + pulls++)})(exchange, answer);
    };
    LevelTable live(client, "T", {}, LiveTableOptions().quietTime(1h));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_GE(pulls, 2);
}

TEST_F(LiveTables, ThatCannotBePulledHaveCaughtUpWhenItIsQuiet) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    LevelTable live(client, "T", told.callbacks(), LiveTableOptions().quietTime(1s));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(levelsOf(live), (Levels{{"a", 1}}));
    EXPECT_EQ(table.server.requests().size(), 2U);  // the pull query was tried once
}

/// Right after CREATE TABLE AS SELECT: nothing can be read yet, and nothing comes.
TEST_F(LiveTables, ThatCannotBePulledYetHaveNotCaughtUpWhenItIsQuiet) {
    Event made;
    table.push = [&](Exchange& exchange, Answer& answer, int) {
        exchange.waitFor(made);
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    table.pull = [&, pulls = 0](Exchange& exchange, Answer& answer) mutable {
        if (pulls++ == 0)
            return exchange.respond(
                400, R"({"@type":"statement_error","error_code":40001,"message":)"
                     R"("Cannot determine which host contains the required partitions to serve )"
                     R"(the pull query. \nThe underlying persistent query may be restarting"})");
        made.set();
        found({levelRow("a", 1)})(exchange, answer);
    };
    LevelTable live(client, "T", {}, LiveTableOptions().quietTime(1ms));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(levelsOf(live), (Levels{{"a", 1}}));
}

/// As a scan that takes longer than ClientOptions::timeout().
TEST_F(LiveTables, WhosePullQueriesDoNotGetThroughHaveCaughtUpWhenItIsQuiet) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    table.pull = [](Exchange& exchange, Answer&) { exchange.stall(); };
    Client hasty(clientOptions(table.server).timeout(100ms));
    LevelTable live(hasty, "T", {}, LiveTableOptions().quietTime(1ms));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(levelsOf(live), (Levels{{"a", 1}}));
    EXPECT_EQ(table.server.requests().size(), 2U);  // the scan is not begun again
}

TEST_F(LiveTables, ThatAreNeverQuietHaveCaughtUpAtTheLimit) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        for (int i = 0; exchange.pause(5ms) == Woke::Time; ++i) answer.row(levelRow("a", i));
    };
    LevelTable live(client, "T", {}, quietAfter(1h).caughtUpAtLatest(100ms));
    EXPECT_TRUE(live.waitCaughtUp(patience));
}

TEST_F(LiveTables, FollowAStatementWithValues) {
    table.push = [](Exchange& exchange, Answer&, int) { exchange.stall(); };
    LevelTable live(
        client, Statement("SELECT NAME, VALUE FROM T WHERE NAME = ? EMIT CHANGES;").bind("it's"),
        {}, quietAfter(10ms));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(table.server.requests().at(0).sql(),
              "SELECT NAME, VALUE FROM T WHERE NAME = 'it''s' EMIT CHANGES;");
}

TEST_F(LiveTables, RefuseWhatCannotBeRight) {
    const auto codeOf = [&](const auto& source, const LiveTableOptions& options) {
        return errorFrom([&] { const LevelTable live(client, source, {}, options); }).code();
    };
    const auto bad = ErrorCode::InvalidArgument;
    EXPECT_EQ(codeOf("SELECT * FROM T EMIT CHANGES;", {}), bad);
    EXPECT_EQ(codeOf("", {}), bad);
    EXPECT_EQ(codeOf("T; DROP TABLE T", {}), bad);
    EXPECT_EQ(codeOf(Statement("SELECT * FROM T;"), {}), bad);
    EXPECT_EQ(codeOf("T", LiveTableOptions().quietTime(0ms)), bad);
    EXPECT_EQ(codeOf("T", LiveTableOptions().caughtUpAtLatest(-1ms)), bad);
    EXPECT_EQ(codeOf("T", LiveTableOptions().restart(RetryPolicy().attempts(0))), bad);
    EXPECT_EQ(codeOf("T", LiveTableOptions().restart(RetryPolicy().delay(-1ms, 1s))), bad);
    EXPECT_EQ(codeOf("T", LiveTableOptions().stream(StreamOptions().timeout(1s))), bad);
    EXPECT_EQ(
        codeOf("T", LiveTableOptions().stream(StreamOptions().overflow(Overflow::KeepLatest))),
        bad);
    EXPECT_TRUE(table.server.requests().empty());
}

/// Behind a gap, or a token, the rows of before would be missing.
TEST_F(LiveTables, RefuseToGoOnBehindRowsThatTheyHaveNot) {
    for (const StreamOptions& stream :
         {StreamOptions().resume(RetryPolicy()), StreamOptions().continueFrom("token")}) {
        const Error error = errorFrom(
            [&] { const LevelTable live(client, "T", {}, LiveTableOptions().stream(stream)); });
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(std::string(error.what()).find("restart()"), std::string::npos) << error.what();
    }
    EXPECT_TRUE(table.server.requests().empty());
}

TEST_F(LiveTables, MayBeReadAndNotWaitedForInACallback) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    std::promise<std::pair<std::int64_t, ErrorCode>> seen;
    LevelTable* live = nullptr;
    LiveTableCallbacks<std::string, Level> callbacks;
    Event made;
    callbacks.onInsert = [&](const std::string& key, const Level&) {
        ASSERT_TRUE(made.wait(patience));
        const std::int64_t value = live->find(key)->value;
        seen.set_value({value, errorFrom([&] { live->wait(); }).code()});
    };
    LevelTable table1(client, "T", std::move(callbacks), quietAfter(10ms));
    live = &table1;
    made.set();
    EXPECT_EQ(take(seen.get_future()), std::pair(std::int64_t{1}, ErrorCode::WouldDeadlock));
}

TEST_F(LiveTables, CallBackByTheExecutor) {
    TaskQueue tasks;
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    table.pull = found({levelRow("a", 1)});
    bool isCaughtUp = false;  // no lock: all on this thread
    int rows = 0;
    LiveTableCallbacks<std::string, Level> callbacks;
    callbacks.onInsert = [&](const std::string&, const Level&) { ++rows; };
    callbacks.onCaughtUp = [&] { isCaughtUp = true; };
    LevelTable live(client, "T", std::move(callbacks),
                    LiveTableOptions().stream(StreamOptions().executor(tasks.executor())));
    ASSERT_TRUE(tasks.runUntil([&] { return isCaughtUp; }));
    EXPECT_EQ(rows, 1);
    EXPECT_EQ(live.state(), LiveTableState::Live);
}

TEST_F(LiveTables, AreReadAtOneMomentWhileTheyChange) {
    // Row i comes after row i - 1, so at each moment the table is 0 … n without a hole.
    constexpr int count = 3'000;
    table.push = [](Exchange& exchange, Answer& answer, int) {
        for (int i = 0; i < count; ++i) answer.row(levelRow(std::to_string(100'000 + i), i));
        answer.row(levelRow("done", 0));
        exchange.stall();
    };
    LevelTable live(client, "T", told.callbacks(), quietAfter(1h));
    std::atomic<bool> isDone{false};
    std::atomic<int> faults{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            while (!isDone) {
                live.read([&](const auto& rows) {
                    std::int64_t next = 0;
                    for (const auto& [name, level] : rows)
                        if (name != "done" && level.value != next++) ++faults;
                });
                if (live.find("100000") && live.size() == 0) ++faults;
            }
        });
    EXPECT_TRUE(told.waitFor("+done=0"));
    isDone = true;
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(faults, 0);
    EXPECT_EQ(live.size(), count + 1U);
}

// What a real server has answered.

class RecordedTables : public testing::Test {
protected:
    void SetUp() override {
        const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
        if (folder == nullptr) GTEST_SKIP() << "KSQLDB_TEST_RECORDINGS is not set";
        server.onAny(Player(server::loadRecordings(folder)).script());
    }

    LocalServer server;
    Client client{clientOptions(server)};
};

struct UserMean {
    std::string user;
    std::int64_t ratings = 0;
    double stars = 0;
    std::optional<std::string> lastMessage;
    static constexpr auto ksqldbFields() {
        return fields(key("USER_ID", &UserMean::user), field("RATINGS", &UserMean::ratings),
                      field("MEAN_STARS", &UserMean::stars),
                      field("LAST_MESSAGE", &UserMean::lastMessage));
    }
};

TEST_F(RecordedTables, OfRatings) {
    LiveTable<std::string, UserMean, std::unordered_map<std::string, UserMean>> live(
        client, "RATINGS_BY_USER", {}, LiveTableOptions().quietTime(1s));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(live.size(), 5U);
    EXPECT_EQ(live.find("alice")->ratings, 3);
    EXPECT_EQ(live.find("alice")->lastMessage, "better food now");
    EXPECT_EQ(live.find("bob")->stars, 3.5);
    EXPECT_EQ(live.find("nobody"), std::nullopt);
}

struct Items {
    std::string user;
    std::int32_t items = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("USER_ID", &Items::user), field("ITEMS", &Items::items));
    }
};

TEST_F(RecordedTables, WhoseRowFallsOutOfTheFilter) {
    LiveTable<std::string, Items> live(
        client,
        Statement("SELECT user_id, items FROM orders_by_user WHERE items < 50 EMIT CHANGES;"), {},
        quietAfter(1s));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(live.size(), 2U);
    EXPECT_EQ(live.find("ada")->items, 11);
    EXPECT_EQ(live.find("grace"), std::nullopt);
}

struct Session {
    std::string k;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t n = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("K", &Session::k), key("WINDOWSTART", &Session::start),
                      key("WINDOWEND", &Session::end), field("N", &Session::n));
    }
};

TEST_F(RecordedTables, WhoseSessionGrows) {
    LiveTable<std::tuple<std::string, std::int64_t, std::int64_t>, Session> live(
        client, Statement("SELECT * FROM sess EMIT CHANGES;"), {}, quietAfter(1s));
    ASSERT_TRUE(live.waitCaughtUp(patience));
    EXPECT_EQ(live.size(), 1U);
    EXPECT_EQ(live.find({"s", 1795466922790, 1795466922898})->n, 3);
}

TEST_F(RecordedTables, KeepTheirRowsWhenTheServerIsKilled) {
    struct Gone {
        std::string k;
        std::int32_t v = 0;
        static constexpr auto ksqldbFields() {
            return fields(key("K", &Gone::k), field("V", &Gone::v));
        }
    };
    LiveTable<std::string, Gone> live(client, Statement("SELECT * FROM gone EMIT CHANGES;"), {},
                                      quietAfter(1h));
    ASSERT_TRUE(live.waitFor(patience));
    EXPECT_EQ(live.state(), LiveTableState::Ended);
    ASSERT_TRUE(live.ending());
    EXPECT_EQ(live.size(), 2U);
    EXPECT_EQ(live.find("b")->v, 2);
}

}  // namespace
}  // namespace ksqldb::test
