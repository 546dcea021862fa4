#include "transport/transfer_options.h"

#include "base/thread.h"
#include "transport/proxy.h"
#include "transport/url.h"

#include <ksqldb/version.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <variant>

namespace ksqldb::transport {

namespace {

/// libcurl has an option for it from 8.9 on, and older systems none at all.
void setKeepAliveProbes([[maybe_unused]] curl_socket_t socket, [[maybe_unused]] int count) {
#ifdef TCP_KEEPCNT
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
#endif
}

}  // namespace

void TransferOptions::note(CURLoption option, CURLcode result) {
    if (result == CURLE_OK || error_) return;
    const curl_easyoption* const known = curl_easy_option_by_id(option);
    const auto code = result == CURLE_OUT_OF_MEMORY ? ErrorCode::NoMemory : ErrorCode::Unsupported;
    error_ = Error(code, std::string("libcurl refuses the option ") +
                             (known != nullptr ? known->name : "that it lacks") + ": " +
                             curl_easy_strerror(result));
}

void TransferOptions::setAll(const HttpRequest& request) {
    set(CURLOPT_URL, (request.connection->baseUrl + request.path).c_str());
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
#if CURL_AT_LEAST_VERSION(7, 87, 0)
    // Or removing a handle would wait for a resolver that does not answer, and the loop with it. An
    // older libcurl at run time does not know it.
    curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
#endif
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(CURLOPT_BUFFERSIZE, 64L * 1024L);
    setConnection(request);
    setVersion(request);
    setMethod(request);
    setHeaders(request);
    setCredentials(request);
}

void TransferOptions::setConnection(const HttpRequest& request) {
    const ConnectionSettings& connection = *request.connection;
    // What runs on this machine is not behind a proxy, whatever the environment says of one.
    if (isLoopback(hostOf(connection.baseUrl))) set(CURLOPT_NOPROXY, "*");
    // libcurl refuses more, and would go on with its default.
    constexpr std::chrono::milliseconds longest(std::numeric_limits<int>::max());
    set(CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::min(request.connectLimit(), longest).count()));
    const KeepAlive& keepAlive = connection.keepAlive;
    if (keepAlive.idle.count() > 0) {
        set(CURLOPT_TCP_KEEPALIVE, 1L);
        set(CURLOPT_TCP_KEEPIDLE, static_cast<long>(keepAlive.idle.count()));
        set(CURLOPT_TCP_KEEPINTVL, static_cast<long>(keepAlive.interval.count()));
    }
    set(CURLOPT_MAXAGE_CONN, 90L);
    if (request.ownConnection) useOwnConnection();
    set(CURLOPT_SOCKOPTFUNCTION, &TransferOptions::socketCallback);
    set(CURLOPT_SOCKOPTDATA, &connection);

    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!connection.caFile.empty()) set(CURLOPT_CAINFO, connection.caFile.c_str());
}

int TransferOptions::socketCallback(void* connection, curl_socket_t socket, curlsocktype) {
    base::closeOnExec(socket);
    const KeepAlive& keepAlive = static_cast<const ConnectionSettings*>(connection)->keepAlive;
    if (keepAlive.idle.count() > 0 && keepAlive.probes > 0)
        setKeepAliveProbes(socket, static_cast<int>(keepAlive.probes));
    return CURL_SOCKOPT_OK;
}

void TransferOptions::setVersion(const HttpRequest& request) {
    long version = CURL_HTTP_VERSION_1_1;
    if (request.version == HttpRequest::Version::Http2Required)
        version = request.connection->isTls ? CURL_HTTP_VERSION_2TLS
                                            : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    set(CURLOPT_HTTP_VERSION, version);
    // Transfers that share a connection of HTTP/2 are not for libcurl 7.88: without TLS it breaks
    // the second one, with TLS it now and then forgets one when another ends. And a body that is
    // cut off has to end with its connection: libcurl may keep the reset of its stream to itself,
    // and the server would wait for more.
    const bool canRepeat = std::holds_alternative<std::string>(request.body);
    if (version != CURL_HTTP_VERSION_1_1 || !canRepeat) useOwnConnection();
}

void TransferOptions::useOwnConnection() {
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
}

void TransferOptions::setMethod(const HttpRequest& request) {
    const auto* text = std::get_if<std::string>(&request.body);
    const bool hasBody = request.method == "POST" || text == nullptr || !text->empty();
    if (hasBody) {
        set(CURLOPT_POST, 1L);
        if (text != nullptr) {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(text->size()));
            set(CURLOPT_POSTFIELDS, text->data());
        } else {
            const auto size = std::get<std::shared_ptr<BodySource>>(request.body)->size();
            if (size) set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(*size));
        }
    } else if (request.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else {
        set(CURLOPT_HTTPGET, 1L);
    }
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void TransferOptions::setHeaders(const HttpRequest& request) {
    Headers headers = request.headers;
    const auto setIfMissing = [&headers](const char* name, const char* value) {
        if (findHeader(headers, name) == nullptr) headers.emplace_back(name, value);
    };
    setIfMissing("User-Agent", "ksqldb-cpp/" KSQLDB_VERSION);
    // libcurl sends no header whose value is empty. Its own defaults would be a form's type, which
    // has the server decode the body as a form, and a second's wait for "100 Continue".
    setIfMissing("Content-Type", "");
    setIfMissing("Accept", "");
    setHeader(headers, "Expect", "");
    for (const auto& [name, value] : headers) {
        const std::string line = name + ":" + (value.empty() ? "" : " " + value);
        curl_slist* const longer = curl_slist_append(headers_, line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        headers_ = longer;
    }
    set(CURLOPT_HTTPHEADER, headers_);
}

void TransferOptions::setCredentials(const HttpRequest& request) {
    if (!request.authorization) return;
    const Credentials credentials = request.authorization();
    // Only one way each, or libcurl would ask first.
    if (!credentials.bearer.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
        set(CURLOPT_XOAUTH2_BEARER, credentials.bearer.c_str());
    } else if (!credentials.user.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_USERNAME, credentials.user.c_str());
        set(CURLOPT_PASSWORD, credentials.secret.c_str());
    }
}

}  // namespace ksqldb::transport
