#pragma once
#include <atomic>
#include <cstdint>
#include <unordered_map>

namespace ksqldb::transport {

/// The connections of an event loop, which alone writes. *any thread* reads the counts.
class ConnectionCounts {
public:
    std::atomic<std::uint64_t> open{0};    // sockets
    std::atomic<std::uint64_t> fresh{0};   // requests sent over a new connection
    std::atomic<std::uint64_t> reused{0};  // and over one that was kept

    static void add(std::atomic<std::uint64_t>& count) noexcept {
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

    /// May throw std::bad_alloc.
    void opened(int socket, const void* by) {
        sockets_[socket] = by;
        tell();
    }
    void closed(int socket) noexcept {
        sockets_.erase(socket);
        tell();
    }
    /// Does nothing where another one has the number by now.
    void closed(int socket, const void* by) noexcept {
        const auto found = sockets_.find(socket);
        if (found != sockets_.end() && found->second == by) closed(socket);
    }

private:
    void tell() noexcept { open.store(sockets_.size(), std::memory_order_relaxed); }

    std::unordered_map<int, const void*> sockets_;  // and who opened them
};

}  // namespace ksqldb::transport
