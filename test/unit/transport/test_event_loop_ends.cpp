// Cancelling transfers and shutting down.
#include "loop_test.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

class LoopEnds : public LoopTest {};

INSTANTIATE_TEST_SUITE_P(Waiting, LoopEnds, waysToWait, nameOfWay);

TEST_P(LoopEnds, ShutDownEndsTransfersInFlight) {
    const TinyServer silent(noAnswer);
    const TinyServer talking(openAnswer);
    std::vector<std::shared_ptr<Probe>> probes;
    for (int i = 0; i < 10; ++i) probes.push_back(start(silent.url()));
    const auto open = start(talking.url());
    ASSERT_TRUE(open->waitForBodyCalls(1));
    finish();
    for (const auto& probe : probes) expectEnd(*probe, Kind::Closed);
    expectEnd(*open, Kind::Closed, 200);
    EXPECT_EQ(open->received(), "hello");
}

TEST_P(LoopEnds, AHandlerThatHasNoMemoryEndsItsTransferAndNoOther) {
    const TinyServer server(openAnswer);
    const auto open = start(server.url());
    ASSERT_TRUE(open->waitForRounds(1));
    const auto poor = std::make_shared<Probe>();
    poor->roundEnd = [] { throw std::bad_alloc(); };
    start(server.url(), poor);
    ASSERT_TRUE(poor->waitForEnd());
    expectEnd(*poor, Kind::Aborted, 200);
    EXPECT_TRUE(open->ends().empty());
}

TEST_P(LoopEnds, ShutDownEndsTransfersThatHadNoTimeToBegin) {
    const TinyServer server(noAnswer);
    Gate held;
    Gate release;
    auto holder = std::make_shared<Probe>();
    holder->timer = [&](Clock::time_point) {
        held.open();
        release.wait();
        return Timer{};
    };
    start(server.url(), holder);
    ASSERT_TRUE(held.wait());
    std::vector<std::shared_ptr<Probe>> late;  // whose commands wait in the inbox
    for (int i = 0; i < 1000; ++i) late.push_back(start(server.url()));
    const auto cancelled = start(server.url());
    loop().cancel(lastId_);
    loop().shutDown();
    release.open();
    finish();
    expectEnd(*holder, Kind::Closed);
    for (const auto& probe : late) expectEnd(*probe, Kind::Closed);
    expectEnd(*cancelled, Kind::Cancelled);
    EXPECT_EQ(curl_.easyMade, 0);
}

TEST_P(LoopEnds, StartAfterShutDownEndsAtOnce) {
    loop().shutDown();
    const auto probe = start("http://127.0.0.1:1");
    expectEnd(*probe, Kind::Closed);
    loop().join();
    const auto later = start("http://127.0.0.1:1");
    expectEnd(*later, Kind::Closed);
    loop().cancel(lastId_);
    loop().resume(lastId_);
    loop().shutDown();
    finish();
    expectEnd(*later, Kind::Closed);
    EXPECT_EQ(curl_.easyMade, 0);
}

TEST_P(LoopEnds, EveryStartThatRacesWithShutDownEndsOnce) {
    const TinyServer server(answer);
    std::vector<std::shared_ptr<Probe>> probes;
    for (int i = 0; i < 400; ++i) probes.push_back(std::make_shared<Probe>());
    loop();
    std::thread starter([&, url = server.url()] {
        for (const auto& probe : probes) loop_->start(loop_->newId(), requestTo(url), probe);
    });
    start(server.url())->waitForEnd();
    loop().shutDown();
    starter.join();
    finish();
    for (const auto& probe : probes) ASSERT_EQ(probe->ends().size(), 1U);
}

TEST_P(LoopEnds, CancelsARunningTransfer) {
    const TinyServer server(openAnswer);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    loop().cancel(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    loop().cancel(lastId_);
    finish();
    expectEnd(*probe, Kind::Cancelled, 200);
}

TEST_P(LoopEnds, CancelsATransferBeforeItsStartIsTaken) {
    const TinyServer server(answer);
    Gate held;
    Gate release;
    auto holder = std::make_shared<Probe>();
    holder->timer = [&](Clock::time_point) {
        held.open();
        release.wait();
        return Timer{};
    };
    start(server.url(), holder);
    ASSERT_TRUE(held.wait());
    const auto probe = start(server.url());
    loop().cancel(lastId_);
    release.open();
    ASSERT_TRUE(probe->waitForEnd());
    ASSERT_TRUE(holder->waitForEnd());
    expectEnd(*probe, Kind::Cancelled);
    EXPECT_EQ(probe->bodyCalls(), 0);
    expectEnd(*holder, Kind::Complete, 200);
}

TEST_P(LoopEnds, UnknownIdsAreNobodys) {
    const TinyServer server(answer);
    loop().cancel(12345);
    loop().resume(12345);
    const auto probe = start(server.url());
    loop().cancel(lastId_ + 1);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
}

TEST_P(LoopEnds, APausedTransferCanBeCancelled) {
    const TinyServer server(openAnswer);
    auto probe = std::make_shared<Probe>();
    probe->body = [](std::string_view) { return Taken::Nothing; };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    loop().cancel(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Cancelled, 200);
    EXPECT_EQ(probe->bodyCalls(), 1);
}

TEST_P(LoopEnds, HandlersDieWithTheirTransfer) {
    const TinyServer server(answer);
    std::weak_ptr<Probe> watch;
    {
        const auto probe = start(server.url());
        watch = probe;
        ASSERT_TRUE(probe->waitForEnd());
    }
    finish();
    EXPECT_TRUE(watch.expired());
}

TEST_P(LoopEnds, EndsByItselfWhenNobodyWaits) {
    const TinyServer server(noAnswer);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForTimerCalls(1));
    loop_.reset();  // shuts down and lets go
    ASSERT_TRUE(exited_.wait());
    expectEnd(*probe, Kind::Closed);
    // What it works with dies with its thread, a little later than its last word.
    const auto limit = Clock::now() + patience;
    while (curl_.multiMade != curl_.multiEnded && Clock::now() < limit) std::this_thread::yield();
}

}  // namespace
}  // namespace ksqldb::test
