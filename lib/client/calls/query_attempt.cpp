#include "client/calls/query_attempt.h"

#include "base/error_builder.h"
#include "client/attempts/answer_body.h"
#include "client/attempts/attempt_end.h"
#include "client/attempts/time_limits.h"
#include "client/calls/query_call.h"

#include <algorithm>
#include <utility>

namespace ksqldb::client {

using transport::Clock;
using transport::TransferEnd;

QueryAttempt::QueryAttempt(std::shared_ptr<QueryCall> call, Clock::time_point begun,
                           std::uint64_t skip)
    : call_(std::move(call)),
      channel_(call_->channel()),
      limits_(call_->limits()),
      begun_(begun),
      reader_(limits_.sizes, call_->content()),
      latest_(limits_.latestRows, limits_.latestBytes),
      lastBytes_(begun) {
    reader_.skipRows(skip);
    reader_.checkHeaderBy([this](const Header& header) {
        protocol::Batch& batch = *reader_.batch();
        return call_->takeHeader(header, batch, batch.lineCount());
    });
    if (limits_.liveness.interval.count() > 0)
        liveness_.emplace(
            limits_.liveness,
            [call = call_](ExchangeCall::Done done) { return call->question(std::move(done)); },
            [call = call_] { call->askTimer(); });
    if (std::shared_ptr<protocol::Batch> kept = call_->takeKept()) {
        // takeOpenBatch() counts what it keeps of it once more.
        if (latest_.isOn()) channel_.addReceived(0 - kept->heldBytes());
        reader_.setBatch(std::move(kept));
    }
}

void QueryAttempt::openBatch() {
    if (reader_.batch() == nullptr) reader_.setBatch(channel_.newBatch());
    if (isNamed_) return;
    isNamed_ = true;
    reader_.batch()->endpoint = call_->chosenEndpoint();
}

void QueryAttempt::onHead(const transport::ResponseHead& head) {
    status_ = head.status;
    retryAfter_ = head.retryAfter;
    if (status_ != 200) return;
    lastBytes_ = Clock::now();
    error_ = unwantedEncoding(head);
    call_->answered();
}

QueryAttempt::Taken QueryAttempt::onBody(std::string_view bytes) {
    return status_ == 200 ? takeRows(bytes) : takeErrorBody(bytes);
}

QueryAttempt::Taken QueryAttempt::takeErrorBody(std::string_view bytes) {
    return appendUpTo(errorBody_, bytes, limits_.sizes.errorBodyBytes) ? Taken::All : Taken::Abort;
}

QueryAttempt::Taken QueryAttempt::takeRows(std::string_view bytes) {
    if (error_) return Taken::Abort;
    const Clock::time_point now = Clock::now();
    if (!latest_.isOn() && !channel_.askForRoom()) {
        if (!std::exchange(paused_, true)) {
            channel_.noteWaiting();
            channel_.flow().beginPause(now);
        }
        return Taken::Nothing;
    }
    if (paused_) endPause(now);
    lastBytes_ = now;
    openBatch();
    const std::size_t before = reader_.batch()->bytes();
    const std::size_t heldBefore = reader_.batch()->heldBytes();
    const bool goesOn = reader_.feed(bytes);
    bytes_ += reader_.batch()->bytes() - before;
    // A token that takes the place of a longer one makes it less; the count wraps as it should.
    // What may be dropped counts when it was not.
    if (!latest_.isOn()) channel_.addReceived(reader_.batch()->heldBytes() - heldBefore);
    if (latest_.isOn() && latest_.isFull(*reader_.batch())) {
        std::shared_ptr<protocol::Batch> fresh = channel_.newBatch();
        latest_.putAside(reader_.takeBatch(), *fresh);
        reader_.setBatch(std::move(fresh));
    }
    return !error_ && checkSize() && goesOn ? Taken::All : Taken::Abort;
}

bool QueryAttempt::checkSize() {
    const bool rows = limits_.rows != 0 && reader_.rows() > limits_.rows;
    const bool bytes = limits_.bytes != 0 && bytes_ > limits_.bytes;
    if (!rows && !bytes) return true;
    const char* name = rows ? "maxRows" : "maxBytes";
    error_ = detail::ErrorBuilder(rows ? ErrorCode::TooManyRows : ErrorCode::TooManyBytes,
                                  "the result is larger than " + std::string(name) + ", " +
                                      std::to_string(rows ? limits_.rows : limits_.bytes))
                 .http(200)
                 .limit(name)
                 .build();
    return false;
}

void QueryAttempt::onRoundEnd() {
    if (!hasRow_) noteFirstRow(lastBytes_);
    logUnknownLine();
    const bool isEmpty = reader_.batch() == nullptr || reader_.batch()->isEmpty();
    if (isEmpty && !latest_.hasRows()) return;
    // Without a place the batch stays open and grows, until the channel has no room either.
    if (!channel_.askForPlace()) return channel_.noteWaiting();
    std::shared_ptr<protocol::Batch> batch = takeOpenBatch();
    if (decodesHere(*batch)) {
        call_->decoder().ensureDecoded(*batch, call_->rowsOffered() + batch->dropped);
        channel_.addReceived(batch->addCellBytes());
    }
    call_->offer(std::move(batch));
}

void QueryAttempt::noteFirstRow(Clock::time_point now) {
    hasRow_ = reader_.rows() > 0;
    if (hasRow_)
        channel_.flow().noteFirstRow(
            std::chrono::duration_cast<std::chrono::microseconds>(now - call_->started()));
}

void QueryAttempt::endPause(Clock::time_point now) {
    paused_ = false;
    channel_.flow().endPause(now);
}

bool QueryAttempt::decodesHere(const protocol::Batch& batch) const {
    return batch.bytes() <= smallBatchBytes ||
           (batch.bytes() <= largeBatchBytes && channel_.isBehind());
}

std::shared_ptr<protocol::Batch> QueryAttempt::takeOpenBatch() {
    openBatch();
    if (!latest_.isOn()) return reader_.takeBatch();
    std::shared_ptr<protocol::Batch> newest = channel_.newBatch();
    const std::shared_ptr<protocol::Batch> open = reader_.takeBatch();
    newest->schema = open->schema;
    newest->isPlain = open->isPlain;
    newest->rules = open->rules;
    latest_.collect(*open, *newest);
    channel_.addReceived(newest->heldBytes());
    return newest;
}

void QueryAttempt::logUnknownLine() {
    if (const auto line = reader_.takeUnknownLine())
        call_->logger().log(LogLevel::Warn, "skipped a line of an unknown kind: " + *line);
}

QueryAttempt::Timer QueryAttempt::onTimer(Clock::time_point now) {
    TimeLimits time(now);
    time.add(limits_.total, call_->started(), ErrorCode::TotalTimeout, "timeout", "not finished");
    // PRINT has no header: until its first line even the head of the answer may stay out.
    const bool isHeaderDue = call_->content() == protocol::Content::Rows && !reader_.hasHeader();
    if (isHeaderDue)
        time.add(limits_.header, begun_, ErrorCode::HeaderTimeout, "headerTimeout",
                 "no header line");
    else
        lookForSilence(time, now);
    // Silence begins with the header, or with PRINT's answer, which no timer announces.
    for (const auto limit : {limits_.idle, limits_.liveness.interval})
        if ((isHeaderDue || status_ != 200) && limit.count() > 0) time.lookAgain(limit);
    if (time.struck()) error_ = time.struck();
    return time.timer();
}

void QueryAttempt::lookForSilence(TimeLimits& time, Clock::time_point now) {
    const Clock::time_point since = paused_ ? now : lastBytes_;
    time.add(limits_.idle, since, ErrorCode::IdleTimeout, "idleTimeout", "nothing came");
    // Before the answer the attempt may still wait for credentials, and have no server.
    if (liveness_ && status_ == 200) liveness_->look(time, now, since);
}

void QueryAttempt::onEnd(const TransferEnd& end) {
    liveness_.reset();
    if (paused_) endPause(Clock::now());
    openBatch();
    Result result = resultOf(end);
    if (!hasRow_) noteFirstRow(Clock::now());
    logUnknownLine();
    std::shared_ptr<protocol::Batch> last = takeOpenBatch();
    call_->attemptEnded(std::move(result), std::move(last));
}

QueryAttempt::Result QueryAttempt::resultOf(const TransferEnd& end) {
    if (!error_) error_ = reader_.error();
    Result result;
    result.error = errorOf(end, {error_, errorBody_});
    if (!result.error) {
        const std::size_t before = reader_.batch()->bytes();
        const std::size_t heldBefore = reader_.batch()->heldBytes();
        // Which may find a last row without a line end.
        const Ending ending = reader_.finish(end.isWhole);
        bytes_ += reader_.batch()->bytes() - before;
        if (!latest_.isOn()) channel_.addReceived(reader_.batch()->heldBytes() - heldBefore);
        result.kind = ending.kind();
        if (ending.error())
            result.error = detail::ErrorBuilder(*ending.error()).http(end.status).build();
        else if (!checkSize())
            result.error = error_;
    }
    result.rows = reader_.rows();
    result.bytes = bytes_;
    result.hasHeader = reader_.hasHeader();
    result.begun = begun_;
    result.token = reader_.token();
    result.rowsAfterToken = reader_.rowsAfterToken();
    result.retryAfter = retryAfter_;
    return result;
}

}  // namespace ksqldb::client
