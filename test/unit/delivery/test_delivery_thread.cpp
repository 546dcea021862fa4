#include "../base/no_threads.h"
#include "base/thread.h"
#include "delivery/delivery_thread.h"
#include "feed.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using delivery::Clock;
using delivery::DeliveryThread;

constexpr auto patience = 30s;

/// What ran, in order.
class Journal {
public:
    std::shared_ptr<delivery::Runnable> entry(int number) {
        return task([this, number] { note(number); });
    }
    void note(int number) {
        std::lock_guard lock(mutex_);
        numbers_.push_back(number);
        changed_.notify_all();
    }
    bool waitFor(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return numbers_.size() >= count; });
    }
    std::vector<int> numbers() const {
        std::lock_guard lock(mutex_);
        return numbers_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<int> numbers_;
};

std::string nameOfThisThread() {
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof name);
    return name;
}

TEST(DeliveryThread, RunsWhatIsPostedInOrder) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    std::vector<int> expected;
    for (int i = 0; i < 1000; ++i) {
        thread.post(journal.entry(i));
        expected.push_back(i);
    }
    ASSERT_TRUE(journal.waitFor(1000));
    EXPECT_EQ(journal.numbers(), expected);
    thread.stop();
    thread.join();
}

TEST(DeliveryThread, IsOneThreadWithAName) {
    DeliveryThread thread("test-deliver");
    std::promise<std::pair<std::thread::id, std::string>> first;
    std::promise<std::pair<std::thread::id, std::string>> second;
    for (auto* promise : {&first, &second})
        thread.post(task([promise] {
            promise->set_value({std::this_thread::get_id(), nameOfThisThread()});
        }));
    const auto [firstId, firstName] = first.get_future().get();
    const auto [secondId, secondName] = second.get_future().get();
    EXPECT_EQ(firstId, secondId);
    EXPECT_NE(firstId, std::this_thread::get_id());
    EXPECT_EQ(firstName, "test-deliver");
    thread.stop();
    thread.join();
}

TEST(DeliveryThread, TasksMayPostFurtherOnes) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    thread.post(task([&] {
        thread.post(journal.entry(2));
        journal.note(1);
    }));
    ASSERT_TRUE(journal.waitFor(2));
    EXPECT_EQ(journal.numbers(), (std::vector<int>{1, 2}));
    thread.stop();
    thread.join();
}

TEST(DeliveryThread, RunsTasksAtTheirTime) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    Clock::time_point begin;
    // By the thread itself: all are there before one of them can run.
    thread.post(task([&] {
        begin = Clock::now();
        thread.postAt(begin + 90ms, journal.entry(3));
        thread.postAt(begin + 30ms, journal.entry(2));
        thread.postAt(begin - 1s, journal.entry(0));
        thread.post(journal.entry(1));
    }));
    ASSERT_TRUE(journal.waitFor(4));
    EXPECT_GE(Clock::now(), begin + 90ms);
    std::vector<int> numbers = journal.numbers();
    EXPECT_EQ(std::vector<int>(numbers.begin() + 2, numbers.end()), (std::vector<int>{2, 3}));
    thread.stop();
    thread.join();
}

TEST(DeliveryThread, OfTheSameTimeTheFirstPostedIsFirst) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    const auto when = Clock::now() + 20ms;
    for (int i = 0; i < 5; ++i) thread.postAt(when, journal.entry(i));
    ASSERT_TRUE(journal.waitFor(5));
    EXPECT_EQ(journal.numbers(), (std::vector<int>{0, 1, 2, 3, 4}));
    thread.stop();
    thread.join();
}

TEST(DeliveryThread, ALaterTaskDoesNotHoldUpANewOne) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    thread.postAt(Clock::now() + 1h, journal.entry(1));
    thread.post(journal.entry(0));
    ASSERT_TRUE(journal.waitFor(1));
    thread.postAt(Clock::now() + 5ms, journal.entry(2));
    ASSERT_TRUE(journal.waitFor(2));
    EXPECT_EQ(journal.numbers(), (std::vector<int>{0, 2}));
    thread.stop();
    thread.join();
}

