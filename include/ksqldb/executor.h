#pragma once
#include <ksqldb/export.h>

#include <cstdint>
#include <functional>

namespace ksqldb {

/// Runs a task later, on the thread on which the application wants its callbacks. The delivery
/// thread calls it, as inside a callback, never the event loop. It may run the task at once, but
/// must not wait for another thread to run it. If it throws, the query ends with
/// Error(ExecutorRejected), reported on a delivery thread.
///
/// A task that is run after the query's end or its handle's destruction does nothing; one that is
/// run after the Client's end still tells the query's end. An executor that drops its tasks harms
/// nothing, but then onEnd or `done` never comes, Subscription::wait() never returns, and neither
/// does asyncExecuteQuery().
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
}  // namespace ksqldb
