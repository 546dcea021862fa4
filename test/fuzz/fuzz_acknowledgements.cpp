// The same bytes say the same in one piece and in many, and whatever they say, the sets of the
// report add up.
#include "input.h"
#include "protocol/insert_acknowledgements.h"
#include "protocol/insert_ledger.h"

#include <vector>

using namespace ksqldb;
using fuzz::require;

namespace {

constexpr std::size_t maxLineBytes = 512;
constexpr std::uint64_t rows = 64;

/// What came of an answer.
struct Result {
    InsertReport report;
    bool isWrong = false;
    std::optional<ErrorCode> error;

    bool operator==(const Result& other) const {
        return report.acknowledged == other.report.acknowledged &&
               report.unknown == other.report.unknown &&
               report.refused.has_value() == other.report.refused.has_value() &&
               isWrong == other.isWrong && error == other.error;
    }
};

class Reading {
public:
    Reading() {
        for (std::uint64_t i = 0; i < rows; ++i) ledger_.insert();
        ledger_.send(rows - 4);
    }

    void feed(std::string_view bytes) {
        reader_.feed(bytes);
        takeRanges();
    }
    void endRound() {}
    Result finish() {
        reader_.finish();
        takeRanges();
        const std::optional<Error>& error = reader_.error();
        if (error && reader_.refused())
            isWrong_ = ledger_.refuse(*reader_.refused(), *error).has_value() || isWrong_;
        return {ledger_.report(), isWrong_, error ? std::optional(error->code()) : std::nullopt};
    }

private:
    void takeRanges() {
        // One by one: how they are joined depends on the pieces.
        for (const SequenceRange& range : reader_.ranges()) {
            require(range.first <= range.last);
            for (std::uint64_t row = range.first; row <= range.last; ++row)
                isWrong_ = ledger_.acknowledge({row, row}).has_value() || isWrong_;
        }
        reader_.clearRanges();
    }

    protocol::AcknowledgementReader reader_{{maxLineBytes}};
    protocol::InsertLedger ledger_;
    bool isWrong_ = false;
};

std::uint64_t sizeOf(const std::vector<SequenceRange>& ranges) {
    std::uint64_t sum = 0;
    for (const SequenceRange& range : ranges) sum += range.size();
    return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    const unsigned seed = fuzz::takeNumber(input, 255);
    const std::string body = input.ConsumeRemainingBytesAsString();
    const Result result = fuzz::readInEveryWay(body, seed, [] { return Reading(); });
    const InsertReport& report = result.report;
    require(report.inserted == rows);
    require(report.acknowledged + (report.refused ? 1 : 0) + sizeOf(report.unknown) +
                sizeOf(report.notSent) ==
            rows);
    return 0;
}
