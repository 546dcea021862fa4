#include "client/calls/query_call.h"

#include "base/error_builder.h"

#include <chrono>
#include <string>
#include <utility>

namespace ksqldb::client {

namespace {

/// A question's. It is asked once, for 401 is a sign of life, too.
class AskingOnce : public transport::Authorizer {
public:
    explicit AskingOnce(std::shared_ptr<transport::Authorizer> authorizer)
        : authorizer_(std::move(authorizer)) {}

    std::optional<transport::Credentials> credentialsFor(std::uint64_t id) override {
        auto known = authorizer_->credentialsFor(id);
        hasAsked_ = known.has_value();
        return known;
    }
    bool refused(const transport::Credentials& credentials) override {
        authorizer_->refused(credentials);
        return false;
    }
    bool mayRenew() const override { return false; }
    bool hasAsked() const noexcept { return hasAsked_; }

private:
    const std::shared_ptr<transport::Authorizer> authorizer_;
    bool hasAsked_ = false;
};

}  // namespace

QueryCall::QueryCall(std::shared_ptr<transport::EventLoop> loop,
                     std::shared_ptr<delivery::RowChannel> channel, Setup setup)
    : loop_(std::move(loop)),
      id_(setup.watch ? setup.watch->id() : loop_->newId()),
      setup_(std::move(setup)),
      channel_(std::move(channel)) {
    setup_.request.watch = CallWatch::request(setup_.watch);
}

void QueryCall::start(const CancelToken& token) {
    if (token.isCancelled())  // then nothing is sent
        end(Ending(Ending::Kind::Cancelled), channel_->newBatch());
    else
        startAttempt({});
}

void QueryCall::refuse(const Error& error) {
    end(Ending(context().describe(error)), channel_->newBatch());
}

void QueryCall::startAttempt(Clock::time_point notBefore, std::uint64_t skip) {
    ++attempts_;
    const Clock::time_point begun = attempts_ == 1 ? started_ : notBefore;
    loop_->start(id_, setup_.request,
                 std::make_shared<QueryAttempt>(shared_from_this(), begun, skip), notBefore);
}

void QueryCall::resume() noexcept { loop_->resume(id_); }

void QueryCall::cancel() noexcept {
    cancelled_.store(true, std::memory_order_release);
    loop_->cancel(id_);
}

void QueryCall::offer(std::shared_ptr<protocol::Batch> batch) { channel_->offer(std::move(batch)); }

std::optional<Error> QueryCall::takeHeader(const Header& header, protocol::Batch& batch,
                                           std::uint32_t beforeRow) {
    if (setup_.route && setup_.isPush && header.queryId())
        setup_.route->noteQuery(*header.queryId());
    if (setup_.watch) setup_.watch->noteQuery(header.queryId());
    const bool isFirst = !header_;
    if (isFirst) header_ = header;
    if (setup_.resumption) return setup_.resumption->takeHeader(header, batch, beforeRow);
    if (isFirst) return std::nullopt;
    batch.header.reset();
    return checkSchema(*header_, header);
}

void QueryCall::answered() {
    if (setup_.route) setup_.route->answered();
}

std::string QueryCall::chosenEndpoint() const {
    return setup_.route ? setup_.route->endpoint(setup_.request) : std::string();
}

base::ErrorContext QueryCall::context() const {
    return setup_.route ? base::ErrorContext{setup_.context.statement, chosenEndpoint()}
                        : setup_.context;
}

void QueryCall::attemptEnded(QueryAttempt::Result result, std::shared_ptr<protocol::Batch> last) {
    rows_ += result.rows;
    bytes_ += result.bytes;
    if (setup_.route)
        setup_.route->ended(result.error ? &*result.error : nullptr, result.retryAfter);
    const bool isOver = cancelled_.load(std::memory_order_acquire);
    if (!isOver && (repeat(result, last) || resumeAfter(result, last))) return;
    tellAttemptEnd(result, false);
    end(endingOf(result), std::move(last));
}

bool QueryCall::isHandedOver() const {
    // A pull query begins anew behind the header that is there. A push query would miss what came
    // meanwhile.
    const bool mayBeginAnew = setup_.route && !setup_.isPush;
    return rows_ > 0 || (header_ && !mayBeginAnew);
}

std::optional<base::Clock::time_point> QueryCall::deadline() const {
    if (setup_.limits.total.count() == 0) return std::nullopt;
    return base::after(started_, setup_.limits.total);
}

bool QueryCall::repeat(const QueryAttempt::Result& result, std::shared_ptr<protocol::Batch>& last) {
    if (!result.error || !mayBeRepeated(setup_.kind, {*result.error, rows_})) return false;
    if (last->header && !channel_->askForPlace()) return false;
    FailedAttempt failed{*result.error, rows_, isHandedOver(), result.retryAfter};
    if (setup_.route) failed.retryAfter = setup_.route->leastRest();
    const Clock::time_point now = Clock::now();
    const Progress progress{rounds_, started_, deadline()};
    if (hasOther() && mayGoElsewhere(setup_.kind, failed, progress.deadline, now)) {
        if (setup_.logger.wants(LogLevel::Info)) log(describeMove(*result.error, chosenEndpoint()));
        if (last->header) offer(std::move(last));
        tellAttemptEnd(result, true);
        startAttempt(now);
        return true;
    }
    const auto when =
        nextAttempt(setup_.kind, failed, setup_.retry, progress, now, randomFraction());
    if (!when) return false;
    if (setup_.logger.wants(LogLevel::Info))
        log(describeWait(*result.error, setup_.retry, rounds_, *when - now));
    ++rounds_;
    if (setup_.route) setup_.route->beginRound();
    if (last->header) offer(std::move(last));
    tellAttemptEnd(result, true);
    startAttempt(*when);
    return true;
}

bool QueryCall::resumeAfter(const QueryAttempt::Result& result,
                            std::shared_ptr<protocol::Batch>& last) {
    if (!setup_.resumption || !header_) return false;  // nothing has begun that could go on
    const Clock::time_point now = Clock::now();
    EndedAttempt ended = result;
    if (setup_.route) {
        if (setup_.resumption->wasStable(result, now)) setup_.route->beginRoundElsewhere();
        ended.retryAfter = setup_.route->leastRest();
    }
    const auto next =
        setup_.resumption->next(ended, *last, now, randomFraction(), hasOther(), deadline());
    if (!next) return false;
    if (setup_.route && !next->isElsewhere) setup_.route->beginRound();
    if (setup_.logger.wants(LogLevel::Info))
        for (auto mark = last->events.end() - next->events; mark != last->events.end(); ++mark)
            log(mark->event.toString());
    setup_.request.body = next->body;
    if (channel_->askForPlace())
        offer(std::move(last));
    else
        kept_ = std::move(last);
    channel_->flow().countResumption();
    tellAttemptEnd(result, true);
    startAttempt(next->when, next->skip);
    return true;
}

std::shared_ptr<ExchangeCall> QueryCall::question(ExchangeCall::Done done) const {
    ExchangeCall::Setup setup;
    setup.request = setup_.question.value();
    // The server of this attempt. Not by a kept connection: it may be as dead as the query's.
    setup.request.connection =
        setup_.route ? setup_.route->connection() : setup_.request.connection;
    setup.request.connectTimeout = setup_.request.connectTimeout;
    setup.request.ownConnection = true;
    setup.request.watch = CallWatch::ownRequest(setup_.watch ? setup_.watch->hooks() : nullptr);
    setup.context.endpoint = setup.request.endpoint();
    setup.logger = setup_.logger;
    setup.requestTimeout = setup_.limits.liveness.timeout;
    setup.requestTimeoutName = "livenessProbe";
    setup.takesAnyStatus = true;
    setup.sizes = setup_.limits.sizes;
    if (setup.request.authorizer) {
        auto once = std::make_shared<AskingOnce>(std::move(setup.request.authorizer));
        setup.request.authorizer = once;
        done = [once, done = std::move(done)](Outcome<Answer> answer) {
            if (!once->hasAsked())
                answer = Error(ErrorCode::CredentialsFailed,
                               "waiting for credentials, it was not asked");
            done(std::move(answer));
        };
    }
    return std::make_shared<ExchangeCall>(loop_, nullptr, std::move(setup), std::move(done));
}

void QueryCall::log(const std::string& text) const {
    setup_.logger.log(LogLevel::Info, "query " + std::to_string(id_) + ": " + text);
}

Ending QueryCall::endingOf(const QueryAttempt::Result& result) const {
    if (!result.error) return Ending(result.kind);
    // What fails once it is cancelled would perhaps have been repeated.
    if (result.error->code() == ErrorCode::Cancelled || cancelled_.load(std::memory_order_acquire))
        return Ending(Ending::Kind::Cancelled);
    return Ending(detail::ErrorBuilder(context().describe(*result.error))
                      .retryable(mayBeRepeated(setup_.kind, {*result.error, rows_}))
                      .build());
}

void QueryCall::tellAttemptEnd(const QueryAttempt::Result& result, bool isRepeated) const {
    if (setup_.request.watch)
        setup_.request.watch->end(result.error ? &*result.error : nullptr, isRepeated);
}

void QueryCall::end(Ending ending, std::shared_ptr<protocol::Batch> last) {
    logEnd(ending);
    channel_->noteWaiting();
    channel_->flow().countLast(*last);
    if (setup_.watch) {
        std::optional<Error> error;
        if (ending.error() != nullptr) error = *ending.error();
        if (ending == Ending::Kind::Cancelled) error = Error(ErrorCode::Cancelled, "cancelled");
        setup_.watch->end(error ? &*error : nullptr, channel_->statistics());
        // Handles may outlive the Client, but its Observer need not.
        setup_.watch.reset();
        setup_.request.watch.reset();
    }
    last->end = std::move(ending);
    delivery::RowChannel& channel = *channel_;
    channel.close(std::move(last));
    setup_.running.reset();
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
