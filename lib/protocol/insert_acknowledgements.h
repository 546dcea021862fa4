#pragma once
#include "protocol/answer_limits.h"

#include <ksqldb/error.h>
#include <ksqldb/insert_report.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

/// Reads the body of an /inserts-stream answer as it comes, in whatever pieces: a line for each row
/// that is stored, in the order in which they were stored, and one for a row that is refused, after
/// which nothing comes. Whether a number was awaited is the InsertLedger's business.
class AcknowledgementReader {
public:
    explicit AcknowledgementReader(const AnswerLimits& limits) : limits_(limits) {}

    /// False: the answer is wrong or over, see error(); nothing more is to be fed.
    bool feed(std::string_view bytes);
    /// The HTTP answer is complete.
    void finish();

    /// What was acknowledged since this was last cleared by clearRanges(), one row after another in
    /// one range.
    const std::vector<SequenceRange>& ranges() const noexcept { return ranges_; }
    void clearRanges() noexcept { ranges_.clear(); }

    /// Why the server ended the stream, or what is wrong with its answer.
    const std::optional<Error>& error() const noexcept { return error_; }
    /// The row that error() is about, where the server named one.
    const std::optional<std::uint64_t>& refused() const noexcept { return refused_; }
    /// The first line of an unknown kind, once.
    std::optional<std::string> takeUnknownLine();

private:
    /// Whether it was an acknowledgement as all are, and has been taken. Does what takeLine() would
    /// do, only quicker.
    bool takeUsualLine(std::string_view line);
    bool takeLine(std::string_view line);
    void acknowledge(std::uint64_t sequence);
    bool fail(const Error& error);
    bool malformed(const std::string& why, std::string_view line);

    const AnswerLimits limits_;
    std::string partial_;  // a line whose end has not come
    std::vector<SequenceRange> ranges_;
    std::optional<Error> error_;
    std::optional<std::uint64_t> refused_;
    bool unknownSeen_ = false;
    std::optional<std::string> unknownLine_;
};

}  // namespace ksqldb::protocol
