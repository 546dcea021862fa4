#include "transport/curl_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace ksqldb::test {
namespace {

using transport::CurlFailure;
using transport::errorFromCurl;

TEST(CurlError, WhatProgramsBranchOn) {
    struct Case {
        CURLcode result;
        ErrorCode code;
    };
    for (const Case& c : {
             Case{CURLE_COULDNT_RESOLVE_HOST, ErrorCode::ConnectFailed},
             Case{CURLE_COULDNT_RESOLVE_PROXY, ErrorCode::ConnectFailed},
             Case{CURLE_COULDNT_CONNECT, ErrorCode::ConnectFailed},
             Case{CURLE_OPERATION_TIMEDOUT, ErrorCode::ConnectTimeout},
             Case{CURLE_PEER_FAILED_VERIFICATION, ErrorCode::TlsFailed},
             Case{CURLE_SSL_CONNECT_ERROR, ErrorCode::TlsFailed},
             Case{CURLE_SSL_CACERT_BADFILE, ErrorCode::TlsFailed},
             Case{CURLE_SSL_CERTPROBLEM, ErrorCode::TlsFailed},
             Case{CURLE_PROXY, ErrorCode::ProxyRefused},
             Case{CURLE_GOT_NOTHING, ErrorCode::ConnectionLost},
             Case{CURLE_RECV_ERROR, ErrorCode::ConnectionLost},
             Case{CURLE_SEND_ERROR, ErrorCode::ConnectionLost},
             Case{CURLE_PARTIAL_FILE, ErrorCode::ConnectionLost},
             Case{CURLE_HTTP2_STREAM, ErrorCode::ConnectionLost},
             Case{CURLE_WEIRD_SERVER_REPLY, ErrorCode::MalformedResponse},
             Case{CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::MalformedResponse},
             Case{CURLE_OUT_OF_MEMORY, ErrorCode::NoMemory},
         })
        for (const bool hadHead : {false, true}) {
            const Error error = errorFromCurl({.result = c.result, .hadHead = hadHead});
            SCOPED_TRACE(curl_easy_strerror(c.result));
            EXPECT_EQ(error.code(), c.code);
            EXPECT_NE(std::string(error.what()).find(curl_easy_strerror(c.result)),
                      std::string::npos)
                << error.what();
        }
}

/// libcurl has one code for all that goes wrong while receiving.
TEST(CurlError, WhatOnlyTheDetailsTell) {
    const auto codeOf = [](const CurlFailure& failure) { return errorFromCurl(failure).code(); };
    const std::string alert =
        "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert "
        "certificate required, errno 0";
    EXPECT_EQ(codeOf({.result = CURLE_RECV_ERROR, .details = alert}), ErrorCode::TlsFailed);
    EXPECT_EQ(codeOf({.result = CURLE_RECV_ERROR, .details = alert, .hadHead = true}),
              ErrorCode::ConnectionLost);
    EXPECT_EQ(codeOf({.result = CURLE_RECV_ERROR,
                      .details = "Illegal or missing hexadecimal sequence in chunked-encoding",
                      .hadHead = true}),
              ErrorCode::MalformedResponse);
    EXPECT_EQ(codeOf({.result = CURLE_OUT_OF_MEMORY, .wasSent = true}), ErrorCode::HeadTooLarge);
    EXPECT_EQ(codeOf({.result = CURLE_COULDNT_CONNECT, .systemError = EMFILE}),
              ErrorCode::NoDescriptor);
    EXPECT_EQ(codeOf({.result = CURLE_COULDNT_RESOLVE_HOST,
                      .details = "getaddrinfo() thread failed to start"}),
              ErrorCode::NoThread);
}

TEST(CurlError, WhatAProxyAnswersToConnect) {
    for (const long status : {401L, 403L, 407L, 502L, 503L}) {
        const Error error = errorFromCurl({.result = CURLE_RECV_ERROR,
                                           .details = "Received HTTP code from proxy",
                                           .connectStatus = status,
                                           .proxy = "proxy:3128, from https_proxy"});
        EXPECT_EQ(error.code(), ErrorCode::ProxyRefused);
        EXPECT_EQ(error.httpStatus(), status);
        EXPECT_NE(std::string(error.what()).find("proxy:3128, from https_proxy"), std::string::npos)
            << error.what();
    }
    // One that opened the way has no part in what then happens.
    EXPECT_EQ(errorFromCurl({.result = CURLE_RECV_ERROR, .connectStatus = 200}).code(),
              ErrorCode::ConnectionLost);
}

TEST(CurlError, APasswordInAProxysAddressIsNotShown) {
    const Error error =
        errorFromCurl({.result = CURLE_COULDNT_CONNECT,
                       .details = "Unsupported proxy scheme for 'ftp://tom:hunter2@proxy'"});
    EXPECT_EQ(error.code(), ErrorCode::Unsupported);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
}

TEST(CurlError, LimitsHaveTheirNames) {
    EXPECT_EQ(errorFromCurl({.result = CURLE_OPERATION_TIMEDOUT}).limitName(), "connectTimeout");
    EXPECT_EQ(errorFromCurl({.result = CURLE_OUT_OF_MEMORY, .wasSent = true}).limitName(),
              "maxHeadBytes");
    EXPECT_EQ(errorFromCurl({.result = CURLE_COULDNT_CONNECT}).limitName(), "");
}

TEST(CurlError, WhatANewerLibcurlMayHave) {
    const auto unknown = static_cast<CURLcode>(CURL_LAST - 1);
    EXPECT_EQ(errorFromCurl({.result = unknown}).code(), ErrorCode::ConnectFailed);
    EXPECT_EQ(errorFromCurl({.result = unknown, .hadHead = true}).code(),
              ErrorCode::ConnectionLost);
}

TEST(CurlError, SaysWhetherAnAnswerHadBegun) {
    EXPECT_STREQ(
        errorFromCurl({.result = CURLE_RECV_ERROR, .details = "reset by peer", .hadHead = true})
            .what(),
        "the connection was lost before the answer was complete: reset by peer");
    EXPECT_STREQ(errorFromCurl({.result = CURLE_RECV_ERROR, .details = "reset by peer"}).what(),
                 "the connection was lost before an answer came: reset by peer");
}

}  // namespace
}  // namespace ksqldb::test
