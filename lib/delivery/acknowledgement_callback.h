#pragma once
#include "delivery/delivery_thread.h"
#include "protocol/sequence_set.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ksqldb::delivery {

/// Calls the application's function with the rows that were acknowledged, on a delivery thread.
/// What comes while it is called is joined: what waits is bounded by the rows under way, however
/// slow the function is.
class AcknowledgementCallback : public Runnable,
                                public std::enable_shared_from_this<AcknowledgementCallback> {
public:
    using Function = std::function<void(SequenceRange)>;
    using Until = std::optional<Clock::time_point>;  // none: for ever

    /// `failed` is called with what the function threw; after that it is not called again.
    AcknowledgementCallback(std::shared_ptr<DeliveryThread> thread, Function function,
                            std::function<void(const Error&)> failed);

    /// Returns at once.
    void add(const std::vector<SequenceRange>& rows);
    /// Waits until all that was added has been delivered. Not inside a callback.
    void drain(Until until);
    /// The function is not called again, and dies here: waits while it is running. Inside the
    /// function itself it waits for nothing.
    void silence() noexcept;

    void run() noexcept override;

private:
    bool isBusy() const { return posted_ || running_ != std::thread::id(); }
    std::optional<Error> call(const std::vector<SequenceRange>& rows);

    const std::shared_ptr<DeliveryThread> thread_;
    std::mutex mutex_;  // for what follows
    std::condition_variable changed_;
    protocol::SequenceSet waiting_;
    bool posted_ = false;
    bool silenced_ = false;
    std::thread::id running_;
    Function function_;
    std::function<void(const Error&)> failed_;
};

}  // namespace ksqldb::delivery
