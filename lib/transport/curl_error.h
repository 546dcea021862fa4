#pragma once
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
};

/// What that means here. Whether repeating may help is not for the transport to say.
Error errorFromCurl(const CurlFailure& failure);

}  // namespace ksqldb::transport
