#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// Whether TERMINATE and /close-query know the query: scalable push queries (v2) run unknown to
/// both.
enum class Closable { Yes, No };

class RunningQueries;

/// A push query runs as long as this lives, or until somebody ends it.
class RunningQuery {
public:
    ~RunningQuery();
    RunningQuery(RunningQuery&&) noexcept = default;
    RunningQuery& operator=(RunningQuery&&) = delete;

    bool ended() const;

private:
    friend class RunningQueries;
    friend class Exchange;
    struct Entry {
        std::string id;
        Closable closable;
        std::function<void()> onEnd;
        std::atomic<bool> ended{false};
    };
    RunningQuery(RunningQueries& all, std::shared_ptr<Entry> entry);

    RunningQueries& all_;
    std::shared_ptr<Entry> entry_;
};

/// The push queries of a server. *thread-safe*
class RunningQueries {
public:
    /// `onEnd` is called, under a lock, when somebody ends the query.
    RunningQuery add(std::string id, Closable closable, std::function<void()> onEnd);
    /// Ends all queries of this id, in any case. Recordings may run twice under one id.
    bool end(std::string_view id);
    /// Ends all, those unknown to TERMINATE too, and until reopen() every new one at once.
    void endAll();
    void reopen();
    std::size_t count() const;
    std::vector<std::string> ids() const;
    bool waitForCount(std::size_t count, std::chrono::milliseconds timeout) const;

private:
    friend class RunningQuery;
    void remove(const RunningQuery::Entry& entry);

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::vector<std::shared_ptr<RunningQuery::Entry>> entries_;
    bool closed_ = false;
};

}  // namespace ksqldb::server
