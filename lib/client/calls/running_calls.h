#pragma once
#include "base/clock.h"

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace ksqldb::client {

/// The calls of a Client that have begun and not ended, so that closing it can wait for them.
/// *thread-safe*
class RunningCalls : public std::enable_shared_from_this<RunningCalls> {
public:
    /// A call that runs, until the last copy dies. Null: none may begin any more.
    using Entry = std::shared_ptr<const void>;

    Entry enter();
    std::size_t count() const;
    void refuseMore();
    /// False: the time came first.
    bool waitForNone(base::Clock::time_point until);

private:
    struct Member;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t count_ = 0;
    bool isRefusing_ = false;
};

}  // namespace ksqldb::client
