#include "client/short_request.h"

#include "base/clock.h"
#include "base/error_builder.h"
#include "protocol/error_body.h"

#include <utility>

namespace ksqldb::client {

using detail::ErrorBuilder;
using transport::TransferEnd;

ShortRequest::ShortRequest(std::shared_ptr<delivery::DeliveryThread> thread, std::string endpoint,
                           std::string statement, std::chrono::milliseconds limit, Done done)
    : thread_(std::move(thread)),
      endpoint_(std::move(endpoint)),
      statement_(std::move(statement)),
      limit_(limit),
      done_(std::move(done)) {}

ShortRequest::Taken ShortRequest::onBody(int, std::string_view bytes) {
    if (body_.size() + bytes.size() > maxBodyBytes) {
        error_ = detail::ErrorBuilder(ErrorCode::TooManyBytes, "the answer is larger than 16 MiB")
                     .limit("maxBodyBytes")
                     .build();
        return Taken::Abort;
    }
    body_.append(bytes);
    return Taken::All;
}

ShortRequest::Timer ShortRequest::onTimer(transport::Clock::time_point now) {
    if (limit_.count() == 0) return {};
    const auto deadline = base::after(started_, limit_);
    if (now < deadline) return {deadline, false};
    error_ =
        detail::ErrorBuilder(ErrorCode::TotalTimeout, "no answer within requestTimeout, " +
                                                          std::to_string(limit_.count()) + " ms")
            .limit("requestTimeout")
            .retryable()
            .build();
    return {std::nullopt, true};
}

void ShortRequest::onEnd(const TransferEnd& end) {
    if (!(end.kind == TransferEnd::Kind::Complete && end.status == 200)) error_ = errorOf(end);
    thread_->post(shared_from_this());
}

Error ShortRequest::errorOf(const TransferEnd& end) const {
    const Error error = [&] {
        if (error_) return *error_;
        switch (end.kind) {
            case TransferEnd::Kind::Complete:
                return protocol::errorFromBody(end.status, body_);
            case TransferEnd::Kind::Failed:
                return *end.error;
            case TransferEnd::Kind::Cancelled:
                return Error(ErrorCode::Cancelled, "cancelled");
            case TransferEnd::Kind::Closed:
                return Error(ErrorCode::ClientClosed, "the Client is closed");
            case TransferEnd::Kind::Aborted:
                break;
        }
        return Error(ErrorCode::ConnectionLost, "the client has no memory");
    }();
    return detail::ErrorBuilder(error)
        .what(endpoint_ + ": " + error.what())
        .http(end.status)
        .statement(statement_)
        .endpoint(endpoint_)
        .build();
}

void ShortRequest::run() noexcept {
    const Done done = std::exchange(done_, nullptr);
    if (error_)
        done(*error_);
    else
        done(std::move(body_));
}

}  // namespace ksqldb::client
