#pragma once
#include "client/options/size_limits.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"
#include "transport/response_handler.h"

#include <ksqldb/outcome.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
                                                  std::chrono::milliseconds limit,
                                                  const SizeLimits& sizes, Done done,
                                                  transport::Clock::time_point when);

    SingleRequest(std::chrono::milliseconds limit, const SizeLimits& sizes,
                  transport::Clock::time_point begun, Done done)
        : limit_(limit), sizes_(sizes), begun_(begun), done_(std::move(done)) {}

    void observe(std::shared_ptr<transport::RequestWatch> watch) { watch_ = std::move(watch); }

    void onHead(const transport::ResponseHead& head) override;
    Taken onBody(std::string_view bytes) override;
    Timer onTimer(transport::Clock::time_point now) override;
    void onEnd(const transport::TransferEnd& end) override;

private:
    const std::chrono::milliseconds limit_;
    const SizeLimits sizes_;
    const transport::Clock::time_point begun_;
    Done done_;
    std::shared_ptr<transport::RequestWatch> watch_;  // none: nobody observes it
    int status_ = 0;
    std::string body_;
    std::optional<Error> error_;  // our own reason to abort
};

}  // namespace ksqldb::client
