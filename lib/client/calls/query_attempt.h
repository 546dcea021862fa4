#pragma once
#include "client/calls/liveness.h"
#include "client/calls/resumption.h"
#include "client/options/size_limits.h"
#include "delivery/latest_rows.h"
#include "delivery/row_channel.h"
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"
#include "transport/response_handler.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

class QueryCall;

/// What bounds one query. Durations of 0 and counts of 0: no bound.
struct QueryLimits {
    // The call's.
    std::chrono::milliseconds total{0};
    // Each attempt's, for an attempt that follows another begins the result anew.
    std::chrono::milliseconds header{0};  // from its beginning to the header line
    std::chrono::milliseconds idle{0};
    LivenessSettings liveness;
    std::size_t rows = 0;
    std::size_t bytes = 0;
    SizeLimits sizes;
    // Overflow::KeepLatest: how much is kept.
    std::size_t latestRows = 0;
    std::size_t latestBytes = 0;
};

/// One HTTP exchange for a query: the event loop's side. It reads the answer and puts its batches
/// into the call's channel.
class QueryAttempt : public transport::ResponseHandler {
public:
    /// For the call that decides what follows.
    struct Result : EndedAttempt {
        std::uint64_t bytes = 0;  ///< of rows
    };

    /// It begins at `begun`, or began then.
    /// Its first `skip` rows came before.
    QueryAttempt(std::shared_ptr<QueryCall> call, transport::Clock::time_point begun,
                 std::uint64_t skip = 0);

    void onHead(const transport::ResponseHead& head) override;
    Taken onBody(std::string_view bytes) override;
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
    Taken takeErrorBody(std::string_view bytes);
    /// The reader has one only while something is in it: a silent query's batch is the one that
    /// its consumer has given back.
    void openBatch();
    std::shared_ptr<protocol::Batch> takeOpenBatch();
    /// False: the result is larger than it may be, and error_ says so.
    bool checkSize();
    void logUnknownLine();
    void noteFirstRow(transport::Clock::time_point now);
    void endPause(transport::Clock::time_point now);
    void lookForSilence(TimeLimits& time, transport::Clock::time_point now);
    Result resultOf(const transport::TransferEnd& end);

    const std::shared_ptr<QueryCall> call_;
    delivery::RowChannel& channel_;  // the call's, as the limits
    const QueryLimits& limits_;
    const transport::Clock::time_point begun_;
    protocol::ResponseReader reader_;
    delivery::LatestRows latest_;
    int status_ = 0;
    std::optional<std::chrono::seconds> retryAfter_;
    std::string errorBody_;
    std::optional<Error> error_;  // our own reason to abort
    std::size_t bytes_ = 0;       // of rows
    transport::Clock::time_point lastBytes_;
    bool paused_ = false;
    bool hasRow_ = false;   // that is noted
    bool isNamed_ = false;  // a batch says where the rows come from
    std::optional<Liveness> liveness_;
};

}  // namespace ksqldb::client
