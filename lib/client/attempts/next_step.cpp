#include "client/attempts/next_step.h"

#include "protocol/sql_script.h"

#include <ksqldb/command.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace ksqldb::client {

namespace {

// A Retry-After may say more seconds than milliseconds can hold.
constexpr auto endless = std::chrono::duration_cast<std::chrono::seconds>(base::endless);

/// ksqlDB's own codes for a request that it does not look at: starting, shutting down, shut down.
bool isRequestRefused(const Error& error) noexcept {
    return error.serverCode() >= 50302 && error.serverCode() <= 50304;
}

/// What ksqlDB says before it executes a statement, which may be a later one of a request: too many
/// of them, waiting for an earlier command, and the same without a code of its own.
bool isStatementRefused(const Error& error) noexcept {
    constexpr std::string_view waits =
        "into the command topic.\nCaused by: Timeout while waiting for command topic consumer";
    const int code = error.serverCode();
    return code == 42900 || code == 50301 ||
           (code == 50000 && error.serverMessage().find(waits) != std::string::npos);
}

/// 502 and 504 are a proxy's ways of saying that the server behind it is away.
bool mayPass(const Error& error) noexcept {
    const int status = error.httpStatus();
    return status == 429 || (status >= 502 && status <= 504) || isRequestRefused(error) ||
           isStatementRefused(error);
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
        case ErrorCode::TableNotReady:
        case ErrorCode::NoMemory:
        case ErrorCode::NoThread:
        case ErrorCode::NoDescriptor:
            return true;
        case ErrorCode::ProxyRefused:
        case ErrorCode::HttpStatus:
        case ErrorCode::ServerError:
            return mayPass(error);
        case ErrorCode::CredentialsFailed:  // who knows its cause has said it
            return error.isRetryable();
        default:
            return false;
    }
}

}  // namespace

bool isNotExecuted(CallKind kind, const Error& error) noexcept {
    switch (error.code()) {
        case ErrorCode::ConnectFailed:
        case ErrorCode::ConnectTimeout:
        case ErrorCode::CredentialsFailed:
        case ErrorCode::ProxyRefused:
        case ErrorCode::PushQueryLimit:
        case ErrorCode::TableNotReady:
            return true;
        default:
            return isRequestRefused(error) ||
                   (isStatementRefused(error) && kind != CallKind::ExecuteSeveral);
    }
}

CallKind kindOf(const detail::CommandRequest& request) {
    if (request.isReadOnly) return CallKind::Read;
    const bool isOne = protocol::splitScript(request.sql).size() <= 1;
    return isOne ? CallKind::Execute : CallKind::ExecuteSeveral;
}

bool mayBeRepeated(CallKind kind, const FailedAttempt& attempt) noexcept {
    if (!mayHelp(attempt.error)) return false;
    switch (kind) {
        case CallKind::Collect:
        case CallKind::Read:
            return true;
        case CallKind::Stream:
            return attempt.rows == 0;  // else they would come again
        case CallKind::Execute:
        case CallKind::ExecuteSeveral:
            return isNotExecuted(kind, attempt.error);
    }
    return false;
}

bool mayGoElsewhere(CallKind kind, const FailedAttempt& attempt,
                    const std::optional<base::Clock::time_point>& deadline,
                    base::Clock::time_point now) noexcept {
    if (attempt.isHandedOver || !mayBeRepeated(kind, attempt)) return false;
    const bool isOurs = attempt.error.category() == ErrorCategory::Resources ||
                        attempt.error.code() == ErrorCode::CredentialsFailed;
    return !isOurs && (!deadline || now < *deadline);
}

base::Clock::duration delayAfter(unsigned attempts, std::chrono::milliseconds first,
                                 std::chrono::milliseconds longest, double random) {
    const double factor = std::ldexp(1.0, static_cast<int>(std::clamp(attempts, 1U, 64U)) - 1);
    const auto bound = std::min<std::chrono::duration<double>>({factor * first, longest, endless});
    return std::chrono::duration_cast<base::Clock::duration>(random * bound);
}

std::optional<base::Clock::time_point> nextAttempt(CallKind kind, const FailedAttempt& attempt,
                                                   const RetryPolicy& policy,
                                                   const Progress& progress,
                                                   base::Clock::time_point now, double random) {
    if (progress.attempts >= policy.attempts() || attempt.isHandedOver) return std::nullopt;
    if (!mayBeRepeated(kind, attempt)) return std::nullopt;
    base::Clock::duration wait =
        delayAfter(progress.attempts, policy.firstDelay(), policy.longestDelay(), random);
    if (attempt.retryAfter)  // whatever a server or a proxy writes there
        wait = std::max<base::Clock::duration>(
            wait, std::clamp(*attempt.retryAfter, std::chrono::seconds(0), endless));
    const base::Clock::time_point when = now + wait;
    if (progress.deadline && when >= *progress.deadline) return std::nullopt;
    const bool isBounded = policy.within().count() > 0;
    if (isBounded && when >= base::after(progress.started, policy.within())) return std::nullopt;
    return when;
}

RetryPolicy withTheFirst(RetryPolicy policy) {
    if (policy.attempts() < std::numeric_limits<unsigned>::max())
        policy.attempts(policy.attempts() + 1);
    return policy;
}

double randomFraction() {
    thread_local std::minstd_rand engine(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(engine);
}

std::string describeMove(const Error& error, const std::string& endpoint) {
    return endpoint + " failed, the call goes on at another server: " + error.what();
}

std::string describeWait(const Error& error, const RetryPolicy& policy, unsigned attempts,
                         base::Clock::duration wait) {
    const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(wait);
    return "attempt " + std::to_string(attempts) + " of " + std::to_string(policy.attempts()) +
           " failed, the next begins in " + std::to_string(pause.count()) + " ms: " + error.what();
}

}  // namespace ksqldb::client
