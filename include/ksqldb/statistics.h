#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

namespace ksqldb {

/// @addtogroup observing
/// @{

/// What a query has brought so far, and how well its consumer keeps up. A snapshot: while the query
/// runs its figures are read one after the other. They are as of the last batch; nothing is counted
/// row by row. *reentrant*
struct QueryStatistics {
    std::uint64_t rows = 0;     ///< handed to the consumer, or dropped by Overflow::KeepLatest
    std::uint64_t bytes = 0;    ///< of the text of the rows that were handed over
    std::uint64_t batches = 0;  ///< in which they were; one may bring the header alone
    /// Received and not consumed yet: what StreamOptions::bufferBytes() limits.
    std::uint64_t waitingBytes = 0;
    std::uint64_t mostWaitingBytes = 0;  ///< the highest so far
    /// So often nothing more was read from the server, because the consumer was behind.
    std::uint64_t pauses = 0;
    std::chrono::microseconds pausedTime{0};  ///< all pauses together, with one that still lasts
    /// So often it went on with a new request, see StreamOptions::resume().
    std::uint64_t resumptions = 0;
    /// From the call to the first row. None: none has come.
    std::optional<std::chrono::microseconds> firstRow{};
};

/// What a Client has open at this moment, and what it has had since it was made. A snapshot.
/// *reentrant*
struct ClientStatistics {
    std::uint64_t runningCalls = 0;  ///< begun and not ended; a stream is one, a live table's too
    /// To servers, proxies and identity providers; those that are kept for later requests and those
    /// that are still being made count as well.
    std::uint64_t openConnections = 0;
    std::uint64_t newConnections = 0;     ///< requests that were sent over a new connection
    std::uint64_t reusedConnections = 0;  ///< requests that were sent over one that was kept
};

/// @}

}  // namespace ksqldb
