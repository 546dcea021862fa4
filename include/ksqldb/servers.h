#pragma once
#include <ksqldb/export.h>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace ksqldb {

/// @defgroup servers Several servers
/// @ingroup failing
///
/// How a Client with several servers (ClientOptions::servers) uses them.
///
/// - A call goes to one server at a time. If it fails there and repeating can do no harm
///   (Error::isRetryable()), it goes at once to the next server that it has not tried, whatever its
///   RetryPolicy. When it has tried all servers, the RetryPolicy decides about another round.
/// - A pull query goes to the next server only before its first row.
/// - A push query stays with its server. If it loses that server, StreamOptions::resume() lets it
///   go on at another.
/// - A statement or an insert goes to the next server only where it is certain that nothing was
///   executed, for example because the connection was refused.
/// - Client::closeQuery() goes to the server that runs the query.
/// - An Error names the server that it came from.
/// - Limits of an attempt hold for each server. A short ClientOptions::connectTimeout() shortens
///   the wait for a machine that is gone. Limits of a call hold for all of its attempts together.
/// - With ServerOrder::RoundRobin, statements that build on each other need
///   ClientOptions::readOwnWrites().
///
/// A server that fails several calls in a row is left out: its *circuit* is open. It is asked for
/// its health until it is well again. While all servers are well, none is asked. If all circuits
/// are open, calls try their servers all the same. A failure is
/// - no connection, or a connection that is lost,
/// - no answer within connectTimeout(), headerTimeout() or requestTimeout(),
/// - HTTP status 502, 503 or 504, save ksqlDB's own 50301: it waits for an earlier statement.
///
/// What ends while it waits for credentials is no server's failure.
///
/// The log tells when a circuit opens (LogLevel::Warn) and closes (LogLevel::Info).
/// @{

/// Which server a call tries first. *thread-safe*
enum class ServerOrder : std::uint8_t {
    InOrder,     ///< the first one that is well: the others are in reserve
    RoundRobin,  ///< the next one that is well, call by call; all requests of a command go together
};

/// The name as it is written here: "InOrder". *thread-safe*
KSQLDB_API std::string_view toString(ServerOrder order) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, ServerOrder order);

/// When a server is left out, and for how long. *reentrant*
class CircuitBreaker {
public:
    using milliseconds = std::chrono::milliseconds;

    /// Sets after how many failures in a row a server is left out. Default: 3; 0 is refused. One
    /// connectTimeout() is enough by itself, because the next call would wait as long.
    CircuitBreaker& failures(unsigned inARow) noexcept { return failures_ = inARow, *this; }
    /// Sets how long a server is left out before it is asked for its health (GET /healthcheck). The
    /// first time it is between half of `first` and `first`; it doubles each time, up to `longest`.
    /// Default: 500 ms and 30 s; less than 1 ms is refused.
    CircuitBreaker& delay(milliseconds first, milliseconds longest) noexcept {
        first_ = first;
        longest_ = longest;
        return *this;
    }

    unsigned failures() const noexcept { return failures_; }
    milliseconds firstDelay() const noexcept { return first_; }
    milliseconds longestDelay() const noexcept { return longest_; }

private:
    unsigned failures_ = 3;
    milliseconds first_{500};
    milliseconds longest_{30'000};
};

/// @}

}  // namespace ksqldb
