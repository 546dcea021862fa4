#pragma once
#include <cstddef>
#include <string>

namespace ksqldb::benchmark {

/// What this process holds.
struct ProcessState {
    std::size_t threads = 0;
    std::size_t ownThreads = 0;  // those that a Client made
    std::size_t descriptors = 0;
    std::size_t heapBytes = 0;  // in use
    std::size_t residentBytes = 0;

    static ProcessState now();
    /// Whether this is no more than that was, by and large. There may be 8 more descriptors and
    /// threads of others, for connections that are kept; the heap may have grown by `heapGrowth`
    /// bytes, what is resident by 16 MiB.
    bool isLike(const ProcessState& before, std::size_t heapGrowth) const;
    std::string toString() const;
};

}  // namespace ksqldb::benchmark
