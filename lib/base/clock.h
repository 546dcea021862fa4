#pragma once
#include <algorithm>
#include <chrono>

namespace ksqldb::base {

using Clock = std::chrono::steady_clock;

/// A hundred years. A limit that is longer is as good as this one: milliseconds::max() is what
/// users set, and neither a time_point nor a sum can hold it.
constexpr std::chrono::milliseconds endless = std::chrono::hours(24 * 365 * 100);

/// So much after `since`, or when an endless wait ends. To be preferred to a comparison of the time
/// that has passed with the limit, which would count it in nanoseconds.
inline Clock::time_point after(Clock::time_point since, std::chrono::milliseconds limit) noexcept {
    return since + std::clamp(limit, -endless, endless);
}

inline std::chrono::milliseconds sum(std::chrono::milliseconds a,
                                     std::chrono::milliseconds b) noexcept {
    return std::min(a, endless) + std::min(b, endless);
}

}  // namespace ksqldb::base
