// An executor is the application's: it may throw, and run what it was given twice, late or never.
#include <ksqldb/executor.h>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using detail::Posted;
using detail::postTo;

struct Counter {
    int runs = 0;
    std::function<void()> task() {
        return [this] { ++runs; };
    }
};

TEST(PostTo, RunsATaskAtOnceOrLater) {
    Counter counter;
    std::vector<std::function<void()>> queue;
    EXPECT_EQ(postTo([](auto run) { run(); }, counter.task()), Posted::Yes);
    EXPECT_EQ(counter.runs, 1);
    EXPECT_EQ(postTo([&](auto run) { queue.push_back(run); }, counter.task()), Posted::Yes);
    EXPECT_EQ(counter.runs, 1);
    queue.front()();
    EXPECT_EQ(counter.runs, 2);
}

TEST(PostTo, RunsATaskOnceHoweverOftenTheExecutorDoes) {
    Counter counter;
    std::function<void()> kept;
    postTo(
        [&](auto run) {
            run();
            run();
            kept = run;
        },
        counter.task());
    kept();
    EXPECT_EQ(counter.runs, 1);
}

TEST(PostTo, RunsATaskOnceOnTwoThreads) {
    for (int i = 0; i < 100; ++i) {
        Counter counter;
        std::function<void()> kept;
        postTo([&](auto run) { kept = run; }, counter.task());
        std::thread other(kept);
        kept();
        other.join();
        EXPECT_EQ(counter.runs, 1);
    }
}

TEST(PostTo, OneThatThrowsLosesTheTask) {
    Counter counter;
    std::function<void()> kept;
    const auto posted = postTo(
        [&](auto run) {
            kept = run;
            throw 1;
        },
        counter.task());
    EXPECT_EQ(posted, Posted::No);
    kept();
    EXPECT_EQ(counter.runs, 0);
}

TEST(PostTo, OneThatRunsTheTaskAndThrowsHasRunIt) {
    Counter counter;
    const auto posted = postTo(
        [](auto run) {
            run();
            throw 1;
        },
        counter.task());
    EXPECT_EQ(posted, Posted::YesButThrew);
    EXPECT_EQ(counter.runs, 1);
}

TEST(PostTo, WhatATaskHoldsDiesWhenItHasRunOrNeverWill) {
    for (const bool throws : {false, true}) {
        auto held = std::make_shared<int>(1);
        const std::weak_ptr<int> watched = held;
        std::function<void()> kept;
        postTo(
            [&](auto run) {
                kept = run;
                if (throws) throw 1;
            },
            [held = std::move(held)] {});
        kept();
        EXPECT_TRUE(watched.expired()) << throws;
    }
}

}  // namespace
}  // namespace ksqldb::test
