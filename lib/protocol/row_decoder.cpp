#include "protocol/row_decoder.h"

#include "base/error_builder.h"
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

/// RapidJSON's handler: builds cells. The row's columns have their place from the start. Of what
/// else there is, a container's parts are on the stack until it ends; then they move, side by side,
/// to the cells, and the container takes their place.
class CellBuilder {
public:
    enum class Trouble { None, TooDeep, NoText };
    enum class Value { Row, Columns };

    /// A line. Its columns have their place in the cells, from `first` on.
    void start(const char* text, std::vector<detail::Cell>& cells, std::size_t first,
               std::size_t columns, bool hasEscapes) {
        text_ = text;
        cells_ = &cells;
        firstCell_ = first;
        row_ = cells.data() + first;
        expected_ = columns;
        hasEscapes_ = hasEscapes;
        trouble_ = Trouble::None;
        hasColumns_ = tombstone_ = false;
    }
    /// What is parsed next: a row of either form, or the columns' array alone. What was found
    /// before in the line stays.
    void expect(Value value) {
        stack_.clear();
        open_.clear();
        expectsRow_ = value == Value::Row;
        inColumns_ = inRowObject_ = false;
        member_ = Member::Other;
    }

    Trouble trouble() const { return trouble_; }
    std::size_t columnCount() const { return columnCount_; }
    bool tombstone() const { return tombstone_; }
    /// After the line: whether it was a row of one of the two forms.
    bool hasColumns() const { return hasColumns_; }

    // The handler.
    bool Null() { return scalar(detail::Cell::Kind::Null); }
    bool Bool(bool value) {
        if (value && inRow() && member_ == Member::Tombstone) tombstone_ = true;
        return scalar(value ? detail::Cell::Kind::True : detail::Cell::Kind::False);
    }
    bool RawNumber(const char* digits, SizeType length, bool) {
        return slice(detail::Cell::Kind::Number, digits, length);
    }
    bool String(const char* text, SizeType length, bool) {
        return isText(text, length) && slice(detail::Cell::Kind::String, text, length);
    }
    bool Key(const char* text, SizeType length, bool) {
        noteMember({text, length});
        return isText(text, length) && slice(detail::Cell::Kind::String, text, length);
    }
    bool StartArray() {
        const bool isRow = open_.empty() || (inRow() && member_ == Member::Columns);
        if (!enter(false)) return false;
        if (isRow) {
            inColumns_ = true;
            columnCount_ = 0;
        }
        return true;
    }
    bool StartObject() { return enter(true); }
    bool EndArray(SizeType count) {
        if (!inColumns_) return leave(detail::Cell::Kind::Array, count);
        open_.pop_back();
        inColumns_ = false;
        hasColumns_ = true;
        return scalar(detail::Cell::Kind::Null);  // the envelope's member has been taken out
    }
    bool EndObject(SizeType count) { return leave(detail::Cell::Kind::Object, count); }
    // Numbers come as text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    enum class Member { Other, Row, Columns, Tombstone };

    // {"row":{"columns":[…],"tombstone":true},"sourceHost":"…"}
    bool inEnvelope() const { return open_.size() == 1 && expectsRow_; }
    bool inRow() const { return open_.size() == 2 && inRowObject_; }

    void noteMember(std::string_view name) {
        if (inEnvelope()) {
            member_ = name == "row" ? Member::Row : Member::Other;
        } else if (inRow()) {
            member_ = name == "columns"     ? Member::Columns
                      : name == "tombstone" ? Member::Tombstone
                                            : Member::Other;
        }
    }

    /// RapidJSON resolves an escaped low surrogate that stands alone into what is no UTF-8.
    bool isText(const char* text, SizeType length) {
        if (!hasEscapes_ || values::isUtf8({text, length})) return true;
        trouble_ = Trouble::NoText;
        return false;
    }
    bool scalar(detail::Cell::Kind kind) { return put({kind, 0, 0}); }
    bool slice(detail::Cell::Kind kind, const char* text, SizeType length) {
        return put({kind, length, static_cast<std::uint32_t>(text - text_)});
    }
    bool put(const detail::Cell& cell) {
        if (!inColumns_) {
            stack_.push_back(cell);
            return true;
        }
        if (columnCount_ < expected_) row_[columnCount_] = cell;
        ++columnCount_;
        return true;
    }
    bool enter(bool isObject) {
        // The row itself and its envelope come on top of a column's own nesting.
        if (open_.empty()) mostOpen_ = RowDecoder::maxNesting + (isObject ? 3 : 1);
        if (open_.size() >= mostOpen_) {
            trouble_ = Trouble::TooDeep;
            return false;
        }
        if (open_.size() == 1) inRowObject_ = isObject && member_ == Member::Row;
        open_.push_back({static_cast<std::uint32_t>(stack_.size()), inColumns_});
        inColumns_ = false;
        return true;
    }
    bool leave(detail::Cell::Kind kind, SizeType count) {
        const Open open = open_.back();
        open_.pop_back();
        inColumns_ = open.inColumns;
        const auto offset = static_cast<std::uint32_t>(cells_->size());
        const bool isEnvelope =
            kind == detail::Cell::Kind::Object && (open_.empty() || (inEnvelope() && inRowObject_));
        if (!isEnvelope) {
            cells_->insert(cells_->end(), stack_.begin() + open.first, stack_.end());
            row_ = cells_->data() + firstCell_;
        }
        stack_.resize(open.first);
        return put({kind, count, offset});
    }

