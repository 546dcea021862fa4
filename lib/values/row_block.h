#pragma once
#include <ksqldb/row.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace ksqldb::detail {

/// One JSON value of a row as it was parsed: text and numbers are slices of the block's text
/// (escapes already resolved, numbers as they were written), containers point at their parts, which
/// lie side by side. So a nested value costs nothing until it is looked at and is never parsed
/// again.
/// It takes eight bytes, because whole results are held so and memory costs time, too.
struct Cell {
    enum class Kind : std::uint8_t { Null, False, True, Number, String, Array, Object };

    static constexpr std::uint32_t mostSize = (std::uint32_t{1} << 29) - 1;

    Cell() = default;
    /// `itsSize` is at most mostSize: ClientOptions::maxLineBytes sees to that.
    constexpr Cell(Kind itsKind, std::uint32_t itsSize, std::uint32_t itsOffset) noexcept
        : kind(itsKind), size(itsSize & mostSize), offset(itsOffset) {}

    Kind kind : 3;
    std::uint32_t size : 29;  // Number, String: bytes. Array: elements. Object: members
    std::uint32_t offset;     // Number, String: in the text. Array, Object: the first part, in the
                              // cells; an object's parts are name, value, name, value…
};
static_assert(sizeof(Cell) == 8);

struct RowEntry {
    std::uint32_t firstCell : 31;  // the row's columns lie side by side
    std::uint32_t tombstone : 1;
};
static_assert(sizeof(RowEntry) == 4);

inline RowEntry rowEntry(std::size_t firstCell, bool tombstone) {
    return {static_cast<std::uint32_t>(firstCell) & 0x7FFF'FFFF, tombstone};
}

/// What row views look into: a batch of decoded rows, or the copy of a single one. It owns nothing
/// but the schema; who derives from it owns the memory.
class RowBlock {
public:
    Schema schema;
    const char* text = nullptr;
    const Cell* cells = nullptr;
    const RowEntry* rows = nullptr;
    std::uint32_t rowCount = 0;

    std::string_view slice(const Cell& cell) const { return {text + cell.offset, cell.size}; }

    // The only makers of views.
    RowView row(std::uint32_t index) const noexcept { return {this, index}; }
    ValueView value(const Cell& cell, const Type& type, std::uint32_t column, bool inStruct,
                    bool isKeyText) const noexcept {
        return {this, &cell, &type, column, inStruct, isKeyText};
    }
    static RowBatch batch(std::shared_ptr<const RowBlock> block, std::uint32_t first,
                          std::uint32_t last) noexcept {
        return {std::move(block), first, last};
    }
};

}  // namespace ksqldb::detail
