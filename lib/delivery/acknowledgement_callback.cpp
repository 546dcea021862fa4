#include "delivery/acknowledgement_callback.h"

#include <utility>

namespace ksqldb::delivery {

AcknowledgementCallback::AcknowledgementCallback(std::shared_ptr<DeliveryThread> thread,
                                                 Function function,
                                                 std::function<void(const Error&)> failed)
    : thread_(std::move(thread)), function_(std::move(function)), failed_(std::move(failed)) {}

void AcknowledgementCallback::add(const std::vector<SequenceRange>& rows) {
    std::lock_guard lock(mutex_);
    if (silenced_) return;
    for (const SequenceRange& range : rows) waiting_.add(range);
    if (waiting_.empty() || posted_) return;
    thread_->post(shared_from_this());
    posted_ = true;
}

void AcknowledgementCallback::run() noexcept {
    std::vector<SequenceRange> rows;
    {
        std::lock_guard lock(mutex_);
        if (silenced_) return;
        rows = waiting_.takeAll();
        posted_ = false;
        running_ = std::this_thread::get_id();
    }
    const std::optional<Error> error = call(rows);
    Function dying;  // may own the stream's handle: it must not die under the lock
    std::function<void(const Error&)> failed;
    {
        std::lock_guard lock(mutex_);
        if (error) {
            silenced_ = true;
            waiting_.takeAll();
            failed.swap(failed_);
        }
        if (silenced_) dying.swap(function_);
    }
    dying = nullptr;
    if (failed) failed(*error);
    std::lock_guard lock(mutex_);
    running_ = {};
    changed_.notify_all();
}

std::optional<Error> AcknowledgementCallback::call(const std::vector<SequenceRange>& rows) {
    try {
        for (const SequenceRange& range : rows) {
            {
                std::lock_guard lock(mutex_);
                if (silenced_) break;
            }
            function_(range);
        }
        return std::nullopt;
    } catch (...) {
        return detail::thrownBy("onAcknowledged");
    }
}

void AcknowledgementCallback::drain(Until until) {
    std::unique_lock lock(mutex_);
    const auto isIdle = [&] { return silenced_ || !isBusy(); };
    if (until)
        changed_.wait_until(lock, *until, isIdle);
    else
        changed_.wait(lock, isIdle);
}

void AcknowledgementCallback::silence() noexcept {
    Function dying;
    std::unique_lock lock(mutex_);
    silenced_ = true;
    if (running_ == std::this_thread::get_id()) return;  // run() cleans up
    changed_.wait(lock, [&] { return running_ == std::thread::id(); });
    dying.swap(function_);
    lock.unlock();
}

}  // namespace ksqldb::delivery
