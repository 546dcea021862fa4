#include "protocol/row_decoder.h"

#include "base/error_builder.h"
#include "protocol/cell_builder.h"
#include "protocol/error_body.h"
#include "values/json_text.h"
#include "values/rapidjson.h"
#include "values/utf8.h"

#include <rapidjson/error/en.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

namespace {

using rapidjson::SizeType;

// Numbers as text, for exactness and because RapidJSON 1.1's own number parsing can be crashed
// (CVE-2024-38517). The parser is recursive; hostile nesting ends it where enter() says so.
constexpr unsigned parseFlags = rapidjson::kParseInsituFlag | rapidjson::kParseStopWhenDoneFlag |
                                rapidjson::kParseNumbersAsStringsFlag;

/// What there is in a text, so that each line needs no look of its own for what is rare.
struct Looked {
    bool isAscii;
    bool hasEscapes;
    /// A control character that RapidJSON 1.1, where it reads 16 bytes at once, takes for text. It
    /// never stands in JSON as it is.
    bool hasLateControl;
};

#ifdef RAPIDJSON_SSE2
Looked lookAt(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const __m128i firstControl = _mm_set1_epi8(0x1A);
    const __m128i backslash = _mm_set1_epi8('\\');
    __m128i all = _mm_setzero_si128();
    __m128i escapes = all;
    __m128i least = _mm_set1_epi8(-1);  // above the first control character; it wraps
    const auto look = [&](__m128i bytes) {
        all = _mm_or_si128(all, bytes);
        escapes = _mm_or_si128(escapes, _mm_cmpeq_epi8(bytes, backslash));
        least = _mm_min_epu8(least, _mm_sub_epi8(bytes, firstControl));
    };
#pragma GCC unroll 4
    for (; end - at >= 16; at += 16) {
        __m128i bytes;
        std::memcpy(&bytes, at, sizeof bytes);
        look(bytes);
    }
    __m128i rest = _mm_setzero_si128();
    if (at != end) std::memcpy(&rest, at, static_cast<std::size_t>(end - at));
    look(rest);
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(least, _mm_set1_epi8(5)), least);
    return {_mm_movemask_epi8(all) == 0, _mm_movemask_epi8(escapes) != 0,
            _mm_movemask_epi8(controls) != 0};
}
#else
Looked lookAt(std::string_view text) {
    return {false, std::memchr(text.data(), '\\', text.size()) != nullptr, false};
}
#endif

/// How nearly all rows of the StreamedRow form begin and end. The columns alone are parsed then.
constexpr std::string_view usualStart = "{\"row\":{\"columns\":";
constexpr std::string_view usualEnd = "}}";
/// Stands before what else follows the columns, in place of them.
constexpr std::string_view startAgain = "{\"row\":{\"columns\":0";

bool startsAsUsual(const char* begin, const char* end) {
    return static_cast<std::size_t>(end - begin) >= usualStart.size() &&
           std::memcmp(begin, usualStart.data(), usualStart.size()) == 0;
}

}  // namespace

class RowDecoder::Impl {
public:
    /// The same for lines that are the value of their one column.
    static std::optional<Error> decodePlain(Batch& batch, std::uint64_t firstRow) {
        const bool allUtf8 = makeUtf8(batch);
        const std::string_view all(batch.buffer_.data(), batch.buffer_.size());
        const std::size_t lines = batch.lines_.size();
        batch.cellStore_.reserve(lines);
        for (std::size_t line = 0; line < lines; ++line) {
            const std::uint32_t begin = batch.lines_[line];
            const std::size_t end = line + 1 < lines ? batch.lines_[line + 1] : all.size();
            const auto size = static_cast<std::uint32_t>(end - 1 - begin);
            if (!allUtf8 && !values::isUtf8(all.substr(begin, size)))
                return detail::ErrorBuilder(
                           ErrorCode::MalformedResponse,
                           "line " + std::to_string(firstRow + line + 1) + " is not UTF-8")
                    .http(200)
                    .build();
            batch.cellStore_.push_back({detail::Cell::Kind::String, size, begin});
            batch.rowStore_.push_back(detail::rowEntry(line, false));
        }
        return std::nullopt;
    }

