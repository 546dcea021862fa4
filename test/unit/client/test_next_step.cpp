// What may be repeated: error.h's table, case by case.
#include "base/error_builder.h"
#include "client/next_step.h"

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::client {
namespace {

Error withStatus(ErrorCode code, int status, int serverCode = 0) {
    return detail::ErrorBuilder(code, "text").http(status).server(serverCode, "message").build();
}

/// Which kinds may be repeated: C(ollect), S(tream) before its first row, s(tream) after it,
/// R(ead), E(xecute).
std::string repeatable(const Error& error) {
    std::string kinds;
    if (mayBeRepeated(CallKind::Collect, {error, 5})) kinds += 'C';
    if (mayBeRepeated(CallKind::Stream, {error, 0})) kinds += 'S';
    if (mayBeRepeated(CallKind::Stream, {error, 1})) kinds += 's';
    if (mayBeRepeated(CallKind::Read, {error, 0})) kinds += 'R';
    if (mayBeRepeated(CallKind::Execute, {error, 0})) kinds += 'E';
    return kinds;
}

TEST(MayBeRepeated, WhatReachedNoServerByEverybody) {
    EXPECT_EQ(repeatable(Error(ErrorCode::ConnectFailed, "")), "CSRE");
    EXPECT_EQ(repeatable(Error(ErrorCode::ConnectTimeout, "")), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ProxyRefused, 502)), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ProxyRefused, 407)), "");
}

TEST(MayBeRepeated, WhatBrokeOnItsWayByReadersBeforeTheirFirstRow) {
    for (const ErrorCode code :
         {ErrorCode::ConnectionLost, ErrorCode::HeaderTimeout, ErrorCode::TotalTimeout,
          ErrorCode::IdleTimeout, ErrorCode::TruncatedResponse, ErrorCode::NoMemory,
          ErrorCode::NoThread, ErrorCode::NoDescriptor})
        EXPECT_EQ(repeatable(Error(code, "")), "CSR") << static_cast<int>(code);
}

TEST(MayBeRepeated, WhatTheServerRefusedForNowEvenByWhatExecutes) {
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 429, 42900)), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 503, 50301)), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 503, 50302)), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 200, 42900)), "CSRE");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::PushQueryLimit, 400, 40001)), "CSRE");
    // Nobody knows what a proxy's 503 or 504 has let through.
    EXPECT_EQ(repeatable(withStatus(ErrorCode::HttpStatus, 503)), "CSR");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::HttpStatus, 504)), "CSR");
    EXPECT_EQ(repeatable(withStatus(ErrorCode::ServerError, 503, 50000)), "CSR");
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

TEST(NextAttempt, IsNone) {
    const Error error(ErrorCode::ConnectFailed, "");
    EXPECT_FALSE(nextAttempt(CallKind::Read, {error, 0}, 1, base::Clock::now()));
}

}  // namespace
}  // namespace ksqldb::client
