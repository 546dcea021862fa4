#include "base/cancel_state.h"

#include <ksqldb/cancel.h>

#include <utility>

namespace ksqldb {

namespace detail {

void CancelState::cancel() noexcept {
    std::map<std::uint64_t, std::function<void()>> listeners;
    {
        std::lock_guard lock(mutex_);
        if (cancelled_.exchange(true, std::memory_order_acq_rel)) return;
        listeners.swap(listeners_);
    }
    for (auto& [number, action] : listeners) action();
}

std::uint64_t CancelState::listen(std::function<void()> action) {
    {
        std::lock_guard lock(mutex_);
        if (!isCancelled()) {
            listeners_.emplace(next_, std::move(action));
            return next_++;
        }
    }
    action();
    return 0;
}

void CancelState::forget(std::uint64_t listener) noexcept {
    std::lock_guard lock(mutex_);
    listeners_.erase(listener);
}

}  // namespace detail

namespace base {

CancelRegistration::CancelRegistration(const CancelToken& token, std::function<void()> action)
    : state_(detail::CancelState::of(token)) {
    if (state_) listener_ = state_->listen(std::move(action));
}
CancelRegistration::CancelRegistration(CancelRegistration&& other) noexcept
    : state_(std::move(other.state_)), listener_(other.listener_) {}
CancelRegistration& CancelRegistration::operator=(CancelRegistration&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(listener_, other.listener_);
    return *this;
}
CancelRegistration::~CancelRegistration() {
    if (state_) state_->forget(listener_);
}

}  // namespace base

CancelToken::CancelToken() noexcept = default;
bool CancelToken::isCancelled() const noexcept { return state_ && state_->isCancelled(); }

CancelSource::CancelSource() : state_(std::make_shared<detail::CancelState>()) {}
CancelToken CancelSource::token() const noexcept {
    CancelToken token;
    token.state_ = state_;
    return token;
}
void CancelSource::cancel() noexcept { state_->cancel(); }

}  // namespace ksqldb