    struct Open {
        std::uint32_t first;  // where the container's parts begin on the stack
        bool inColumns;       // it is itself a column
    };

    const char* text_ = nullptr;
    std::vector<detail::Cell>* cells_ = nullptr;
    std::vector<detail::Cell> stack_;
    std::vector<Open> open_;
    std::size_t expected_ = 0;
    std::size_t columnCount_ = 0;
    std::size_t firstCell_ = 0;
    detail::Cell* row_ = nullptr;  // the first cell
    std::size_t mostOpen_ = 0;
    bool expectsRow_ = true;
    bool inColumns_ = false;  // what comes is a column
    bool hasEscapes_ = false;
    bool hasColumns_ = false;
    bool tombstone_ = false;
    bool inRowObject_ = false;
    Member member_ = Member::Other;
    Trouble trouble_ = Trouble::None;
};

// Numbers as text, for exactness and because RapidJSON 1.1's own number parsing can be crashed
// (CVE-2024-38517). The parser is recursive; hostile nesting ends it where enter() says so.
constexpr unsigned parseFlags = rapidjson::kParseInsituFlag | rapidjson::kParseStopWhenDoneFlag |
                                rapidjson::kParseNumbersAsStringsFlag;

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
        const std::string_view all(batch.buffer_.data(), batch.buffer_.size());
        const bool allUtf8 = values::isUtf8(all);
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
            batch.rowStore_.push_back({static_cast<std::uint32_t>(line), false});
        }
        return std::nullopt;
    }

    /// Fills the batch's cells and rows, up to a line that is wrong: its Error.
    std::optional<Error> decode(Batch& batch, std::uint64_t firstRow) {
        if (batch.lines_.empty()) return std::nullopt;
        const std::string_view all(batch.buffer_.data(), batch.buffer_.size());
        allUtf8_ = values::isUtf8(all);
        anyEscapes_ = std::memchr(all.data(), '\\', all.size()) != nullptr;
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
    /// False: it is wrong, and errorOf() says why.
    bool decodeLine(Batch& batch, std::size_t line, std::size_t first, std::size_t last) {
        char* const text = batch.buffer_.data();
        char* const begin = text + first;
        end_ = text + last;
        const std::size_t length = last - first;
        isText_ = allUtf8_ || values::isUtf8({begin, length});
        if (!isText_) return false;
        const std::size_t columns = batch.schema.size();
        const bool hasEscapes = anyEscapes_ && std::memchr(begin, '\\', length) != nullptr;
        builder_.start(text, batch.cellStore_, line * columns, columns, hasEscapes);
        stop_ = parseLine(begin);
        if (reader_.HasParseError() || stop_ != end_ || !builder_.hasColumns() ||
            builder_.columnCount() != columns)
            return false;
        if (builder_.tombstone()) ++batch.tombstones_;
        batch.rowStore_.push_back(
            {static_cast<std::uint32_t>(line * columns), builder_.tombstone()});
        return true;
    }

    Error errorOf(const Batch& batch, const char* begin, std::uint64_t number) const {
        const std::string row = "row " + std::to_string(number);
        const auto malformed = [&](const std::string& why) {
            return detail::ErrorBuilder(ErrorCode::MalformedResponse, row + " of the answer " + why)
                .http(200)
                .build();
        };
        if (!isText_) return malformed("is not UTF-8");
        if (builder_.trouble() == CellBuilder::Trouble::TooDeep)
            return detail::ErrorBuilder(
                       ErrorCode::NestingTooDeep,
                       row + " is nested more than " + std::to_string(maxNesting) + " deep")
                .http(200)
                .limit("maxNesting")
                .build();
        if (builder_.trouble() == CellBuilder::Trouble::NoText)
            return malformed("holds half a surrogate pair");
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
    // Of the line.
    bool isText_ = false;
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
