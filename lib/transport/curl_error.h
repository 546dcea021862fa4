#pragma once
#include "transport/tls_failure.h"

#include <ksqldb/error.h>

#include <curl/curl.h>

#include <chrono>
#include <string>

namespace ksqldb::transport {

/// What is known of a transfer that libcurl gave up.
struct CurlFailure {
    CURLcode result;
    std::string details{};   // libcurl's own text, which may be empty
    bool hadHead = false;    // the response's head had come
    bool wasSent = false;    // the request had begun to be sent
    long connectStatus = 0;  // a proxy's answer to CONNECT
    long systemError = 0;    // errno
    std::chrono::milliseconds connectLimit{0};
    std::string proxy{};  // the proxy that was to be used, for people; empty where there is none
    bool isThroughTls = false;     // the proxy that opened the way is asked over TLS
    std::string localInterface{};  // from which it was to go; empty: the system's choice
    // What else is known of TLS. Its result and details are those above.
    TlsFailure tls{};
};

/// What that means here. Whether repeating may help is not for the transport to say.
Error errorFromCurl(const CurlFailure& failure);

/// That a proxy wants to know first who comes: HTTP 407.
Error errorFromUnknownToProxy(const std::string& proxy);

/// What it means that a call of libcurl's, curl_foo_bar(), failed that has nothing to do with the
/// server.
Error errorFromCall(const char* call, CURLcode result);
Error errorFromCall(const char* call, CURLMcode result);
Error errorFromCall(const char* call, CURLHcode result);
/// libcurl, of another version or build than we know, takes an option not at all or not so.
Error errorFromOption(CURLoption option, CURLcode result);

}  // namespace ksqldb::transport
