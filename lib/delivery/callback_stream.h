#pragma once
#include "base/log.h"
#include "base/thread.h"
#include "delivery/batch_cursor.h"
#include "delivery/consumer_settings.h"
#include "delivery/delivery_thread.h"
#include "delivery/row_channel.h"

#include <ksqldb/stream.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace ksqldb::detail {

/// The consumer of a query with callbacks. It is delivered in turns: each runs on the delivery
/// thread or the executor, at most one is posted at a time, and each calls back for a bounded
/// number of rows.
class CallbackStream : public delivery::RowChannel,
                       public delivery::Runnable,
                       public std::enable_shared_from_this<CallbackStream> {
public:
    CallbackStream(std::shared_ptr<delivery::DeliveryThread> thread, StreamCallbacks callbacks,
                   const delivery::ConsumerSettings& settings, base::Logger logger);

    /// For the library's own consumers, before the query starts. `onWake` is called like a
    /// callback, once after wake(), also where no row comes.
    void setWake(std::function<void()> onWake) { onWake_ = std::move(onWake); }
    /// Before the query starts: who waits for `former` waits for this one, too.
    void follow(const CallbackStream& former) noexcept { becomePartOf(former); }
    /// *thread-safe*
    void wake();

    /// The application's end of it.
    static Subscription handle(std::shared_ptr<CallbackStream> stream) {
        return Subscription(std::move(stream));
    }

    // For StreamControl, inside a callback.
    const Header& header() const noexcept { return header_; }
    const RowCounts& counts() const noexcept { return cursor_.counts(); }
    const std::string& continuationToken() const noexcept { return cursor_.token(); }

    // For Subscription.
    void cancel() noexcept override;
    /// No callback after this, and none running, unless it is the caller.
    void silence() noexcept;
    bool waitEnded(std::optional<delivery::Clock::time_point> until);

    // delivery::RowChannel, on the event loop's thread.
    void retire(std::shared_ptr<delivery::RowChannel> self) override;
    // delivery::Runnable, on the delivery thread.
    void run() noexcept override;

protected:
    void itemsReady() override { schedule(); }

private:
    /// A stream is idle; or posted, until its turn begins; or taking its turn, which it does once
    /// for a post, however often an executor runs the task; or, with a minimal interval, resting
    /// after it.
    enum class State { Idle, Posted, InTurn, Resting };

    bool hasWork() const;
    void schedule();
    /// The same, but a rest is over.
    void scheduleNow();
    bool postFrom(State from);
    void rest();
    void wakeUp();
    bool post();
    void deliver(bool byExecutor);
    bool isUrgent() const;
    bool enter();
    void leave();
    void turn();
    bool startBatch(std::size_t& quota);
    void deliverRows(std::size_t& quota);
    void endBatch();
    void end(const Ending& ending);
    bool mustStop() const;
    template <class F>
    void call(const char* name, F&& callback);

    const std::shared_ptr<delivery::DeliveryThread> thread_;
    const base::Logger logger_;
    const std::size_t rowsPerTurn_;
    const std::chrono::milliseconds minInterval_;
    const bool onDemand_;

    std::atomic<State> state_{State::Idle};
    std::atomic<bool> cancelled_{false};
    std::atomic<bool> rejected_{false};  // the executor threw
    std::atomic<bool> woken_{false};

    // Who is calling back. Taken twice a turn, never a row.
    std::mutex gate_;
    std::condition_variable gateChanged_;
    std::thread::id delivering_;
    std::thread::id posting_;  // who is calling the executor
    std::atomic<bool> silenced_{false};
    bool ended_ = false;  // onEnd has returned

    // The turn's own; turns never overlap.
    Executor executor_;
    StreamCallbacks callbacks_;
    std::function<void()> onWake_;
    delivery::BatchCursor cursor_;
    bool finished_ = false;         // the end was delivered
    std::optional<Error> failure_;  // of a callback or the executor
    Header header_;
    bool calledForRows_ = false;  // in this turn
};

}  // namespace ksqldb::detail
