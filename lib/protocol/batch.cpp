#include "protocol/batch.h"

#include "values/utf8.h"

#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

namespace ksqldb::protocol {

namespace {

constexpr std::size_t recycledBytes = std::size_t{512} * 1024;

template <class T>
void empty(std::vector<T>& vector) {
    if (vector.capacity() * sizeof(T) > recycledBytes)
        std::vector<T>().swap(vector);
    else
        vector.clear();
}

}  // namespace

void Batch::addToken(std::string token) {
    tokenBytes_ += token.size();
    if (!tokens.empty() && tokens.back().beforeRow == lineCount()) {
        tokenBytes_ -= tokens.back().token.size();
        tokens.back().token = std::move(token);
    } else {
        tokens.push_back({lineCount(), std::move(token)});
    }
}

void Batch::addEvent(std::uint32_t beforeRow, StreamEvent event) {
    constexpr std::ptrdiff_t most = 1000;
    if (std::ssize(events) >= most && (events.end() - most)->beforeRow == beforeRow)
        events.erase(events.end() - (most - 1));
    events.push_back({beforeRow, std::move(event)});
}

void Batch::addLinesOf(const Batch& other, std::uint32_t from) {
    if (from >= other.lines_.size()) return;
    const std::uint32_t first = other.lines_[from];
    const auto shift = static_cast<std::uint32_t>(buffer_.size());
    for (std::size_t i = from; i < other.lines_.size(); ++i)
        lines_.push_back(other.lines_[i] - first + shift);
    buffer_.insert(buffer_.end(), other.buffer_.begin() + first, other.buffer_.end());
}

bool Batch::replaceInvalidUtf8() {
    // Each byte may become three, and places in the buffer have 32 bits.
    if (buffer_.size() > std::numeric_limits<std::uint32_t>::max() / 3) return false;
    const std::string_view all(buffer_.data(), buffer_.size());
    std::string replaced;
    for (std::size_t line = 0; line < lines_.size(); ++line) {
        const std::size_t begin = lines_[line];
        const std::size_t next = line + 1 < lines_.size() ? lines_[line + 1] : all.size();
        lines_[line] = static_cast<std::uint32_t>(replaced.size());
        replaced += values::asUtf8(all.substr(begin, next - begin));
    }
    grownBy_ += replaced.size() - buffer_.size();
    buffer_.reserve(replaced.size() + parsedPadding);
    buffer_.assign(replaced.begin(), replaced.end());
    return true;
}

std::uint32_t Batch::removeTombstones() {
    if (tombstones_ == 0) return 0;
    std::uint32_t removed = 0;
    auto mark = tokens.begin();
    auto event = events.begin();
    for (std::uint32_t row = 0; row < rowStore_.size(); ++row) {
        for (; mark != tokens.end() && mark->beforeRow <= row; ++mark) mark->beforeRow -= removed;
        for (; event != events.end() && event->beforeRow <= row; ++event)
            event->beforeRow -= removed;
        if (rowStore_[row].tombstone)
            ++removed;
        else if (removed > 0)
            rowStore_[row - removed] = rowStore_[row];
    }
    for (; mark != tokens.end(); ++mark) mark->beforeRow -= removed;
    for (; event != events.end(); ++event) event->beforeRow -= removed;
    rowStore_.erase(rowStore_.end() - removed, rowStore_.end());
    tombstones_ = 0;
    rows = rowStore_.data();
    rowCount = static_cast<std::uint32_t>(rowStore_.size());
    return removed;
}

std::size_t Batch::addCellBytes() noexcept {
    cellBytes_ =
        cellStore_.size() * sizeof(detail::Cell) + rowStore_.size() * sizeof(detail::RowEntry);
    return cellBytes_;
}

const detail::RowBlock& Batch::copyTo(values::RowStore& store) const {
    return store.add(schema, {buffer_.data(), buffer_.size()}, cellStore_, rowStore_);
}

void Batch::recycle() {
    header.reset();
    dropped = 0;
    tokens.clear();
    events.clear();
    tokenBytes_ = 0;
    cellBytes_ = 0;
    grownBy_ = 0;
    error.reset();
    end.reset();
    endpoint.clear();
    isPlain = false;
    empty(buffer_);
    empty(lines_);
    empty(cellStore_);
    empty(rowStore_);
    text = nullptr;
    cells = nullptr;
    rows = nullptr;
    rowCount = 0;
    tombstones_ = 0;
    decoded_ = false;
}

}  // namespace ksqldb::protocol
