#pragma once
#include "base/thread.h"
#include "delivery/batch_cursor.h"
#include "delivery/consumer_settings.h"
#include "delivery/delivery_thread.h"
#include "delivery/row_channel.h"

#include <ksqldb/result_stream.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace ksqldb::detail {

/// The consumer of a query whose rows are asked for. The asking thread sleeps on a condition
/// variable that the event loop touches only when somebody sleeps.
class PolledStream : public delivery::RowChannel,
                     public delivery::Runnable,
                     public std::enable_shared_from_this<PolledStream> {
public:
    PolledStream(std::shared_ptr<delivery::DeliveryThread> thread,
                 const delivery::ConsumerSettings& settings);

    using Until = std::optional<delivery::Clock::time_point>;  // none: for ever

    /// The application's end of it.
    static ResultStream handle(std::shared_ptr<PolledStream> stream) {
        return ResultStream(std::move(stream));
    }

    const Header& header();
    Next next(RowView& row, Until until);
    Next nextBatch(RowBatch& batch, Until until);
    bool isComplete();
    const Ending& ending();
    const StreamEvent& event() const noexcept { return event_; }
    const RowCounts& counts() const noexcept { return cursor_.counts(); }
    const std::string& continuationToken() const noexcept { return cursor_.token(); }
    void notifyWhenReady(std::function<void()> wake);
    /// The handle is gone.
    void abandon() noexcept;

    void run() noexcept override;

protected:
    void itemsReady() override;

private:
    class InUse;

    enum class Step { Row, Event, Nothing, End };

    /// What there is to take, without waiting. A row that was handed out stays as it is.
    Step look();
    /// The same for who takes it: such a row dies.
    Step advance();
    bool waitForItems(Until until);
    /// Waits until there is a row or the end; the end's Error is thrown once.
    Next await(Until until);

    const std::shared_ptr<delivery::DeliveryThread> thread_;

    std::atomic<bool> inUse_{false};
    std::atomic<bool> sleeping_{false};
    std::atomic<bool> armed_{false};  // wake_ is to be called
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::function<void()> wake_;

    // The polling thread's own.
    delivery::BatchCursor cursor_;
    std::optional<Header> header_;
    const bool reportsEvents_;
    StreamEvent event_;
    std::optional<Ending> ending_;
    bool errorThrown_ = false;
};

}  // namespace ksqldb::detail
