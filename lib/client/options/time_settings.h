#pragma once
#include <chrono>
#include <optional>

namespace ksqldb::client {

/// Limits of time, by the names of the options without "Timeout"; `total` is timeout(). 0: none.
struct TimeSettings {
    using milliseconds = std::chrono::milliseconds;

    milliseconds connect{10'000};
    milliseconds header{30'000};
    milliseconds request{15'000};
    milliseconds idle{0};
    milliseconds total{0};

    /// Throws Error(InvalidArgument).
    void check() const;
};

/// Those that a call was given.
struct CallTimeSettings {
    using milliseconds = std::chrono::milliseconds;

    std::optional<milliseconds> connect, header, request, idle, total;

    /// What holds for the call: its own limits, and for the rest its Client's.
    TimeSettings over(const TimeSettings& client) const;
    /// Throws Error(InvalidArgument).
    void check() const { over({}).check(); }
};

/// When a silent query's server is asked whether it is still there.
struct LivenessSettings {
    std::chrono::milliseconds interval{0};  ///< of silence; 0: never asks
    std::chrono::milliseconds timeout{0};   ///< for the answer
};

}  // namespace ksqldb::client
