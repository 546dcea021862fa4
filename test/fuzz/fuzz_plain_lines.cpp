// The lines of PRINT, read in one piece, byte by byte, and in pieces chosen by the input, must be
// those of a reference that knows nothing of pieces; and so must be the error behind them.
#include "answer_reading.h"

#include <ksqldb/row.h>

#include <vector>

using namespace ksqldb;
using fuzz::require;

namespace {

constexpr std::size_t maxLineBytes = 64;

struct Result {
    std::vector<std::string> lines;
    std::optional<ErrorCode> error;

    bool operator==(const Result& other) const = default;
};

Result reference(std::string_view body, bool isWhole) {
    Result result;
    while (true) {
        const std::size_t length = std::min(body.find('\n'), body.size());
        const std::string_view line = body.substr(0, length);
        const bool hasEnd = length < body.size();
        if (length > maxLineBytes) {
            result.error = ErrorCode::LineTooLong;
            return result;
        }
        if (!hasEnd && !isWhole) {
            result.error = ErrorCode::TruncatedResponse;
            return result;
        }
        if (!line.empty()) {
            if (!values::isUtf8(line)) {
                result.error = ErrorCode::MalformedResponse;
                return result;
            }
            result.lines.emplace_back(line);
        }
        if (!hasEnd) return result;
        body.remove_prefix(length + 1);
    }
}

class Reading : public fuzz::AnswerReading {
public:
    explicit Reading(bool isWhole)
        : AnswerReading(maxLineBytes, protocol::Content::Lines), isWhole_(isWhole) {}

    Result finish() {
        const Ending ending = end(isWhole_);
        if (!result_.error && ending.error() != nullptr) result_.error = ending.error()->code();
        // Each answer has one header, and one that failed at once may lack it.
        require(headers_ == 1 || (headers_ == 0 && result_.error && result_.lines.empty()));
        return result_;
    }

private:
    void take(const protocol::Batch& batch, std::uint64_t) override {
        if (batch.header) ++headers_;
        if (result_.error) return;
        for (std::uint32_t i = 0; i < batch.rowCount; ++i) {
            const RowView row = batch.row(i);
            require(row.size() == 1 && !row.isTombstone());
            const Row copy = row.toRow();
            require(copy.view()["LINE"].asString() == row[0].asString());
            require(values::isUtf8(row.toJson()));
            result_.lines.emplace_back(row[0].asString());
        }
        if (batch.error) result_.error = batch.error->code();
    }

    const bool isWhole_;
    Result result_;
    int headers_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    const bool isWhole = fuzz::takeNumber(input, 1) == 0;
    const unsigned seed = fuzz::takeNumber(input, 255);
    const std::string body = input.ConsumeRemainingBytesAsString();
    require(fuzz::readInEveryWay(body, seed, [&] { return Reading(isWhole); }) ==
            reference(body, isWhole));
    return 0;
}
