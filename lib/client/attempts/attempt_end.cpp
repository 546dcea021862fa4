#include "client/attempts/attempt_end.h"

#include "base/error_builder.h"
#include "protocol/error_body.h"
#include "transport/headers.h"

#include <exception>
#include <string>

namespace ksqldb::client {

namespace {

using transport::TransferEnd;

Error withoutStatus(const TransferEnd& end, const AttemptFindings& findings) {
    const bool isRefused = end.status != 0 && end.status != 200;
    switch (end.kind) {
        case TransferEnd::Kind::Cancelled:
            return Error(ErrorCode::Cancelled, "cancelled");
        case TransferEnd::Kind::Closed:
            return end.error.value_or(clientClosed());
        case TransferEnd::Kind::Aborted:
        case TransferEnd::Kind::Complete:
        case TransferEnd::Kind::Failed:
            break;
    }
    if (findings.error) return *findings.error;
    // Half of the server's reason says more than how the connection ended.
    if (isRefused && (end.kind == TransferEnd::Kind::Complete || !findings.errorBody.empty()))
        return protocol::errorFromBody(end.status, findings.errorBody);
    if (end.error) return *end.error;
    if (end.exception) return errorOf(end.exception);
    return Error(ErrorCode::ConnectionLost, "the answer was not read to its end");
}

}  // namespace

Error errorOf(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (...) {
        return base::currentError();
    }
}

Error clientClosed() { return Error(ErrorCode::ClientClosed, "the Client is closed"); }

std::optional<Error> unwantedEncoding(const transport::ResponseHead& head) {
    const std::string& encoding = head.contentEncoding;
    if (encoding.empty() || transport::equalsIgnoringCase(encoding, "identity"))
        return std::nullopt;
    return Error(
        ErrorCode::MalformedResponse,
        "the answer is encoded as " + protocol::shortened(encoding) + ", which was not asked for");
}

std::optional<Error> errorOf(const TransferEnd& end, const AttemptFindings& findings) {
    const bool isWhole = end.kind == TransferEnd::Kind::Complete && end.status == 200;
    if (isWhole && !findings.error) return std::nullopt;
    return withEnd(withoutStatus(end, findings), end);
}

Error withEnd(const Error& error, const TransferEnd& end) {
    detail::ErrorBuilder whole(error);
    if (end.status != 0) whole.http(end.status);  // else it may have that of a proxy
    // The server was not asked, or has answered that it wants other ones.
    if (end.waitedForCredentials && error.category() == ErrorCategory::Timeout)
        whole.what(error.what() + std::string(", while it waited for credentials"));
    return whole.build();
}

}  // namespace ksqldb::client
