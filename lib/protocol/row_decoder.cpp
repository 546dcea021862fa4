#include "protocol/row_decoder.h"

#include "base/error_builder.h"
#include "protocol/rapidjson.h"
#include "protocol/utf8.h"

#include <rapidjson/error/en.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::detail {

namespace {

using rapidjson::SizeType;

/// RapidJSON's handler: builds cells bottom up. A container's parts are on the stack until it ends;
/// then they move, side by side, to the cells, and the container takes their place.
class CellBuilder {
public:
    enum class Trouble { None, TooDeep, NoText };

    void start(const char* text, std::vector<Cell>& cells, bool hasEscapes) {
        text_ = text;
        cells_ = &cells;
        hasEscapes_ = hasEscapes;
        trouble_ = Trouble::None;
        hasColumns_ = tombstone_ = false;
        restart();
    }
    /// What was found so far stays; an object that begins with the same members follows.
    void restart() {
        stack_.clear();
        open_.clear();
        inRowObject_ = false;
        member_ = Member::Other;
    }
    /// As if `usualStart` had been parsed.
    void skipUsualStart() {
        stack_.assign(2, Cell{Cell::Kind::String, 0, 0});
        open_.assign({0, 1});
        inRowObject_ = true;
        member_ = Member::Columns;
    }

    Trouble trouble() const { return trouble_; }
    std::size_t columnCount() const { return columnCount_; }
    std::uint32_t firstCell() const { return firstCell_; }
    bool tombstone() const { return tombstone_; }

    /// After the line: whether it was a row of one of the two forms.
    bool finish() {
        if (stack_.size() == 1 && stack_[0].kind == Cell::Kind::Array) takeColumns(stack_[0]);
        return hasColumns_;
    }

    // The handler.
    bool Null() { return scalar(Cell::Kind::Null); }
    bool Bool(bool value) {
        if (value && inRow() && member_ == Member::Tombstone) tombstone_ = true;
        return scalar(value ? Cell::Kind::True : Cell::Kind::False);
    }
    bool RawNumber(const char* digits, SizeType length, bool) {
        return slice(Cell::Kind::Number, digits, length);
    }
    bool String(const char* text, SizeType length, bool) {
        return isText(text, length) && slice(Cell::Kind::String, text, length);
    }
    bool Key(const char* text, SizeType length, bool) {
        noteMember({text, length});
        return isText(text, length) && slice(Cell::Kind::String, text, length);
    }
    bool StartArray() { return enter(); }
    bool StartObject() { return enter(); }
    bool EndArray(SizeType count) {
        leave(Cell::Kind::Array, count);
        if (inRow() && member_ == Member::Columns) takeColumns(stack_.back());
        return true;
    }
    bool EndObject(SizeType count) {
        leave(Cell::Kind::Object, count);
        return true;
    }
    // Numbers come as text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    enum class Member { Other, Row, Columns, Tombstone };

    // {"row":{"columns":[…],"tombstone":true},"sourceHost":"…"}
    bool inEnvelope() const { return open_.size() == 1; }
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

    void takeColumns(const Cell& array) {
        hasColumns_ = true;
        columnCount_ = array.size;
        firstCell_ = array.offset;
    }

    /// RapidJSON resolves an escaped low surrogate that stands alone into what is no UTF-8.
    bool isText(const char* text, SizeType length) {
        if (!hasEscapes_ || isUtf8({text, length})) return true;
        trouble_ = Trouble::NoText;
        return false;
    }
    bool scalar(Cell::Kind kind) {
        stack_.push_back({kind, 0, 0});
        return true;
    }
    bool slice(Cell::Kind kind, const char* text, SizeType length) {
        stack_.push_back({kind, length, static_cast<std::uint32_t>(text - text_)});
        return true;
    }
    bool enter() {
        // The row itself and its envelope come on top of a column's own nesting.
        if (open_.size() >= RowDecoder::maxNesting + 3) {
            trouble_ = Trouble::TooDeep;
            return false;
        }
        if (open_.size() == 1) inRowObject_ = member_ == Member::Row;
        open_.push_back(static_cast<std::uint32_t>(stack_.size()));
        return true;
    }
    void leave(Cell::Kind kind, SizeType count) {
        const std::uint32_t first = open_.back();
        open_.pop_back();
        const auto offset = static_cast<std::uint32_t>(cells_->size());
        const bool isEnvelope =
            kind == Cell::Kind::Object && (open_.empty() || (inEnvelope() && inRowObject_));
        if (!isEnvelope) cells_->insert(cells_->end(), stack_.begin() + first, stack_.end());
        stack_.resize(first);
        stack_.push_back({kind, count, offset});
    }

