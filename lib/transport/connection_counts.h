#pragma once
#include <atomic>
#include <cstdint>

namespace ksqldb::transport {

/// The connections of an event loop, which alone writes. *any thread* reads.
struct ConnectionCounts {
    std::atomic<std::uint64_t> open{0};    // sockets
    std::atomic<std::uint64_t> fresh{0};   // requests sent over a new connection
    std::atomic<std::uint64_t> reused{0};  // and over one that was kept

    static void add(std::atomic<std::uint64_t>& count, std::int64_t what) noexcept {
        count.store(count.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(what),
                    std::memory_order_relaxed);
    }
};

}  // namespace ksqldb::transport
