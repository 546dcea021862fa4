#pragma once
#include "base/cancel_state.h"
#include "base/thread.h"
#include "client/calls/exchange_call.h"

#include <ksqldb/command.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace ksqldb::client {

/// Executes a command: asks it what it wants next, sends that, and tells it the answer, one
/// exchange after the other. The command's own code runs on the thread that satisfies futures, its
/// beginning on the caller's. *thread-safe*
class CommandCall : public std::enable_shared_from_this<CommandCall> {
public:
    /// Makes the call that sends one of the command's requests.
    using Send = std::function<std::shared_ptr<ExchangeCall>(
        const detail::CommandRequest&, const Deadline& deadline, ExchangeCall::Done)>;
    /// Null: it is done, and the run has its value.
    using Done = std::function<void(const Error*)>;

    CommandCall(std::shared_ptr<detail::CommandRun> run, Send send, Done done, Deadline deadline);

    void start();
    void listen(const CancelToken& token);

private:
    struct CancelIt {
        std::weak_ptr<CommandCall> call;
        void operator()() const noexcept {
            if (const auto alive = call.lock()) alive->cancel();
        }
    };

    void obey(detail::CommandStep step);
    Deadline deadlineOf(const detail::CommandStep& step, base::Clock::time_point now) const;
    /// An Error: it has not begun, because this call is over.
    std::optional<Error> begin(const std::shared_ptr<ExchangeCall>& exchange,
                               std::chrono::milliseconds wait, base::Clock::time_point now);
    void cancel() noexcept;
    void end(const Error* error);

    const std::shared_ptr<detail::CommandRun> run_;
    const Send send_;
    Done done_;
    const Deadline deadline_;
    std::optional<std::stop_callback<CancelIt>> listening_;

    const base::ProcessMark process_;
    std::mutex mutex_;  // for what follows
    std::shared_ptr<ExchangeCall> running_;
    bool cancelled_ = false;
};

}  // namespace ksqldb::client
