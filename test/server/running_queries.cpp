#include "running_queries.h"

#include "request.h"

#include <utility>

namespace ksqldb::server {

RunningQuery::RunningQuery(RunningQueries& all, std::shared_ptr<Entry> entry)
    : all_(all), entry_(std::move(entry)) {}

RunningQuery::~RunningQuery() {
    if (entry_) all_.remove(*entry_);
}

bool RunningQuery::ended() const { return entry_->ended; }

RunningQuery RunningQueries::add(std::string id, Closable closable, std::function<void()> onEnd) {
    auto entry = std::make_shared<RunningQuery::Entry>();
    entry->id = std::move(id);
    entry->closable = closable;
    entry->onEnd = std::move(onEnd);
    std::lock_guard lock(mutex_);
    entry->ended = closed_;
    if (!closed_) entries_.push_back(entry);
    changed_.notify_all();
    return RunningQuery(*this, std::move(entry));
}

bool RunningQueries::end(std::string_view id) {
    std::lock_guard lock(mutex_);
    const auto ended = std::erase_if(entries_, [&](const auto& entry) {
        if (entry->closable == Closable::No || !equalIgnoringCase(entry->id, id)) return false;
        entry->ended = true;
        entry->onEnd();
        return true;
    });
    changed_.notify_all();
    return ended > 0;
}

void RunningQueries::endAll() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& entry : entries_) {
        entry->ended = true;
        entry->onEnd();
    }
    entries_.clear();
    changed_.notify_all();
}

void RunningQueries::reopen() {
    std::lock_guard lock(mutex_);
    closed_ = false;
}

std::size_t RunningQueries::count() const {
    std::lock_guard lock(mutex_);
    return entries_.size();
}

std::vector<std::string> RunningQueries::ids() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> result;
    for (const auto& entry : entries_) result.push_back(entry->id);
    return result;
}

bool RunningQueries::waitForCount(std::size_t count, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return entries_.size() == count; });
}

void RunningQueries::remove(const RunningQuery::Entry& entry) {
    std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& other) { return other.get() == &entry; });
    changed_.notify_all();
}

}  // namespace ksqldb::server
