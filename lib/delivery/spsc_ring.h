#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

namespace ksqldb::delivery {

inline constexpr std::size_t cacheLine =
    64;  // g++ warns of std::hardware_destructive_interference_size

/// A bounded lock-free queue between one producer and one consumer thread. The stores that make
/// an item or a free place visible are sequentially consistent, because both sides combine them
/// with flags ("I sleep", "I wait for room") that the other one reads afterwards.
template <class T, std::size_t Slots>
class SpscRing {
    static_assert((Slots & (Slots - 1)) == 0, "a power of two");

public:
    static constexpr std::size_t slots = Slots;

    /// Producer. False: full, and `item` is untouched.
    bool tryPush(T& item) {
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - cachedHead_ == Slots) {
            cachedHead_ = head_.load(std::memory_order_acquire);
            if (tail - cachedHead_ == Slots) return false;
        }
        items_[tail & (Slots - 1)] = std::move(item);
        tail_.store(tail + 1, std::memory_order_seq_cst);
        return true;
    }

    /// Consumer. False: empty.
    bool tryPop(T& item) {
        const std::size_t head = head_.load(std::memory_order_relaxed);
        if (head == cachedTail_) {
            cachedTail_ = tail_.load(std::memory_order_seq_cst);
            if (head == cachedTail_) return false;
        }
        item = std::exchange(items_[head & (Slots - 1)], T{});
        head_.store(head + 1, std::memory_order_seq_cst);
        return true;
    }

    /// How many were ever pushed. *any thread*
    std::size_t pushed() const { return tail_.load(std::memory_order_relaxed); }

    /// Either side; for the other one's moves a snapshot.
    std::size_t size() const {
        const std::size_t head = head_.load(std::memory_order_seq_cst);
        return tail_.load(std::memory_order_seq_cst) - head;
    }

private:
    std::array<T, Slots> items_{};
    alignas(cacheLine) std::atomic<std::size_t> head_{0};
    std::size_t cachedTail_ = 0;  // the consumer's
    alignas(cacheLine) std::atomic<std::size_t> tail_{0};
    std::size_t cachedHead_ = 0;  // the producer's
};

}  // namespace ksqldb::delivery
