#pragma once
#include <ksqldb/options.h>

#include <cstddef>

namespace ksqldb::delivery {

/// How a stream's rows are handed over.
struct ConsumerSettings {
    std::size_t bufferBytes = std::size_t{8} << 20;
    Tombstones tombstones = Tombstones::Skip;
    bool reportEvents = false;  // for polling only
    // For callbacks only.
    Executor executor;
    milliseconds minInterval{0};
    std::size_t maxRowsPerCall = 1'000;
    Overflow overflow = Overflow::Pause;

    /// Throws Error(InvalidArgument) where one of those is set, which polling would ignore.
    void checkForPolling() const;
};

}  // namespace ksqldb::delivery
