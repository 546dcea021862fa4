#pragma once
#include <ksqldb/error.h>
#include <ksqldb/export.h>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb {

/// @addtogroup failing
/// @{

/// Where a push query goes on that lost its server, if the server had sent no continuation token.
/// With a token it goes on behind that token, whatever stands here.
enum class ResumeFrom : std::uint8_t {
    Latest,    ///< at what comes from then on; StreamEvent::Kind::Gap says that rows may be missing
    SkipSeen,  ///< at the beginning of its source; as many rows as have come are skipped. Nothing
               ///< is lost or comes twice if the source only grows and has one partition
    Beginning,  ///< at the beginning of its source: all rows come again
};

/// What happens to a streamed query besides its rows. It is told in order with the rows: what it
/// speaks of lies between the row before it and the row after it. Only a stream with
/// StreamOptions::resume() has events. Of more than 1 000 before one row, which only a consumer
/// that takes none can bring together, the first one and the newest 999 are kept. *reentrant*
struct StreamEvent {
    enum class Kind : std::uint8_t {
        Disconnected,  ///< the query ended, though nobody here asked for it
        Waiting,       ///< the next attempt begins after `delay`
        Resumed,       ///< the query goes on
        Gap,           ///< follows Resumed: rows may be missing here
    };
    Kind kind = Kind::Disconnected;
    /// Disconnected, Waiting: what went wrong. None: the server ended the query in an orderly way.
    std::optional<Error> error{};
    /// Waiting: the number of the attempt to come since the query last went well, from 1.
    unsigned attempt = 0;
    /// Waiting: how long.
    std::chrono::milliseconds delay{0};
    /// Resumed: the id of the query that goes on in the old one's place.
    std::optional<std::string> queryId{};
    /// Resumed behind a continuation token: the rows that came after that token. So many may come a
    /// second time.
    std::uint64_t rowsAfterToken = 0;

    /// For people: "Waiting 120 ms for attempt 2: …".
    KSQLDB_API std::string toString() const;
};

/// The name as it is written here: "Resumed". *thread-safe*
KSQLDB_API std::string_view toString(StreamEvent::Kind kind) noexcept;
KSQLDB_API std::string_view toString(ResumeFrom where) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, StreamEvent::Kind kind);
KSQLDB_API std::ostream& operator<<(std::ostream& out, ResumeFrom where);
KSQLDB_API std::ostream& operator<<(std::ostream& out, const StreamEvent& event);

/// @}

}  // namespace ksqldb
