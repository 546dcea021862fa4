#pragma once
#include "protocol/sequence_set.h"

#include <ksqldb/insert_report.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ksqldb::protocol {

/// Keeps account of the rows of one insert stream: which were inserted, sent, acknowledged and
/// refused. An acknowledgement in order costs no search and no memory; those that come early are
/// kept as ranges, of which there are at most half as many as rows under way. Not synchronized.
class InsertLedger {
public:
    /// One more row; its number.
    std::uint64_t insert() noexcept { return inserted_++; }
    /// The next `rows` rows have been sent, or at least their first bytes.
    void send(std::uint64_t rows) noexcept { sent_ += rows; }

    /// Both return what is wrong with that, and then change nothing: a row that was not sent, or
    /// one that was acknowledged or refused before.
    std::optional<Error> acknowledge(SequenceRange rows);
    std::optional<Error> refuse(std::uint64_t sequence, const Error& why);
    /// Why the stream ended. The first reason counts.
    void fail(const Error& error);

    std::uint64_t inserted() const noexcept { return inserted_; }
    std::uint64_t sent() const noexcept { return sent_; }
    std::uint64_t acknowledged() const noexcept { return acknowledged_; }
    /// All rows below this number are acknowledged.
    std::uint64_t acknowledgedBelow() const noexcept { return prefix_; }
    /// Inserted and not acknowledged.
    std::uint64_t open() const noexcept { return inserted_ - acknowledged_; }
    const std::optional<Error>& error() const noexcept { return error_; }

    InsertReport report() const;

private:
    bool isKnown(SequenceRange rows) const;
    std::vector<SequenceRange> unknown() const;

    std::uint64_t inserted_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t prefix_ = 0;  // all below are acknowledged
    SequenceSet early_;         // acknowledged beyond it
    std::optional<RefusedRow> refused_;
    std::optional<Error> error_;
};

}  // namespace ksqldb::protocol