    /// Fills the batch's cells and rows, up to a line that is wrong: its Error.
    std::optional<Error> decode(Batch& batch, std::uint64_t firstRow) {
        if (batch.lines_.empty()) return std::nullopt;
        const Looked looked = lookAt({batch.buffer_.data(), batch.buffer_.size()});
        allUtf8_ = looked.isAscii || makeUtf8(batch);
        anyControl_ = looked.hasLateControl;
        anyEscapes_ = looked.hasEscapes;
        const std::string_view all(batch.buffer_.data(), batch.buffer_.size());
        if (anyEscapes_ && batch.rules.replacesInvalidUtf8)
            values::replaceHalfPairs(batch.buffer_.data(), batch.buffer_.size());
        builder_.setMaxNesting(batch.rules.maxNesting);
        batch.buffer_.resize(all.size() + Batch::parsedPadding);  // addLine() has left room for it
        const std::size_t lines = batch.lines_.size();
        // A column takes two bytes at least, or its line is wrong and the last one to be parsed.
        batch.cellStore_.resize(static_cast<std::size_t>(
            std::min<std::uint64_t>(std::uint64_t{lines} * batch.schema.size(), all.size() / 2)));
        std::optional<Error> error;
        for (std::size_t line = 0; line < lines && !error; ++line) {
            const std::size_t begin = batch.lines_[line];
            const std::size_t end = line + 1 < lines ? batch.lines_[line + 1] : all.size();
            if (!decodeLine(batch, line, begin, end - 1))
                error = errorOf(batch, batch.buffer_.data() + begin, firstRow + line + 1);
        }
        batch.buffer_.resize(all.size());
        return error;
    }

private:
    /// Whether all of it is UTF-8, after what is none was replaced if the batch wants that.
    static bool makeUtf8(Batch& batch) {
        if (values::isUtf8({batch.buffer_.data(), batch.buffer_.size()})) return true;
        return batch.rules.replacesInvalidUtf8 && batch.replaceInvalidUtf8();
    }

    /// False: it is wrong, and errorOf() says why.
    bool decodeLine(Batch& batch, std::size_t line, std::size_t first, std::size_t last) {
        char* const text = batch.buffer_.data();
        char* const begin = text + first;
        end_ = text + last;
        const std::size_t length = last - first;
        isText_ = allUtf8_ || values::isUtf8({begin, length});
        isClean_ = !anyControl_ || !lookAt({begin, length}).hasLateControl;
        const std::size_t columns = batch.schema.size();
        const bool hasEscapes = anyEscapes_ && std::memchr(begin, '\\', length) != nullptr;
        builder_.start(text, batch.cellStore_, line * columns, columns, hasEscapes || !isText_);
        if (!isClean_) return false;
        stop_ = parseLine(begin);  // what is no text, too, for the column in which that is
        if (!isText_ || reader_.HasParseError() || stop_ != end_ || !builder_.hasColumns() ||
            builder_.columnCount() != columns)
            return false;
        if (builder_.tombstone()) ++batch.tombstones_;
        batch.rowStore_.push_back(detail::rowEntry(line * columns, builder_.tombstone()));
        return true;
    }

