#pragma once
#include <ksqldb/export.h>

#include <cstdint>
#include <functional>

namespace ksqldb {

/// @addtogroup client
/// @{

/// Runs a task later, on the thread on which the application wants its callbacks.
///
/// Threads: a delivery thread of the Client's calls it, and that counts as inside a callback. It
/// may run the task at once. It must not wait until another thread has run it.
///
/// Errors: if it throws, the query ends with Error(ExecutorRejected), told on a delivery thread.
///
/// Lifetime: a task may be run late, or never.
/// - After the query's end, or after its handle is gone, it does nothing.
/// - After the Client's end it still tells the query's end.
/// - If it is dropped, nothing is told: onEnd or `done` never comes, and Subscription::wait() and
///   asyncExecuteQuery() never return.
using Executor = std::function<void(std::function<void()>)>;

namespace detail {

/// What became of a task that an executor was given.
enum class Posted : std::uint8_t {
    Yes,          ///< it runs when the executor wants it to, or has run
    No,           ///< the executor threw, and the task never runs
    YesButThrew,  ///< the executor threw, but runs the task or has run it
};

/// Gives the executor a task, which runs once, however often the executor runs it.
KSQLDB_API Posted postTo(const Executor& executor, std::function<void()> task);

}  // namespace detail

/// @}

}  // namespace ksqldb
