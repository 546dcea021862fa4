#pragma once
#include "base/clock.h"

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace ksqldb::transport {

class Transfer;

/// Transfers with which something is to be done, by the time when.
class AlarmQueue {
public:
    using Time = base::Clock::time_point;

    std::size_t size() const noexcept { return alarms_.size(); }
    std::optional<Time> next() const {
        return alarms_.empty() ? std::nullopt : std::optional(alarms_.begin()->first);
    }
    /// The first whose time has come, or null.
    Transfer* due(Time now) const {
        return alarms_.empty() || now < alarms_.begin()->first ? nullptr : alarms_.begin()->second;
    }

private:
    friend class Alarm;
    std::multimap<Time, Transfer*> alarms_;
};

/// A transfer's place in such a queue, which has to outlive it; or none.
class Alarm {
public:
    explicit Alarm(Transfer& transfer) noexcept : transfer_(transfer) {}
    ~Alarm() { clear(); }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    /// Instead of what was set before.
    void set(AlarmQueue& queue, AlarmQueue::Time time) {
        clear();
        at_ = queue.alarms_.emplace(time, &transfer_);
        queue_ = &queue;
    }
    void clear() noexcept {
        if (queue_ != nullptr) std::exchange(queue_, nullptr)->alarms_.erase(at_);
    }
    std::optional<AlarmQueue::Time> time() const {
        return queue_ != nullptr ? std::optional(at_->first) : std::nullopt;
    }

private:
    Transfer& transfer_;
    AlarmQueue* queue_ = nullptr;
    std::multimap<AlarmQueue::Time, Transfer*>::iterator at_;
};

}  // namespace ksqldb::transport
