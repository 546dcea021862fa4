#pragma once
#include "base/clock.h"
#include "protocol/batch.h"

#include <ksqldb/statistics.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ksqldb::delivery {

/// Counts for QueryStatistics. The event loop alone writes, so nothing is locked or added
/// atomically: a store or two a batch. *any thread* reads.
class FlowCounts {
public:
    /// A batch goes to the consumer.
    void countBatch(const protocol::Batch& batch) noexcept {
        add(rows_, batch.dropped + batch.lineCount());
        add(bytes_, batch.bytes());
    }
    /// The last one, which no ring counts.
    void countLast(const protocol::Batch& batch) noexcept {
        countBatch(batch);
        const bool hasAny = batch.header || batch.lineCount() > 0 || batch.dropped > 0;
        hasLast_.store(hasAny, std::memory_order_relaxed);
    }
    void noteWaiting(std::size_t bytes) noexcept {
        if (bytes > mostWaiting_.load(std::memory_order_relaxed)) store(mostWaiting_, bytes);
    }
    void noteFirstRow(std::chrono::microseconds sinceCall) noexcept {
        if (firstRow_.load(std::memory_order_relaxed) < 0) store(firstRow_, sinceCall.count());
    }
    void beginPause(base::Clock::time_point now) noexcept {
        add(pauses_, 1);
        store(pausedSince_, now.time_since_epoch().count());
    }
    void endPause(base::Clock::time_point now) noexcept {
        add(paused_, now.time_since_epoch().count() - load(pausedSince_));
        store(pausedSince_, notPaused);
    }
    void countResumption() noexcept { add(resumptions_, 1); }

    std::uint64_t rows() const noexcept { return load(rows_); }
    /// All but the batches of the ring, and what waits.
    QueryStatistics snapshot() const noexcept {
        QueryStatistics all;
        all.rows = load(rows_);
        all.bytes = load(bytes_);
        all.batches = hasLast_.load(std::memory_order_relaxed) ? 1 : 0;
        all.mostWaitingBytes = load(mostWaiting_);
        all.pauses = load(pauses_);
        all.resumptions = load(resumptions_);
        base::Clock::duration paused(load(paused_));
        if (const Ticks since = load(pausedSince_); since != notPaused)
            paused += base::Clock::now().time_since_epoch() - base::Clock::duration(since);
        all.pausedTime = std::chrono::duration_cast<std::chrono::microseconds>(paused);
        if (const auto first = load(firstRow_); first >= 0)
            all.firstRow = std::chrono::microseconds(first);
        return all;
    }

private:
    using Ticks = base::Clock::rep;
    static constexpr Ticks notPaused = 0;

    template <class T>
    static T load(const std::atomic<T>& from) noexcept {
        return from.load(std::memory_order_relaxed);
    }
    template <class T, class V>
    static void store(std::atomic<T>& to, V value) noexcept {
        to.store(static_cast<T>(value), std::memory_order_relaxed);
    }
    template <class T, class V>
    static void add(std::atomic<T>& to, V value) noexcept {
        store(to, load(to) + static_cast<T>(value));
    }

    std::atomic<std::uint64_t> rows_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<bool> hasLast_{false};
    std::atomic<std::uint64_t> mostWaiting_{0};
    std::atomic<std::uint64_t> pauses_{0};
    std::atomic<Ticks> paused_{0};
    std::atomic<Ticks> pausedSince_{notPaused};
    std::atomic<std::uint64_t> resumptions_{0};
    std::atomic<std::chrono::microseconds::rep> firstRow_{-1};
};

}  // namespace ksqldb::delivery
