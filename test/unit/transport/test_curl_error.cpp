#include "transport/curl_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <string>

namespace ksqldb::test {
namespace {

using transport::CurlFailure;
using transport::errorFromCurl;

// All codes that libcurl has; what is not named here is told by how far the request came.
const std::map<CURLcode, ErrorCode> named = {
    {CURLE_COULDNT_RESOLVE_HOST, ErrorCode::ConnectFailed},
    {CURLE_COULDNT_RESOLVE_PROXY, ErrorCode::ConnectFailed},
    {CURLE_COULDNT_CONNECT, ErrorCode::ConnectFailed},
    {CURLE_INTERFACE_FAILED, ErrorCode::ConnectFailed},
    {CURLE_OPERATION_TIMEDOUT, ErrorCode::ConnectTimeout},
    {CURLE_PEER_FAILED_VERIFICATION, ErrorCode::TlsFailed},
    {CURLE_SSL_CONNECT_ERROR, ErrorCode::TlsFailed},
    {CURLE_SSL_CACERT_BADFILE, ErrorCode::TlsFailed},
    {CURLE_SSL_CERTPROBLEM, ErrorCode::TlsFailed},
    {CURLE_SSL_CIPHER, ErrorCode::TlsFailed},
    {CURLE_SSL_CLIENTCERT, ErrorCode::TlsFailed},
    {CURLE_SSL_CRL_BADFILE, ErrorCode::TlsFailed},
    {CURLE_SSL_ENGINE_INITFAILED, ErrorCode::TlsFailed},
    {CURLE_SSL_ENGINE_NOTFOUND, ErrorCode::TlsFailed},
    {CURLE_SSL_ENGINE_SETFAILED, ErrorCode::TlsFailed},
    {CURLE_SSL_INVALIDCERTSTATUS, ErrorCode::TlsFailed},
    {CURLE_SSL_ISSUER_ERROR, ErrorCode::TlsFailed},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, ErrorCode::TlsFailed},
    {CURLE_USE_SSL_FAILED, ErrorCode::TlsFailed},
    {CURLE_PROXY, ErrorCode::ProxyRefused},
    {CURLE_AGAIN, ErrorCode::ConnectionLost},
    {CURLE_GOT_NOTHING, ErrorCode::ConnectionLost},
    {CURLE_HTTP2, ErrorCode::ConnectionLost},
    {CURLE_HTTP2_STREAM, ErrorCode::ConnectionLost},
    {CURLE_PARTIAL_FILE, ErrorCode::ConnectionLost},
    {CURLE_RECV_ERROR, ErrorCode::ConnectionLost},
    {CURLE_SEND_ERROR, ErrorCode::ConnectionLost},
    {CURLE_SEND_FAIL_REWIND, ErrorCode::ConnectionLost},
    {CURLE_SSL_SHUTDOWN_FAILED, ErrorCode::ConnectionLost},
    {CURLE_BAD_CONTENT_ENCODING, ErrorCode::MalformedResponse},
    {CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::MalformedResponse},
    {CURLE_WEIRD_SERVER_REPLY, ErrorCode::MalformedResponse},
    {CURLE_OUT_OF_MEMORY, ErrorCode::NoMemory},
};

TEST(CurlError, WhatProgramsBranchOn) {
    for (int code = 1; code < CURL_LAST; ++code)
        for (const bool hadHead : {false, true}) {
            const auto result = static_cast<CURLcode>(code);
            const auto other = hadHead ? ErrorCode::ConnectionLost : ErrorCode::ConnectFailed;
            const auto found = named.find(result);
            const Error error = errorFromCurl({.result = result, .hadHead = hadHead});
            SCOPED_TRACE(curl_easy_strerror(result));
            EXPECT_EQ(error.code(), found != named.end() ? found->second : other);
            EXPECT_NE(std::string(error.what()).find(curl_easy_strerror(result)), std::string::npos)
                << error.what();
        }
}

/// Of a request that was sent nothing may say that it reached nobody, but what libcurl says only of
/// connecting: Transfer knows whether that came after it.
TEST(CurlError, WhatWasSentMayHaveArrived) {
    for (int code = 1; code < CURL_LAST; ++code) {
        const auto result = static_cast<CURLcode>(code);
        if (named.count(result) != 0) continue;
        EXPECT_EQ(errorFromCurl({.result = result, .wasSent = true}).code(),
                  code == 100 ? ErrorCode::HeadTooLarge : ErrorCode::ConnectionLost)
            << curl_easy_strerror(result);
    }
}

TEST(CurlError, WhatFailsWithoutTheServer) {
    using transport::errorFromCall;
    EXPECT_EQ(errorFromCall("curl_easy_x", CURLE_OUT_OF_MEMORY).code(), ErrorCode::NoMemory);
    EXPECT_EQ(errorFromCall("curl_multi_x", CURLM_OUT_OF_MEMORY).code(), ErrorCode::NoMemory);
    EXPECT_EQ(errorFromCall("curl_easy_x", CURLHE_OUT_OF_MEMORY).code(), ErrorCode::NoMemory);
    const Error bug = errorFromCall("curl_multi_x", CURLM_BAD_HANDLE);
    EXPECT_EQ(bug.code(), ErrorCode::InternalError);
    EXPECT_STREQ(bug.what(), (std::string("libcurl's curl_multi_x failed: ") +
                              curl_multi_strerror(CURLM_BAD_HANDLE))
                                 .c_str());
    const Error option = transport::errorFromOption(CURLOPT_CAINFO, CURLE_NOT_BUILT_IN);
    EXPECT_EQ(option.code(), ErrorCode::Unsupported);
    EXPECT_NE(std::string(option.what()).find("CAINFO"), std::string::npos) << option.what();
    EXPECT_EQ(transport::errorFromOption(CURLOPT_CAINFO, CURLE_OUT_OF_MEMORY).code(),
              ErrorCode::NoMemory);
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
    for (const char* const chunk : {"Illegal or missing hexadecimal sequence in chunked-encoding",
                                    "chunk hex-length char not a hex digit: 0x78",
                                    "chunk hex-length longer than 16", "invalid chunk size: 'x'"})
        EXPECT_EQ(codeOf({.result = CURLE_RECV_ERROR, .details = chunk, .hadHead = true}),
                  ErrorCode::MalformedResponse)
            << chunk;
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

TEST(CurlError, AProxyThatHangsUpOnConnectReachedNobody) {
    for (const CURLcode result : {CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING}) {
        CurlFailure failure{.result = result,
                            .details = "Proxy CONNECT aborted",
                            .proxy = "proxy:3128, from https_proxy"};
        EXPECT_EQ(errorFromCurl(failure).code(), ErrorCode::ConnectFailed);
        EXPECT_STREQ(errorFromCurl(failure).what(),
                     "no connection, by way of the proxy proxy:3128, from https_proxy: "
                     "Proxy CONNECT aborted");
        failure.wasSent = true;
        EXPECT_EQ(errorFromCurl(failure).code(), ErrorCode::ConnectionLost);
    }
}

/// A balancer without a server behind it accepts and hangs up: trying again may help.
TEST(CurlError, AConnectionCutInTheHandshakeIsNoRefusal) {
    for (const char* const words :
         {"OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to db:443 ",
          "Recv failure: Connection reset by peer", "Send failure: Broken pipe",
          "Recv failure: Die Verbindung wurde vom Kommunikationspartner zurückgesetzt",
          "TLS connect error: error:0A000126:SSL routines::unexpected eof while reading",
          "gnutls_handshake() failed: The TLS connection was non-properly terminated."})
        EXPECT_EQ(errorFromCurl({.result = CURLE_SSL_CONNECT_ERROR, .details = words}).code(),
                  ErrorCode::ConnectFailed)
            << words;
    EXPECT_EQ(errorFromCurl({.result = CURLE_SSL_CONNECT_ERROR,
                             .details = "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to",
                             .isThroughTls = true})
                  .code(),
              ErrorCode::TlsFailed);
    // Somebody has answered.
    EXPECT_NE(errorFromCurl({.result = CURLE_SSL_CONNECT_ERROR,
                             .details = "Recv failure: Connection reset by peer",
                             .hadHead = true})
                  .code(),
              ErrorCode::ConnectFailed);
    for (const char* const words :
         {"OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure",
          "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number"})
        EXPECT_EQ(errorFromCurl({.result = CURLE_SSL_CONNECT_ERROR, .details = words}).code(),
                  ErrorCode::TlsFailed)
            << words;
}

TEST(CurlError, APasswordInAProxysAddressIsNotShown) {
    const Error error =
        errorFromCurl({.result = CURLE_COULDNT_CONNECT,
                       .details = "Unsupported proxy scheme for 'ftp://tom:hunter2@proxy'"});
    EXPECT_EQ(error.code(), ErrorCode::Unsupported);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
}

TEST(CurlError, AnInterfaceIsNamed) {
    EXPECT_STREQ(errorFromCurl({.result = CURLE_INTERFACE_FAILED,
                                .details = "bind failed",
                                .localInterface = "10.0.0.9"})
                     .what(),
                 "no connection from 10.0.0.9: bind failed");
}

TEST(CurlError, AProxyThatDoesNotKnowWhoComesIsNamed) {
    const Error error = transport::errorFromUnknownToProxy("proxy:3128, from http_proxy");
    EXPECT_EQ(error.code(), ErrorCode::ProxyRefused);
    EXPECT_EQ(error.httpStatus(), 407);
    EXPECT_NE(std::string(error.what()).find("proxy:3128, from http_proxy"), std::string::npos);
}

TEST(CurlError, ANameThatASocksProxyIsNotAskedForIsOurs) {
    for (const char* const words :
         {"Could not resolve host: db", "Could not resolve proxy: 127.0.0.1"})  // so libcurl 8.14
        EXPECT_EQ(errorFromCurl({.result = CURLE_PROXY, .details = words}).code(),
                  ErrorCode::ConnectFailed);
}

TEST(CurlError, ASocksProxyThatHangsUpReachedNobody) {
    for (const char* const words : {"connection to proxy closed", "Recv failure: zurückgesetzt",
                                    "Send failure: Broken pipe"}) {
        CurlFailure failure{.result = CURLE_PROXY, .details = words};
        EXPECT_EQ(errorFromCurl(failure).code(), ErrorCode::ConnectFailed) << words;
        failure.wasSent = true;
        EXPECT_EQ(errorFromCurl(failure).code(), ErrorCode::ProxyRefused) << words;
    }
    EXPECT_EQ(errorFromCurl({.result = CURLE_PROXY,
                             .details = "cannot complete SOCKS5 connection to db. (5)"})
                  .code(),
              ErrorCode::ProxyRefused);
}

TEST(CurlError, TlsHasItsOwnWords) {
    CurlFailure failure{.result = CURLE_PEER_FAILED_VERIFICATION, .details = "libcurl's"};
    failure.tls.verifyResult = 10;
    EXPECT_STREQ(errorFromCurl(failure).what(), "the server's certificate has expired: libcurl's");
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
