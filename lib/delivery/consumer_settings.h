#pragma once
#include <ksqldb/options.h>

#include <cstddef>

namespace ksqldb::delivery {

/// How a stream's rows are handed over. The last four are for callbacks only.
struct ConsumerSettings {
    std::size_t bufferBytes = std::size_t{8} << 20;
    Tombstones tombstones = Tombstones::Skip;
    Executor executor;
    milliseconds minInterval{0};
    std::size_t maxRowsPerCall = 1'000;
    Overflow overflow = Overflow::Pause;

    /// Throws Error(InvalidArgument) where one of the last four is set, which polling would ignore.
    void checkForPolling() const;
};

}  // namespace ksqldb::delivery
