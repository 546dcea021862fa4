// The same bytes say the same in one piece and in many, and whatever they say, the sets of the
// report add up.
#include "protocol/insert_acknowledgements.h"
#include "protocol/insert_ledger.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace ksqldb;

namespace {

constexpr std::size_t maxLineBytes = 512;
constexpr std::uint64_t rows = 64;

void require(bool condition) {
    if (!condition) std::abort();
}

struct Reading {
    protocol::AcknowledgementReader reader{maxLineBytes};
    protocol::InsertLedger ledger;
    bool isWrong = false;

    Reading() {
        for (std::uint64_t i = 0; i < rows; ++i) ledger.insert();
        ledger.send(rows - 4);
    }

    void feed(std::string_view bytes) {
        reader.feed(bytes);
        takeRanges();
    }
    void finish() {
        reader.finish();
        takeRanges();
        if (reader.error() && reader.refused())
            isWrong = ledger.refuse(*reader.refused(), *reader.error()).has_value() || isWrong;
    }
    void takeRanges() {
        // One by one: how they are joined depends on the pieces.
        for (const SequenceRange& range : reader.ranges()) {
            require(range.first <= range.last);
            for (std::uint64_t row = range.first; row <= range.last; ++row)
                isWrong = ledger.acknowledge({row, row}).has_value() || isWrong;
        }
        reader.clearRanges();
    }
};

std::uint64_t sizeOf(const std::vector<SequenceRange>& ranges) {
    std::uint64_t sum = 0;
    for (const SequenceRange& range : ranges) sum += range.size();
    return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = 1 + data[0] % 32;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);

    Reading whole;
    whole.feed(body);
    whole.finish();
    Reading pieces;
    for (std::size_t at = 0; at < body.size(); at += piece) pieces.feed(body.substr(at, piece));
    pieces.finish();

    const InsertReport report = whole.ledger.report();
    const InsertReport again = pieces.ledger.report();
    require(report.acknowledged == again.acknowledged && report.unknown == again.unknown);
    require(report.refused.has_value() == again.refused.has_value());
    require(whole.isWrong == pieces.isWrong);
    require(whole.reader.error().has_value() == pieces.reader.error().has_value());
    if (whole.reader.error())
        require(whole.reader.error()->code() == pieces.reader.error()->code());
    require(report.inserted == rows);
    require(report.acknowledged + (report.refused ? 1 : 0) + sizeOf(report.unknown) +
                sizeOf(report.notSent) ==
            rows);
    return 0;
}
