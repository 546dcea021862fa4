#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace ksqldb::server {

/// Happens once. A test sets it, a script waits for it (Exchange::waitFor), or the other way round.
class Event {
public:
    void set() {
        std::lock_guard lock(mutex_);
        set_ = true;
        changed_.notify_all();
        for (const auto& [id, listener] : listeners_) listener();
    }

    bool isSet() const {
        std::lock_guard lock(mutex_);
        return set_;
    }

    bool wait(std::chrono::milliseconds timeout) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, timeout, [this] { return set_; });
    }

    /// A listener that is called, under the event's lock, when the event happens.
    class Listening {
    public:
        Listening(Event& event, std::function<void()> listener) : event_(event) {
            std::lock_guard lock(event_.mutex_);
            id_ = event_.nextId_++;
            event_.listeners_.emplace(id_, std::move(listener));
        }
        ~Listening() {
            std::lock_guard lock(event_.mutex_);
            event_.listeners_.erase(id_);
        }
        Listening(const Listening&) = delete;
        Listening& operator=(const Listening&) = delete;

    private:
        Event& event_;
        int id_;
    };

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool set_ = false;
    int nextId_ = 0;
    std::map<int, std::function<void()>> listeners_;
};

}  // namespace ksqldb::server
