#include "transport/multi_driver.h"

#include <ksqldb/error.h>

#ifdef __linux__
#include "transport/epoll_driver.h"
#endif

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace ksqldb::transport {

namespace {

class PollDriver : public MultiDriver {
public:
    PollDriver(CurlApi& api, CURLM* multi) : api_(api), multi_(multi) {
        // It had no descriptor for it, and does not say so by itself.
        if (api_.multiWakeup(multi_) != CURLM_OK)
            throw Error(ErrorCode::NoDescriptor, "the process has no file descriptors left");
    }

    CURLMcode perform() override {
        int running = 0;
        return api_.multiPerform(multi_, &running);
    }
    void rest(CURL*, Clock::time_point until) override { restsUntil_ = until; }
    void wait(std::chrono::milliseconds limit) override {
        const Clock::duration rest = restsUntil_ - Clock::now();
        const bool rests = rest > Clock::duration::zero();
        Clock::duration sleep = rests ? std::min<Clock::duration>(rest, limit) : Clock::duration();
        if (!rests && api_.multiPoll(multi_, static_cast<int>(limit.count())) != CURLM_OK)
            sleep = std::min<Clock::duration>(afterFailure, limit);
        std::unique_lock lock(mutex_);
        if (sleep > Clock::duration::zero()) woken_.wait_for(lock, sleep, [&] { return isWoken_; });
        isWoken_ = false;
    }
    void wake() override {
        {
            std::lock_guard lock(mutex_);
            isWoken_ = true;
        }
        woken_.notify_one();
        if (api_.multiWakeup(multi_) != CURLM_OK) api_.multiWakeup(multi_);
    }

private:
    /// Then sockets are looked at by chance, which is better than without a pause.
    static constexpr std::chrono::milliseconds afterFailure{10};

    CurlApi& api_;
    CURLM* const multi_;
    Clock::time_point restsUntil_{};
    std::mutex mutex_;
    std::condition_variable woken_;
    bool isWoken_ = false;
};

}  // namespace

MultiDriver::Kind MultiDriver::best() noexcept {
#ifdef __linux__
    return Kind::Epoll;
#else
    return Kind::Poll;
#endif
}

std::unique_ptr<MultiDriver> MultiDriver::make(Kind kind, CurlApi& api, CURLM* multi) {
#ifdef __linux__
    if (kind == Kind::Epoll) return std::make_unique<EpollDriver>(api, multi);
#else
    static_cast<void>(kind);
#endif
    return std::make_unique<PollDriver>(api, multi);
}

}  // namespace ksqldb::transport
