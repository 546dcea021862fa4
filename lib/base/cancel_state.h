#pragma once
#include <ksqldb/cancel.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace ksqldb::detail {

/// What a CancelSource and its tokens share: the flag and who wants to hear of it.
class CancelState {
public:
    static std::shared_ptr<CancelState> of(const CancelToken& token) { return token.state_; }

    bool isCancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
    void cancel() noexcept;
    /// `action` runs once, on the cancelling thread; at once where it is too late for that.
    /// Returns a number for forget().
    std::uint64_t listen(std::function<void()> action);
    void forget(std::uint64_t listener) noexcept;

private:
    std::atomic<bool> cancelled_{false};
    std::mutex mutex_;
    std::uint64_t next_ = 1;
    std::map<std::uint64_t, std::function<void()>> listeners_;
};

}  // namespace ksqldb::detail

namespace ksqldb::base {

/// Listens as long as it lives.
class CancelRegistration {
public:
    CancelRegistration() = default;
    CancelRegistration(const CancelToken& token, std::function<void()> action);
    CancelRegistration(CancelRegistration&& other) noexcept;
    CancelRegistration& operator=(CancelRegistration&& other) noexcept;
    ~CancelRegistration();

private:
    std::shared_ptr<detail::CancelState> state_;
    std::uint64_t listener_ = 0;
};

}  // namespace ksqldb::base
