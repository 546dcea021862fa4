// Callbacks on the application's own thread: what the executor is asked, and what it may do wrong.
#include "support.h"

#include <atomic>
#include <stdexcept>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

class OwnExecutor : public testing::Test {
protected:
    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }

    LocalServer server;
    Client client{clientOptions(server)};
    Recorder recorder;
};

TEST_F(OwnExecutor, RunsCallbacksOnItsThreadOneTaskAtATime) {
    answer(numbers(500));
    TaskQueue gui;
    std::vector<std::thread::id> ids;
    std::vector<std::int64_t> rows;
    bool ended = false;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) {
        ids.push_back(std::this_thread::get_id());
        rows.push_back(row[0].asBigint());
    };
    callbacks.onEnd = [&](const Ending&) { ended = true; };
    const Subscription query =
        client.streamQuery(statement, std::move(callbacks),
                           StreamOptions().executor(gui.executor()).maxRowsPerCall(9));
    ASSERT_TRUE(gui.runUntil([&] { return ended; }));
    EXPECT_EQ(rows, firstNumbers(500));
    EXPECT_EQ(ids, std::vector<std::thread::id>(500, std::this_thread::get_id()));
    EXPECT_EQ(gui.mostAtOnce(), 1u);
}

TEST_F(OwnExecutor, GetsNoMoreRowsATaskThanAsked) {
    answer(numbers(100));
    TaskQueue gui;
    std::size_t rows = 0;
    bool ended = false;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) { ++rows; };
    callbacks.onEnd = [&](const Ending&) { ended = true; };
    const Subscription query =
        client.streamQuery(statement, std::move(callbacks),
                           StreamOptions().executor(gui.executor()).maxRowsPerCall(8));
    std::size_t most = 0;
    while (!ended) {
        const std::size_t before = rows;
        ASSERT_TRUE(gui.runOne());
        most = std::max(most, rows - before);
    }
    EXPECT_EQ(rows, 100u);
    EXPECT_LE(most, 8u);
}

TEST_F(OwnExecutor, MayRunTasksInline) {
    answer(numbers(50));
    Subscription query =
        client.streamQuery(statement, recorder.callbacks(),
                           StreamOptions().executor([](const auto& task) { task(); }));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.numbers(), firstNumbers(50));
}

TEST_F(OwnExecutor, OfExecuteQueryRunsItsCompletion) {
    answer(numbers(5));
    TaskQueue gui;
    bool done = false;
    client.executeQuery(
        statement, {},
        [&](Outcome<QueryResult> outcome) {
            EXPECT_EQ(numbersOf(outcome.value()), firstNumbers(5));
            done = true;
        },
        gui.executor());
    ASSERT_TRUE(gui.runOne());
    EXPECT_TRUE(done);
}

TEST_F(OwnExecutor, ThatThrowsEndsTheQuery) {
    answer(endless("transient_1", 3));
    std::atomic<int> asked{0};
    Subscription query = client.streamQuery(statement, recorder.callbacks(),
                                            StreamOptions().executor([&](const auto&) {
                                                ++asked;
                                                throw std::runtime_error("no event loop any more");
                                            }));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.events(), std::vector<std::string>{"end"});
    EXPECT_EQ(recorder.error().code(), ErrorCode::ExecutorRejected);
    EXPECT_EQ(asked, 1);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(OwnExecutor, ThatThrowsLaterEndsTheQueryAfterItsRows) {
    const auto more = std::make_shared<Event>();
    answer([more](Exchange& exchange) {
        const auto running = exchange.running("transient_1");
        Answer answer(exchange);
        answer.header("transient_1");
        answer.numbers(0, 2);
        exchange.waitFor(*more);
        answer.numbers(2, 3);
        exchange.stall();
    });
    TaskQueue gui;
    std::atomic<bool> isGone{false};
    Subscription query =
        client.streamQuery(statement, recorder.callbacks(),
                           StreamOptions().executor([&, post = gui.executor()](auto task) {
                               if (isGone) throw std::runtime_error("no event loop any more");
                               post(task);
                           }));
    ASSERT_TRUE(gui.runUntil([&] { return recorder.numbers().size() == 2; }));
    isGone = true;
    more->set();
    // One task may have been there still.
    ASSERT_TRUE(gui.runUntil([&] { return query.waitFor(0ms); }));
    EXPECT_EQ(recorder.numbers(), firstNumbers(2));
    EXPECT_EQ(recorder.error().code(), ErrorCode::ExecutorRejected);
}

