#pragma once
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/options.h>
#include <ksqldb/row.h>
#include <ksqldb/statistics.h>
#include <ksqldb/stream_event.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb {

/// @addtogroup queries
/// @{

namespace detail {
class CallbackStream;
}

/// Controls a query from inside its callbacks. Every callback gets one, because the handle that
/// streamQuery() returns may not be assigned yet when the first callback runs. Valid during the
/// callback only. *thread-bound*
class KSQLDB_API StreamControl {
public:
    /// The query's id and its columns.
    const Header& header() const noexcept;
    /// How many rows went which way so far.
    const RowCounts& counts() const noexcept;
    /// What the query has brought so far.
    QueryStatistics statistics() const noexcept;
    /// The newest continuation token before the current row; empty: none. Scalable push queries
    /// only, with the property "ksql.query.push.v2.continuation.tokens.enabled".
    const std::string& continuationToken() const noexcept;
    /// Cancels the query. After this callback only onEnd(Cancelled) is called.
    void cancel() noexcept;

    StreamControl(const StreamControl&) = delete;
    StreamControl& operator=(const StreamControl&) = delete;

private:
    friend class detail::CallbackStream;
    explicit StreamControl(detail::CallbackStream& stream) noexcept : stream_(stream) {}
    detail::CallbackStream& stream_;
};

/// The callbacks of a query: onHeader first, then rows and events, then onEnd exactly once, also
/// after cancel(). Each may be empty, but onRow and onRows may not both be set.
///
/// Threads: they run on a delivery thread of the Client, or where the stream's executor runs them;
/// never two at once for one query, never inside streamQuery(). A callback that blocks holds up the
/// other callback streams of its delivery thread. It does not hold up polled streams, or streams
/// with an executor. Members of the library that would have to block throw Error(WouldDeadlock)
/// inside a callback; a future may be waited for.
///
/// Errors: a callback that throws ends the query, with the ksqldb::Error that it threw or with
/// Error(CallbackThrew). What onEnd throws goes to the log. So does a failure where onEnd is empty.
/// After Error(ClientClosed) do not start the query again: it would fail at once in the same way.
///
/// Lifetime: the functions, with all they captured, are never destroyed on the event loop. They are
/// destroyed
/// - after onEnd, on its thread,
/// - or by the Subscription's destructor,
/// - or, where that destructor waits for a callback or is called inside one, on the callback's
///   thread,
/// - or, where an executor dropped or kept its tasks so that onEnd was never called, on a delivery
///   thread or with the last of those tasks.
struct StreamCallbacks {
    /// The header has come. Once, before the first row; not for a query that failed before.
    std::function<void(StreamControl&, const Header&)> onHeader;
    /// A row has come.
    std::function<void(StreamControl&, RowView)> onRow;
    /// Rows have come, as many as there are, but at most StreamOptions::maxRowsPerCall().
    std::function<void(StreamControl&, const RowBatch&)> onRows;
    /// The query has ended. Once, and nothing after it.
    std::function<void(const Ending&)> onEnd;
    /// What happens to a stream with StreamOptions::resume(), in order with its rows.
    std::function<void(StreamControl&, const StreamEvent&)> onEvent{};
};

/// Owns a running query. Move-only; a moved-from or default one owns none. It may outlive the
/// Client, whose end ends the query with Error(ClientClosed). *thread-bound*, save cancel() and
/// statistics().
class KSQLDB_API Subscription {
public:
    /// Owns no query.
    Subscription() noexcept;
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(
        Subscription&& other) noexcept;  ///< ends what it had, like ~Subscription
    /// Cancels, and waits for a callback or a call of the executor that is running. So what the
    /// callbacks captured by reference may be destroyed next. Afterwards nothing is called: no
    /// callback, not even onEnd, and no executor.
    /// - Inside such a callback it does not wait.
    /// - It waits neither for the network nor for tasks that the executor keeps.
    /// - Hold no lock here that a callback or the executor takes.
    ~Subscription();

    /// Cancels the query and returns at once. onEnd(Cancelled) follows, unless the query had
    /// already ended. *thread-safe*
    void cancel() noexcept;
    /// What the query has brought so far. All figures are 0 where it owns none. *thread-safe*
    QueryStatistics statistics() const noexcept;
    /// Waits until onEnd has returned. False: the limit came first. Throws Error(WouldDeadlock)
    /// inside a callback. Do not call wait() on the thread that runs the executor's tasks, or where
    /// the executor drops tasks: it would never return.
    [[nodiscard]] bool waitFor(milliseconds limit);
    /// The same without a limit.
    void wait();
    /// Gives the query up: it runs on until it ends or the Client closes.
    void detach() && noexcept;
    /// Whether it owns a query.
    explicit operator bool() const noexcept { return stream_ != nullptr; }

private:
    friend class detail::CallbackStream;
    explicit Subscription(std::shared_ptr<detail::CallbackStream> stream) noexcept;

    std::shared_ptr<detail::CallbackStream> stream_;
};

/// @}

}  // namespace ksqldb
