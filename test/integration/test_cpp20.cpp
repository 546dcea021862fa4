// What only C++20 has: coroutines and stop tokens.
#include <ksqldb/coroutine.h>
#include <ksqldb/stop_token.h>

// Their own includes have to be enough.
#include "support.h"

#include <algorithm>
#include <array>
#include <coroutine>
#include <ranges>
#include <stop_token>
#include <thread>
#include <tuple>
#include <type_traits>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

/// A coroutine that runs by itself. What it throws is a failure of the test.
struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {
            try {
                throw;
            } catch (const std::exception& e) {
                ADD_FAILURE() << e.what();
            }
        }
    };
};

struct Followed {
    std::vector<std::int64_t> rows;
    std::vector<std::string> threads;
    std::optional<Error> error;
    Event done;
};

Task follow(ResultStream stream, Followed& out, Executor executor = {}) {
    RowView row;
    try {
        while (co_await asyncNext(stream, row, executor) == Next::Row) {
            out.rows.push_back(row[0].asBigint());
            out.threads.push_back(threadName());
        }
        EXPECT_TRUE(stream.isComplete());
    } catch (const Error& error) {
        out.error = error;
        out.threads.push_back(threadName());
    }
    out.done.set();
}

static_assert(std::ranges::input_range<ResultStream>);
static_assert(std::ranges::input_range<TypedResultStream<std::tuple<int>>>);
static_assert(std::is_same_v<std::ranges::range_value_t<ResultStream>, RowView>);

class Cpp20 : public testing::Test {
protected:
    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(Cpp20, AStreamIsARange) {
    answer(numbers(100));
    ResultStream query = client.streamQuery(statement);
    static_assert(std::ranges::input_range<ResultStream>);
    std::vector<std::int64_t> rows;
#if defined(__clang__) && __clang_major__ < 16  // cannot compile libstdc++'s views
    for (const RowView row : query)
        if (row[0].asBigint() % 2 == 0) rows.push_back(row[0].asBigint());
#else
    for (const std::int64_t number :
         query | std::views::transform([](RowView row) { return row[0].asBigint(); }) |
             std::views::filter([](std::int64_t n) { return n % 2 == 0; }))
        rows.push_back(number);
#endif
    ASSERT_EQ(rows.size(), 50u);
    EXPECT_EQ(rows.back(), 98);
}

TEST_F(Cpp20, ACoroutineFollowsAStream) {
    answer(numbers(500));
    Followed followed;
    follow(client.streamQuery(statement), followed);
    ASSERT_TRUE(followed.done.wait(patience));
    EXPECT_EQ(followed.rows, firstNumbers(500));
    EXPECT_FALSE(followed.error);
}

TEST_F(Cpp20, ManyCoroutinesOnSomeThreads) {
    // Each row comes alone, so that each is waited for, and whoever is woken goes on while another
    // thread is still at the call that waits.
    constexpr int rows = 200;
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1");
        for (int i = 0; i < rows; ++i) {
            answer.numbers(i, i + 1);
            std::this_thread::yield();
        }
        answer.end();
    });
    Client many(clientOptions(server).deliveryThreads(2).readPause(0us));
    std::array<Followed, 20> all;
    TaskQueue queue;
    for (std::size_t i = 0; i < all.size(); ++i)
        follow(many.streamQuery(statement), all[i], i % 2 == 0 ? queue.executor() : Executor());
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            queue.runUntil([&] {
                return std::all_of(all.begin(), all.end(),
                                   [](const Followed& one) { return one.done.isSet(); });
            });
        });
    for (Followed& followed : all) {
        ASSERT_TRUE(followed.done.wait(patience));
        EXPECT_FALSE(followed.error) << followed.error->what();
        EXPECT_EQ(followed.rows, firstNumbers(rows));
    }
}

TEST_F(Cpp20, GoesOnWhereTheExecutorSays) {
    answer(numbers(50));
    Followed followed;
    TaskQueue gui;
    const std::string here = threadName();
    follow(client.streamQuery(statement), followed, gui.executor());
    ASSERT_TRUE(gui.runUntil([&] { return followed.done.isSet(); }));
    EXPECT_EQ(followed.rows, firstNumbers(50));
    EXPECT_EQ(followed.threads, std::vector<std::string>(50, here));
}

TEST_F(Cpp20, RowsBeforeAnErrorThenTheError) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1");
        answer.numbers(0, 3);
        answer.error(50000, "out of luck");
    });
    Followed followed;
    follow(client.streamQuery(statement), followed);
    ASSERT_TRUE(followed.done.wait(patience));
    EXPECT_EQ(followed.rows, firstNumbers(3));
    EXPECT_EQ(followed.error.value().serverMessage(), "out of luck");
}

