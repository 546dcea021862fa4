#include "client/calls/command_call.h"

#include "base/error_builder.h"

#include <algorithm>
#include <string>
#include <utility>

namespace ksqldb::client {

namespace {

Error timedOut(std::chrono::milliseconds limit) {
    return detail::ErrorBuilder(ErrorCode::TotalTimeout, "not finished within timeout, " +
                                                             std::to_string(limit.count()) + " ms")
        .limit("timeout")
        .build();
}

}  // namespace

CommandCall::CommandCall(std::shared_ptr<detail::CommandRun> run, Send send, Done done,
                         Deadline deadline)
    : run_(std::move(run)), send_(std::move(send)), done_(std::move(done)), deadline_(deadline) {}

void CommandCall::start() { obey(run_->start(base::Clock::now())); }

void CommandCall::listen(const CancelToken& token) {
    listening_.emplace(detail::CancelState::of(token), CancelIt{weak_from_this()});
}

void CommandCall::obey(detail::CommandStep step) {
    using Kind = detail::CommandStep::Kind;
    while (step.kind == Kind::Send) {
        const base::Clock::time_point now = base::Clock::now();
        const auto exchange =
            send_(step.request, deadlineOf(step, now),
                  [self = shared_from_this()](Outcome<RawResponse> answer) {
                      const base::Clock::time_point then = base::Clock::now();
                      self->obey(answer.ok() ? self->run_->onAnswer(std::move(answer).value(), then)
                                             : self->run_->onError(answer.error(), then));
                  });
        const auto refusal = begin(exchange, step.wait, now);
        if (!refusal) return;
        step = run_->onNotSent(exchange->describe(*refusal), now);
    }
    end(step.kind == Kind::Failed ? &*step.error : nullptr);
}

Deadline CommandCall::deadlineOf(const detail::CommandStep& step,
                                 base::Clock::time_point now) const {
    // The command may have a limit of its own, which is not to outlast the call's.
    if (!step.deadline) return deadline_;
    const auto own = std::max(std::chrono::ceil<std::chrono::milliseconds>(*step.deadline - now),
                              std::chrono::milliseconds(1));
    const bool isSooner = deadline_.limit.count() == 0 ||
                          base::after(now, own) < base::after(deadline_.since, deadline_.limit);
    return isSooner ? Deadline{now, own} : deadline_;
}

std::optional<Error> CommandCall::begin(const std::shared_ptr<ExchangeCall>& exchange,
                                        std::chrono::milliseconds wait,
                                        base::Clock::time_point now) {
    const base::Clock::time_point when = base::after(now, wait);
    std::lock_guard lock(mutex_);
    if (cancelled_) return Error(ErrorCode::Cancelled, "cancelled");
    if (deadline_.limit.count() > 0 && when >= base::after(deadline_.since, deadline_.limit))
        return timedOut(deadline_.limit);
    running_ = exchange;
    exchange->start(wait.count() > 0 ? when : base::Clock::time_point());
    return std::nullopt;
}

void CommandCall::cancel() noexcept {
    if (process_.isForked()) return;
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (running_) running_->cancel();
}

void CommandCall::end(const Error* error) {
    {
        std::lock_guard lock(mutex_);
        running_.reset();
    }
    const Done done = std::exchange(done_, nullptr);
    done(error);
}

}  // namespace ksqldb::client
