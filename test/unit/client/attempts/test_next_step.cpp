// What may be repeated: error.h's table, case by case.
#include "base/error_builder.h"
#include "client/attempts/next_step.h"
#include "transport/curl_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace ksqldb::client {
namespace {

Error withStatus(ErrorCode code, int status, int serverCode = 0) {
    return detail::ErrorBuilder(code, "text").http(status).server(serverCode, "message").build();
}

/// Which kinds may be repeated: C(ollect), S(tream) before its first row, s(tream) after it,
/// R(ead), E(xecute), e(xecute several).
std::string repeatable(const Error& error) {
    std::string kinds;
    if (mayBeRepeated(CallKind::Collect, {error, 5})) kinds += 'C';
    if (mayBeRepeated(CallKind::Stream, {error, 0})) kinds += 'S';
    if (mayBeRepeated(CallKind::Stream, {error, 1})) kinds += 's';
    if (mayBeRepeated(CallKind::Read, {error, 0})) kinds += 'R';
    if (mayBeRepeated(CallKind::Execute, {error, 0})) kinds += 'E';
    if (mayBeRepeated(CallKind::ExecuteSeveral, {error, 0})) kinds += 'e';
    return kinds;
}

TEST(MayBeRepeated, WhatReachedNoServerByEverybody) {
    EXPECT_EQ(repeatable(Error(ErrorCode::ConnectFailed, "")), "CSREe");
    EXPECT_EQ(repeatable(Error(ErrorCode::ConnectTimeout, "")), "CSREe");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ProxyRefused, 502)), "CSREe");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ProxyRefused, 407)), "");
}

/// Of a statement that was sent nobody knows whether it was executed, however libcurl puts it.
TEST(MayBeRepeated, NoStatementThatWasSent) {
    for (int code = 1; code < CURL_LAST; ++code)
        for (const bool hadHead : {false, true}) {
            const auto result = static_cast<CURLcode>(code);
            const Error error =
                transport::errorFromCurl({.result = result, .hadHead = hadHead, .wasSent = true});
            const bool isOfConnecting =
                result == CURLE_COULDNT_RESOLVE_PROXY || result == CURLE_COULDNT_RESOLVE_HOST ||
                result == CURLE_COULDNT_CONNECT || result == CURLE_INTERFACE_FAILED ||
                result == CURLE_OPERATION_TIMEDOUT;
            EXPECT_EQ(repeatable(error).find('E') != std::string::npos, isOfConnecting)
                << curl_easy_strerror(result);
        }
}

TEST(MayBeRepeated, WhatBrokeOnItsWayByReadersBeforeTheirFirstRow) {
    for (const ErrorCode code :
         {ErrorCode::ConnectionLost, ErrorCode::HeaderTimeout, ErrorCode::TotalTimeout,
          ErrorCode::IdleTimeout, ErrorCode::TruncatedResponse, ErrorCode::NoMemory,
          ErrorCode::NoThread, ErrorCode::NoDescriptor})
        EXPECT_EQ(repeatable(Error(code, "")), "CSR") << static_cast<int>(code);
}

TEST(MayBeRepeated, WhatTheServerRefusedForNowEvenByWhatExecutes) {
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 503, 50302)), "CSREe");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::PushQueryLimit, 400, 40001)), "CSREe");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::TableNotReady, 400, 40001)), "CSREe");
    // Nobody knows what a proxy's 503 or 504 has let through.
    EXPECT_EQ(repeatable(withStatus(ErrorCode::HttpStatus, 503)), "CSR");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::HttpStatus, 504)), "CSR");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 503, 50000)), "CSR");
}

/// The server says so before each statement of a request, those before it are executed.
TEST(MayBeRepeated, OfWhatIsRefusedForNowNothingWithEarlierStatements) {
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 429, 42900)), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 200, 42900)), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 503, 50301)), "CSRE");
    // A real server's.
    const std::string text =
        "Could not write the statement 'TERMINATE A_1;' into the command topic.";
    const auto failed = [](const std::string& message) {
        return detail::ErrorBuilder(ErrorCode::ServerError, "text")
            .http(500)
            .server(50000, message)
            .build();
    };
    EXPECT_EQ(repeatable(failed(text + "\nCaused by: Timeout while waiting for command topic "
                                       "consumer to process command\n\ttopic")),
              "CSRE");
    EXPECT_EQ(repeatable(failed(text + "\nCaused by: The broker is gone")), "");
}

