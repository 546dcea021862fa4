#pragma once
#include "transport/curl_api.h"
#include "transport/event_loop.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {

/// Longer than anything takes, even with sanitizers: what needs longer has failed.
inline constexpr std::chrono::seconds patience{30};

/// Real libcurl that counts its handles, and fails where it is told to.
class CountingCurl : public transport::CurlApi {
public:
    CountingCurl() { transport::CurlApi::real(); }

    CURL* easyInit() override {
        if (failEasyInit) return nullptr;
        ++easyMade;
        return CurlApi::easyInit();
    }
    void easyCleanup(CURL* easy) override {
        ++easyEnded;
        CurlApi::easyCleanup(easy);
    }
    CURLM* multiInit() override {
        if (failMultiInit) return nullptr;
        ++multiMade;
        return CurlApi::multiInit();
    }
    void multiCleanup(CURLM* multi) override {
        ++multiEnded;
        CurlApi::multiCleanup(multi);
    }
    CURLMcode multiAddHandle(CURLM* multi, CURL* easy) override {
        if (failAddHandle) return CURLM_OUT_OF_MEMORY;
        ++added;
        return CurlApi::multiAddHandle(multi, easy);
    }
    CURLMcode multiRemoveHandle(CURLM* multi, CURL* easy) override {
        ++removed;
        return CurlApi::multiRemoveHandle(multi, easy);
    }

    CURLMcode multiSocketAction(CURLM* multi, curl_socket_t socket, int ready,
                                int* running) override {
        if (dropTimeouts && socket == CURL_SOCKET_TIMEOUT) return CURLM_OK;
        return CurlApi::multiSocketAction(multi, socket, ready, running);
    }

    std::atomic<bool> failEasyInit{false}, failMultiInit{false}, failAddHandle{false};
    /// libcurl's own timers, which would look after a transfer by chance.
    std::atomic<bool> dropTimeouts{false};
    std::atomic<int> easyMade{0}, easyEnded{0}, multiMade{0}, multiEnded{0}, added{0}, removed{0};
};

/// Notes what the loop tells it; what it answers can be set.
class Probe : public transport::ResponseHandler {
public:
    using End = transport::TransferEnd;
    using Clock = transport::Clock;

    std::function<void(const transport::ResponseHead&)> head = [](const auto&) {};
    std::function<Taken(std::string_view)> body = [](std::string_view) { return Taken::All; };
    std::function<void()> roundEnd = [] {};
    std::function<Timer(Clock::time_point)> timer = [](Clock::time_point) { return Timer{}; };

    void onHead(const transport::ResponseHead& got) override {
        head(got);
        std::lock_guard lock(mutex_);
        heads_.push_back(got);
        changed_.notify_all();
    }
    Taken onBody(std::string_view bytes) override {
        const Taken taken = body(bytes);
        std::lock_guard lock(mutex_);
        if (taken == Taken::All) body_ += bytes;
        ++bodyCalls_;
        changed_.notify_all();
        return taken;
    }
    void onRoundEnd() override {
        roundEnd();
        std::lock_guard lock(mutex_);
        ++rounds_;
        changed_.notify_all();
    }
    Timer onTimer(Clock::time_point now) override {
        {
            std::lock_guard lock(mutex_);
            ++timerCalls_;
            changed_.notify_all();
        }
        return timer(now);
    }
    void onEnd(const End& end) override {
        std::lock_guard lock(mutex_);
        ends_.push_back(end);
        changed_.notify_all();
    }

    template <class F>
    bool wait(F condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, condition);
    }
    template <class F>
    auto locked(F get) const {
        std::lock_guard lock(mutex_);
        return get();
    }

    bool waitForEnd() {
        return wait([&] { return !ends_.empty(); });
    }
    bool waitForBodyCalls(int count) {
        return wait([&] { return bodyCalls_ >= count; });
    }
    bool waitForRounds(int count) {
        return wait([&] { return rounds_ >= count; });
    }
    bool waitForTimerCalls(int count) {
        return wait([&] { return timerCalls_ >= count; });
    }

    std::vector<End> ends() const {
        return locked([&] { return ends_; });
    }
    std::string received() const {
        return locked([&] { return body_; });
    }
    std::vector<transport::ResponseHead> heads() const {
        return locked([&] { return heads_; });
    }
    int status() const {
        return locked([&] { return heads_.empty() ? 0 : heads_.back().status; });
    }
    int bodyCalls() const {
        return locked([&] { return bodyCalls_; });
    }
    int rounds() const {
        return locked([&] { return rounds_; });
    }
    int timerCalls() const {
        return locked([&] { return timerCalls_; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<End> ends_;
    std::string body_;
    std::vector<transport::ResponseHead> heads_;
    int bodyCalls_ = 0;
    int rounds_ = 0;
    int timerCalls_ = 0;
};

/// Opens once; for holding a thread at a known place.
class Gate {
public:
    void open() {
        std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    bool wait() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

}  // namespace ksqldb::test
