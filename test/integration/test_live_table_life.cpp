// How a live table dies, also while it waits or calls back.
#include "live_table_ends.h"

#include <gtest/gtest.h>

namespace ksqldb::test {
namespace {

TEST_F(LiveTableEnds, ItMayDieWhileItWaits) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    loseEveryQuery();
    {
        const LevelTable live(client, "T", told.callbacks(), waiting());
        untilItWaits();
    }
    EXPECT_EQ(told.taken(), (Texts{"+a=1", "restart: ConnectionLost"}));
}

TEST_F(LiveTableEnds, ItDiesWithItsQueryThatThisClientHasEnded) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        if (exchange.stall() == Woke::QueryEnded) answer.end();
    };
    const LevelTable live(client, "T", told.callbacks(), byPull().restart(often()));
    ASSERT_TRUE(told.waitFor("caught up"));
    take(client.closeQuery("transient_T_0"));
    ASSERT_TRUE(told.waitFor("end: Finished"));
    EXPECT_EQ(told.taken(), (Texts{"+a=1", "caught up", "end: Finished"}));
}

TEST_F(LiveTableEnds, ItMayDieInItsCallbackAndIsSilentFromThereOn) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        exchange.chunk(answer.rowLine(levelRow("a", 1)) + answer.rowLine(levelRow("b", 1)));
        exchange.stall();
    };
    std::unique_ptr<LevelTable> live;
    Event made;
    std::promise<void> died;
    auto callbacks = told.callbacks();
    callbacks.onInsert = [&](const std::string&, const Level&) {
        ASSERT_TRUE(made.wait(patience));
        live.reset();
        died.set_value();  // a second time would throw
    };
    live = std::make_unique<LevelTable>(client, "T", std::move(callbacks), byPull());
    made.set();
    take(died.get_future());
    EXPECT_TRUE(table.server.waitForRunningQueries(0, patience));
    client.close();
    EXPECT_EQ(told.taken(), Texts());
}

TEST_F(LiveTableEnds, ItMayDieInOnRestartAndInOnCaughtUp) {
    for (const bool inRestart : {true, false}) {
        table.push = [inRestart](Exchange& exchange, Answer&, int) {
            if (inRestart)
                exchange.resetConnection();
            else
                exchange.stall();
        };
        table.pull = found({});
        std::unique_ptr<LevelTable> live;
        Event made;
        std::promise<void> died;
        LiveTableCallbacks<std::string, Level> callbacks;
        const auto die = [&] {
            ASSERT_TRUE(made.wait(patience));
            live.reset();
            died.set_value();
        };
        callbacks.onCaughtUp = die;
        callbacks.onRestart = [&](const Ending&) { die(); };
        live = std::make_unique<LevelTable>(client, "T", std::move(callbacks),
                                            byPull().restart(often()));
        made.set();
        take(died.get_future());
        EXPECT_TRUE(table.server.waitForRunningQueries(0, patience));
    }
}

TEST_F(LiveTableEnds, ItsPullQueryDiesWithIt) {
    const auto begun = std::make_shared<Event>();
    const auto gone = std::make_shared<Event>();
    table.push = [](Exchange& exchange, Answer&, int) { exchange.stall(); };
    table.pull = [begun, gone](Exchange& exchange, Answer& answer) {
        answer.header("query_1", levelColumns);
        begun->set();
        exchange.waitForClientClose();
        gone->set();
    };
    std::optional<LevelTable> live;
    live.emplace(client, "T", told.callbacks(), byPull());
    ASSERT_TRUE(begun->wait(patience));
    live.reset();
    EXPECT_TRUE(gone->wait(patience));
}

/// A difference is told; then it is dead, and has not caught up.
TEST_F(LiveTableEnds, ItMayDieWhileDifferencesAreTold) {
    table.push = [](Exchange& exchange, Answer& answer, int number) {
        answer.row(levelRow("a", number));
        if (number == 0)
            answer.end();
        else
            exchange.stall();
    };
    table.pull = found({levelRow("a", 1)});
    std::unique_ptr<LevelTable> live;
    Event made;
    std::promise<void> died;
    std::atomic<int> caughtUps{0};
    LiveTableCallbacks<std::string, Level> callbacks;
    callbacks.onCaughtUp = [&] { ++caughtUps; };
    callbacks.onUpdate = [&](const std::string&, const Level&, const Level&) {
        ASSERT_TRUE(made.wait(patience));
        live.reset();
        died.set_value();
    };
    live =
        std::make_unique<LevelTable>(client, "T", std::move(callbacks), byPull().restart(often()));
    made.set();
    take(died.get_future());
    client.close();  // waits for the turn that this was
    EXPECT_EQ(caughtUps, 0);
}

TEST_F(LiveTableEnds, ItsDestructorWaitsForACallbackThatRuns) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    Event inside;
    std::atomic<bool> isOver{false};
    LiveTableCallbacks<std::string, Level> callbacks;
    callbacks.onInsert = [&](const std::string&, const Level&) {
        inside.set();
        std::this_thread::sleep_for(50ms);
        isOver = true;
    };
    {
        const LevelTable live(client, "T", std::move(callbacks), byPull());
        ASSERT_TRUE(inside.wait(patience));
    }
    EXPECT_TRUE(isOver);
}

TEST_F(LiveTableEnds, ItOutlivesItsClient) {
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    std::optional<Client> own(clientOptions(table.server));
    LevelTable live(*own, "T", told.callbacks(), byPull());
    ASSERT_TRUE(live.waitCaughtUp(patience));
    own.reset();
    EXPECT_EQ(live.state(), LiveTableState::Ended);
    EXPECT_EQ(live.find("a")->value, 1);
}

TEST_F(LiveTableEnds, ItMayBeMovedWhileItRuns) {
    Event change;
    table.push = [&](Exchange& exchange, Answer& answer, int) {
        exchange.waitFor(change);
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    LevelTable first(client, "T", told.callbacks(), byPull());
    LevelTable live = std::move(first);
    change.set();
    ASSERT_TRUE(told.waitFor("+a=1"));
    EXPECT_EQ(live.size(), 1U);
}

}  // namespace
}  // namespace ksqldb::test
