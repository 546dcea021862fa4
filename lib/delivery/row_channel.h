#pragma once
#include "base/cancel_state.h"
#include "base/error_context.h"
#include "base/thread.h"
#include "delivery/flow_counts.h"
#include "delivery/producer.h"
#include "delivery/spsc_ring.h"
#include "protocol/batch.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

namespace ksqldb::delivery {

using protocol::Batch;

/// The way of a query's batches from the event loop to its one consumer: a lock-free ring, bounded
/// in bytes. When it is full the transfer pauses until half of it is consumed, so nothing is
/// dropped. The last batch has a place of its own, or a consumer that stands still could keep a
/// query from ending.
class RowChannel {
public:
    static constexpr std::size_t slots = 16;

    /// `onDemand`: a batch is only offered when the consumer has asked for one, so that one batch
    /// holds all that came meanwhile.
    explicit RowChannel(std::size_t bufferBytes, bool onDemand = false)
        : bufferBytes_(std::max<std::size_t>(bufferBytes, 1)), onDemand_(onDemand) {}
    virtual ~RowChannel();
    RowChannel(const RowChannel&) = delete;
    RowChannel& operator=(const RowChannel&) = delete;

    /// Before the query starts.
    void connect(std::shared_ptr<Producer> producer, base::ErrorContext context);

    /// Lets a token cancel the query.
    void listen(const CancelToken& token, const std::shared_ptr<RowChannel>& self);

    // The event loop's side.
    /// True: more may be received. False: Producer::resume() follows when it may.
    bool askForRoom();
    void addReceived(std::size_t bytes) {  // for each row: nobody else writes it, so no locked add
        received_.store(received_.load(std::memory_order_relaxed) + bytes,
                        std::memory_order_relaxed);
    }
    std::shared_ptr<protocol::Batch> newBatch();
    /// True: a batch can be offered. False: Producer::resume() follows when it can.
    bool askForPlace();
    /// Whether batches wait for the consumer.
    bool isBehind() const { return ring_.size() > 0; }
    /// Requires that askForPlace() said yes.
    void offer(std::shared_ptr<protocol::Batch> batch);
    /// The last batch, which holds the ending.
    void close(std::shared_ptr<protocol::Batch> last);
    /// What the loop counts of the query.
    FlowCounts& flow() noexcept { return flow_; }
    /// What waits may be more than ever.
    void noteWaiting() noexcept { flow_.noteWaiting(outstanding()); }
    /// The loop lets go of the channel. Whatever an application's function captured must not die
    /// there.
    virtual void retire(std::shared_ptr<RowChannel> self) { self.reset(); }

    // Any thread.
    virtual void cancel() noexcept { cancelCall(); }
    void cancelCall() noexcept;
    QueryStatistics statistics() const noexcept;
    /// In the child of a fork(), where none of the parent's threads are and its locks may be held.
    bool isForked() const { return process_.isForked(); }

    // The consumer's side.
    /// Adds statement and endpoint.
    Error describe(const Error& error) const { return context_.describe(error); }
    /// Null: nothing there.
    std::shared_ptr<protocol::Batch> take();
    bool hasItems() const;
    /// Asks for a batch, where they come on demand. The first one needs no asking.
    void demand();
    /// A batch that was taken is consumed: its bytes make room.
    void countConsumed(const protocol::Batch& batch);
    /// A batch that nobody looks at any more: its memory is used again.
    void giveBack(std::shared_ptr<protocol::Batch> batch);

protected:
    /// For who found no room. False: there is some after all, and nobody waits.
    bool beginToWait();

    /// Throws Error(UsedAfterFork).
    void refuseAfterFork() const;

    /// Something can be taken. Called by the event loop's thread.
    virtual void itemsReady() = 0;

private:
    /// For a token, which may be cancelled when the channel is gone.
    struct CancelChannel {
        std::weak_ptr<RowChannel> channel;
        void operator()() const noexcept {
            if (const auto still = channel.lock()) still->cancel();
        }
    };

    std::size_t outstanding() const {
        return received_.load(std::memory_order_seq_cst) -
               consumed_.load(std::memory_order_seq_cst);
    }
    bool maySend() const;
    void resumeIfWaiting();

    const std::size_t bufferBytes_;
    const bool onDemand_;
    const base::ProcessMark process_;
    std::shared_ptr<Producer> producer_;
    base::ErrorContext context_;
    std::optional<std::stop_callback<CancelChannel>> listening_;

    delivery::SpscRing<std::shared_ptr<protocol::Batch>, slots> ring_;
    delivery::SpscRing<std::shared_ptr<protocol::Batch>, 4>
        used_;  // the way back, for their memory
    std::shared_ptr<protocol::Batch> last_;
    std::atomic<bool> closed_{false};     // last_ may be taken
    std::atomic<bool> lastTaken_{false};  // a turn that ends asks hasItems() beside the next one
    std::atomic<bool> waiting_{false};    // the loop waits for room
    std::atomic<bool> demanded_{true};
    std::atomic<std::size_t> received_{0};
    std::atomic<std::size_t> consumed_{0};
    FlowCounts flow_;
};

}  // namespace ksqldb::delivery
