#pragma once
#include <algorithm>
#include <chrono>

namespace ksqldb::base {

using Clock = std::chrono::steady_clock;

/// So much after `since`, where a wait that is as good as endless ends after a hundred years:
/// milliseconds::max() is a limit that users set, and no time_point can hold it.
inline Clock::time_point after(Clock::time_point since, std::chrono::milliseconds limit) noexcept {
    constexpr std::chrono::milliseconds endless = std::chrono::hours(24 * 365 * 100);
    return since + std::clamp(limit, -endless, endless);
}

}  // namespace ksqldb::base
