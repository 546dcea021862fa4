#include "transport/curl_error.h"

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::test {
namespace {

using transport::errorFromCurl;

TEST(CurlError, WhatProgramsBranchOn) {
    struct Case {
        CURLcode result;
        ErrorCode code;
        bool retryable;
    };
    for (const Case& c : {
             Case{CURLE_COULDNT_RESOLVE_HOST, ErrorCode::ConnectFailed, true},
             Case{CURLE_COULDNT_RESOLVE_PROXY, ErrorCode::ConnectFailed, true},
             Case{CURLE_COULDNT_CONNECT, ErrorCode::ConnectFailed, true},
             Case{CURLE_OPERATION_TIMEDOUT, ErrorCode::ConnectTimeout, true},
             Case{CURLE_PEER_FAILED_VERIFICATION, ErrorCode::TlsFailed, false},
             Case{CURLE_SSL_CONNECT_ERROR, ErrorCode::TlsFailed, false},
             Case{CURLE_SSL_CACERT_BADFILE, ErrorCode::TlsFailed, false},
             Case{CURLE_SSL_CERTPROBLEM, ErrorCode::TlsFailed, false},
             Case{CURLE_GOT_NOTHING, ErrorCode::ConnectionLost, true},
             Case{CURLE_RECV_ERROR, ErrorCode::ConnectionLost, true},
             Case{CURLE_SEND_ERROR, ErrorCode::ConnectionLost, true},
             Case{CURLE_PARTIAL_FILE, ErrorCode::ConnectionLost, true},
             Case{CURLE_HTTP2_STREAM, ErrorCode::ConnectionLost, true},
             Case{CURLE_WEIRD_SERVER_REPLY, ErrorCode::MalformedResponse, false},
             Case{CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::MalformedResponse, false},
         })
        for (const bool hadHead : {false, true}) {
            const Error error = errorFromCurl(c.result, "", hadHead);
            SCOPED_TRACE(curl_easy_strerror(c.result));
            EXPECT_EQ(error.code(), c.code);
            EXPECT_EQ(error.isRetryable(), c.retryable);
            EXPECT_NE(std::string(error.what()).find(curl_easy_strerror(c.result)),
                      std::string::npos)
                << error.what();
        }
}

TEST(CurlError, OnlyTheTimeLimitHasAName) {
    EXPECT_EQ(errorFromCurl(CURLE_OPERATION_TIMEDOUT, "", false).limitName(), "connectTimeout");
    EXPECT_EQ(errorFromCurl(CURLE_COULDNT_CONNECT, "", false).limitName(), "");
}

TEST(CurlError, WhatANewerLibcurlMayHave) {
    const auto unknown = static_cast<CURLcode>(CURL_LAST - 1);
    EXPECT_EQ(errorFromCurl(unknown, "new", false).code(), ErrorCode::ConnectFailed);
    EXPECT_EQ(errorFromCurl(unknown, "new", true).code(), ErrorCode::ConnectionLost);
}

TEST(CurlError, SaysWhetherAnAnswerHadBegun) {
    EXPECT_STREQ(errorFromCurl(CURLE_RECV_ERROR, "reset by peer", true).what(),
                 "the connection was lost before the answer was complete: reset by peer");
    EXPECT_STREQ(errorFromCurl(CURLE_RECV_ERROR, "reset by peer", false).what(),
                 "the connection was lost before an answer came: reset by peer");
}

}  // namespace
}  // namespace ksqldb::test
