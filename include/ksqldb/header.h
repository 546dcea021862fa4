#pragma once
#include <ksqldb/error.h>
#include <ksqldb/type.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ksqldb {

/// What comes before the first row. Shared and immutable. *thread-safe*
class KSQLDB_API Header {
public:
    Header();  ///< no id, no columns
    Header(std::optional<std::string> queryId, Schema schema);

    /// None: servers before 0.24 have no id for pull queries.
    const std::optional<std::string>& queryId() const noexcept;
    const Schema& schema() const noexcept;

private:
    struct Data;
    std::shared_ptr<const Data> data_;
};

/// How a query ended: once, after its last row. ksqlDB ends a query that somebody closed, or whose
/// server is stopping, exactly like one that finished, and the delimited form does not tell a
/// reached LIMIT either; nothing here pretends to know more. *reentrant*
class KSQLDB_API Ending {
public:
    enum class Kind : std::uint8_t {
        Finished,
        LimitReached,  ///< the server said so
        Cancelled,     ///< by cancel(), a token or the handle's destruction
        Failed,        ///< error() says how
    };

    explicit Ending(Kind kind = Kind::Finished) noexcept : kind_(kind) {}
    explicit Ending(Error error) : kind_(Kind::Failed), error_(std::move(error)) {}

    Kind kind() const noexcept { return kind_; }
    /// Not null for Failed only.
    const Error* error() const& noexcept { return error_ ? &*error_ : nullptr; }
    const Error* error() && = delete;

private:
    Kind kind_;
    std::optional<Error> error_;
};

/// How many rows went which way.
struct RowCounts {
    std::uint64_t delivered = 0;   ///< handed to the application, tombstones among them
    std::uint64_t tombstones = 0;  ///< skipped because of Tombstones::Skip
    std::uint64_t dropped = 0;     ///< skipped because of Overflow::KeepLatest
};

}  // namespace ksqldb
