#include "values/row_block.h"
#include "values/value_json.h"

#include <ksqldb/error.h>
#include <ksqldb/row.h>

#include <cstring>
#include <memory>
#include <new>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb {

namespace {

using detail::Cell;
using detail::RowBlock;
using detail::RowEntry;

std::size_t partCount(const detail::Cell& cell) {
    if (cell.kind == detail::Cell::Kind::Array) return cell.size;
    if (cell.kind == detail::Cell::Kind::Object) return std::size_t{2} * cell.size;
    return 0;
}

bool hasText(const detail::Cell& cell) {
    return cell.kind == detail::Cell::Kind::Number || cell.kind == detail::Cell::Kind::String;
}

struct Extent {
    std::size_t cells = 0;
    std::size_t text = 0;
};

Extent measure(const detail::RowBlock& block, std::uint32_t firstCell) {
    Extent extent;
    std::vector<const detail::Cell*> open;
    const auto add = [&](const detail::Cell* cells, std::size_t count) {
        extent.cells += count;
        for (std::size_t i = 0; i < count; ++i) {
            if (hasText(cells[i])) extent.text += cells[i].size;
            if (partCount(cells[i]) != 0) open.push_back(&cells[i]);
        }
    };
    add(block.cells + firstCell, block.schema.size());
    while (!open.empty()) {
        const detail::Cell* container = open.back();
        open.pop_back();
        add(block.cells + container->offset, partCount(*container));
    }
    return extent;
}

// Level by level: the copied cells are the list of what is still to be copied, so no depth of
// nesting costs stack.
void copyCells(const detail::RowBlock& from, std::uint32_t firstCell, detail::Cell* cells,
               char* text) {
    std::size_t count = 0;
    const auto append = [&](const detail::Cell* source, std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) ::new (cells + count++) detail::Cell(source[i]);
    };
    append(from.cells + firstCell, from.schema.size());
    std::uint32_t textEnd = 0;
    for (std::size_t i = 0; i < count; ++i) {
        detail::Cell& cell = cells[i];
        if (hasText(cell)) {
            if (cell.size != 0) std::memcpy(text + textEnd, from.text + cell.offset, cell.size);
            cell.offset = textEnd;
            textEnd += cell.size;
        } else if (const std::size_t parts = partCount(cell); parts != 0) {
            const detail::Cell* source = from.cells + cell.offset;
            cell.offset = static_cast<std::uint32_t>(count);
            append(source, parts);
        }
    }
}

// Puts `extra` bytes behind what allocate_shared makes, so that a Row is one allocation.
template <class T>
struct TailAllocator {
    using value_type = T;

    TailAllocator(std::size_t extraBytes, std::byte** tailOut) : extra(extraBytes), tail(tailOut) {}
    template <class U>
    TailAllocator(const TailAllocator<U>& other)  // NOLINT: allocators convert
        : extra(other.extra), tail(other.tail) {}

    T* allocate(std::size_t n) {
        static_assert(sizeof(T) % alignof(detail::Cell) == 0 &&
                      sizeof(T) % alignof(detail::RowEntry) == 0);
        auto* memory = static_cast<std::byte*>(::operator new(n * sizeof(T) + extra));
        *tail = memory + n * sizeof(T);
        return reinterpret_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t) noexcept { ::operator delete(memory); }

    friend bool operator==(const TailAllocator&, const TailAllocator&) { return true; }

    std::size_t extra;
    std::byte** tail;
};

std::shared_ptr<const detail::RowBlock> copyRow(const detail::RowBlock& from, std::uint32_t row) {
    const detail::RowEntry& entry = from.rows[row];
    const Extent extent = measure(from, entry.firstCell);
    const std::size_t cellBytes = extent.cells * sizeof(detail::Cell);
    std::byte* tail = nullptr;
    auto copy = std::allocate_shared<detail::RowBlock>(
        TailAllocator<detail::RowBlock>(sizeof(detail::RowEntry) + cellBytes + extent.text, &tail));
    auto* entryCopy = ::new (tail) detail::RowEntry{0, entry.tombstone};
    auto* cells = reinterpret_cast<detail::Cell*>(tail + sizeof(detail::RowEntry));
    auto* text = reinterpret_cast<char*>(tail + sizeof(detail::RowEntry) + cellBytes);
    copyCells(from, entry.firstCell, cells, text);
    copy->schema = from.schema;
    copy->text = text;
    copy->cells = cells;
    copy->rows = entryCopy;
    copy->rowCount = 1;
    return copy;
}

