#pragma once
#include "values/row_block.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <vector>

namespace ksqldb::values {

/// Where the rows of a whole result lie: close together, in few pieces of memory that fit them. A
/// result that is large takes them from the system's large pages, where it has such: the first
/// touch of each page costs more than reading the rows on it.
class RowStore {
public:
    RowStore() = default;
    RowStore(const RowStore&) = delete;
    RowStore& operator=(const RowStore&) = delete;

    /// A copy of rows that were decoded. It lives as long as the store.
    const detail::RowBlock& add(const Schema& schema, std::string_view text,
                                std::span<const detail::Cell> cells,
                                std::span<const detail::RowEntry> rows);

    /// Of the pieces.
    std::size_t bytes() const noexcept { return bytes_; }

private:
    struct FreePiece {
        std::align_val_t alignment;
        void operator()(std::byte* piece) const noexcept { ::operator delete(piece, alignment); }
    };
    using Piece = std::unique_ptr<std::byte, FreePiece>;

    void makeRoom(std::size_t size);
    template <class T>
    const T* copy(std::span<const T> from);
    static Piece newPiece(std::size_t size);

    std::vector<Piece> pieces_;
    std::byte* free_ = nullptr;  // of the newest piece
    std::size_t left_ = 0;
    std::size_t bytes_ = 0;
    std::deque<detail::RowBlock> blocks_;
};

}  // namespace ksqldb::values
