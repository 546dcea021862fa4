#pragma once
#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    /// Takes one add() back.
    void remove(std::string_view id) {
        const std::lock_guard lock(mutex_);
        if (const auto at = find(id); at != ids_.end()) ids_.erase(at);
    }
    bool has(std::string_view id) const {
        const std::lock_guard lock(mutex_);
        return find(id) != ids_.end();
    }

private:
    /// TERMINATE does not tell capitals from others, and answers with capitals.
    std::deque<std::string>::const_iterator find(std::string_view id) const {
        const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; };
        return std::find_if(ids_.begin(), ids_.end(), [&](const std::string& other) {
            return std::equal(other.begin(), other.end(), id.begin(), id.end(),
                              [&](char a, char b) { return upper(a) == upper(b); });
        });
    }

    static constexpr std::size_t most = 1024;

    mutable std::mutex mutex_;
    std::deque<std::string> ids_;
};

/// What a request is to close. It is known from before the request is sent, for a query may end
/// before the answer is there, and forgotten with a request that was not sent. *reentrant*
class ClosingRequest {
public:
    ClosingRequest(std::shared_ptr<ClosedQueries> closed, std::vector<std::string> ids)
        : closed_(std::move(closed)), ids_(std::move(ids)) {
        for (const std::string& id : ids_) closed_->add(id);
    }
    ~ClosingRequest() { forget(); }
    ClosingRequest(const ClosingRequest&) = delete;
    ClosingRequest& operator=(const ClosingRequest&) = delete;

    /// They may be closed.
    void keep() noexcept { ids_.clear(); }
    /// They were not closed.
    void forget() {
        for (const std::string& id : std::exchange(ids_, {})) closed_->remove(id);
    }

private:
    const std::shared_ptr<ClosedQueries> closed_;
    std::vector<std::string> ids_;
};

}  // namespace ksqldb::client