TEST_F(Cpp20, ClosingTheClientWakesIt) {
    answer(endless("transient_1", 2));
    Followed followed;
    follow(client.streamQuery(statement), followed);
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    client.close();
    ASSERT_TRUE(followed.done.wait(patience));
    EXPECT_EQ(followed.error.value().code(), ErrorCode::ClientClosed);
}

TEST_F(Cpp20, AnExecutorMayThrowOrRunTwice) {
    answer(numbers(3));
    Followed rejected;
    follow(client.streamQuery(statement), rejected, [](const auto&) { throw 1; });
    ASSERT_TRUE(rejected.done.wait(patience));
    EXPECT_EQ(rejected.error.value().code(), ErrorCode::ExecutorRejected);
    Followed twice;
    follow(client.streamQuery(statement), twice, [](const auto& task) {
        task();
        task();
        throw 1;
    });
    ASSERT_TRUE(twice.done.wait(patience));
    EXPECT_EQ(twice.rows, firstNumbers(3));
    client.close();
}

Task execute(Client& client, Followed& out, Executor executor = {}) {
    try {
        const QueryResult result = co_await asyncExecuteQuery(
            client, statement, QueryOptions().maxRows(10), std::move(executor));
        out.rows = numbersOf(result);
    } catch (const Error& error) {
        out.error = error;
    }
    out.threads.push_back(threadName());
    out.done.set();
}

using Number = std::tuple<std::int64_t>;

Task executeTyped(Client& client, Followed& out, Executor executor = {}) {
    try {
        for (const auto& [number] : co_await asyncExecuteQuery<Number>(
                 client, statement, QueryOptions().maxRows(10), std::move(executor)))
            out.rows.push_back(number);
    } catch (const Error& error) {
        out.error = error;
    }
    out.threads.push_back(threadName());
    out.done.set();
}

Task countTypes(Client& client, std::promise<std::size_t>& out, Error& failure) {
    const Command<std::size_t> types(
        "LIST TYPES;", [](const std::vector<Entity>& entities) { return entities.size(); });
    try {
        const std::size_t count = co_await asyncExecute(client, types);
        (void)co_await asyncExecute(client, ksqldb::statement("DEFINE a = '1';"));
        out.set_value(count);
    } catch (const Error& error) {
        failure = error;
        out.set_value(0);
    }
}

TEST_F(Cpp20, ACoroutineWaitsForACommand) {
    server.on("/ksql", "",
              [](Exchange& exchange) { exchange.respond(200, "[{\"@type\":\"x\"}]"); });
    std::promise<std::size_t> count;
    Error failure(ErrorCode::InvalidArgument, "none");
    countTypes(client, count, failure);
    EXPECT_EQ(count.get_future().get(), 1u) << failure.what();
}

TEST_F(Cpp20, ACoroutineWaitsForAResult) {
    for (const auto start : {&execute, &executeTyped}) {
        answer(numbers(10));
        Followed good;
        start(client, good, {});
        ASSERT_TRUE(good.done.wait(patience));
        EXPECT_EQ(good.rows, firstNumbers(10));
        EXPECT_EQ(good.threads, std::vector<std::string>{"ksqldb-deliver"});

        answer(numbers(11));
        Followed bad;
        TaskQueue gui;
        start(client, bad, gui.executor());
        ASSERT_TRUE(gui.runUntil([&] { return bad.done.isSet(); }));
        EXPECT_EQ(bad.error.value().code(), ErrorCode::TooManyRows);
        EXPECT_EQ(bad.threads, std::vector<std::string>{threadName()});
    }
}

// Stop tokens.

TEST_F(Cpp20, AStopTokenCancelsWhatRuns) {
    answer(silent());
    std::future<QueryResult> result;
    std::jthread thread([&](std::stop_token stop) {
        const StopTokenBridge bridge(stop);
        result = client.executeQuery(statement, QueryOptions().cancelToken(bridge.token()));
        result.wait();
    });
    ASSERT_TRUE(server.waitForRequests(1, patience));
    thread.request_stop();
    thread.join();
    EXPECT_EQ(errorFrom(result).code(), ErrorCode::Cancelled);
}

TEST_F(Cpp20, AStopTokenThatWasStoppedCancelsAtOnce) {
    answer(silent());
    std::stop_source source;
    source.request_stop();
    const StopTokenBridge bridge(source.get_token());
    EXPECT_TRUE(bridge.token().isCancelled());
    auto result = client.executeQuery(statement, QueryOptions().cancelToken(bridge.token()));
    EXPECT_EQ(errorFrom(result).code(), ErrorCode::Cancelled);
}

TEST_F(Cpp20, ABridgeThatIsGoneCancelsNothing) {
    std::stop_source source;
    CancelToken token;
    {
        const StopTokenBridge bridge(source.get_token());
        token = bridge.token();
    }
    source.request_stop();
    EXPECT_FALSE(token.isCancelled());
}

}  // namespace
}  // namespace ksqldb::test
