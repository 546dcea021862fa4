#pragma once
#include "transport/event_loop.h"
#include "transport/http_request.h"
#include "transport/response_handler.h"

#include <ksqldb/outcome.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::client {

/// A small request of the client's own, on the event loop from its beginning to its end: no other
/// thread has to run for it.
class SingleRequest : public transport::ResponseHandler {
public:
    /// Gets the body of an answer of status 200, on the event loop, once.
    using Done = std::function<void(const Outcome<std::string>&)>;

    /// Begins at `when`, and then may take so long. What the id is good for: EventLoop::cancel().
    static transport::EventLoop::TransferId start(transport::EventLoop& loop,
                                                  transport::HttpRequest request,
                                                  std::chrono::milliseconds limit, Done done,
                                                  transport::Clock::time_point when);

    SingleRequest(std::chrono::milliseconds limit, transport::Clock::time_point begun, Done done)
        : limit_(limit), begun_(begun), done_(std::move(done)) {}

    void onHead(const transport::ResponseHead& head) override;
    Taken onBody(std::string_view bytes) override;
    Timer onTimer(transport::Clock::time_point now) override;
    void onEnd(const transport::TransferEnd& end) override;

private:
    static constexpr std::size_t maxBodyBytes = std::size_t{4} << 20;

    const std::chrono::milliseconds limit_;
    const transport::Clock::time_point begun_;
    Done done_;
    std::string body_;
    std::optional<Error> error_;  // our own reason to abort
};

}  // namespace ksqldb::client