    Error errorOf(const Batch& batch, const char* begin, std::uint64_t number) const {
        const std::string row = "row " + std::to_string(number);
        const auto column = builder_.troubledColumn();
        const std::string where = column && *column < batch.schema.size()
                                      ? ", in column " + shortened(batch.schema[*column].name)
                                      : std::string();
        const auto malformed = [&](const std::string& why) {
            return detail::ErrorBuilder(ErrorCode::MalformedResponse, row + " of the answer " + why)
                .http(200)
                .build();
        };
        if (!isText_) return malformed("is not UTF-8" + where);
        if (!isClean_) return malformed("holds a control character");
        if (builder_.trouble() == CellBuilder::Trouble::TooDeep)
            return detail::ErrorBuilder(ErrorCode::NestingTooDeep,
                                        row + " is nested more than " +
                                            std::to_string(batch.rules.maxNesting) + " deep" +
                                            where)
                .http(200)
                .limit("maxNesting")
                .build();
        if (builder_.trouble() == CellBuilder::Trouble::NoText)
            return malformed("holds half a surrogate pair" + where);
        if (!reader_.HasParseError() && stop_ != end_ && *stop_ == '\0')
            return malformed("holds a zero byte");
        if (reader_.HasParseError() || stop_ != end_)
            return malformed(
                "is no JSON at byte " + std::to_string(stop_ - begin) + ": " +
                rapidjson::GetParseError_En(reader_.HasParseError()
                                                ? reader_.GetParseErrorCode()
                                                : rapidjson::kParseErrorDocumentRootNotSingular));
        if (!builder_.hasColumns()) return malformed("is neither an array nor a row object");
        return malformed("has " + std::to_string(builder_.columnCount()) + " columns, the header " +
                         std::to_string(batch.schema.size()));
    }

    /// Where it stopped: at the end, behind a value that ends earlier, or at an error.
    char* parseLine(char* begin) {
        if (!startsAsUsual(begin, end_)) {
            builder_.expect(CellBuilder::Value::Row);
            return parse(begin);
        }
        builder_.expect(CellBuilder::Value::Columns);
        char* const rest = parse(begin + usualStart.size());
        if (reader_.HasParseError()) return rest;
        if (std::string_view(rest, static_cast<std::size_t>(end_ - rest)) == usualEnd) return end_;

        // Something follows the columns, for example a tombstone's mark. It is parsed as the rest
        // of a row object, so the bytes in front of it become the start of one:
        //
        //     before  {"row":{"columns":["a",1],"tombstone":true}}
        //     now     {"row"{"row":{"columns":0,"tombstone":true}}
        //                   ^ again            ^ rest
        //
        // The columns' text is in use, cells point at it: afterwards its bytes come back.
        char* const again = rest - startAgain.size();
        std::array<char, startAgain.size()> kept;
        std::copy_n(again, kept.size(), kept.begin());
        std::copy(startAgain.begin(), startAgain.end(), again);
        builder_.expect(CellBuilder::Value::Row);
        char* const stop = parse(again);
        std::copy(kept.begin(), kept.end(), again);
        return stop;
    }

    /// One value and the blanks behind it.
    char* parse(char* begin) {
        rapidjson::InsituStringStream stream(begin);
        reader_.Parse<parseFlags>(stream, builder_);
        if (reader_.HasParseError()) return begin + reader_.GetErrorOffset();
        rapidjson::SkipWhitespace(stream);
        return begin + stream.Tell();
    }

    rapidjson::Reader reader_;
    CellBuilder builder_;
    bool allUtf8_ = false;     // the batch as a whole, so that its lines need no look of their own
    bool anyEscapes_ = false;  // in the batch
    bool anyControl_ = false;  // in the batch, of those that RapidJSON may take for text
    // Of the line.
    bool isText_ = false;
    bool isClean_ = false;
    char* end_ = nullptr;
    char* stop_ = nullptr;
};

RowDecoder::RowDecoder() : impl_(std::make_unique<Impl>()) {}
RowDecoder::~RowDecoder() = default;
RowDecoder::RowDecoder(RowDecoder&&) noexcept = default;
RowDecoder& RowDecoder::operator=(RowDecoder&&) noexcept = default;

void RowDecoder::ensureDecoded(Batch& batch, std::uint64_t firstRow) {
    if (batch.decoded_) return;
    batch.decoded_ = true;
    batch.rowStore_.reserve(batch.lines_.size());
    batch.error =
        batch.isPlain ? Impl::decodePlain(batch, firstRow) : impl_->decode(batch, firstRow);
    batch.text = batch.buffer_.data();
    batch.cells = batch.cellStore_.data();
    batch.rows = batch.rowStore_.data();
    batch.rowCount = static_cast<std::uint32_t>(batch.rowStore_.size());
}

}  // namespace ksqldb::protocol
