// The client's own small requests: what their limit says of a server that they did not come to.
#include "client/attempts/single_request.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace ksqldb::client {
namespace {

using namespace std::chrono_literals;
using transport::TransferEnd;

const transport::Clock::time_point begun = transport::Clock::now();

/// How a request ended that was aborted when its limit struck.
Error lateEnd(bool waitedForCredentials) {
    std::optional<Error> error;
    SingleRequest request(5s, {}, begun,
                          [&](const Outcome<std::string>& answer) { error = answer.error(); });
    EXPECT_FALSE(request.onTimer(begun).abort);
    EXPECT_TRUE(request.onTimer(begun + 5s).abort);
    TransferEnd end{TransferEnd::Kind::Aborted};
    end.waitedForCredentials = waitedForCredentials;
    request.onEnd(end);
    return error.value();
}

TEST(SingleRequest, ItsLimitIsAboutWhatItWaitedFor) {
    EXPECT_EQ(lateEnd(false).code(), ErrorCode::TotalTimeout);
    const Error waited = lateEnd(true);
    EXPECT_EQ(waited.code(), ErrorCode::CredentialsFailed);
    EXPECT_STREQ(waited.what(),
                 "no answer within requestTimeout, 5000 ms, while it waited for credentials");
}

}  // namespace
}  // namespace ksqldb::client
