#include "client/attempts/time_limits.h"

#include "base/error_builder.h"

#include <algorithm>
#include <string>

namespace ksqldb::client {

void TimeLimits::add(std::chrono::milliseconds limit, base::Clock::time_point since, ErrorCode code,
                     const char* option, const char* what) {
    if (limit.count() == 0 || struck_) return;
    const base::Clock::time_point when = base::after(since, limit);
    if (when > now_) return lookAt(when);
    struck_ = detail::ErrorBuilder(code, std::string(what) + " within " + option + ", " +
                                             std::to_string(limit.count()) + " ms")
                  .limit(option)
                  .build();
}

void TimeLimits::lookAgain(std::chrono::milliseconds later) { lookAt(base::after(now_, later)); }

void TimeLimits::lookAt(base::Clock::time_point when) {
    next_ = next_ ? std::min(*next_, when) : when;
}

}  // namespace ksqldb::client
