#pragma once
#include <ksqldb/error.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ksqldb {

/// Rows of an insert stream by their sequence numbers, both ends included. Numbers count from 0 in
/// the order of the inserts.
struct SequenceRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    std::uint64_t size() const noexcept { return last - first + 1; }
    friend bool operator==(const SequenceRange& a, const SequenceRange& b) noexcept {
        return a.first == b.first && a.last == b.last;
    }
    friend bool operator!=(const SequenceRange& a, const SequenceRange& b) noexcept {
        return !(a == b);
    }
};

/// The row that ended an insert stream, and why the server did not take it.
struct RefusedRow {
    std::uint64_t sequence;
    Error error;
};

/// What became of every row of an insert stream. Nothing in it is guessed: acknowledged, refused,
/// unknown and not sent add up to inserted. *reentrant*
struct InsertReport {
    /// Rows that insert() and tryInsert() took.
    std::uint64_t inserted = 0;
    /// Rows that the server says are stored.
    std::uint64_t acknowledged = 0;
    /// The row that was refused. There is one at most: the server ends the stream with it.
    std::optional<RefusedRow> refused;
    /// Rows that went on their way and were neither acknowledged nor refused: each may be stored,
    /// or not. Ascending, as few ranges as can be.
    std::vector<SequenceRange> unknown;
    /// Rows of which not a byte was sent: none of them is stored. Ascending.
    std::vector<SequenceRange> notSent;
    /// Why the stream ended before its time: the refusal, or what the network or a limit did. None
    /// while all is well.
    std::optional<Error> error;

    /// Whether all that was inserted is stored.
    bool ok() const noexcept { return acknowledged == inserted && !error; }
};

}  // namespace ksqldb
