// One id, several attempts: starting later, again, and cancelling in between.
#include "loop_test.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

class Attempts : public LoopTest {
protected:
    /// Starts anew in its onEnd(), under the same id.
    class Persistent : public Probe {
    public:
        std::function<void()> again;
        void onEnd(const End& end) override {
            if (again) again();
            Probe::onEnd(end);
        }
    };
};

INSTANTIATE_TEST_SUITE_P(Waiting, Attempts, waysToWait, nameOfWay);

TEST_P(Attempts, OneMayWaitForItsTime) {
    const TinyServer server(answer);
    const auto probe = std::make_shared<Probe>();
    const auto when = Clock::now() + 50ms;
    loop().start(loop().newId(), requestTo(server.url()), probe, when);
    ASSERT_TRUE(probe->waitForEnd());
    EXPECT_GE(Clock::now(), when);
    expectEnd(*probe, Kind::Complete, 200);
}

TEST_P(Attempts, WhatWaitsCanBeCancelled) {
    const auto probe = std::make_shared<Probe>();
    const auto id = loop().newId();
    loop().start(id, requestTo("http://127.0.0.1:1"), probe, Clock::now() + 1h);
    loop().resume(id);
    loop().resumeSending(id);
    ASSERT_TRUE(probe->waitForTimerCalls(1));
    EXPECT_TRUE(probe->ends().empty());
    loop().cancel(id);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Cancelled);
    EXPECT_EQ(curl_.easyMade, 0);
}

TEST_P(Attempts, WhatWaitsEndsWithTheLoop) {
    const auto probe = std::make_shared<Probe>();
    loop().start(loop().newId(), requestTo("http://127.0.0.1:1"), probe, Clock::time_point::max());
    ASSERT_TRUE(probe->waitForTimerCalls(1));
    finish();
    expectEnd(*probe, Kind::Closed);
}

TEST_P(Attempts, TheTimerOfWhatWaitsRuns) {
    const auto probe = std::make_shared<Probe>();
    probe->timer = [calls = 0](Clock::time_point now) mutable -> Timer {
        return ++calls == 1 ? Timer{now + 1ms, false} : Timer{{}, true};
    };
    loop().start(loop().newId(), requestTo("http://127.0.0.1:1"), probe, Clock::now() + 1h);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted);
    EXPECT_EQ(probe->timerCalls(), 2);
}

TEST_P(Attempts, TheNextMayStartInsideTheEndOfTheOneBefore) {
    const TinyServer server(answer);
    const auto id = loop().newId();
    const auto second = std::make_shared<Probe>();
    const auto first = std::make_shared<Persistent>();
    first->again = [&] { loop().start(id, requestTo(server.url()), second); };
    loop().start(id, requestTo(server.url()), first);
    ASSERT_TRUE(second->waitForEnd());
    expectEnd(*first, Kind::Complete, 200);
    expectEnd(*second, Kind::Complete, 200);
}

TEST_P(Attempts, ACancelThatCameAsTheFirstEndedStrikesTheNext) {
    const TinyServer server(answer);
    const auto id = loop().newId();
    const auto second = std::make_shared<Probe>();
    const auto first = std::make_shared<Persistent>();
    first->again = [&] {
        // Posted before the next attempt is started, and obeyed after that.
        std::thread([&] { loop().cancel(id); }).join();
        loop().start(id, requestTo(server.url()), second, Clock::now() + 1h);
    };
    loop().start(id, requestTo(server.url()), first);
    ASSERT_TRUE(second->waitForEnd());
    expectEnd(*second, Kind::Cancelled);
}

TEST_P(Attempts, TheNextMayStartInsideACallbackOfLibcurls) {
    const TinyServer server(answer);
    const auto other = std::make_shared<Probe>();
    const auto probe = std::make_shared<Probe>();
    probe->body = [&](std::string_view) {
        loop().start(loop().newId(), requestTo(server.url()), other);
        return Taken::All;
    };
    start(server.url(), probe);
    ASSERT_TRUE(other->waitForEnd());
    expectEnd(*other, Kind::Complete, 200);
    ASSERT_TRUE(probe->waitForEnd());
}

TEST_P(Attempts, NoneStartsInsideTheEndThatTheLoopsEndBrings) {
    const TinyServer server(openAnswer);
    const auto id = loop().newId();
    const auto second = std::make_shared<Probe>();
    const auto first = std::make_shared<Persistent>();
    first->again = [&] { loop().start(id, requestTo(server.url()), second); };
    loop().start(id, requestTo(server.url()), first);
    ASSERT_TRUE(first->waitForBodyCalls(1));
    finish();
    expectEnd(*first, Kind::Closed, 200);
    expectEnd(*second, Kind::Closed);
}

TEST_P(Attempts, OneThatFailsAtOnceAndStartsAgainLeavesOthersTheirTurn) {
    const TinyServer server(answer);
    curl_.failEasyInit = true;
    const auto id = loop().newId();
    const auto first = std::make_shared<Persistent>();
    std::atomic<bool> stop{false};
    first->again = [&] {
        if (!stop) loop().start(id, requestTo(server.url()), first);
    };
    loop().start(id, requestTo(server.url()), first);
    ASSERT_TRUE(first->waitForEnd());
    const auto other = std::make_shared<Probe>();
    loop().start(loop().newId(), requestTo(server.url()), other);
    EXPECT_TRUE(other->waitForEnd());
    stop = true;
    finish();  // the attempts use what dies with this test
}

TEST_P(Attempts, AnIdWhoseAttemptRunsIsRefused) {
    const TinyServer server(openAnswer);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    const auto second = std::make_shared<Probe>();
    loop().start(lastId_, requestTo(server.url()), second);
    ASSERT_TRUE(second->waitForEnd());
    expectFailed(*second, ErrorCode::ConcurrentUse);
    EXPECT_TRUE(probe->ends().empty());
}

TEST_P(Attempts, WhatAHandlerThrowsComesWithItsEnd) {
    const TinyServer server(openAnswer);
    for (const char* const where : {"head", "body", "round", "timer"}) {
        SCOPED_TRACE(where);
        const auto probe = std::make_shared<Probe>();
        const auto fail = [where](std::string_view here) {
            if (here == where) throw std::runtime_error(std::string(here));
        };
        probe->head = [=](const transport::ResponseHead&) { fail("head"); };
        probe->body = [=](std::string_view) { return fail("body"), Taken::All; };
        probe->roundEnd = [=] { fail("round"); };
        probe->timer = [=](Clock::time_point) { return fail("timer"), Timer{}; };
        start(server.url(), probe);
        ASSERT_TRUE(probe->waitForEnd());
        expectEnd(*probe, Kind::Aborted, std::string_view("timer") == where ? 0 : 200);
        EXPECT_EQ(thrownIn(*probe), where);
    }
}

}  // namespace
}  // namespace ksqldb::test