TEST_F(OwnExecutor, ThatThrowsRejectsACompletion) {
    answer(numbers(1));
    Event done;
    std::string thread;
    client.executeQuery(
        statement, {},
        [&](Outcome<QueryResult> outcome) {
            ASSERT_FALSE(outcome.ok());
            EXPECT_EQ(outcome.error().code(), ErrorCode::ExecutorRejected);
            thread = threadName();
            done.set();
        },
        [](const auto&) { throw 1; });
    ASSERT_TRUE(done.wait(patience));
    EXPECT_EQ(thread, "ksqldb-deliver");
}

TEST_F(OwnExecutor, ThatDropsItsTasksIsHarmless) {
    answer(endless("transient_1", 3));
    Event asked;
    auto captured = std::make_shared<int>(1);
    const std::weak_ptr<int> alive = captured;
    {
        StreamCallbacks callbacks = recorder.callbacks();
        callbacks.onHeader = [captured](StreamControl&, const Header&) {};
        captured.reset();
        Subscription query =
            client.streamQuery(statement, std::move(callbacks),
                               StreamOptions().executor([&](const auto&) { asked.set(); }));
        ASSERT_TRUE(asked.wait(patience));
        EXPECT_FALSE(query.waitFor(0ms));
        query.cancel();
        EXPECT_FALSE(alive.expired());
    }
    EXPECT_TRUE(alive.expired());
    EXPECT_TRUE(recorder.events().empty());
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    client.close();
}

TEST_F(OwnExecutor, TasksLeftOverDoNothing) {
    answer(endless("transient_1", 3));
    TaskQueue gui;
    {
        Client shortLived(clientOptions(server));
        auto query = std::make_unique<Subscription>(shortLived.streamQuery(
            statement, recorder.callbacks(), StreamOptions().executor(gui.executor())));
        ASSERT_TRUE(gui.waitForTask());
        query.reset();
    }
    // Handle and Client are gone.
    ASSERT_TRUE(gui.runOne());
    EXPECT_TRUE(recorder.events().empty());
}

TEST_F(OwnExecutor, TaskAfterTheClientsEndStillTellsTheEnd) {
    answer(endless("transient_1", 3));
    TaskQueue gui;
    Subscription query;
    {
        Client shortLived(clientOptions(server));
        query = shortLived.streamQuery(statement, recorder.callbacks(),
                                       StreamOptions().executor(gui.executor()));
        ASSERT_TRUE(gui.waitForTask());
    }
    ASSERT_TRUE(gui.runUntil([&] { return query.waitFor(0ms); }));
    EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
    EXPECT_EQ(recorder.events().back(), "end");
}

TEST_F(OwnExecutor, OwningTheHandleIsNoDeadlock) {
    // As when a window's lambda holds the window, which holds the query.
    answer(numbers(2));
    struct Window {
        Subscription query;
        std::shared_ptr<Event> destroyed = std::make_shared<Event>();
        ~Window() { destroyed->set(); }
    };
    auto window = std::make_shared<Window>();
    const auto destroyed = window->destroyed;
    TaskQueue gui;
    window->query = client.streamQuery(
        statement, recorder.callbacks(),
        StreamOptions().executor([window, post = gui.executor()](auto task) { post(task); }));
    const std::weak_ptr<Window> onlyInExecutor = window;
    window.reset();
    ASSERT_TRUE(gui.waitForTask());
    while (onlyInExecutor.use_count() > 1) std::this_thread::yield();
    ASSERT_TRUE(gui.runUntil([&] { return destroyed->isSet(); }));
    EXPECT_TRUE(destroyed->wait(patience));
    EXPECT_EQ(recorder.numbers(), firstNumbers(2));
}

TEST_F(OwnExecutor, RunningATaskTwiceCallsBackOnce) {
    answer(numbers(20));
    Subscription query = client.streamQuery(statement, recorder.callbacks(),
                                            StreamOptions().executor([](const auto& task) {
                                                task();
                                                task();
                                            }));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.numbers(), firstNumbers(20));
    EXPECT_EQ(recorder.events().size(), 22u);
}

}  // namespace
}  // namespace ksqldb::test