TEST(MayBeRepeated, NothingThatWouldFailAgain) {
    for (const ErrorCode code :
         {ErrorCode::InvalidArgument, ErrorCode::ClientClosed, ErrorCode::CallbackThrew,
          ErrorCode::ExecutorRejected, ErrorCode::TlsFailed, ErrorCode::Cancelled,
          ErrorCode::StatementRejected, ErrorCode::Unauthorized, ErrorCode::MalformedResponse,
          ErrorCode::TooManyRows, ErrorCode::LineTooLong, ErrorCode::WrongType})
        EXPECT_EQ(repeatable(Error(code, "")), "") << static_cast<int>(code);
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 500, 50000)), "");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::HttpStatus, 404)), "");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::HttpStatus, 501)), "");
}

using std::chrono::milliseconds;
using std::chrono::seconds;

const base::Clock::time_point started = base::Clock::now();

/// The wait in ms after attempts that ConnectFailed; none: the call ends.
std::optional<std::int64_t> waitAfter(const RetryPolicy& policy, unsigned attempts, double random,
                                      milliseconds passed = milliseconds(0)) {
    const Error error(ErrorCode::ConnectFailed, "");
    const base::Clock::time_point now = started + passed;
    const auto when =
        nextAttempt(CallKind::Read, {error}, policy, {attempts, started}, now, random);
    if (!when) return std::nullopt;
    return std::chrono::duration_cast<milliseconds>(*when - now).count();
}

const RetryPolicy four =
    RetryPolicy().attempts(4).delay(milliseconds(100), milliseconds(300)).within(seconds(10));

TEST(NextAttempt, ThereIsNoneByDefault) { EXPECT_FALSE(waitAfter(RetryPolicy(), 1, 0.5)); }

TEST(NextAttempt, WaitsUpToTwiceAsLongEachTimeButNotLongerThanTheBound) {
    EXPECT_EQ(waitAfter(four, 1, 0.0), 0);
    EXPECT_EQ(waitAfter(four, 1, 0.5), 50);
    EXPECT_EQ(waitAfter(four, 2, 0.5), 100);
    EXPECT_EQ(waitAfter(four, 3, 0.5), 150);
    EXPECT_FALSE(waitAfter(four, 4, 0.5));
    // No number of attempts overflows.
    const auto wait = waitAfter(RetryPolicy().attempts(~0U), ~0U - 1, 0.5);
    EXPECT_EQ(wait, 5000);
}

TEST(NextAttempt, DoesNotBeginAfterTheLimitOfThePolicyOrOfTheCall) {
    EXPECT_EQ(waitAfter(four, 1, 0.5, milliseconds(9949)), 50);
    EXPECT_FALSE(waitAfter(four, 1, 0.5, milliseconds(9950)));
    EXPECT_EQ(waitAfter(RetryPolicy(four).within(seconds(0)), 1, 0.5, seconds(1000)), 50);

    const Error error(ErrorCode::ConnectFailed, "");
    const Progress progress{1, started, started + milliseconds(50)};
    EXPECT_TRUE(nextAttempt(CallKind::Read, {error}, four, progress, started, 0.4));
    EXPECT_FALSE(nextAttempt(CallKind::Read, {error}, four, progress, started, 0.5));
}

TEST(NextAttempt, WaitsAsLongAsTheServerAsksFor) {
    const Error error = withStatus(ErrorCode::ServerError, 503, 50302);
    const auto waits = [&](std::chrono::seconds asked) {
        const FailedAttempt failed{error, 0, false, asked};
        const auto when = nextAttempt(CallKind::Execute, failed, four, {1, started}, started, 0.99);
        return when ? when->time_since_epoch() - started.time_since_epoch() : seconds(-1);
    };
    EXPECT_EQ(waits(seconds(2)), seconds(2));
    EXPECT_EQ(waits(seconds(0)), milliseconds(99));
    EXPECT_EQ(waits(seconds(10)), seconds(-1));  // longer than the policy has patience
}

