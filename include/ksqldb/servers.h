#pragma once
#include <ksqldb/export.h>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace ksqldb {

// How a Client with several servers (ClientOptions::servers) uses them.
//
// - A call goes to one server at a time, never to two. Where that fails and repeating can do no
//   harm (Error::isRetryable()), it goes on at once to the next that it has not tried, whatever
//   its RetryPolicy. When it has tried all of them, the RetryPolicy decides about another round.
// - A pull query goes on so before its first row. A push query stays with its server; with
//   StreamOptions::resume() it goes on at another when it has lost it.
// - What may have been executed goes on only where it is certain that it was not: where the
//   connection was refused, for example. So does an insert stream.
// - Client::closeQuery() goes to the server that runs the query.
// - An Error names the server that it came from.
// - Limits of an attempt hold for each server: a short ClientOptions::connectTimeout() makes a
//   machine that is gone cost less. Those of a call hold for all of its attempts together.
// - Statements that build on each other and go to servers in turn want
//   ClientOptions::readOwnWrites().
//
// A server that fails several calls in a row is left out (its *circuit* is open), and is asked for
// its health until it is well again. That costs nothing while all are well. Where all circuits are
// open, calls try their servers all the same. What counts: no connection, a connection that is
// lost, no answer in connectTimeout(), headerTimeout() or requestTimeout(), HTTP 502, 503, 504.
// What opens and closes is told in the log, at LogLevel::Warn and Info.

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

    /// Sets after how many failures in a row a server is left out. Default: 3; 0 is refused. A
    /// connectTimeout() is enough by itself, for the next call would wait as long.
    CircuitBreaker& failures(unsigned inARow) noexcept { return failures_ = inARow, *this; }
    /// Sets the bounds of the time until it is asked for its health (GET /healthcheck): half of
    /// `first` to `first`, twice that each further time, never more than `longest`. Default: 500 ms
    /// and 30 s. Refused: less than 1 ms.
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

}  // namespace ksqldb
