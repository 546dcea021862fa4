#pragma once
#include "base/clock.h"

#include <ksqldb/error.h>

#include <cstdint>
#include <optional>

namespace ksqldb::client {

/// What a call does, as far as repeating it goes.
enum class CallKind : std::uint8_t {
    Collect,  ///< a query whose rows are handed out together, at its end
    Stream,   ///< a query whose rows are handed out as they come
    Read,     ///< a request that changes nothing, or nothing more when it is sent twice
    Execute,  ///< a statement or an insert: the server may have executed it
};

/// How an attempt, one HTTP exchange, failed.
struct FailedAttempt {
    const Error& error;
    std::uint64_t rows = 0;  ///< that came in all attempts of the call
};

/// Whether repeating the call may help and can do no harm: Error::isRetryable() of a call's end,
/// which error.h documents. It is the only place that knows.
bool mayBeRepeated(CallKind kind, const FailedAttempt& attempt) noexcept;

/// When the next attempt is to start; none: the call ends. Today every call has one attempt.
std::optional<base::Clock::time_point> nextAttempt(CallKind kind, const FailedAttempt& attempt,
                                                   unsigned attempts, base::Clock::time_point now);

}  // namespace ksqldb::client
