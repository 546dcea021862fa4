// Executors of every kind, well-behaved and not: pools of threads, tasks that run late, twice, on
// the wrong side of the end, or never. See test_executor.cpp for a GUI's.
#include "support.h"

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

/// Threads that run what is posted to them. Each task may be run so many times, at the same time
/// too.
class Pool {
public:
    explicit Pool(int threads, int runsOfATask = 1) : runsOfATask_(runsOfATask) {
        for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
    }
    ~Pool() { stop(); }
    /// Runs what is left, then ends.
    void stop() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
            changed_.notify_all();
        }
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    void post(std::function<void()> task) {
        std::lock_guard lock(mutex_);
        for (int i = 0; i < runsOfATask_; ++i) tasks_.push_back(task);
        changed_.notify_all();
    }
    Executor executor() {
        return [this](std::function<void()> task) { post(std::move(task)); };
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
            if (tasks_.empty()) return;
            const auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    const int runsOfATask_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

/// What one query's callbacks were given, and whether two of them ever ran at once.
struct Seen {
    std::atomic<int> inside{0};
    std::atomic<bool> overlapped{false};
    std::vector<std::int64_t> rows;
    int headers = 0;
    std::vector<Ending> ends;

    template <class Note>
    void note(Note what) {
        if (++inside > 1) overlapped = true;
        what();
        --inside;
    }
    StreamCallbacks callbacks() {
        StreamCallbacks all;
        all.onHeader = [this](StreamControl&, const Header&) { note([&] { ++headers; }); };
        all.onRow = [this](StreamControl&, RowView row) {
            note([&] { rows.push_back(row[0].asBigint()); });
        };
        all.onEnd = [this](const Ending& end) { note([&] { ends.push_back(end); }); };
        return all;
    }
    void expectAll(int count) const {
        EXPECT_FALSE(overlapped);
        EXPECT_EQ(headers, 1);
        EXPECT_EQ(rows, firstNumbers(count));
        ASSERT_EQ(ends.size(), 1u);
        EXPECT_EQ(ends[0].kind(), Ending::Kind::Finished);
    }
};

class Executors : public testing::Test {
protected:
    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(Executors, PostToOtherThreads) {
    // One task of a query at a time, whichever thread runs it.
    answer(numbers(300));
    Pool pool(3);
    struct Query {
        Seen seen;
        std::atomic<int> posted{0};
        std::atomic<int> most{0};
        Subscription handle;
    };
    std::array<Query, 6> queries;
    for (Query& query : queries)
        query.handle = client.streamQuery(
            statement, query.seen.callbacks(),
            StreamOptions().maxRowsPerCall(7).executor([&](std::function<void()> task) {
                query.most = std::max<int>(query.most, ++query.posted);
                pool.post([&query, task = std::move(task)] {
                    --query.posted;
                    task();
                });
            }));
    for (Query& query : queries) {
        ASSERT_TRUE(query.handle.waitFor(patience));
        query.seen.expectAll(300);
        EXPECT_EQ(query.most, 1);
    }
    pool.stop();
}

TEST_F(Executors, RunTasksTwiceAndAtTheSameTime) {
    answer(numbers(200));
    for (const auto interval : {0ms, 1ms}) {
        Seen seen;
        Pool pool(4, 3);
        Subscription query = client.streamQuery(
            statement, seen.callbacks(),
            StreamOptions().maxRowsPerCall(10).minInterval(interval).executor(pool.executor()));
        ASSERT_TRUE(query.waitFor(patience));
        pool.stop();
        seen.expectAll(200);
    }
}

TEST_F(Executors, RunTasksOfLongAgoAgain) {
    // Every task once in time, and now and then all earlier ones.
    answer(numbers(100));
    Seen seen;
    std::vector<std::function<void()>> all;
    TaskQueue gui;
    Subscription query = client.streamQuery(
        statement, seen.callbacks(), StreamOptions().maxRowsPerCall(5).executor(gui.executor()));
    Subscription noted = client.streamQuery(
        statement, {}, StreamOptions().executor([&, post = gui.executor()](auto task) {
            post([&all, task] {
                task();
                all.push_back(task);
                for (const auto& old : all) old();
            });
        }));
    ASSERT_TRUE(gui.runUntil([&] { return query.waitFor(0ms) && noted.waitFor(0ms); }));
    for (const auto& old : all) old();
    seen.expectAll(100);
}

TEST_F(Executors, TasksAfterTheEndDoNothing) {
    answer(numbers(5));
    Seen seen;
    std::mutex mutex;
    std::vector<std::function<void()>> kept;
    Subscription query =
        client.streamQuery(statement, seen.callbacks(), StreamOptions().executor([&](auto task) {
            {
                std::lock_guard lock(mutex);
                kept.push_back(task);
            }
            task();
        }));
    ASSERT_TRUE(query.waitFor(patience));
    for (const auto& task : kept) task();
    query = Subscription();
    for (const auto& task : kept) task();
    client.close();
    for (const auto& task : kept) task();
    seen.expectAll(5);
}

TEST_F(Executors, TasksAfterTheHandleDoNothing) {
    // The handle dies while the executor's threads are at it.
    answer(endless("transient_1", 500));
    Pool pool(2, 2);
    for (int round = 0; round < 60; ++round) {
        std::atomic<int> rows{0};
        auto state = std::make_shared<std::atomic<bool>>(true);
        StreamCallbacks callbacks;
        callbacks.onRow = [&rows, state](StreamControl&, RowView) {
            EXPECT_TRUE(*state);
            ++rows;
        };
        callbacks.onEnd = [](const Ending&) { ADD_FAILURE() << "after the handle's end"; };
        auto query = std::make_unique<Subscription>(
            client.streamQuery(statement, std::move(callbacks),
                               StreamOptions().maxRowsPerCall(3).executor(pool.executor())));
        while (rows < round % 20) std::this_thread::yield();
        query.reset();
        *state = false;
        EXPECT_EQ(state.use_count(), 1) << "what the callbacks captured is alive";
    }
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(Executors, TheHandleWaitsForACallbackOnTheirThread) {
    answer(endless("transient_1", 1));
    Pool pool(1);
    Event entered;
    Event leave;
    std::atomic<bool> left{false};
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) {
        entered.set();
        EXPECT_TRUE(leave.wait(patience));
        left = true;
    };
    auto query = std::make_unique<Subscription>(client.streamQuery(
        statement, std::move(callbacks), StreamOptions().executor(pool.executor())));
    ASSERT_TRUE(entered.wait(patience));
    std::thread opener([&] { leave.set(); });
    query.reset();
    EXPECT_TRUE(left);
    opener.join();
}

TEST_F(Executors, TheHandleWaitsForARunningCallOfTheExecutor) {
    // What it refers to, a window for example, dies right after the handle.
    answer(endless("transient_1", 1));
    Event entered;
    Event leave;
    std::atomic<bool> left{false};
    auto query = std::make_unique<Subscription>(
        client.streamQuery(statement, {}, StreamOptions().executor([&](const auto&) {
            entered.set();
            EXPECT_TRUE(leave.wait(patience));
            left = true;
        })));
    ASSERT_TRUE(entered.wait(patience));
    std::thread opener([&] { leave.set(); });
    query.reset();
    EXPECT_TRUE(left);
    opener.join();
}

TEST_F(Executors, SoDoesTheHandleInsideACallback) {
    // The task runs already, but the call that posted it has not returned.
    answer(endless("transient_1", 1));
    Pool pool(1);
    Event inCallback;
    Event assigned;
    Event done;
    std::atomic<bool> left{false};
    Subscription query;
    StreamCallbacks callbacks;
    callbacks.onHeader = [&](StreamControl&, const Header&) {
        EXPECT_TRUE(assigned.wait(patience));
        inCallback.set();
        query = Subscription();
        EXPECT_TRUE(left);
        done.set();
    };
    query = client.streamQuery(statement, std::move(callbacks),
                               StreamOptions().executor([&](std::function<void()> task) {
                                   pool.post(std::move(task));
                                   EXPECT_TRUE(inCallback.wait(patience));
                                   left = true;
                               }));
    assigned.set();
    EXPECT_TRUE(done.wait(patience));
    pool.stop();
}

TEST_F(Executors, MayDestroyTheHandle) {
    answer(endless("transient_1", 1));
    Event destroyed;
    Event assigned;
    Subscription query;
    query = client.streamQuery(statement, {}, StreamOptions().executor([&](const auto&) {
        EXPECT_TRUE(assigned.wait(patience));
        query = Subscription();
        destroyed.set();
    }));
    assigned.set();
    EXPECT_TRUE(destroyed.wait(patience));
    client.close();
}

TEST_F(Executors, OutliveTheClient) {
    answer(endless("transient_1", 3));
    Pool pool(2);
    std::array<Seen, 4> seen;
    std::vector<Subscription> queries;
    {
        Client shortLived(clientOptions(server).deliveryThreads(2));
        for (Seen& one : seen)
            queries.push_back(shortLived.streamQuery(statement, one.callbacks(),
                                                     StreamOptions().executor(pool.executor())));
        ASSERT_TRUE(server.waitForRunningQueries(seen.size(), patience));
    }
    for (Subscription& query : queries) ASSERT_TRUE(query.waitFor(patience));
    pool.stop();
    for (const Seen& one : seen) {
        EXPECT_FALSE(one.overlapped);
        ASSERT_EQ(one.ends.size(), 1u);
        EXPECT_EQ(one.ends[0].error()->code(), ErrorCode::ClientClosed);
    }
}

TEST_F(Executors, DropOnlySomeTasks) {
    // A dropped task is the query's last, and nothing it holds stays alive.
    answer(numbers(100));
    Pool pool(1);
    std::atomic<int> asked{0};
    auto captured = std::make_shared<int>();
    const std::weak_ptr<int> alive = captured;
    Event dropped;
    {
        StreamCallbacks callbacks;
        callbacks.onRow = [captured](StreamControl&, RowView) {};
        callbacks.onEnd = [](const Ending&) { ADD_FAILURE() << "its task was dropped"; };
        captured.reset();
        Subscription query = client.streamQuery(
            statement, std::move(callbacks),
            StreamOptions().maxRowsPerCall(1).executor([&](std::function<void()> task) {
                if (++asked <= 3)
                    pool.post(std::move(task));
                else
                    dropped.set();
            }));
        ASSERT_TRUE(dropped.wait(patience));
        EXPECT_FALSE(query.waitFor(0ms));
    }
    EXPECT_TRUE(alive.expired());
    EXPECT_EQ(asked, 4);
}

TEST_F(Executors, AreDestroyedOutsideTheEventLoop) {
    answer(numbers(1));
    struct Owned {
        std::string* thread;
        ~Owned() { *thread = threadName(); }
    };
    std::string thread;
    {
        auto owned = std::make_shared<Owned>(Owned{&thread});
        thread.clear();
        Subscription query = client.streamQuery(
            statement, {}, StreamOptions().executor([owned](const auto& task) { task(); }));
        owned.reset();
        ASSERT_TRUE(query.waitFor(patience));
    }
    client.close();
    EXPECT_NE(thread, "ksqldb-loop");
    EXPECT_FALSE(thread.empty());
}

// Executors that throw: the query ends with ExecutorRejected, on a delivery thread.

enum class Throws { BeforeRunning, AfterRunning, AfterPosting };
void PrintTo(Throws when, std::ostream* out) {
    *out << (when == Throws::BeforeRunning  ? "BeforeRunning"
             : when == Throws::AfterRunning ? "AfterRunning"
                                            : "AfterPosting");
}

class ThrowingExecutor : public Executors,
                         public testing::WithParamInterface<std::tuple<Throws, int>> {};

TEST_P(ThrowingExecutor, EndsTheQueryOnADeliveryThread) {
    const auto [when, goodTasks] = GetParam();
    answer(endless("transient_1", 400));
    Pool pool(2);
    std::atomic<int> asked{0};
    std::atomic<int> ends{0};
    std::string endedOn;
    std::optional<Ending> ending;
    std::vector<std::int64_t> rows;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) { rows.push_back(row[0].asBigint()); };
    callbacks.onEnd = [&](const Ending& end) {
        ++ends;
        endedOn = threadName();
        ending = end;
    };
    Subscription query = client.streamQuery(
        statement, std::move(callbacks),
        StreamOptions()
            .maxRowsPerCall(10)
            .minInterval(goodTasks == 2 ? 2ms : 0ms)
            .executor([&, when = when, goodTasks = goodTasks](std::function<void()> task) {
                const bool isGood = ++asked <= goodTasks;
                if (isGood || when == Throws::AfterPosting) pool.post(task);
                if (isGood) return;
                if (when == Throws::AfterRunning) task();
                throw std::runtime_error("no more tasks");
            }));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(endedOn, "ksqldb-deliver");
    ASSERT_EQ(ending->kind(), Ending::Kind::Failed);
    EXPECT_EQ(ending->error()->code(), ErrorCode::ExecutorRejected);
    EXPECT_EQ(asked, goodTasks + 1) << "it was asked again";
    EXPECT_EQ(rows, firstNumbers(static_cast<int>(rows.size())));
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    pool.stop();
    EXPECT_EQ(ends, 1);
}

INSTANTIATE_TEST_SUITE_P(All, ThrowingExecutor,
                         testing::Combine(testing::Values(Throws::BeforeRunning,
                                                          Throws::AfterRunning,
                                                          Throws::AfterPosting),
                                          testing::Values(0, 1, 2)));

}  // namespace
}  // namespace ksqldb::test
