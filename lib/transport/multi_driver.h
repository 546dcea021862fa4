#pragma once
#include "transport/curl_api.h"

#include <ksqldb/error.h>

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

    struct Stuck {
        CURL* easy;
        Error why;
    };

    /// Epoll where the system has it, else Poll.
    static Kind best() noexcept;
    /// Throws Error.
    static std::unique_ptr<MultiDriver> make(Kind kind, CurlApi& api, CURLM* multi);

    virtual ~MultiDriver() = default;

    /// Before it leaves libcurl.
    virtual void forget(CURL*) {}
    /// Lets libcurl do all that can be done without waiting. The first failure, if there is one:
    /// transfers may have been left as they were, and nothing may wake them.
    [[nodiscard]] virtual CURLMcode perform() = 0;
    /// Leaves a transfer's socket unread until then, no earlier than what was said before, and then
    /// reads it without asking whether there is something. Others are served meanwhile, where the
    /// system has epoll; elsewhere they wait as well.
    virtual void rest(CURL* easy, Clock::time_point until) = 0;
    /// Until there is something to do, at most so long.
    virtual void wait(std::chrono::milliseconds limit) = 0;
    /// Transfers for which nothing would ever come. Each once; some may have ended since.
    virtual std::vector<Stuck> takeStuck() { return {}; }
    /// Ends the present or the next wait(). The only member for other threads.
    virtual void wake() = 0;
};

}  // namespace ksqldb::transport
