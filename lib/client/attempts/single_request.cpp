#include "client/attempts/single_request.h"

#include "client/attempts/answer_body.h"
#include "client/attempts/attempt_end.h"
#include "client/attempts/time_limits.h"
#include "protocol/answer_check.h"

#include <algorithm>
#include <utility>

namespace ksqldb::client {

transport::EventLoop::TransferId SingleRequest::start(transport::EventLoop& loop,
                                                      transport::HttpRequest request,
                                                      std::chrono::milliseconds limit,
                                                      const SizeLimits& sizes, Done done,
                                                      transport::Clock::time_point when) {
    const auto id = loop.newId();
    const auto begun = std::max(when, transport::Clock::now());
    auto handler = std::make_shared<SingleRequest>(limit, sizes, begun, std::move(done));
    handler->observe(request.watch);
    loop.start(id, std::move(request), std::move(handler), when);
    return id;
}

void SingleRequest::onHead(const transport::ResponseHead& head) {
    status_ = head.status;
    error_ = unwantedEncoding(head);
}

SingleRequest::Taken SingleRequest::onBody(std::string_view bytes) {
    if (error_) return Taken::Abort;
    if (status_ != 200)
        return appendUpTo(body_, bytes, sizes_.errorBodyBytes) ? Taken::All : Taken::Abort;
    error_ = appendWhole(body_, bytes, sizes_.answerBytes);
    return error_ ? Taken::Abort : Taken::All;
}

SingleRequest::Timer SingleRequest::onTimer(transport::Clock::time_point now) {
    TimeLimits time(now);
    time.add(limit_, begun_, ErrorCode::TotalTimeout, "requestTimeout", "no answer");
    if (time.struck()) error_ = time.struck();
    return time.timer();
}

void SingleRequest::onEnd(const transport::TransferEnd& end) {
    auto error = errorOf(end, {error_, body_});
    // It did not come to the server, of which its limit then says nothing.
    if (error && error->category() == ErrorCategory::Timeout && end.waitedForCredentials)
        error = Error(ErrorCode::CredentialsFailed, error->what());
    if (!error) error = protocol::checkAnswer(body_, sizes_);
    if (watch_) watch_->end(error ? &*error : nullptr, false);
    const Done done = std::exchange(done_, nullptr);
    if (error)
        done(*error);
    else
        done(std::move(body_));
}

}  // namespace ksqldb::client
