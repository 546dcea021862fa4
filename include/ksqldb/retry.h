#pragma once
#include <ksqldb/export.h>

#include <chrono>
#include <iosfwd>
#include <string>

namespace ksqldb {

/// @addtogroup failing
/// @{

/// Whether, when and how often a call that failed is made again by the library.
///
/// A call is repeated only where that can do no harm, see Error::isRetryable():
/// - a statement where it is certain that nothing was executed,
/// - a query before its header; a pull query with several servers before its first row,
/// - rows that are sent to /inserts-stream never.
///
/// Waiting costs no thread. Cancelling the call or closing the Client ends the wait at once. Each
/// attempt that is repeated is a line of the log at LogLevel::Info.
///
/// Waits are random ("full jitter"), within the bounds of delay(). A server's Retry-After is waited
/// for in any case. A call whose next attempt would begin after its timeout or after within() ends
/// at once, with the last Error. *reentrant*
class RetryPolicy {
public:
    using milliseconds = std::chrono::milliseconds;

    /// No repetition: one attempt.
    RetryPolicy() = default;

    /// Sets how many attempts a call has at most, the first included. Default: 1; 0 is refused.
    RetryPolicy& attempts(unsigned most) noexcept { return attempts_ = most, *this; }
    /// Sets the bounds of the waits: up to `first` before the second attempt, twice that with each
    /// further one, never more than `longest`. Default: 200 ms and 10 s. Negative ones are refused.
    RetryPolicy& delay(milliseconds first, milliseconds longest) noexcept {
        first_ = first;
        longest_ = longest;
        return *this;
    }
    /// Sets the time from the call in which a further attempt may begin. Default: 1 min; 0: no
    /// limit.
    RetryPolicy& within(milliseconds limit) noexcept { return within_ = limit, *this; }

    unsigned attempts() const noexcept { return attempts_; }
    milliseconds firstDelay() const noexcept { return first_; }
    milliseconds longestDelay() const noexcept { return longest_; }
    milliseconds within() const noexcept { return within_; }

    /// For people: "5 attempts, up to 200 ms to 10000 ms apart, within 60000 ms".
    KSQLDB_API std::string toString() const;

private:
    unsigned attempts_ = 1;
    milliseconds first_{200};
    milliseconds longest_{10'000};
    milliseconds within_{60'000};
};

/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, const RetryPolicy& policy);

/// @}

}  // namespace ksqldb