    const char* text_ = nullptr;
    std::vector<Cell>* cells_ = nullptr;
    std::vector<Cell> stack_;
    std::vector<std::uint32_t> open_;  // where each open container's parts begin on the stack
    std::size_t columnCount_ = 0;
    std::uint32_t firstCell_ = 0;
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

}  // namespace

class RowDecoder::Impl {
public:
    /// Fills the batch's cells and rows, up to a line that is wrong: its Error.
    std::optional<Error> decode(Batch& batch, std::uint64_t firstRow) {
        if (batch.lines_.empty()) return std::nullopt;
        const std::string_view all(batch.buffer_.data(), batch.buffer_.size());
        allUtf8_ = isUtf8(all);
        anyEscapes_ = std::memchr(all.data(), '\\', all.size()) != nullptr;
        batch.buffer_.resize(all.size() + Batch::parsedPadding);  // addLine() has left room for it
        std::optional<Error> error;
        const std::size_t lines = batch.lines_.size();
        for (std::size_t line = 0; line < lines && !error; ++line) {
            const std::size_t begin = batch.lines_[line];
            const std::size_t end = line + 1 < lines ? batch.lines_[line + 1] : all.size();
            error = decodeLine(batch, begin, end - begin - 1, firstRow + line + 1);
        }
        batch.buffer_.resize(all.size());
        return error;
    }

private:
    std::optional<Error> decodeLine(Batch& batch, std::size_t offset, std::size_t length,
                                    std::uint64_t number) {
        char* const text = batch.buffer_.data();
        char* const begin = text + offset;
        const auto malformed = [&](const std::string& why) {
            return ErrorBuilder(ErrorCode::MalformedResponse,
                                "row " + std::to_string(number) + " of the answer " + why)
                .http(200)
                .build();
        };
        if (!allUtf8_ && !isUtf8({begin, length})) return malformed("is not UTF-8");

        const bool hasEscapes = anyEscapes_ && std::memchr(begin, '\\', length) != nullptr;
        builder_.start(text, batch.cellStore_, hasEscapes);
        char* const end = begin + length;
        char* const stop = parseLine(begin, end);
        if (builder_.trouble() == CellBuilder::Trouble::TooDeep)
            return ErrorBuilder(ErrorCode::NestingTooDeep, "row " + std::to_string(number) +
                                                               " is nested more than " +
                                                               std::to_string(maxNesting) + " deep")
                .http(200)
                .limit("maxNesting")
                .build();
        if (builder_.trouble() == CellBuilder::Trouble::NoText)
            return malformed("holds half a surrogate pair");
        if (!reader_.HasParseError() && stop != end && *stop == '\0')
            return malformed("holds a zero byte");
        if (reader_.HasParseError() || stop != end)
            return malformed(
                "is no JSON at byte " + std::to_string(stop - begin) + ": " +
                rapidjson::GetParseError_En(reader_.HasParseError()
                                                ? reader_.GetParseErrorCode()
                                                : rapidjson::kParseErrorDocumentRootNotSingular));
        if (!builder_.finish()) return malformed("is neither an array nor a row object");
        if (builder_.columnCount() != batch.schema.size())
            return malformed("has " + std::to_string(builder_.columnCount()) +
                             " columns, the header " + std::to_string(batch.schema.size()));
        batch.rowStore_.push_back({builder_.firstCell(), builder_.tombstone()});
        return std::nullopt;
    }

    /// Where it stopped: at the end, behind a value that ends earlier, or at an error.
    char* parseLine(char* begin, char* end) {
        const std::string_view line(begin, static_cast<std::size_t>(end - begin));
        if (line.compare(0, usualStart.size(), usualStart) != 0) return parse(begin);
        builder_.skipUsualStart();
        char* const rest = parse(begin + usualStart.size());
        if (reader_.HasParseError()) return rest;
        if (std::string_view(rest, static_cast<std::size_t>(end - rest)) == usualEnd) return end;

        // The columns' text is in use; what stands in front of the rest comes back.
        char* const again = rest - startAgain.size();
        std::array<char, startAgain.size()> kept;
        std::copy_n(again, kept.size(), kept.begin());
        std::copy(startAgain.begin(), startAgain.end(), again);
        builder_.restart();
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
};

RowDecoder::RowDecoder() : impl_(std::make_unique<Impl>()) {}
RowDecoder::~RowDecoder() = default;
RowDecoder::RowDecoder(RowDecoder&&) noexcept = default;
RowDecoder& RowDecoder::operator=(RowDecoder&&) noexcept = default;

void RowDecoder::ensureDecoded(Batch& batch, std::uint64_t firstRow) {
    if (batch.decoded_) return;
    batch.decoded_ = true;
    batch.rowStore_.reserve(batch.lines_.size());
    batch.error = impl_->decode(batch, firstRow);
    batch.text = batch.buffer_.data();
    batch.cells = batch.cellStore_.data();
    batch.rows = batch.rowStore_.data();
    batch.rowCount = static_cast<std::uint32_t>(batch.rowStore_.size());
}

}  // namespace ksqldb::detail
