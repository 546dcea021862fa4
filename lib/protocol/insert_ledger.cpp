#include "protocol/insert_ledger.h"

#include "base/error_builder.h"

#include <string>
#include <utility>

namespace ksqldb::protocol {

namespace {

Error malformed(const std::string& what) {
    return detail::ErrorBuilder(ErrorCode::MalformedResponse, what).http(200).build();
}

std::string text(SequenceRange rows) {
    if (rows.first == rows.last) return "row " + std::to_string(rows.first);
    return "rows " + std::to_string(rows.first) + " to " + std::to_string(rows.last);
}

}  // namespace

bool InsertLedger::isKnown(SequenceRange rows) const {
    if (rows.first < prefix_) return true;
    if (refused_ && rows.first <= refused_->sequence && refused_->sequence <= rows.last)
        return true;
    return early_.overlaps(rows);
}

std::optional<Error> InsertLedger::acknowledge(SequenceRange rows) {
    if (rows.last >= sent_)
        return malformed("the server acknowledges " + text(rows) + ", of which not all were sent");
    if (isKnown(rows)) return malformed("the server acknowledges " + text(rows) + " a second time");
    acknowledged_ += rows.size();
    if (rows.first == prefix_)
        prefix_ = early_.takeFrom(rows.last + 1);
    else
        early_.add(rows);
    return std::nullopt;
}

std::optional<Error> InsertLedger::refuse(std::uint64_t sequence, const Error& why) {
    const SequenceRange row{sequence, sequence};
    if (sequence >= sent_)
        return malformed("the server refuses " + text(row) + ", which was not sent");
    if (isKnown(row))
        return malformed("the server refuses " + text(row) + ", whose fate was known");
    refused_ = RefusedRow{sequence, why};
    fail(why);
    return std::nullopt;
}

void InsertLedger::fail(const Error& error) {
    if (!error_) error_ = error;
}

std::vector<SequenceRange> InsertLedger::unknown() const {
    std::vector<SequenceRange> ranges;
    std::uint64_t next = prefix_;  // the first that is not accounted for
    const auto addUpTo = [&](std::uint64_t end) {
        if (refused_ && next <= refused_->sequence && refused_->sequence < end) {
            if (next < refused_->sequence) ranges.push_back({next, refused_->sequence - 1});
            next = refused_->sequence + 1;
        }
        if (next < end) ranges.push_back({next, end - 1});
    };
    for (const auto& [first, last] : early_.ranges()) {
        addUpTo(first);
        next = last + 1;
    }
    addUpTo(sent_);
    return ranges;
}

InsertReport InsertLedger::report() const {
    InsertReport report;
    report.inserted = inserted_;
    report.acknowledged = acknowledged_;
    report.refused = refused_;
    report.unknown = unknown();
    if (sent_ < inserted_) report.notSent.push_back({sent_, inserted_ - 1});
    report.error = error_;
    return report;
}

}  // namespace ksqldb::protocol
