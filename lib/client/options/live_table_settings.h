#pragma once
#include "client/options/settings.h"

#include <ksqldb/live_table.h>

#include <chrono>
#include <optional>

namespace ksqldb::detail {

/// What is behind LiveTableOptions.
struct LiveTableSettings {
    StreamOptions stream;
    CaughtUpBy caughtUpBy = CaughtUpBy::PullQuery;
    milliseconds quietTime{2'000};
    milliseconds caughtUpAtLatest{0};
    std::optional<RetryPolicy> restart;

    /// Throws Error(InvalidArgument).
    void check() const;
    static const LiveTableSettings& of(const LiveTableOptions& options) {
        return *options.settings_;
    }
};

}  // namespace ksqldb::detail
