#include "protocol/batch.h"

#include <algorithm>

namespace ksqldb::detail {

namespace {

constexpr std::size_t recycledBytes = 512 * 1024;

template <class T>
void empty(std::vector<T>& vector) {
    if (vector.capacity() * sizeof(T) > recycledBytes)
        std::vector<T>().swap(vector);
    else
        vector.clear();
}

}  // namespace

void Batch::addLine(std::string_view line) {
    lines_.push_back(static_cast<std::uint32_t>(buffer_.size()));
    const std::size_t needed = buffer_.size() + line.size() + 1 + parsedPadding;
    if (needed > buffer_.capacity()) buffer_.reserve(std::max(needed, 2 * buffer_.capacity()));
    buffer_.insert(buffer_.end(), line.begin(), line.end());
    buffer_.push_back('\0');
}

void Batch::addLinesOf(const Batch& other, std::uint32_t from) {
    if (from >= other.lines_.size()) return;
    const std::uint32_t first = other.lines_[from];
    const auto shift = static_cast<std::uint32_t>(buffer_.size());
    for (std::size_t i = from; i < other.lines_.size(); ++i)
        lines_.push_back(other.lines_[i] - first + shift);
    buffer_.insert(buffer_.end(), other.buffer_.begin() + first, other.buffer_.end());
}

std::uint32_t Batch::removeTombstones() {
    const auto isTombstone = [](const RowEntry& row) { return row.tombstone; };
    for (TokenMark& mark : tokens)
        mark.beforeRow -= static_cast<std::uint32_t>(std::count_if(
            rowStore_.begin(),
            rowStore_.begin() + std::min<std::ptrdiff_t>(mark.beforeRow, std::ssize(rowStore_)),
            isTombstone));
    const std::size_t before = rowStore_.size();
    rowStore_.erase(std::remove_if(rowStore_.begin(), rowStore_.end(), isTombstone),
                    rowStore_.end());
    rows = rowStore_.data();
    rowCount = static_cast<std::uint32_t>(rowStore_.size());
    return static_cast<std::uint32_t>(before - rowStore_.size());
}

void Batch::recycle() {
    header.reset();
    dropped = 0;
    tokens.clear();
    error.reset();
    end.reset();
    empty(buffer_);
    empty(lines_);
    empty(cellStore_);
    empty(rowStore_);
    text = nullptr;
    cells = nullptr;
    rows = nullptr;
    rowCount = 0;
    decoded_ = false;
}

}  // namespace ksqldb::detail
