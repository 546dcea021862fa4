#pragma once
#include "transport/multi_driver.h"

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ksqldb::transport {

/// The way for many transfers: with ten thousand idle ones, a row costs no more than with one. It
/// has to outlive the multi handle, which tells it of each connection's end.
class EpollDriver : public MultiDriver {
public:
    /// Throws Error where the process has no file descriptors left.
    EpollDriver(CurlApi& api, CURLM* multi);
    ~EpollDriver() override;
    EpollDriver(const EpollDriver&) = delete;
    EpollDriver& operator=(const EpollDriver&) = delete;

    void prepare(CURL* easy) override;
    void forget(CURL* easy) override;
    void perform() override;
    void wait(std::chrono::milliseconds limit) override;
    std::vector<CURL*> takeUnwatched() override;
    void wake() override;

private:
    using Clock = std::chrono::steady_clock;

    static int onSocket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
    static int onClose(void* self, curl_socket_t socket);
    static int onTimer(CURLM* multi, long timeoutMs, void* self);
    /// False: the system refuses.
    bool watch(CURL* easy, curl_socket_t socket, int what);
    void unwatch(curl_socket_t socket);

    CurlApi& api_;
    CURLM* const multi_;
    int epoll_ = -1;
    int wakeUp_ = -1;                         // an eventfd
    std::optional<Clock::time_point> timer_;  // libcurl's
    std::array<epoll_event, 256> events_;
    int eventCount_ = 0;
    // libcurl 7.88 tells of some sockets only after it has closed them, when another thread, or
    // another transfer, may have the number.
    std::unordered_map<curl_socket_t, CURL*> watched_;
    std::vector<CURL*> unwatched_;
};

}  // namespace ksqldb::transport
