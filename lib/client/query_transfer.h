#pragma once
#include "base/log.h"
#include "delivery/latest_rows.h"
#include "delivery/row_channel.h"
#include "protocol/response_reader.h"
#include "transport/response_handler.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

/// What bounds one query. Durations of 0 and counts of 0: no bound.
struct QueryLimits {
    std::chrono::milliseconds header{0};
    std::chrono::milliseconds total{0};
    std::chrono::milliseconds idle{0};
    std::size_t rows = 0;
    std::size_t bytes = 0;
    std::size_t lineBytes = 0;
    std::size_t errorBodyBytes = 0;
    std::size_t latestRows = 0;  // Overflow::KeepLatest: how many
    std::size_t latestBytes = 0;
};

/// The event loop's side of a query: reads the answer and puts its batches into the channel. Here
/// every query ends, exactly once.
class QueryTransfer : public transport::ResponseHandler {
public:
    /// `decoder` belongs to the event loop's thread; `started` is when the caller called.
    QueryTransfer(std::shared_ptr<delivery::RowChannel> channel, QueryLimits limits,
                  std::shared_ptr<protocol::RowDecoder> decoder, base::Logger logger,
                  transport::Clock::time_point started);

    Taken onBody(int status, std::string_view bytes) override;
    void onRoundEnd() override;
    Timer onTimer(transport::Clock::time_point now) override;
    void onEnd(const transport::TransferEnd& end) override;

private:
    /// Whoever has less to do decodes. A small batch is decoded on the loop, so that a live query's
    /// rows leave it parsed; a large one by the consumer, while the loop receives on, unless the
    /// consumer is behind. See lib/README.md for what that gains.
    bool decodesHere(const protocol::Batch& batch) const;
    static constexpr std::size_t smallBatchBytes = 4096;
    static constexpr std::size_t largeBatchBytes =
        std::size_t{512} * 1024;  // other queries wait meanwhile

    Taken takeRows(std::string_view bytes);
    /// The reader has one only while something is in it: a silent query's batch is the one that
    /// its consumer has given back.
    void openBatch();
    std::shared_ptr<protocol::Batch> takeOpenBatch();
    /// Whether one of the limits is exceeded; then error_ says so.
    bool isTooMuch();
    void logUnknownLine();
    Ending endingOf(const transport::TransferEnd& end);

    std::shared_ptr<delivery::RowChannel> channel_;
    const QueryLimits limits_;
    const std::shared_ptr<protocol::RowDecoder> decoder_;
    const base::Logger logger_;
    const transport::Clock::time_point started_;
    protocol::ResponseReader reader_;
    delivery::LatestRows latest_;
    std::string errorBody_;
    std::optional<Error> error_;  // our own reason to abort
    std::size_t bytes_ = 0;       // of rows
    std::uint64_t rowsOffered_ = 0;
    transport::Clock::time_point lastBytes_;
    bool paused_ = false;
};

}  // namespace ksqldb::client
