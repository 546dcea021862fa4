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
    if (step.kind == Kind::Failed) return end(&*step.error);
    if (step.kind == Kind::Done) return end(nullptr);
    const base::Clock::time_point now = base::Clock::now();
    const base::Clock::time_point when = base::after(now, step.wait);
    if (deadline_.limit.count() > 0 && when >= base::after(deadline_.since, deadline_.limit)) {
        const Error error = timedOut(deadline_.limit);
        return end(&error);
    }
    // The command may have a limit of its own, which is not to outlast the call's.
    Deadline deadline = deadline_;
    if (step.deadline) {
        const auto own =
            std::max(std::chrono::ceil<std::chrono::milliseconds>(*step.deadline - now),
                     std::chrono::milliseconds(1));
        if (deadline_.limit.count() == 0 ||
            base::after(now, own) < base::after(deadline_.since, deadline_.limit))
            deadline = {now, own};
    }
    send(step, deadline, step.wait.count() > 0 ? when : base::Clock::time_point());
}

void CommandCall::send(const detail::CommandStep& step, const Deadline& deadline,
                       base::Clock::time_point when) {
    const auto exchange =
        send_(step.request, deadline, [self = shared_from_this()](Outcome<RawResponse> answer) {
            const base::Clock::time_point now = base::Clock::now();
            self->obey(answer.ok() ? self->run_->onAnswer(std::move(answer).value(), now)
                                   : self->run_->onError(answer.error(), now));
        });
    {
        std::lock_guard lock(mutex_);
        if (!cancelled_) {
            running_ = exchange;
            exchange->start(when);
            return;
        }
    }
    const Error error(ErrorCode::Cancelled, "cancelled");
    end(&error);
}

void CommandCall::cancel() noexcept {
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