TEST(DeliveryThread, StopRunsWhatIsPostedAndWhatIsForLater) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    std::promise<void> release;
    thread.post(task([&] { release.get_future().wait(); }));
    thread.post(journal.entry(0));
    thread.postAt(Clock::now() + 2h, journal.entry(2));
    thread.postAt(Clock::now() + 1h, journal.entry(1));
    thread.stop();
    release.set_value();
    thread.join();
    EXPECT_EQ(journal.numbers(), (std::vector<int>{0, 1, 2}));
}

TEST(DeliveryThread, WhatIsPostedAfterStopRunsNevertheless) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    thread.stop();
    thread.post(journal.entry(1));
    ASSERT_TRUE(journal.waitFor(1));
    thread.postAt(Clock::now() + 1h, journal.entry(2));
    ASSERT_TRUE(journal.waitFor(2));
    thread.join();
}

TEST(DeliveryThread, ATaskMayStopAndPostOnItsOwnThread) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    thread.post(task([&] {
        thread.stop();
        thread.post(journal.entry(1));
    }));
    ASSERT_TRUE(journal.waitFor(1));
    thread.join();
}

TEST(DeliveryThread, SaysOnceWhenItHasEnded) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    std::promise<void> release;
    thread.post(task([&] { release.get_future().wait(); }));
    thread.post(journal.entry(1));
    thread.stop([&] { journal.note(2); });
    thread.stop([&] { journal.note(3); });
    EXPECT_TRUE(journal.numbers().empty());
    release.set_value();
    thread.join();
    EXPECT_EQ(journal.numbers(), (std::vector<int>{1, 2}));
}

TEST(DeliveryThread, SaysAtOnceThatItHasEndedWhereItNeverBegan) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    thread.stop([&] { journal.note(1); });
    EXPECT_EQ(journal.numbers(), (std::vector<int>{1}));
    thread.join();
}

TEST(DeliveryThread, JoinWaitsForWhatWasPostedAfterStop) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    std::promise<void> release;
    thread.stop();
    thread.post(task([&] {
        release.get_future().wait();
        journal.note(1);
    }));
    std::thread releaser([&] { release.set_value(); });
    thread.join();
    EXPECT_EQ(journal.numbers(), (std::vector<int>{1}));
    releaser.join();
}

TEST(DeliveryThread, WhatIsPostedWhileItStopsStillRunsOnItInOrder) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    std::promise<void> release;
    std::vector<std::thread::id> ids(3);
    const auto entry = [&](int number) {
        return task([&, number] {
            ids[static_cast<std::size_t>(number)] = std::this_thread::get_id();
            journal.note(number);
        });
    };
    thread.post(task([&] {
        release.get_future().wait();
        ids[0] = std::this_thread::get_id();
        journal.note(0);
    }));
    thread.stop();
    thread.post(entry(1));
    thread.postAt(Clock::now() + 1h, entry(2));
    release.set_value();
    thread.join();
    EXPECT_EQ(journal.numbers(), (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(ids, std::vector<std::thread::id>(3, ids[0]));
}

/// Posts itself, or a fresh one, until it is told to end.
class Again : public delivery::Runnable, public std::enable_shared_from_this<Again> {
public:
    Again(DeliveryThread& thread, std::atomic<int>& left, bool isFresh)
        : thread_(thread), left_(left), isFresh_(isFresh) {}
    void run() noexcept override {
        if (left_-- <= 0) return;
        if (isFresh_)
            thread_.post(std::make_shared<Again>(thread_, left_, true));
        else
            thread_.post(shared_from_this());
    }

private:
    DeliveryThread& thread_;
    std::atomic<int>& left_;
    const bool isFresh_;
};

TEST(DeliveryThread, JoinWaitsForATaskThatPostsItselfAgain) {
    DeliveryThread thread("test-deliver");
    std::atomic<int> left{1000};
    thread.post(std::make_shared<Again>(thread, left, false));
    thread.stop();
    thread.join();
    EXPECT_EQ(left, -1);
}

TEST(DeliveryThread, JoinDoesNotWaitForFreshTasksWithoutEnd) {
    for (const bool isEnded : {false, true}) {
        DeliveryThread thread("test-deliver");
        if (isEnded) thread.stop();  // it had no thread: each task has one of its own
        std::atomic<int> left{std::numeric_limits<int>::max()};
        thread.post(std::make_shared<Again>(thread, left, true));
        thread.stop();
        thread.join();
        EXPECT_GT(left, 0);
        left = 0;
        while (left >= 0) std::this_thread::yield();  // the last of them is through
    }
}

#if defined(__GLIBC__)
TEST(DeliveryThread, SaysThatTheSystemHasNoThreadLeft) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    {
        const NoThreads noThreads;
        EXPECT_THROW(thread.start(), Error);
        EXPECT_THROW(thread.post(journal.entry(1)), Error);
    }
    thread.start();
    thread.post(journal.entry(2));
    thread.stop();
    thread.join();
    EXPECT_EQ(journal.numbers(), (std::vector<int>{2}));
    {
        const NoThreads noThreads;
        EXPECT_THROW(thread.post(journal.entry(3)), Error);
    }
    thread.join();  // does not wait for what never ran
}
#endif

