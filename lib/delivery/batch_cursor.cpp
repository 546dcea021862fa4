#include "delivery/batch_cursor.h"

#include "base/error_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ksqldb::delivery {

namespace {
constexpr std::uint32_t noRow = std::numeric_limits<std::uint32_t>::max();
}  // namespace

BatchCursor::BatchCursor(RowChannel& channel, Tombstones tombstones)
    : channel_(channel), tombstones_(tombstones) {}

bool BatchCursor::open() {
    batch_ = channel_.take();
    if (!batch_) return false;
    if (!batch_->isDecoded()) {
        try {
            if (!decoder_) decoder_ = std::make_unique<protocol::RowDecoder>();
            decoder_->ensureDecoded(*batch_, rowsSeen_ + batch_->dropped);
        } catch (...) {
            batch_->error = base::currentError();
        }
    }
    rowsSeen_ += batch_->dropped + batch_->lineCount();
    counts_.dropped += batch_->dropped;
    if (tombstones_ == Tombstones::Skip) counts_.tombstones += batch_->removeTombstones();
    row_ = 0;
    nextToken_ = 0;
    nextEvent_ = 0;
    findStop();
    nextTokenRow_ = batch_->tokens.empty() ? noRow : batch_->tokens.front().beforeRow;
    isShared_ = false;
    return true;
}

StreamEvent BatchCursor::takeEvent() {
    StreamEvent event = std::move(batch_->events[nextEvent_++].event);
    findStop();
    return event;
}

void BatchCursor::findStop() noexcept {
    stopRow_ = batch_->rowCount;
    if (nextEvent_ < batch_->events.size())
        stopRow_ = std::min(stopRow_, batch_->events[nextEvent_].beforeRow);
}

RowBatch BatchCursor::takeRows(std::size_t most) {
    const std::uint32_t first = row_;
    passRows(most);
    isShared_ = true;
    return detail::RowBlock::batch(batch_, first, row_);
}

RowBatch BatchCursor::lendRows() {
    const std::uint32_t first = row_;
    passRows(batch_->rowCount);
    return detail::RowBlock::batch(batch_, first, row_);
}

RowBatch BatchCursor::copyRows(const std::shared_ptr<values::RowStore>& to) {
    const detail::RowBlock& copy = batch_->copyTo(*to);
    const std::uint32_t first = row_;
    passRows(batch_->rowCount);
    return detail::RowBlock::batch({to, &copy}, first, row_);
}

std::size_t BatchCursor::passRows(std::size_t most) {
    if (row_ >= nextTokenRow_) passTokens();
    const std::size_t count = std::min<std::size_t>(most, stopRow_ - row_);
    counts_.delivered += count;
    row_ += static_cast<std::uint32_t>(count);
    return count;
}

std::optional<Ending> BatchCursor::close() {
    std::optional<Ending> ending;
    if (batch_->error) {  // it stands before an end that came with the same batch
        channel_.cancelCall();
        ending = Ending(channel_.describe(*batch_->error));
    } else if (batch_->end) {
        ending = std::move(batch_->end);
    }
    if (nextToken_ < batch_->tokens.size()) {
        closedToken_ = std::move(batch_->tokens.back().token);
        hasClosed_ = true;
    }
    // Its bytes make room at once: with little room nothing more would come while a row is looked
    // at.
    channel_.countConsumed(*batch_);
    if (!isShared_ && batch_->rowCount > 0) {
        closed_ = std::move(batch_);
        hasClosed_ = true;
    } else if (!isShared_) {
        channel_.giveBack(std::move(batch_));
    }
    batch_.reset();
    return ending;
}

void BatchCursor::passTokens() {
    while (nextToken_ < batch_->tokens.size() && batch_->tokens[nextToken_].beforeRow <= row_)
        token_ = std::move(batch_->tokens[nextToken_++].token);
    nextTokenRow_ =
        nextToken_ < batch_->tokens.size() ? batch_->tokens[nextToken_].beforeRow : noRow;
}

void BatchCursor::letGoOfClosed() {
    hasClosed_ = false;
    if (closedToken_) token_ = *std::exchange(closedToken_, std::nullopt);
    if (closed_) channel_.giveBack(std::move(closed_));
}

}  // namespace ksqldb::delivery
