#pragma once
#include "transport/multi_driver.h"

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ksqldb::transport {

/// The way for many transfers: with ten thousand idle ones, a row costs no more than with one. It
/// has to outlive the multi handle, which tells it of each connection's end.
class EpollDriver : public MultiDriver {
public:
    /// Throws Error where the process has no file descriptors left, or libcurl refuses.
    EpollDriver(CurlApi& api, CURLM* multi);
    ~EpollDriver() override;
    EpollDriver(const EpollDriver&) = delete;
    EpollDriver& operator=(const EpollDriver&) = delete;

    void forget(CURL* easy) override;
    CURLMcode perform() override;
    void rest(CURL* easy, Clock::time_point until) override;
    void wait(std::chrono::milliseconds limit) override;
    std::vector<Stuck> takeStuck() override;
    void wake() override;

private:
    /// Unless it is Awake, epoll does not report what comes in. WasRead: its rest is over, and in
    /// this round it is sent to rest again or becomes Awake.
    enum class State { Awake, Rests, WasRead };
    struct Watch {
        CURL* easy;
        std::uint32_t events;  // that libcurl waits for
        State state;
    };
    struct Rest {
        CURL* easy;
        Clock::time_point until;
    };

    static int onSocket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
    static int onTimer(CURLM* multi, long timeoutMs, void* self);
    /// False: the system refuses.
    bool watch(CURL* easy, curl_socket_t socket, int what);
    void unwatch(curl_socket_t socket);
    /// The socket of a transfer that is in this state, or the end.
    using Watched = std::unordered_map<curl_socket_t, Watch>;
    Watched::iterator find(CURL* easy, State state);
    /// Where a connection was refused and its name has more addresses, libcurl 7.88 closes the
    /// socket and waits for a timer, which may not come before connectTimeout.
    void tryNextAddress(CURL* easy);
    void readRested();
    /// Has libcurl look at a socket, or at its timers.
    void act(curl_socket_t socket, int ready);
    void wakeRested();
    bool setEvents(Watched::const_reference watched) const;

    CurlApi& api_;
    CURLM* const multi_;
    int epoll_ = -1;
    int wakeUp_ = -1;                         // an eventfd
    std::optional<Clock::time_point> timer_;  // libcurl's
    std::array<epoll_event, 256> events_;
    int eventCount_ = 0;
    // libcurl 7.88 tells of some sockets only after it has closed them, when another thread, or
    // another transfer, may have the number.
    Watched watched_;
    std::unordered_map<CURL*, curl_socket_t> sockets_;  // where each was last watched
    std::deque<Rest> rests_;                            // by time
    std::vector<CURL*> wereRead_;
    std::vector<Stuck> stuck_;
    CURLMcode failure_ = CURLM_OK;  // the first one of this round
};

}  // namespace ksqldb::transport
