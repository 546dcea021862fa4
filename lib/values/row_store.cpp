#include "values/row_store.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace ksqldb::values {

namespace {

constexpr std::size_t alignment = std::max(alignof(detail::Cell), alignof(detail::RowEntry));
constexpr std::size_t largePage = std::size_t{2} << 20;
/// A smaller result would be mostly the rest of a large page.
constexpr std::size_t largeResult = 2 * largePage;

std::size_t roundedUp(std::size_t size, std::size_t unit) {
    return (size + unit - 1) / unit * unit;
}

}  // namespace

const detail::RowBlock& RowStore::add(const Schema& schema, std::string_view text,
                                      std::span<const detail::Cell> cells,
                                      std::span<const detail::RowEntry> rows) {
    makeRoom(cells.size_bytes() + rows.size_bytes() + text.size());
    detail::RowBlock& block = blocks_.emplace_back();
    block.schema = schema;
    block.cells = copy(cells);
    block.rows = copy(rows);
    block.text = copy(std::span<const char>(text));
    block.rowCount = static_cast<std::uint32_t>(rows.size());
    return block;
}

void RowStore::makeRoom(std::size_t size) {
    size = roundedUp(size, alignment);
    if (size <= left_) return;
    // Small batches share a piece, of which little can stay empty.
    std::size_t next = std::max(size, roundedUp(bytes_ / 8, alignment));
    if (bytes_ >= largeResult) next = roundedUp(next, largePage);
    pieces_.push_back(newPiece(next));
    free_ = pieces_.back().get();
    left_ = next;
    bytes_ += next;
}

template <class T>
const T* RowStore::copy(std::span<const T> from) {
    std::byte* const to = free_;
    if (!from.empty()) std::memcpy(to, from.data(), from.size_bytes());
    const std::size_t size = roundedUp(from.size_bytes(), alignment);
    free_ += size;
    left_ -= size;
    return reinterpret_cast<const T*>(to);
}

RowStore::Piece RowStore::newPiece(std::size_t size) {
    const bool isLarge = size % largePage == 0;
    const std::align_val_t unit{isLarge ? largePage : __STDCPP_DEFAULT_NEW_ALIGNMENT__};
    Piece piece(static_cast<std::byte*>(::operator new(size, unit)), FreePiece{unit});
#ifdef MADV_HUGEPAGE
    if (isLarge) madvise(piece.get(), size, MADV_HUGEPAGE);  // where there are none, it is no harm
#endif
    return piece;
}

}  // namespace ksqldb::values
