#include "client/next_step.h"

namespace ksqldb::client {

namespace {

/// ksqlDB's own codes behind 429 and 503, all of them given before anything is executed: too many
/// requests, waiting for an earlier command, starting, shutting down.
bool isRefusedForNow(int serverCode) noexcept {
    return serverCode == 42900 || (serverCode >= 50301 && serverCode <= 50304);
}

/// 502 and 504 are a proxy's ways of saying that the server behind it is away.
bool mayPass(const Error& error) noexcept {
    const int status = error.httpStatus();
    return status == 429 || (status >= 502 && status <= 504) || isRefusedForNow(error.serverCode());
}

bool mayHelp(const Error& error) noexcept {
    switch (error.code()) {
        case ErrorCode::ConnectFailed:
        case ErrorCode::ConnectionLost:
        case ErrorCode::ConnectTimeout:
        case ErrorCode::HeaderTimeout:
        case ErrorCode::TotalTimeout:
        case ErrorCode::IdleTimeout:
        case ErrorCode::TruncatedResponse:
        case ErrorCode::PushQueryLimit:
        case ErrorCode::NoMemory:
        case ErrorCode::NoThread:
        case ErrorCode::NoDescriptor:
            return true;
        case ErrorCode::ProxyRefused:
        case ErrorCode::HttpStatus:
        case ErrorCode::ServerError:
            return mayPass(error);
        default:
            return false;
    }
}

/// Whether it is certain that the server has executed nothing.
bool isNotExecuted(const Error& error) noexcept {
    switch (error.code()) {
        case ErrorCode::ConnectFailed:
        case ErrorCode::ConnectTimeout:
        case ErrorCode::ProxyRefused:
        case ErrorCode::PushQueryLimit:
            return true;
        default:
            return isRefusedForNow(error.serverCode());
    }
}

}  // namespace

bool mayBeRepeated(CallKind kind, const FailedAttempt& attempt) noexcept {
    if (!mayHelp(attempt.error)) return false;
    switch (kind) {
        case CallKind::Collect:
        case CallKind::Read:
            return true;
        case CallKind::Stream:
            return attempt.rows == 0;  // else they would come again
        case CallKind::Execute:
            return isNotExecuted(attempt.error);
    }
    return false;
}

std::optional<base::Clock::time_point> nextAttempt(CallKind, const FailedAttempt&, unsigned,
                                                   base::Clock::time_point) {
    return std::nullopt;
}

}  // namespace ksqldb::client
