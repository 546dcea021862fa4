#include "client/calls/liveness.h"

#include "base/error_builder.h"

#include <algorithm>
#include <string>
#include <utility>

namespace ksqldb::client {

namespace {

/// What a proxy says that finds no server, or a server that has just been started and knows nothing
/// of the query.
bool isAway(int status) noexcept { return status >= 502 && status <= 504; }

/// Whatever else a server answers, it is there. What is wrong on this side of the network says
/// nothing about it, as a proxy that does not let us through.
std::optional<std::string> whyDead(const Outcome<Answer>& outcome) {
    if (outcome.ok()) {
        const int status = outcome.value().status;
        if (!isAway(status)) return std::nullopt;
        return "HTTP " + std::to_string(status);
    }
    const Error& error = outcome.error();
    const bool isLost =
        (error.code() == ErrorCode::ProxyRefused && isAway(error.httpStatus())) ||
        (error.category() == ErrorCategory::Connect && error.code() != ErrorCode::TlsFailed &&
         error.code() != ErrorCode::CredentialsFailed);
    if (!isLost && error.category() != ErrorCategory::Timeout) return std::nullopt;
    return error.what();
}

}  // namespace

Liveness::Liveness(const LivenessSettings& settings, Ask ask, std::function<void()> wake)
    : settings_(settings), ask_(std::move(ask)), wake_(std::move(wake)) {}

Liveness::~Liveness() {
    if (question_) question_->call->cancel();
}

void Liveness::look(TimeLimits& time, base::Clock::time_point now, base::Clock::time_point since) {
    if (time.struck()) return;
    if (question_ && !question_->answer) return;  // it has a limit of its own
    if (const auto question = std::exchange(question_, nullptr)) {
        lastAnswer_ = now;
        // What has come meanwhile is a better sign.
        const auto why = since < question->asked ? whyDead(*question->answer) : std::nullopt;
        if (why)
            return time.strike(
                detail::ErrorBuilder(
                    ErrorCode::ConnectionLost,
                    "nothing came for " + std::to_string(settings_.interval.count()) +
                        " ms, and the server gives no sign of life on another connection: " + *why)
                    .limit("livenessProbe")
                    .build());
    }
    const base::Clock::time_point when =
        base::after(std::max(since, lastAnswer_), settings_.interval);
    if (when > now)
        time.lookAt(when);
    else
        ask(now);
}

void Liveness::ask(base::Clock::time_point now) {
    question_ = std::make_shared<Question>();
    question_->asked = now;
    const std::weak_ptr<Question> weak = question_;
    question_->call = ask_([weak, wake = wake_](Outcome<Answer> answer) {
        const auto question = weak.lock();
        if (!question) return;
        question->answer = std::move(answer);
        wake();
    });
    question_->call->start();
}

}  // namespace ksqldb::client
