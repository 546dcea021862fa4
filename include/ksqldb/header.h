#pragma once
#include <ksqldb/error.h>
#include <ksqldb/type.h>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb {

/// @addtogroup queries
/// @{

/// What the server sends before the first row: the query's id and its columns. Shared and
/// immutable; cheap to copy. *thread-safe*
class KSQLDB_API Header {
public:
    /// No id, no columns.
    Header();
    Header(std::optional<std::string> queryId, Schema schema);

    /// The query's id. None where the server sends none. Client::closeQuery() takes that of a push
    /// query.
    const std::optional<std::string>& queryId() const& noexcept;
    std::optional<std::string> queryId() && { return std::as_const(*this).queryId(); }
    /// The columns.
    const Schema& schema() const& noexcept;
    Schema schema() && { return std::as_const(*this).schema(); }

private:
    struct Data;
    std::shared_ptr<const Data> data_;
};

/// How a query ended. There is one Ending for each query, after its last row. *reentrant*
class KSQLDB_API Ending {
public:
    /// The ways to end.
    enum class Kind : std::uint8_t {
        /// The server said that this was all. It says the same of a query that somebody closed, of
        /// one that ends because the server stops, and, to executeQuery(), of one whose LIMIT is
        /// reached.
        Finished,
        LimitReached,  ///< the server said that the LIMIT is reached
        Cancelled,     ///< by cancel(), a token or the handle's destruction
        Failed,        ///< error() says how
    };

    explicit Ending(Kind kind = Kind::Finished) noexcept : kind_(kind) {}
    explicit Ending(Error error) : kind_(Kind::Failed), error_(std::move(error)) {}

    /// Which way it was.
    Kind kind() const noexcept { return kind_; }
    /// The Error that ended the query; a null pointer where none did. It lives as long as this
    /// object.
    const Error* error() const& noexcept { return error_ ? &*error_ : nullptr; }
    const Error* error() && = delete;
    /// The kind, and the Error's text where there is one: "Finished", "Failed: …".
    std::string toString() const;

    /// Compares the kind: `ending == Ending::Kind::Finished`.
    friend bool operator==(const Ending& ending, Kind kind) noexcept {
        return ending.kind_ == kind;
    }
    friend bool operator!=(const Ending& ending, Kind kind) noexcept {
        return ending.kind_ != kind;
    }

private:
    Kind kind_;
    std::optional<Error> error_;
};

/// The name as it is written here: "LimitReached". *thread-safe*
KSQLDB_API std::string_view toString(Ending::Kind kind) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, Ending::Kind kind);
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Ending& ending);

/// How many rows of a query went which way.
struct RowCounts {
    std::uint64_t delivered = 0;   ///< handed to the application, tombstones among them
    std::uint64_t tombstones = 0;  ///< skipped because of Tombstones::Skip
    std::uint64_t dropped = 0;     ///< skipped because of Overflow::KeepLatest
};

/// @}

}  // namespace ksqldb
