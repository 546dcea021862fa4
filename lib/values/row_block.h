#pragma once
#include <ksqldb/row.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace ksqldb::detail {

/// One JSON value of a row as it was parsed: text and numbers are slices of the block's text
/// (escapes already resolved, numbers as they were written), containers point at their parts, which
/// lie side by side. So a nested value costs nothing until it is looked at and is never parsed
/// again.
struct Cell {
    enum class Kind : std::uint8_t { Null, False, True, Number, String, Array, Object };

    Kind kind;
    std::uint32_t size;    // Number, String: bytes. Array: elements. Object: members
    std::uint32_t offset;  // Number, String: in the text. Array, Object: the first part, in the
                           // cells; an object's parts are name, value, name, value…
};

struct RowEntry {
    std::uint32_t firstCell;  // the row's columns lie side by side
    bool tombstone;
};

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
