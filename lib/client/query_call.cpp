#include "client/query_call.h"

#include "base/error_builder.h"

#include <chrono>
#include <string>
#include <utility>

namespace ksqldb::client {

QueryCall::QueryCall(std::shared_ptr<transport::EventLoop> loop,
                     std::shared_ptr<delivery::RowChannel> channel, Setup setup)
    : loop_(std::move(loop)),
      id_(loop_->newId()),
      setup_(std::move(setup)),
      channel_(std::move(channel)) {}

void QueryCall::start(const CancelToken& token) {
    if (token.isCancelled())  // then nothing is sent
        end(Ending(Ending::Kind::Cancelled), channel_->newBatch());
    else
        startAttempt({});
}

void QueryCall::refuse(const Error& error) {
    end(Ending(setup_.context.describe(error)), channel_->newBatch());
}

void QueryCall::startAttempt(Clock::time_point notBefore) {
    ++attempts_;
    const Clock::time_point begun = attempts_ == 1 ? started_ : notBefore;
    loop_->start(id_, setup_.request, std::make_shared<QueryAttempt>(shared_from_this(), begun),
                 notBefore);
}

void QueryCall::resume() noexcept { loop_->resume(id_); }

void QueryCall::cancel() noexcept {
    cancelled_.store(true, std::memory_order_release);
    loop_->cancel(id_);
}

void QueryCall::attemptEnded(QueryAttempt::Result result, std::shared_ptr<protocol::Batch> last) {
    rows_ += result.rows;
    bytes_ += result.bytes;
    if (result.error && !cancelled_.load(std::memory_order_acquire)) {
        const FailedAttempt failed{*result.error, rows_, result.hasHeader, result.retryAfter};
        const Clock::time_point now = Clock::now();
        Progress progress{attempts_, started_};
        if (setup_.limits.total.count() > 0)
            progress.deadline = base::after(started_, setup_.limits.total);
        const auto when =
            nextAttempt(setup_.kind, failed, setup_.retry, progress, now, randomFraction());
        if (when) {
            if (setup_.logger.wants(LogLevel::Info))
                setup_.logger.log(LogLevel::Info, "query " + std::to_string(id_) + ": " +
                                                      describeWait(*result.error, setup_.retry,
                                                                   attempts_, *when - now));
            return startAttempt(*when);
        }
    }
    end(endingOf(result), std::move(last));
}

Ending QueryCall::endingOf(const QueryAttempt::Result& result) const {
    if (!result.error) return Ending(result.kind);
    if (result.error->code() == ErrorCode::Cancelled) return Ending(Ending::Kind::Cancelled);
    return Ending(detail::ErrorBuilder(setup_.context.describe(*result.error))
                      .retryable(mayBeRepeated(setup_.kind, {*result.error, rows_}))
                      .build());
}

void QueryCall::end(Ending ending, std::shared_ptr<protocol::Batch> last) {
    logEnd(ending);
    last->end = std::move(ending);
    delivery::RowChannel& channel = *channel_;
    channel.close(std::move(last));
    channel.retire(std::move(channel_));
}

void QueryCall::logEnd(const Ending& ending) const {
    if (!setup_.logger.wants(LogLevel::Debug)) return;
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
    std::string line = "query " + std::to_string(id_) + " ended after " +
                       std::to_string(took.count()) + " ms, " + std::to_string(rows_) + " rows, " +
                       std::to_string(bytes_) + " bytes";
    if (ending.error() != nullptr) line += std::string(": ") + ending.error()->what();
    setup_.logger.log(LogLevel::Debug, line);
}

}  // namespace ksqldb::client
