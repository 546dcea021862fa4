#pragma once
#include "transport/curl_api.h"

#include <chrono>
#include <memory>
#include <vector>

namespace ksqldb::transport {

/// How the event loop lets libcurl work and waits for its sockets.
class MultiDriver {
public:
    using Clock = std::chrono::steady_clock;

    enum class Kind {
        Poll,   // curl_multi_poll: everywhere; every round walks over all transfers
        Epoll,  // curl_multi_socket_action and epoll: Linux; a round costs what its sockets cost
    };

    /// Epoll where the system has it, else Poll.
    static Kind best() noexcept;
    static std::unique_ptr<MultiDriver> make(Kind kind, CurlApi& api, CURLM* multi);

    virtual ~MultiDriver() = default;

    /// Before a transfer begins.
    virtual void prepare(CURL*) {}
    /// Before it leaves libcurl.
    virtual void forget(CURL*) {}
    /// Lets libcurl do all that can be done without waiting.
    virtual void perform() = 0;
    /// Leaves a transfer's socket unread until then, no earlier than what was said before, and then
    /// reads it without asking whether there is something. Others are served meanwhile, where the
    /// system has epoll; elsewhere they wait as well.
    virtual void rest(CURL* easy, Clock::time_point until) = 0;
    /// Until there is something to do, at most so long.
    virtual void wait(std::chrono::milliseconds limit) = 0;
    /// Transfers of which a socket cannot be watched: nothing would ever come for them. Each once;
    /// some may have ended since.
    virtual std::vector<CURL*> takeUnwatched() { return {}; }
    /// Ends the present or the next wait(). The only member for other threads.
    virtual void wake() = 0;
};

}  // namespace ksqldb::transport
