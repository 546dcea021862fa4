#pragma once
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/options.h>
#include <ksqldb/row.h>
#include <ksqldb/stream_event.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb {

namespace detail {
class CallbackStream;
}

/// Handed to every callback, because the handle that streamQuery() returns may not be assigned yet
/// when the first one runs. Valid during the callback only. *thread-bound*
class KSQLDB_API StreamControl {
public:
    const Header& header() const noexcept;
    const RowCounts& counts() const noexcept;
    /// The newest continuation token before the current row; empty: none. Scalable push queries
    /// only, with the property "ksql.query.push.v2.continuation.tokens.enabled".
    const std::string& continuationToken() const noexcept;
    /// This callback is the last one but for onEnd(Cancelled).
    void cancel() noexcept;

    StreamControl(const StreamControl&) = delete;
    StreamControl& operator=(const StreamControl&) = delete;

private:
    friend class detail::CallbackStream;
    explicit StreamControl(detail::CallbackStream& stream) noexcept : stream_(stream) {}
    detail::CallbackStream& stream_;
};

/// Called on a delivery thread of the Client or by the stream's executor: onHeader, then rows and
/// events, then onEnd exactly once, after cancel() too. Never two at once for one query, never
/// inside streamQuery(). Each may be empty, but not both onRow and onRows may be set.
///
/// A callback that throws ends the query: with the ksqldb::Error it threw, for example of a getter,
/// or with Error(CallbackThrew). What onEnd throws goes to the log, and so does a failure where
/// there is no onEnd. A callback that blocks holds up the other streams of its delivery thread, not
/// polled ones nor those with an executor. Members of the library's that would really have to block
/// inside throw Error(WouldDeadlock); a future may be waited for.
///
/// Error(ClientClosed) in onEnd is final: whoever answers it with a new query gets it again, at
/// once.
///
/// The functions are destroyed, with all they captured, on onEnd's thread after it; or by the
/// Subscription's destructor; or, where that waits for a callback or is called inside one, on that
/// callback's thread; or, where the end was never told because an executor dropped its tasks or
/// kept them, on a delivery thread or with the last of those tasks. Never on the event loop.
struct StreamCallbacks {
    std::function<void(StreamControl&, const Header&)> onHeader;
    std::function<void(StreamControl&, RowView)> onRow;
    std::function<void(StreamControl&, const RowBatch&)> onRows;
    std::function<void(const Ending&)> onEnd;
    /// What happens to a stream with StreamOptions::resume(), in order with its rows.
    std::function<void(StreamControl&, const StreamEvent&)> onEvent{};
};

/// Owns a running query. Move-only; a moved-from or default one owns none. It may outlive the
/// Client, whose end is the query's: Error(ClientClosed). Its members but cancel() are
/// *thread-bound*.
class KSQLDB_API Subscription {
public:
    Subscription() noexcept;
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(
        Subscription&& other) noexcept;  ///< ends what it had, like ~Subscription
    /// Cancels and, like std::jthread, waits for a callback that is running, so that what it
    /// captured by reference may die next; inside such a callback it does not wait. The same goes
    /// for a running call of the executor. Afterwards there is silence: no callback, not even
    /// onEnd, and no call of the executor. It waits neither for the network nor for tasks in the
    /// executor. Hold no lock here that a callback or the executor takes.
    ~Subscription();

    /// Returns at once; onEnd(Cancelled) follows, unless the end was on its way. *thread-safe*
    void cancel() noexcept;
    /// Until onEnd has returned. False: the limit came first. Throws Error(WouldDeadlock) inside a
    /// callback. On the thread that runs the executor's tasks waiting is in vain: wait() never
    /// returns there, as where the executor drops its tasks.
    [[nodiscard]] bool waitFor(milliseconds limit);
    void wait();
    /// Lets go: the query runs until it ends or the Client closes.
    void detach() && noexcept;
    /// Whether it owns a query.
    explicit operator bool() const noexcept { return stream_ != nullptr; }

private:
    friend class detail::CallbackStream;
    explicit Subscription(std::shared_ptr<detail::CallbackStream> stream) noexcept;

    std::shared_ptr<detail::CallbackStream> stream_;
};

}  // namespace ksqldb
