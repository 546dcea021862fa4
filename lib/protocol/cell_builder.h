#pragma once
#include "values/rapidjson.h"
#include "values/row_block.h"
#include "values/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

using rapidjson::SizeType;

/// RapidJSON's handler: builds cells. The row's columns have their place from the start. Of what
/// else there is, a container's parts are on the stack until it ends; then they move, side by side,
/// to the cells, and the container takes their place.
class CellBuilder {
public:
    enum class Trouble { None, TooDeep, NoText };
    enum class Value { Row, Columns };

    /// For the lines that follow: how deep a column's values may be nested.
    void setMaxNesting(std::size_t levels) { maxNesting_ = levels; }
    /// A line. Its columns have their place in the cells, from `first` on. `isDoubtful`: its
    /// strings may be no text.
    void start(const char* text, std::vector<detail::Cell>& cells, std::size_t first,
               std::size_t columns, bool isDoubtful) {
        text_ = text;
        cells_ = &cells;
        firstCell_ = first;
        row_ = cells.data() + first;
        expected_ = columns;
        isDoubtful_ = isDoubtful;
        trouble_ = Trouble::None;
        troubledColumn_.reset();
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
    /// Where the trouble is; none: in no column.
    std::optional<std::size_t> troubledColumn() const { return troubledColumn_; }
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
        return !isDoubtful_ || values::isUtf8({text, length}) || stop(Trouble::NoText);
    }
    bool stop(Trouble trouble) {
        trouble_ = trouble;
        const bool isInColumn =
            inColumns_ || std::any_of(open_.begin(), open_.end(),
                                      [](const Open& open) { return open.inColumns; });
        if (isInColumn) troubledColumn_ = columnCount_;
        return false;
    }
    bool scalar(detail::Cell::Kind kind) { return put({kind, 0, 0}); }
    bool slice(detail::Cell::Kind kind, const char* text, SizeType length) {
        return put({kind, length, static_cast<std::uint32_t>(text - text_)});
    }
    bool put(detail::Cell cell) {
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
        if (open_.empty()) mostOpen_ = maxNesting_ + (isObject ? 3 : 1);
        if (open_.size() >= mostOpen_) return stop(Trouble::TooDeep);
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
    std::size_t maxNesting_ = 0;
    std::size_t mostOpen_ = 0;
    bool expectsRow_ = true;
    bool inColumns_ = false;  // what comes is a column
    bool isDoubtful_ = false;
    bool hasColumns_ = false;
    bool tombstone_ = false;
    bool inRowObject_ = false;
    Member member_ = Member::Other;
    Trouble trouble_ = Trouble::None;
    std::optional<std::size_t> troubledColumn_;
};

}  // namespace ksqldb::protocol
