#pragma once
#include <ksqldb/error.h>
#include <ksqldb/export.h>

#include <algorithm>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>
#include <vector>

namespace ksqldb {

/// @addtogroup inserts
/// @{

/// Rows that are inserted together, by their sequence numbers, both ends included. Numbers count
/// from 0 in the order of the inserts.
struct SequenceRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    /// How many rows there are.
    std::uint64_t size() const noexcept { return last - first + 1; }
    friend bool operator==(const SequenceRange& a, const SequenceRange& b) noexcept {
        return a.first == b.first && a.last == b.last;
    }
    friend bool operator!=(const SequenceRange& a, const SequenceRange& b) noexcept {
        return !(a == b);
    }
};

/// The row that ended the insert, and why the server did not take it.
struct RefusedRow {
    std::uint64_t sequence;  ///< its number
    Error error;             ///< serverMessage() says why
};

/// What became of a row.
enum class RowFate : std::uint8_t {
    Acknowledged,  ///< stored
    Refused,       ///< not stored
    Unknown,       ///< stored or not
    NotSent,       ///< not stored
};

/// The name as it is written here: "NotSent". *thread-safe*
KSQLDB_API std::string_view toString(RowFate fate) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, RowFate fate);

/// What became of every row of an InsertStream or an InsertRows. Nothing in it is guessed:
/// acknowledged, refused, unknown and not sent add up to inserted. *reentrant*
struct InsertReport {
    /// Rows that insert() and tryInsert() took; for an InsertRows, all.
    std::uint64_t inserted = 0;
    /// Rows that the server says are stored.
    std::uint64_t acknowledged = 0;
    /// The row that was refused. There is one at most: the server ends the stream with it.
    std::optional<RefusedRow> refused;
    /// Rows that went on their way and were neither acknowledged nor refused: each may be stored,
    /// or not. A row that ended the insert with an error that ksqlDB also gives where Kafka may
    /// have stored it is one of them. Ascending, as few ranges as can be.
    std::vector<SequenceRange> unknown;
    /// Rows of which not a byte was sent: none of them is stored. Ascending.
    std::vector<SequenceRange> notSent;
    /// Why the stream ended before its time: the refusal, or what the network or a limit did. None
    /// while all is well.
    std::optional<Error> error;

    /// Whether all that was inserted is stored, and the stream ended as it should.
    bool ok() const noexcept { return acknowledged == inserted && !error; }
    /// What became of one row, by its number, which has to be below `inserted`.
    RowFate fate(std::uint64_t sequence) const noexcept {
        const auto isIn = [sequence](const std::vector<SequenceRange>& ranges) {
            const auto found = std::lower_bound(
                ranges.begin(), ranges.end(), sequence,
                [](const SequenceRange& range, std::uint64_t row) { return range.last < row; });
            return found != ranges.end() && found->first <= sequence;
        };
        if (refused && refused->sequence == sequence) return RowFate::Refused;
        if (isIn(unknown)) return RowFate::Unknown;
        return isIn(notSent) ? RowFate::NotSent : RowFate::Acknowledged;
    }
};

/// @}

}  // namespace ksqldb
