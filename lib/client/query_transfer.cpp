#include "client/query_transfer.h"

#include "base/clock.h"
#include "base/error_builder.h"
#include "protocol/error_body.h"

#include <algorithm>
#include <utility>

namespace ksqldb::client {

using detail::ErrorBuilder;
using transport::Clock;
using transport::TransferEnd;

QueryTransfer::QueryTransfer(std::shared_ptr<delivery::RowChannel> channel, QueryLimits limits,
                             std::shared_ptr<protocol::RowDecoder> decoder, base::Logger logger,
                             Clock::time_point started)
    : channel_(std::move(channel)),
      limits_(limits),
      decoder_(std::move(decoder)),
      logger_(std::move(logger)),
      started_(started),
      reader_(limits.lineBytes),
      latest_(limits.latestRows, limits.latestBytes),
      lastBytes_(started) {}

void QueryTransfer::openBatch() {
    if (reader_.batch() == nullptr) reader_.setBatch(channel_->newBatch());
}

QueryTransfer::Taken QueryTransfer::onBody(int status, std::string_view bytes) {
    if (status == 200) return takeRows(bytes);
    if (errorBody_.size() + bytes.size() > limits_.errorBodyBytes) {
        errorBody_.append(bytes.substr(0, limits_.errorBodyBytes - errorBody_.size()));
        return Taken::Abort;
    }
    errorBody_.append(bytes);
    return Taken::All;
}

QueryTransfer::Taken QueryTransfer::takeRows(std::string_view bytes) {
    if (!latest_.isOn() && !channel_->hasRoom()) {
        paused_ = true;
        return Taken::Nothing;
    }
    paused_ = false;
    openBatch();
    const std::size_t before = reader_.batch()->bytes();
    const std::size_t heldBefore = reader_.batch()->heldBytes();
    const bool goesOn = reader_.feed(bytes);
    bytes_ += reader_.batch()->bytes() - before;
    // A token that takes the place of a longer one makes it less; the count wraps as it should.
    channel_->addReceived(reader_.batch()->heldBytes() - heldBefore);
    if (latest_.isOn() && latest_.isFull(*reader_.batch())) {
        std::shared_ptr<protocol::Batch> fresh = channel_->newBatch();
        latest_.putAside(reader_.takeBatch(), *fresh);
        reader_.setBatch(std::move(fresh));
    }
    if (isTooMuch()) return Taken::Abort;
    return goesOn ? Taken::All : Taken::Abort;
}

bool QueryTransfer::isTooMuch() {
    const bool rows = limits_.rows != 0 && reader_.rows() > limits_.rows;
    const bool bytes = limits_.bytes != 0 && bytes_ > limits_.bytes;
    if (!rows && !bytes) return false;
    const char* name = rows ? "maxRows" : "maxBytes";
    error_ = detail::ErrorBuilder(rows ? ErrorCode::TooManyRows : ErrorCode::TooManyBytes,
                                  "the result is larger than " + std::string(name) + ", " +
                                      std::to_string(rows ? limits_.rows : limits_.bytes))
                 .http(200)
                 .limit(name)
                 .build();
    return true;
}

void QueryTransfer::onRoundEnd() {
    lastBytes_ = Clock::now();
    logUnknownLine();
    // Without a place the batch stays open and grows, until the channel has no room either.
    const bool isEmpty = reader_.batch() == nullptr || reader_.batch()->isEmpty();
    if ((isEmpty && !latest_.hasRows()) || !channel_->hasPlace()) return;
    std::shared_ptr<protocol::Batch> batch = takeOpenBatch();
    rowsOffered_ += batch->dropped;
    if (decodesHere(*batch)) {
        decoder_->ensureDecoded(*batch, rowsOffered_);
        channel_->addReceived(batch->addCellBytes());
    }
    rowsOffered_ += batch->lineCount();
    channel_->offer(std::move(batch));
}

bool QueryTransfer::decodesHere(const protocol::Batch& batch) const {
    return batch.bytes() <= smallBatchBytes ||
           (batch.bytes() <= largeBatchBytes && channel_->isBehind());
}

std::shared_ptr<protocol::Batch> QueryTransfer::takeOpenBatch() {
    openBatch();
    if (!latest_.isOn()) return reader_.takeBatch();
    std::shared_ptr<protocol::Batch> newest = channel_->newBatch();
    const std::shared_ptr<protocol::Batch> open = reader_.takeBatch();
    newest->schema = open->schema;
    latest_.collect(*open, *newest);
    return newest;
}

void QueryTransfer::logUnknownLine() {
    if (const auto line = reader_.takeUnknownLine())
        logger_.log(LogLevel::Warn, "skipped a line of an unknown kind: " + *line);
}

QueryTransfer::Timer QueryTransfer::onTimer(Clock::time_point now) {
    Timer timer;
    const auto strike = [&](std::chrono::milliseconds limit, Clock::time_point since,
                            ErrorCode code, const char* name, const std::string& what) {
        if (limit.count() == 0 || timer.abort) return;
        const Clock::time_point when = base::after(since, limit);
        if (when <= now) {
            error_ = detail::ErrorBuilder(code, what + " within " + name + ", " +
                                                    std::to_string(limit.count()) + " ms")
                         .limit(name)
                         .retryable()
                         .build();
            timer.abort = true;
        } else {
            timer.next = timer.next ? std::min(*timer.next, when) : when;
        }
    };
    strike(limits_.total, started_, ErrorCode::TotalTimeout, "timeout", "not finished");
    if (!reader_.hasHeader())
        strike(limits_.header, started_, ErrorCode::HeaderTimeout, "headerTimeout",
               "no header line");
    else
        strike(limits_.idle, paused_ ? now : lastBytes_, ErrorCode::IdleTimeout, "idleTimeout",
               "nothing came");
    if (!reader_.hasHeader() && limits_.idle.count() > 0) {
        // The idle limit begins with the header, which no timer announces: look again soon enough.
        const Clock::time_point look = base::after(now, limits_.idle);
        timer.next = timer.next ? std::min(*timer.next, look) : look;
    }
    return timer;
}

void QueryTransfer::onEnd(const TransferEnd& end) {
    openBatch();
    Ending ending = endingOf(end);
    logUnknownLine();
    if (logger_.wants(LogLevel::Debug))
        logger_.log(LogLevel::Debug, ending.error()
                                         ? std::string("query failed: ") + ending.error()->what()
                                         : "query ended");
    std::shared_ptr<protocol::Batch> last = takeOpenBatch();
    last->end = std::move(ending);
    delivery::RowChannel& channel = *channel_;
    channel.close(std::move(last));
    channel.retire(std::move(channel_));
}

Ending QueryTransfer::endingOf(const TransferEnd& end) {
    const auto failed = [&](const Error& error) {
        return Ending(detail::ErrorBuilder(channel_->describe(error)).http(end.status).build());
    };
    switch (end.kind) {
        case TransferEnd::Kind::Cancelled:
            return Ending(Ending::Kind::Cancelled);
        case TransferEnd::Kind::Closed:
            return failed(Error(ErrorCode::ClientClosed, "the Client is closed"));
        case TransferEnd::Kind::Aborted:
        case TransferEnd::Kind::Complete:
        case TransferEnd::Kind::Failed:
            break;
    }
    // What we or the server found wrong comes first: a transfer that then fails as well adds
    // nothing.
    if (error_) return failed(*error_);
    if (reader_.error()) return failed(*reader_.error());
    const bool refused = end.status != 0 && end.status != 200;
    if (refused && (end.kind == TransferEnd::Kind::Complete || !errorBody_.empty()))
        return failed(protocol::errorFromBody(end.status, errorBody_));
    if (end.kind == TransferEnd::Kind::Failed) return failed(*end.error);
    if (end.kind == TransferEnd::Kind::Aborted)
        return failed(Error(ErrorCode::ConnectionLost, "the client has no memory"));
    const std::size_t before = reader_.batch()->bytes();
    Ending ending = reader_.finish(true);  // which may find a last row without a line end
    bytes_ += reader_.batch()->bytes() - before;
    if (ending.error()) return failed(*ending.error());
    return isTooMuch() ? failed(*error_) : ending;
}

}  // namespace ksqldb::client
