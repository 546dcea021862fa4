#include "values/name_hint.h"
#include "values/row_block.h"
#include "values/row_copy.h"
#include "values/value_json.h"

#include <ksqldb/error.h>
#include <ksqldb/row.h>

#include <ostream>
#include <string>
#include <utility>

namespace ksqldb {

namespace {

[[noreturn]] void throwUnknownColumn(const std::string& what, std::size_t columns,
                                     const std::string& hint = {}) {
    throw Error(ErrorCode::UnknownColumn, "no column " + what + " in a row of " +
                                              std::to_string(columns) +
                                              (columns == 1 ? " column" : " columns") + hint);
}

// Apart, for operator[] is on every reader's way.
[[noreturn]] void throwNoIndex(std::size_t i, std::size_t columns) {
    throwUnknownColumn("with index " + std::to_string(static_cast<std::ptrdiff_t>(i)), columns);
}

}  // namespace

const Schema& RowView::schema() const noexcept { return block_->schema; }
std::size_t RowView::size() const noexcept { return block_->schema.size(); }

ValueView RowView::column(std::size_t i) const {
    const Schema& schema = block_->schema;
    if (i >= schema.size()) throwNoIndex(i, schema.size());
    const detail::Cell& cell = block_->cells[block_->rows[row_].firstCell + i];
    return block_->value(cell, schema[i].type, static_cast<std::uint32_t>(i), false, false);
}

ValueView RowView::operator[](std::string_view name) const {
    const auto i = schema().indexOf(name);
    if (!i)
        throwUnknownColumn("named " + std::string(name), size(),
                           values::columnHint(schema(), name));
    return column(*i);
}

bool RowView::isTombstone() const noexcept {
    return block_ != nullptr && block_->rows[row_].tombstone;
}

Row RowView::toRow() const { return Row(*this); }

std::string RowView::toJson() const {
    rapidjson::StringBuffer buffer;
    values::JsonWriter writer(buffer);
    writer.StartObject();
    for (std::size_t i = 0; i < size(); ++i) {
        values::writeName(writer, schema()[i].name);
        values::writeJson(writer, (*this)[i]);
    }
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

std::string RowView::toString() const {
    std::string out;
    for (std::size_t i = 0; i < size(); ++i) {
        if (i != 0) out += ", ";
        out += schema()[i].name;
        out += ": ";
        values::appendReadable(out, (*this)[i], false);
    }
    return out;
}

std::ostream& operator<<(std::ostream& out, const RowView& row) { return out << row.toString(); }
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.view(); }

Row::Row(const RowView& row) : block_(values::copyRow(*row.block_, row.row_)) {}
RowView Row::view() const& noexcept { return block_->row(0); }

bool operator==(const Row& a, const Row& b) {
    if (a.block_ == b.block_) return true;
    return a.view().isTombstone() == b.view().isTombstone() &&
           a.block_->schema.toString() == b.block_->schema.toString() &&
           values::haveEqualCells(*a.block_, *b.block_);
}

RowBatch::RowBatch() noexcept = default;
RowBatch::RowBatch(std::shared_ptr<const detail::RowBlock> block, std::uint32_t first,
                   std::uint32_t last) noexcept
    : block_(std::move(block)), first_(first), last_(last) {}

}  // namespace ksqldb
