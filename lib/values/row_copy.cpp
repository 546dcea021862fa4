#include "values/row_copy.h"

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

namespace ksqldb::values {

namespace {

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

const detail::Cell* memberNamed(const detail::RowBlock& block, const detail::Cell& object,
                                std::string_view name) {
    const detail::Cell* members = block.cells + object.offset;
    for (std::size_t i = 0; i < object.size; ++i)
        if (block.slice(members[2 * i]) == name) return &members[2 * i + 1];
    return nullptr;
}

}  // namespace

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

}  // namespace ksqldb::values
