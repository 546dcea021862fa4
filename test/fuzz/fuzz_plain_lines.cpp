// The lines of PRINT, read in one piece, byte by byte, and in pieces chosen by the input, must be
// those of a reference that knows nothing of pieces; and so must be the error behind them.
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"
#include "values/utf8.h"

#include <ksqldb/error.h>
#include <ksqldb/row.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace ksqldb;

namespace {

constexpr std::size_t maxLineBytes = 64;

void require(bool condition) {
    if (!condition) std::abort();
}

struct Result {
    std::vector<std::string> lines;
    std::optional<ErrorCode> error;

    bool operator==(const Result& other) const {
        return lines == other.lines && error == other.error;
    }
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

class Reading {
public:
    Reading() { reader_.setBatch(std::make_shared<protocol::Batch>()); }

    void feed(std::string_view bytes) {
        if (!failed_) failed_ = !reader_.feed(bytes);
    }
    /// What the event loop does between two reads.
    void endRound() {
        takeBatch();
        reader_.setBatch(std::make_shared<protocol::Batch>());
    }
    Result finish(bool isWhole) {
        const Ending ending = failed_ ? Ending(*reader_.error()) : reader_.finish(isWhole);
        takeBatch();
        if (!result_.error && ending.error() != nullptr) result_.error = ending.error()->code();
        // Each answer has one header, and one that failed at once may lack it.
        require(headers_ == 1 || (headers_ == 0 && result_.error && result_.lines.empty()));
        require(reader_.rows() == rows_);
        return result_;
    }

private:
    void takeBatch() {
        const std::shared_ptr<protocol::Batch> batch = reader_.takeBatch();
        decoder_.ensureDecoded(*batch, rows_);
        rows_ += batch->lineCount();
        if (batch->header) ++headers_;
        require(batch->error.has_value() == (batch->rowCount < batch->lineCount()));
        if (result_.error) return;
        for (std::uint32_t i = 0; i < batch->rowCount; ++i) {
            const RowView row = batch->row(i);
            require(row.size() == 1 && !row.isTombstone());
            const Row copy = row.toRow();
            require(copy.view()["LINE"].asString() == row[0].asString());
            require(values::isUtf8(row.toJson()));
            result_.lines.emplace_back(row[0].asString());
        }
        if (batch->error) result_.error = batch->error->code();
    }

    protocol::ResponseReader reader_{maxLineBytes, protocol::Content::Lines};
    protocol::RowDecoder decoder_;
    Result result_;
    bool failed_ = false;
    int headers_ = 0;
    std::uint64_t rows_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned step = data[0];
    const bool isWhole = (step & 1U) == 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Result expected = reference(body, isWhole);

    Reading whole;
    whole.feed(body);
    require(whole.finish(isWhole) == expected);

    Reading bytes;
    for (std::size_t i = 0; i < body.size(); ++i) bytes.feed(body.substr(i, 1));
    require(bytes.finish(isWhole) == expected);

    Reading pieces;
    std::size_t at = 0;
    for (std::size_t i = 1; at < body.size(); ++i) {
        const std::size_t length = std::min(body.size() - at, 1 + (step * i * 7919) % 97);
        pieces.feed(body.substr(at, length));
        pieces.endRound();
        at += length;
    }
    require(pieces.finish(isWhole) == expected);
    return 0;
}
