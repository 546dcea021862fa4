// When the loop asks its handlers for the time.
#include "loop_test.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace ksqldb::test {
namespace {

class LoopTimers : public LoopTest {};

INSTANTIATE_TEST_SUITE_P(Waiting, LoopTimers, waysToWait, nameOfWay);

TEST_P(LoopTimers, ATimerFiresWhenItsTimeHasCome) {
    const TinyServer server(noAnswer);
    std::vector<Clock::time_point> calls;
    const auto asked = Clock::now() + 50ms;
    auto probe = std::make_shared<Probe>();
    probe->timer = [&](Clock::time_point now) -> Timer {
        calls.push_back(now);
        if (calls.size() == 1) return {asked, false};
        if (calls.size() == 2) return {now + 10ms, false};
        return {std::nullopt, true};
    };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted);
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_GE(calls[1], asked);
    EXPECT_GE(calls[2], calls[1] + 10ms);
}

TEST_P(LoopTimers, ATimerThatIsNotAskedForDoesNotFire) {
    const TinyServer server(noAnswer);
    auto once = std::make_shared<Probe>();
    start(server.url(), once);
    auto several = std::make_shared<Probe>();
    several->timer = [](Clock::time_point now) -> Timer { return {now + 5ms, false}; };
    start(server.url(), several);
    ASSERT_TRUE(several->waitForTimerCalls(5));
    EXPECT_EQ(once->timerCalls(), 1);
    EXPECT_TRUE(once->ends().empty());
}

TEST_P(LoopTimers, ATimerMayAbortATransferBeforeItsRequest) {
    auto probe = std::make_shared<Probe>();
    probe->timer = [](Clock::time_point) -> Timer { return {std::nullopt, true}; };
    start("http://127.0.0.1:1", probe);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted);
}

TEST_P(LoopTimers, ATimerOfThePastHoldsUpNobody) {
    const TinyServer silent(noAnswer);
    const TinyServer server(answer);
    auto eager = std::make_shared<Probe>();
    eager->timer = [](Clock::time_point now) -> Timer { return {now - 1h, false}; };
    start(silent.url(), eager);
    ASSERT_TRUE(eager->waitForTimerCalls(3));
    const auto other = start(server.url());
    ASSERT_TRUE(other->waitForEnd());
    expectEnd(*other, Kind::Complete, 200);
}

TEST_P(LoopTimers, ATransferThatEndsTakesItsTimerWithIt) {
    const TinyServer server(answer);
    auto probe = std::make_shared<Probe>();
    probe->timer = [](Clock::time_point now) -> Timer { return {now + 20ms, false}; };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForEnd());
    const int calls = probe->timerCalls();
    auto clock = std::make_shared<Probe>();
    clock->timer = [begin = Clock::now()](Clock::time_point now) -> Timer {
        return {now + 20ms, now - begin > 60ms};
    };
    const TinyServer silent(noAnswer);
    start(silent.url(), clock);
    ASSERT_TRUE(clock->waitForEnd());
    EXPECT_EQ(probe->timerCalls(), calls);
    EXPECT_EQ(probe->ends().size(), 1U);
}

}  // namespace
}  // namespace ksqldb::test