TEST(NextAttempt, TakesTimesThatAreAsGoodAsEndless) {
    const RetryPolicy patient = RetryPolicy()
                                    .attempts(100)
                                    .delay(milliseconds::max(), milliseconds::max())
                                    .within(seconds(0));
    const Error error = withStatus(ErrorCode::ServerError, 503, 50302);
    const auto waits = [&](double random, std::optional<seconds> asked) {
        const FailedAttempt failed{error, 0, false, asked};
        const auto when =
            nextAttempt(CallKind::Read, failed, patient, {70, started}, started, random);
        return when.value() - started;
    };
    const std::chrono::hours year(24 * 365);
    EXPECT_GT(waits(0.99, std::nullopt), 98 * year);
    EXPECT_GT(waits(0, seconds::max()), 99 * year);
    EXPECT_EQ(waits(0, seconds::min()), seconds(0));
}

TEST(NextAttempt, OnlyOfWhatMayBeRepeatedAndHandedNothingOver) {
    const Error lost(ErrorCode::ConnectionLost, "");
    const auto goesOn = [&](CallKind kind, bool isHandedOver) {
        const FailedAttempt failed{lost, 0, isHandedOver, {}};
        return nextAttempt(kind, failed, four, {1, started}, started, 0.5).has_value();
    };
    EXPECT_TRUE(goesOn(CallKind::Read, false));
    EXPECT_TRUE(goesOn(CallKind::Stream, false));
    EXPECT_TRUE(goesOn(CallKind::Collect, false));
    EXPECT_FALSE(goesOn(CallKind::Stream, true));
    EXPECT_FALSE(goesOn(CallKind::Collect, true));
    EXPECT_FALSE(goesOn(CallKind::Execute, false));
}

TEST(MayGoElsewhere, IsForWhatMayBeRepeatedWhateverThePolicy) {
    const auto goesOn = [](CallKind kind, const Error& error, bool isHandedOver = false) {
        return mayGoElsewhere(kind, {error, 0, isHandedOver, {}}, std::nullopt, started);
    };
    const Error refused(ErrorCode::ConnectFailed, "");
    const Error lost(ErrorCode::ConnectionLost, "");
    EXPECT_TRUE(goesOn(CallKind::Read, lost));
    EXPECT_TRUE(goesOn(CallKind::Collect, lost));
    EXPECT_TRUE(goesOn(CallKind::Stream, lost));
    EXPECT_FALSE(goesOn(CallKind::Stream, lost, true));
    EXPECT_FALSE(goesOn(CallKind::Execute, lost));
    EXPECT_TRUE(goesOn(CallKind::Execute, refused));
    EXPECT_TRUE(goesOn(CallKind::Read, withStatus(ErrorCode::HttpStatus, 429)));
    EXPECT_FALSE(goesOn(CallKind::Read, withStatus(ErrorCode::StatementRejected, 400, 40001)));
    // Another server has no more memory and descriptors for us.
    EXPECT_FALSE(goesOn(CallKind::Read, Error(ErrorCode::NoDescriptor, "")));
    EXPECT_FALSE(goesOn(CallKind::Read, Error(ErrorCode::NoMemory, "")));

    const auto before = [&](base::Clock::time_point deadline) {
        return mayGoElsewhere(CallKind::Read, {lost}, deadline, started);
    };
    EXPECT_TRUE(before(started + milliseconds(1)));
    EXPECT_FALSE(before(started));
}

TEST(RetryPolicy, IsWrittenForPeople) {
    EXPECT_EQ(RetryPolicy().toString(), "1 attempt");
    EXPECT_EQ(four.toString(), "4 attempts, up to 100 ms to 300 ms apart, within 10000 ms");
    EXPECT_EQ(RetryPolicy(four).within(seconds(0)).toString(),
              "4 attempts, up to 100 ms to 300 ms apart");
}

TEST(RandomFraction, IsBelowOneAndNotAlwaysTheSame) {
    double least = 1;
    double most = 0;
    for (int i = 0; i < 1000; ++i) {
        const double random = randomFraction();
        ASSERT_GE(random, 0);
        ASSERT_LT(random, 1);
        least = std::min(least, random);
        most = std::max(most, random);
    }
    EXPECT_LT(least, 0.2);
    EXPECT_GT(most, 0.8);
}

}  // namespace
}  // namespace ksqldb::client
