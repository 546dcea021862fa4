#include "client/calls/exchange_call.h"

#include "base/error_builder.h"
#include "client/attempts/answer_body.h"
#include "client/attempts/attempt_end.h"
#include "client/attempts/time_limits.h"
#include "protocol/answer_check.h"
#include "protocol/error_body.h"

#include <algorithm>
#include <utility>

namespace ksqldb::client {

/// One HTTP exchange.
class ExchangeCall::Attempt : public transport::ResponseHandler {
public:
    explicit Attempt(std::shared_ptr<ExchangeCall> call) : call_(std::move(call)) {}

    void onHead(const transport::ResponseHead& head) override {
        if (!call_->setup_.takesAnyStatus) error_ = unwantedEncoding(head);
        status_ = head.status;
        headers_ = head.headers;
        retryAfter_ = head.retryAfter;
    }

    Taken onBody(std::string_view bytes) override {
        if (error_) return Taken::Abort;
        const SizeLimits& sizes = call_->setup_.sizes;
        if (status_ != 200 && !call_->setup_.takesAnyStatus)
            return appendUpTo(body_, bytes, sizes.errorBodyBytes) ? Taken::All : Taken::Abort;
        error_ = appendWhole(body_, bytes, sizes.answerBytes);
        return error_ ? Taken::Abort : Taken::All;
    }

    Timer onTimer(transport::Clock::time_point now) override {
        TimeLimits time(now);
        time.add(call_->setup_.requestTimeout, call_->begun_, ErrorCode::TotalTimeout,
                 call_->setup_.requestTimeoutName, "no answer");
        time.add(call_->setup_.deadline.limit, call_->setup_.deadline.since,
                 ErrorCode::TotalTimeout, "timeout", "not finished");
        if (time.struck()) error_ = time.struck();
        return time.timer();
    }

    void onEnd(const transport::TransferEnd& end) override {
        const bool isAnswer = call_->setup_.takesAnyStatus && !error_ &&
                              end.kind == transport::TransferEnd::Kind::Complete;
        std::optional<Error> error;
        if (!isAnswer) error = errorOf(end, {error_, body_});
        if (error)
            call_->attemptEnded(*error, retryAfter_);
        else
            call_->attemptEnded(Answer{end.status, std::move(headers_), std::move(body_)}, {});
    }

private:
    const std::shared_ptr<ExchangeCall> call_;
    int status_ = 0;
    transport::Headers headers_;  // if they were asked for
    std::string body_;
    std::optional<std::chrono::seconds> retryAfter_;
    std::optional<Error> error_;  // our own reason to abort
};

ExchangeCall::ExchangeCall(std::shared_ptr<transport::EventLoop> loop,
                           std::shared_ptr<delivery::DeliveryThread> thread, Setup setup, Done done)
    : loop_(std::move(loop)),
      id_(loop_->newId()),
      thread_(std::move(thread)),
      setup_(std::move(setup)),
      done_(std::move(done)) {}

void ExchangeCall::start(base::Clock::time_point notBefore) {
    started_ = std::max(notBefore, base::Clock::now());
    startAttempt(notBefore);
}

void ExchangeCall::cancel() noexcept {
    cancelled_.store(true, std::memory_order_release);
    loop_->cancel(id_);
}

void ExchangeCall::startAttempt(base::Clock::time_point notBefore) {
    begun_ = std::max(notBefore, started_);
    loop_->start(id_, setup_.request, std::make_shared<Attempt>(shared_from_this()), notBefore);
}

std::string ExchangeCall::endpoint() const {
    return setup_.route ? setup_.route->endpoint(setup_.request) : setup_.context.endpoint;
}

Error ExchangeCall::describe(const Error& error) const {
    return base::ErrorContext{setup_.context.statement, endpoint()}.describe(error);
}

void ExchangeCall::attemptEnded(Outcome<Answer> result,
                                std::optional<std::chrono::seconds> retryAfter) {
    if (setup_.route) {
        std::optional<Error> error;
        if (!result.ok())
            error = result.error();
        else if (result.value().status != 200)
            error = protocol::errorFromBody(result.value().status, result.value().body);
        setup_.route->ended(error ? &*error : nullptr, retryAfter);
    }
    if (!result.ok()) {
        const FailedAttempt failed{result.error(), 0, false, retryAfter};
        if (const auto when = nextTime(failed)) {
            tellAttemptEnd(&failed.error, true);
            return startAttempt(*when);
        }
        // What fails once it is cancelled would perhaps have been repeated.
        const bool isCancelled = cancelled_.load(std::memory_order_acquire);
        const Error error = isCancelled ? Error(ErrorCode::Cancelled, "cancelled") : failed.error;
        result = detail::ErrorBuilder(describe(error))
                     .retryable(mayBeRepeated(setup_.kind, {error}))
                     .build();
    }
    if (setup_.route) setup_.route->goOnHere();
    tellAttemptEnd(result.ok() ? nullptr : &result.error(), false);
    result_ = std::move(result);
    if (thread_)
        thread_->post(shared_from_this());
    else
        run();
}

void ExchangeCall::tellAttemptEnd(const Error* error, bool isRepeated) const {
    if (setup_.request.watch) setup_.request.watch->end(error, isRepeated);
}

std::optional<base::Clock::time_point> ExchangeCall::nextTime(FailedAttempt failed) {
    // The end that a closed Client gives comes on any thread.
    const bool isOver = !mayBeRepeated(setup_.kind, failed);
    if (isOver || cancelled_.load(std::memory_order_acquire)) return std::nullopt;
    if (setup_.route) failed.retryAfter = setup_.route->leastRest();
    const base::Clock::time_point now = base::Clock::now();
    Progress progress{rounds_, started_};
    const Deadline& deadline = setup_.deadline;
    if (deadline.limit.count() > 0) progress.deadline = base::after(deadline.since, deadline.limit);
    const bool isAny = setup_.route && setup_.route->hasOther();
    if (isAny && mayGoElsewhere(setup_.kind, failed, progress.deadline, now)) {
        if (setup_.logger.wants(LogLevel::Info))
            setup_.logger.log(LogLevel::Info, describeMove(failed.error, endpoint()));
        return now;
    }
    const auto when =
        nextAttempt(setup_.kind, failed, setup_.retry, progress, now, randomFraction());
    if (!when) return std::nullopt;
    if (setup_.logger.wants(LogLevel::Info))
        setup_.logger.log(
            LogLevel::Info,
            endpoint() + ": " + describeWait(failed.error, setup_.retry, rounds_, *when - now));
    ++rounds_;
    if (setup_.route) setup_.route->beginRound();
    return when;
}

void ExchangeCall::checkAnswer() {
    if (setup_.takesAnyStatus || !result_->ok()) return;
    Answer answer = std::move(*result_).value();
    const auto error = protocol::checkAnswer(answer.body, setup_.sizes);
    if (error)
        result_ = describe(*error);
    else
        result_ = std::move(answer);
}

void ExchangeCall::run() noexcept {
    try {
        checkAnswer();
    } catch (...) {
        result_ = base::currentError();
    }
    const Done done = std::exchange(done_, nullptr);
    done(std::move(*result_));
}

}  // namespace ksqldb::client
