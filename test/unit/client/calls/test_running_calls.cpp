#include "client/calls/running_calls.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using base::Clock;
using client::RunningCalls;

TEST(RunningCalls, AreWaitedForUntilTheLastCopyHasGone) {
    const auto calls = std::make_shared<RunningCalls>();
    EXPECT_TRUE(calls->waitForNone(Clock::now()));
    RunningCalls::Entry first = calls->enter();
    RunningCalls::Entry copy = first;
    RunningCalls::Entry second = calls->enter();
    ASSERT_TRUE(first && second);
    first.reset();
    second.reset();
    EXPECT_FALSE(calls->waitForNone(Clock::now() + 1ms));
    auto waiting =
        std::async(std::launch::async, [&] { return calls->waitForNone(Clock::now() + 30s); });
    copy.reset();
    EXPECT_TRUE(waiting.get());
}

TEST(RunningCalls, AreRefusedOnceNoneMayBegin) {
    const auto calls = std::make_shared<RunningCalls>();
    const RunningCalls::Entry before = calls->enter();
    calls->refuseMore();
    EXPECT_EQ(calls->enter(), nullptr);
    EXPECT_FALSE(calls->waitForNone(Clock::now()));
}

TEST(RunningCalls, OutliveWhatCountsThem) {
    auto calls = std::make_shared<RunningCalls>();
    RunningCalls::Entry entry = calls->enter();
    calls.reset();
    entry.reset();
}

}  // namespace
}  // namespace ksqldb::test
