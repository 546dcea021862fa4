#pragma once
#include "base/clock.h"
#include "transport/response_handler.h"

#include <ksqldb/error.h>

#include <chrono>
#include <optional>
#include <utility>

namespace ksqldb::client {

/// What an attempt's limits of time come to at one moment: the Error of one that has struck, and
/// when to look again. A limit of 0 is none.
class TimeLimits {
public:
    explicit TimeLimits(base::Clock::time_point now) : now_(now) {}

    /// `option`: the limit's name, as the application set it. `what` did not happen.
    void add(std::chrono::milliseconds limit, base::Clock::time_point since, ErrorCode code,
             const char* option, const char* what);
    /// Looks again so much later, or then, whatever else is known.
    void lookAgain(std::chrono::milliseconds later);
    void lookAt(base::Clock::time_point when);
    /// A reason that is no mere limit of time.
    void strike(Error error) { struck_ = std::move(error); }

    const std::optional<Error>& struck() const noexcept { return struck_; }
    transport::ResponseHandler::Timer timer() const { return {next_, struck_.has_value()}; }

private:
    const base::Clock::time_point now_;
    std::optional<base::Clock::time_point> next_;
    std::optional<Error> struck_;
};

}  // namespace ksqldb::client
