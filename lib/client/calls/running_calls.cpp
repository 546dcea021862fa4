#include "client/calls/running_calls.h"

#include <utility>

namespace ksqldb::client {

struct RunningCalls::Member {
    std::shared_ptr<RunningCalls> all;

    explicit Member(std::shared_ptr<RunningCalls> calls) : all(std::move(calls)) {}
    ~Member() {
        const std::lock_guard lock(all->mutex_);
        if (--all->count_ == 0) all->changed_.notify_all();
    }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
};

RunningCalls::Entry RunningCalls::enter() {
    const std::lock_guard lock(mutex_);
    if (isRefusing_) return nullptr;
    auto member = std::make_shared<Member>(shared_from_this());
    ++count_;
    return member;
}

std::size_t RunningCalls::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

void RunningCalls::refuseMore() {
    const std::lock_guard lock(mutex_);
    isRefusing_ = true;
}

bool RunningCalls::waitForNone(base::Clock::time_point until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, until, [this] { return count_ == 0; });
}

}  // namespace ksqldb::client
