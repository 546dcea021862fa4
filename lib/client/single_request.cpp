#include "client/single_request.h"

#include "client/attempt_end.h"
#include "client/time_limits.h"

#include <algorithm>
#include <utility>

namespace ksqldb::client {

transport::EventLoop::TransferId SingleRequest::start(transport::EventLoop& loop,
                                                      transport::HttpRequest request,
                                                      std::chrono::milliseconds limit, Done done,
                                                      transport::Clock::time_point when) {
    const auto id = loop.newId();
    const auto begun = std::max(when, transport::Clock::now());
    loop.start(id, std::move(request),
               std::make_shared<SingleRequest>(limit, begun, std::move(done)), when);
    return id;
}

void SingleRequest::onHead(const transport::ResponseHead& head) { error_ = unwantedEncoding(head); }

SingleRequest::Taken SingleRequest::onBody(std::string_view bytes) {
    if (!error_ && body_.size() + bytes.size() > maxBodyBytes)
        error_ = Error(ErrorCode::TooManyBytes, "the answer is larger than it may be");
    if (error_) return Taken::Abort;
    body_.append(bytes);
    return Taken::All;
}

SingleRequest::Timer SingleRequest::onTimer(transport::Clock::time_point now) {
    TimeLimits time(now);
    time.add(limit_, begun_, ErrorCode::TotalTimeout, "requestTimeout", "no answer");
    if (time.struck()) error_ = time.struck();
    return time.timer();
}

void SingleRequest::onEnd(const transport::TransferEnd& end) {
    const auto error = errorOf(end, {error_, body_});
    const Done done = std::exchange(done_, nullptr);
    if (error)
        done(*error);
    else
        done(std::move(body_));
}

}  // namespace ksqldb::client
