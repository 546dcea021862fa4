#pragma once
#include "base/error_context.h"
#include "base/log.h"
#include "client/attempts/next_step.h"
#include "client/options/size_limits.h"
#include "client/servers/route.h"
#include "delivery/delivery_thread.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"

#include <ksqldb/command.h>
#include <ksqldb/outcome.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

using Answer = RawResponse;

/// The limit of a whole call; 0: none.
struct Deadline {
    base::Clock::time_point since{};
    std::chrono::milliseconds limit{0};
};

/// A request whose whole answer is wanted at once, through as many attempts as it takes. What it
/// brought is given to `done` on the thread that satisfies futures, or, without one, on the event
/// loop. *thread-safe*; what is not is the event loop's.
class ExchangeCall : public delivery::Runnable, public std::enable_shared_from_this<ExchangeCall> {
public:
    using Done = std::function<void(Outcome<Answer>)>;

    struct Setup {
        CallKind kind = CallKind::Read;
        transport::HttpRequest request;
        base::ErrorContext context;
        RetryPolicy retry;
        base::Logger logger;
        std::chrono::milliseconds requestTimeout{0};  ///< of each attempt; 0: none
        const char* requestTimeoutName = "requestTimeout";
        Deadline deadline;  ///< of the call that it is a part of
        SizeLimits sizes{};
        std::shared_ptr<Route> route{};  ///< none: there is one server
        bool takesAnyStatus = false;     ///< else what is not 200 is the server's Error
    };
    ExchangeCall(std::shared_ptr<transport::EventLoop> loop,
                 std::shared_ptr<delivery::DeliveryThread> thread, Setup setup, Done done);

    void start(base::Clock::time_point notBefore = {});
    /// `done` gets Error(Cancelled), unless the end was on its way.
    void cancel() noexcept;
    /// The Error with this call's statement and endpoint. Not while it runs.
    Error describe(const Error& error) const;

private:
    class Attempt;

    void run() noexcept override;
    /// Makes an answer that is beyond its limits an Error.
    void checkAnswer();
    void startAttempt(base::Clock::time_point notBefore);
    std::optional<base::Clock::time_point> nextTime(FailedAttempt failed);
    std::string endpoint() const;
    void attemptEnded(Outcome<Answer> result, std::optional<std::chrono::seconds> retryAfter);
    /// Tells who observes it. Before whatever follows the attempt begins.
    void tellAttemptEnd(const Error* error, bool isRepeated) const;

    const std::shared_ptr<transport::EventLoop> loop_;
    const transport::EventLoop::TransferId id_;
    const std::shared_ptr<delivery::DeliveryThread> thread_;  // null: the event loop
    const Setup setup_;
    Done done_;
    std::atomic<bool> cancelled_{false};

    // The event loop's, then the thread's.
    base::Clock::time_point started_{};
    base::Clock::time_point begun_{};  // the attempt
    unsigned rounds_ = 1;              // attempts that the policy counts
    std::optional<Outcome<Answer>> result_;
};

}  // namespace ksqldb::client
