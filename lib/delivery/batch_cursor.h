#pragma once
#include "delivery/row_channel.h"
#include "protocol/batch.h"
#include "protocol/row_decoder.h"

#include <ksqldb/header.h>
#include <ksqldb/options.h>
#include <ksqldb/row.h>
#include <ksqldb/stream_event.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::delivery {

/// Where a consumer stands in its channel's batches: decodes them, leaves out tombstones, counts
/// rows, keeps the newest token and finds the end. *thread-bound*
class BatchCursor {
public:
    BatchCursor(RowChannel& channel, Tombstones tombstones);

    /// Opens the next batch. False: none has come. Requires !isOpen().
    bool open();
    bool isOpen() const noexcept { return batch_ != nullptr; }

    // Of the open batch.
    const std::optional<Header>& header() const noexcept { return batch_->header; }
    std::uint32_t rowCount() const noexcept { return batch_->rowCount; }
    std::size_t bytes() const noexcept { return batch_->heldBytes(); }
    /// A row that comes before the next event.
    bool hasRow() const noexcept { return row_ < stopRow_; }
    /// Something happened before the next row: it is to be taken first.
    bool hasEvent() const noexcept {
        return nextEvent_ < batch_->events.size() && batch_->events[nextEvent_].beforeRow <= row_;
    }
    /// Requires hasEvent().
    StreamEvent takeEvent();
    /// Requires hasRow(), like the next two. The view lives until releaseRows().
    RowView takeRow() {
        if (row_ >= nextTokenRow_) passTokens();
        ++counts_.delivered;
        return batch_->row(row_++);
    }
    /// So many rows at most, for the application to keep.
    RowBatch takeRows(std::size_t most);
    /// All rows, to be looked at until releaseRows(): the batch's memory is used again.
    RowBatch lendRows();
    /// All rows, copied to where they stay, so that the batch's memory is used again.
    RowBatch copyRows(const std::shared_ptr<values::RowStore>& to);
    /// The same where nobody wants to see them. How many they were.
    std::size_t passRows(std::size_t most);
    /// Leaves the batch, whose rows are all taken. What ended the query, if that stood there; then
    /// there is no further batch.
    std::optional<Ending> close();

    /// Rows that were taken one by one may die, and the tokens behind them count.
    void releaseRows() {
        if (hasClosed_) letGoOfClosed();
    }

    const RowCounts& counts() const noexcept { return counts_; }
    /// The newest before the row that was taken last.
    const std::string& token() const noexcept { return token_; }

private:
    void passTokens();
    void findStop() noexcept;
    void letGoOfClosed();

    RowChannel& channel_;
    const Tombstones tombstones_;
    std::unique_ptr<protocol::RowDecoder> decoder_;  // none while the query is idle
    std::uint64_t rowsSeen_ = 0;                     // by the server's count

    std::shared_ptr<protocol::Batch> batch_;
    std::uint32_t row_ = 0;      // the next one
    std::uint32_t stopRow_ = 0;  // an event or the end comes before this row
    std::size_t nextEvent_ = 0;
    std::uint32_t nextTokenRow_ = 0;  // a token comes before this row
    std::size_t nextToken_ = 0;
    bool isShared_ = false;  // the application may keep the batch

    bool hasClosed_ = false;                   // one of the two:
    std::shared_ptr<protocol::Batch> closed_;  // the last row that was taken lies there
    std::optional<std::string> closedToken_;

    RowCounts counts_;
    std::string token_;
};

}  // namespace ksqldb::delivery
