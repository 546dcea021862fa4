#pragma once
#include "base/clock.h"
#include "client/attempts/time_limits.h"
#include "client/calls/exchange_call.h"
#include "client/options/time_settings.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace ksqldb::client {

/// Tells a dead server from a quiet query: when nothing has come for a time, it asks the query's
/// server on another connection. While rows come it does nothing at all. It belongs to one attempt,
/// and to the event loop's thread.
class Liveness {
public:
    /// Makes the exchange that asks, which Liveness starts. It gives what came of it to `done`, on
    /// the event loop.
    using Ask = std::function<std::shared_ptr<ExchangeCall>(ExchangeCall::Done done)>;

    /// `wake` has look() called again.
    Liveness(const LivenessSettings& settings, Ask ask, std::function<void()> wake);
    ~Liveness();
    Liveness(const Liveness&) = delete;
    Liveness& operator=(const Liveness&) = delete;

    /// Nothing has come since `since`. Adds when it is to be asked again, or the Error that the
    /// server is gone.
    void look(TimeLimits& time, base::Clock::time_point now, base::Clock::time_point since);

private:
    struct Question {
        base::Clock::time_point asked;
        std::shared_ptr<ExchangeCall> call;
        std::optional<Outcome<Answer>> answer;
    };

    void ask(base::Clock::time_point now);

    const LivenessSettings settings_;
    const Ask ask_;
    const std::function<void()> wake_;
    std::shared_ptr<Question> question_;
    base::Clock::time_point lastAnswer_{};
};

}  // namespace ksqldb::client
