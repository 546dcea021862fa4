#pragma once
#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace ksqldb::client {

/// Ids of queries that this client was asked to close, the newest ones: their end is no accident.
/// *thread-safe*
class ClosedQueries {
public:
    void add(std::string id) {
        const std::lock_guard lock(mutex_);
        if (ids_.size() == most) ids_.pop_front();
        ids_.push_back(std::move(id));
    }
    bool has(std::string_view id) const {
        const std::lock_guard lock(mutex_);
        return std::find(ids_.begin(), ids_.end(), id) != ids_.end();
    }

private:
    static constexpr std::size_t most = 1024;

    mutable std::mutex mutex_;
    std::deque<std::string> ids_;
};

}  // namespace ksqldb::client