const detail::Cell* memberNamed(const detail::RowBlock& block, const detail::Cell& object,
                                std::string_view name) {
    const detail::Cell* members = block.cells + object.offset;
    for (std::size_t i = 0; i < object.size; ++i)
        if (block.slice(members[2 * i]) == name) return &members[2 * i + 1];
    return nullptr;
}

bool haveEqualCells(const detail::RowBlock& a, const detail::RowBlock& b) {
    std::vector<std::pair<const detail::Cell*, const detail::Cell*>> open;
    for (std::size_t i = 0; i < a.schema.size(); ++i)
        open.emplace_back(a.cells + a.rows[0].firstCell + i, b.cells + b.rows[0].firstCell + i);
    while (!open.empty()) {
        const auto [left, right] = open.back();
        open.pop_back();
        if (left->kind != right->kind) return false;
        if (hasText(*left) && a.slice(*left) != b.slice(*right)) return false;
        if (partCount(*left) != partCount(*right)) return false;
        if (left->kind == detail::Cell::Kind::Array) {
            for (std::size_t i = 0; i < left->size; ++i)
                open.emplace_back(a.cells + left->offset + i, b.cells + right->offset + i);
        } else if (left->kind == detail::Cell::Kind::Object) {
            const detail::Cell* members = a.cells + left->offset;
            for (std::size_t i = 0; i < left->size; ++i) {
                const detail::Cell* other = memberNamed(b, *right, a.slice(members[2 * i]));
                if (other == nullptr) return false;
                open.emplace_back(&members[2 * i + 1], other);
            }
        }
    }
    return true;
}

[[noreturn]] void throwUnknownColumn(const std::string& what, std::size_t columns) {
    throw Error(ErrorCode::UnknownColumn,
                "no column " + what + " in a row of " + std::to_string(columns) + " columns");
}

// Apart, for operator[] is on every reader's way.
[[noreturn]] void throwNoIndex(std::size_t i, std::size_t columns) {
    throwUnknownColumn("with index " + std::to_string(static_cast<std::ptrdiff_t>(i)), columns);
}

}  // namespace

const Schema& RowView::schema() const noexcept { return block_->schema; }
std::size_t RowView::size() const noexcept { return block_->schema.size(); }

ValueView RowView::operator[](std::size_t i) const {
    if (i >= size()) throwNoIndex(i, size());
    const detail::Cell& cell = block_->cells[block_->rows[row_].firstCell + i];
    return block_->value(cell, schema()[i].type, static_cast<std::uint32_t>(i), false, false);
}

ValueView RowView::operator[](std::string_view name) const {
    const auto i = schema().indexOf(name);
    if (!i) throwUnknownColumn("named " + std::string(name), size());
    return (*this)[*i];
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

Row::Row(const RowView& row) : block_(copyRow(*row.block_, row.row_)) {}
RowView Row::view() const noexcept { return block_->row(0); }

bool operator==(const Row& a, const Row& b) {
    if (a.block_ == b.block_) return true;
    return a.view().isTombstone() == b.view().isTombstone() &&
           a.block_->schema.text() == b.block_->schema.text() &&
           haveEqualCells(*a.block_, *b.block_);
}

RowBatch::RowBatch() noexcept = default;
RowBatch::RowBatch(std::shared_ptr<const detail::RowBlock> block, std::uint32_t first,
                   std::uint32_t last) noexcept
    : block_(std::move(block)), first_(first), last_(last) {}

RowView RowBatch::operator[](std::size_t i) const noexcept {
    return block_->row(first_ + static_cast<std::uint32_t>(i));
}

}  // namespace ksqldb
