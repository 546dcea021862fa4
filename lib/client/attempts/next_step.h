#pragma once
#include "base/clock.h"

#include <ksqldb/error.h>
#include <ksqldb/retry.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace ksqldb::detail {
struct CommandRequest;
}

namespace ksqldb::client {

/// What a call does, as far as repeating it goes.
enum class CallKind : std::uint8_t {
    Collect,         ///< a query whose rows are handed out together, at its end
    Stream,          ///< a query whose rows are handed out as they come
    Read,            ///< a request that changes nothing, or nothing more when it is sent twice
    Execute,         ///< a statement or an insert: the server may have executed it
    ExecuteSeveral,  ///< statements in one request: it may have executed those before the last
};

CallKind kindOf(const detail::CommandRequest& request);

/// How an attempt, one HTTP exchange, failed.
struct FailedAttempt {
    const Error& error;
    std::uint64_t rows = 0;  ///< that came in all attempts of the call
    /// Something of the answer is with the consumer, if only its header.
    bool isHandedOver = false;
    std::optional<std::chrono::seconds> retryAfter{};  ///< what the server asked for
};

/// What a call has done so far, and how long it may go on.
struct Progress {
    unsigned attempts = 1;
    base::Clock::time_point started;
    std::optional<base::Clock::time_point> deadline{};  ///< of the whole call
};

/// Whether repeating the call may help and can do no harm: Error::isRetryable() of a call's end,
/// which error.h documents. It is the only place that knows.
bool mayBeRepeated(CallKind kind, const FailedAttempt& attempt) noexcept;

/// Whether it is certain that the server has executed nothing of the request.
bool isNotExecuted(CallKind kind, const Error& error) noexcept;

/// Whether the call goes on at once at a server that it has not tried, if there is one, whatever
/// its policy. Not where the reason is on this machine.
bool mayGoElsewhere(CallKind kind, const FailedAttempt& attempt,
                    const std::optional<base::Clock::time_point>& deadline,
                    base::Clock::time_point now) noexcept;

/// A wait before the next attempt, after so many that failed: `random`, in [0, 1), of `first` after
/// one, of twice that with each further one, never of more than `longest`.
base::Clock::duration delayAfter(unsigned attempts, std::chrono::milliseconds first,
                                 std::chrono::milliseconds longest, double random);

/// When the next attempt is to start; none: the call ends. `random`: in [0, 1).
std::optional<base::Clock::time_point> nextAttempt(CallKind kind, const FailedAttempt& attempt,
                                                   const RetryPolicy& policy,
                                                   const Progress& progress,
                                                   base::Clock::time_point now, double random);

/// For what goes on by further attempts: a policy of so many that count the one that was lost as
/// well.
RetryPolicy withTheFirst(RetryPolicy policy);

/// In [0, 1), for nextAttempt(). *thread-safe*
double randomFraction();

/// For the log: "POST … failed, the call goes on at another server: …".
std::string describeMove(const Error& error, const std::string& endpoint);
/// For the log: "attempt 1 of 5 failed, the next begins in 120 ms: …".
std::string describeWait(const Error& error, const RetryPolicy& policy, unsigned attempts,
                         base::Clock::duration wait);

}  // namespace ksqldb::client