TEST(DeliveryThread, OneThatWasNeverUsedHasNoThread) {
    DeliveryThread thread("test-deliver");
    thread.stop();
    thread.stop();
    thread.join();
    thread.join();
    const DeliveryThread unused("test-deliver");
}

TEST(DeliveryThread, OutlivedByWhatItStillRuns) {
    Journal journal;
    std::promise<void> release;
    {
        DeliveryThread thread("test-deliver");
        thread.post(task([&] { release.get_future().wait(); }));
        thread.post(journal.entry(1));
    }
    EXPECT_TRUE(journal.numbers().empty());
    release.set_value();
    ASSERT_TRUE(journal.waitFor(1));
}

TEST(DeliveryThread, TasksDieWhenTheyHaveRun) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    std::weak_ptr<delivery::Runnable> watch;
    {
        auto entry = journal.entry(1);
        watch = entry;
        thread.post(std::move(entry));
    }
    ASSERT_TRUE(journal.waitFor(1));
    thread.post(journal.entry(2));
    ASSERT_TRUE(journal.waitFor(2));
    EXPECT_TRUE(watch.expired());
    thread.stop();
    thread.join();
}

TEST(DeliveryThread, TasksRunAndDieAsInsideACallback) {
    struct Fragile {
        explicit Fragile(std::vector<bool>& where) : inside(where) {}
        ~Fragile() { inside.push_back(base::insideCallback()); }
        Fragile(const Fragile&) = delete;
        Fragile& operator=(const Fragile&) = delete;
        std::vector<bool>& inside;
    };
    DeliveryThread thread("test-deliver");
    std::vector<bool> inside;
    for (const bool afterItsEnd : {false, true}) {
        thread.post(task([&, fragile = std::make_shared<Fragile>(inside)] {
            inside.push_back(base::insideCallback());
        }));
        if (!afterItsEnd) thread.stop();
        thread.join();
    }
    EXPECT_EQ(inside, std::vector<bool>(4, true));
}

TEST(DeliveryThread, ManyThreadsMayPost) {
    DeliveryThread thread("test-deliver");
    Journal journal;
    std::vector<std::thread> posters;
    for (int poster = 0; poster < 4; ++poster)
        posters.emplace_back([&, poster] {
            for (int i = 0; i < 250; ++i) {
                if (i % 10 == 0)
                    thread.postAt(Clock::now(), journal.entry(-1));
                else
                    thread.post(journal.entry(1000 * poster + i));
            }
        });
    for (auto& poster : posters) poster.join();
    ASSERT_TRUE(journal.waitFor(1000));
    std::vector<int> last(4, -1);
    for (const int number : journal.numbers()) {
        if (number < 0) continue;
        int& before = last[static_cast<std::size_t>(number / 1000)];
        EXPECT_LT(before, number);
        before = number;
    }
    thread.stop();
    thread.join();
}

}  // namespace
}  // namespace ksqldb::test
