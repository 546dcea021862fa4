#pragma once
// C++20 only, so not in ksqldb.h, and all inline, so that nothing the library exports depends on
// the language's version.
#if __cplusplus < 202002L && (!defined(_MSVC_LANG) || _MSVC_LANG < 202002L)
#error "<ksqldb/coroutine.h> needs C++20"
#endif
#include <ksqldb/client.h>
#include <ksqldb/error.h>
#include <ksqldb/executor.h>
#include <ksqldb/options.h>
#include <ksqldb/outcome.h>
#include <ksqldb/result_stream.h>
#include <ksqldb/statement.h>

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace ksqldb {

/// @defgroup coroutines Coroutines (C++20)
/// @ingroup queries
///
/// Waits in coroutines, of any task type. Not in ksqldb.h: `#include <ksqldb/coroutine.h>`.
///
/// Threads: a coroutine goes on where the executor runs it; without an executor, on a delivery
/// thread. There, members of the library's that block throw Error(WouldDeadlock).
/// Lifetime: do not destroy a coroutine while it waits here. Cancel what it waits for, then it goes
/// on.
/// @{

namespace detail {

/// Goes on with the coroutine that waits for ResultStream::next().
class NextAwaiter {
public:
    NextAwaiter(ResultStream& stream, RowView& row, Executor executor)
        : stream_(stream), row_(row), executor_(std::move(executor)) {}

    bool await_ready() { return look(); }
    void await_suspend(std::coroutine_handle<> waiting) {
        waiting_ = waiting;
        arm();
    }
    Next await_resume() {
        if (failure_) std::rethrow_exception(failure_);
        return *found_;
    }

private:
    bool look() {
        const Next found = stream_.next(row_, milliseconds(0));
        if (found == Next::Timeout) return false;
        found_ = found;
        return true;
    }
    // The last thing that its caller does: who is woken may be through with this object before it
    // returns.
    void arm() {
        stream_.notifyWhenReady([this] { wake(); });
    }
    void wake() noexcept {
        if (!executor_) return goOn();
        // The task may end the coroutine, and this object, before the executor returns or throws.
        const Executor executor = executor_;
        if (postTo(executor, [this] { goOn(); }) == Posted::No)
            fail(std::make_exception_ptr(
                Error(ErrorCode::ExecutorRejected, "the executor of asyncNext threw")));
    }
    void goOn() noexcept {
        try {
            if (!look()) return arm();  // what came was no row
        } catch (...) {
            return fail(std::current_exception());
        }
        waiting_.resume();
    }
    void fail(std::exception_ptr failure) noexcept {
        failure_ = std::move(failure);
        waiting_.resume();
    }

    ResultStream& stream_;
    RowView& row_;
    const Executor executor_;
    std::coroutine_handle<> waiting_;
    std::optional<Next> found_;
    std::exception_ptr failure_;
};

/// Goes on with the coroutine that waits for a call's outcome.
template <class T>
class CallAwaiter {
public:
    using Done = std::function<void(Outcome<T>)>;
    /// `start` begins the call, which is to call what it is given.
    explicit CallAwaiter(std::function<void(Done)> start) : start_(std::move(start)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        // Who is woken may be through with this object before the call has returned.
        const auto start = std::move(start_);
        start([this, waiting](Outcome<T> outcome) {
            outcome_ = std::move(outcome);
            waiting.resume();
        });
    }
    T await_resume() { return std::move(*outcome_).value(); }

private:
    std::function<void(Done)> start_;
    std::optional<Outcome<T>> outcome_;
};

}  // namespace detail

/// Waits for the next row, like ResultStream::next(), without blocking the thread. Gives Row or
/// End, and with StreamOptions::reportEvents() Event; never Timeout.
///
///     while (co_await ksqldb::asyncNext(stream, row) == ksqldb::Next::Row) …
///
/// Errors: throws what next() throws, and Error(ExecutorRejected), on a delivery thread, where the
/// executor throws. An executor that drops the task leaves the coroutine waiting for ever.
/// Lifetime: stream and row have to outlive the wait.
[[nodiscard]] inline detail::NextAwaiter asyncNext(ResultStream& stream, RowView& row,
                                                   Executor executor = {}) {
    return {stream, row, std::move(executor)};
}

/// Waits for the result of Client::executeQuery(), without blocking the thread.
/// Errors: throws the query's Error. An executor that drops the task leaves the coroutine waiting
/// for ever.
///
///     const ksqldb::QueryResult result = co_await ksqldb::asyncExecuteQuery(client, "SELECT …");
[[nodiscard]] inline detail::CallAwaiter<QueryResult> asyncExecuteQuery(Client& client,
                                                                        Statement statement,
                                                                        QueryOptions options = {},
                                                                        Executor executor = {}) {
    return detail::CallAwaiter<QueryResult>(
        [&client, statement = std::move(statement), options = std::move(options),
         executor = std::move(executor)](std::function<void(Outcome<QueryResult>)> done) {
            client.executeQuery(statement, options, std::move(done), executor);
        });
}

/// The same for its rows as Ts, see Client::executeQuery<T>().
///
///     const auto ratings = co_await ksqldb::asyncExecuteQuery<Rating>(client, "SELECT …");
template <class T>
[[nodiscard]] detail::CallAwaiter<std::vector<T>> asyncExecuteQuery(Client& client,
                                                                    Statement statement,
                                                                    QueryOptions options = {},
                                                                    Executor executor = {}) {
    return detail::CallAwaiter<std::vector<T>>(
        [&client, statement = std::move(statement), options = std::move(options),
         executor = std::move(executor)](std::function<void(Outcome<std::vector<T>>)> done) {
            client.executeQuery<T>(statement, options, std::move(done), executor);
        });
}

/// Client::execute() without blocking: what the command brings, or its Error as an exception. An
/// executor that drops the task leaves the coroutine waiting for ever.
///
///     const auto streams = co_await ksqldb::asyncExecute(client, ksqldb::listStreams());
template <class T>
[[nodiscard]] detail::CallAwaiter<T> asyncExecute(Client& client, Command<T> command,
                                                  Executor executor = {},
                                                  CommandOptions options = {}) {
    return detail::CallAwaiter<T>(
        [&client, command = std::move(command), executor = std::move(executor),
         options = std::move(options)](std::function<void(Outcome<T>)> done) {
            client.execute(command, std::move(done), executor, options);
        });
}

/// @}

}  // namespace ksqldb
