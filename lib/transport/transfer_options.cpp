#include "transport/transfer_options.h"

#include "base/thread.h"
#include "transport/curl_error.h"
#include "transport/proxy.h"
#include "transport/url.h"

#include <ksqldb/version.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

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

/// libcurl has each of them twice.
struct TransferOptions::TlsOptionNames {
    CURLoption verifyPeer, verifyHost, version, caFile, caPem, caFolder, certificateFile,
        certificatePem, keyFile, keyPem, keyPassword;
};

constexpr TransferOptions::TlsOptionNames TransferOptions::optionsOfAServer{
    CURLOPT_SSL_VERIFYPEER, CURLOPT_SSL_VERIFYHOST, CURLOPT_SSLVERSION, CURLOPT_CAINFO,
    CURLOPT_CAINFO_BLOB,    CURLOPT_CAPATH,         CURLOPT_SSLCERT,    CURLOPT_SSLCERT_BLOB,
    CURLOPT_SSLKEY,         CURLOPT_SSLKEY_BLOB,    CURLOPT_KEYPASSWD};
constexpr TransferOptions::TlsOptionNames TransferOptions::optionsOfAProxy{
    CURLOPT_PROXY_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYHOST, CURLOPT_PROXY_SSLVERSION,
    CURLOPT_PROXY_CAINFO,         CURLOPT_PROXY_CAINFO_BLOB,    CURLOPT_PROXY_CAPATH,
    CURLOPT_PROXY_SSLCERT,        CURLOPT_PROXY_SSLCERT_BLOB,   CURLOPT_PROXY_SSLKEY,
    CURLOPT_PROXY_SSLKEY_BLOB,    CURLOPT_PROXY_KEYPASSWD};

TransferOptions::~TransferOptions() {
    curl_slist_free_all(headers_);
    curl_slist_free_all(addresses_);
}

void TransferOptions::append(curl_slist*& list, const std::string& line) {
    curl_slist* const longer = api_.slistAppend(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
}

void TransferOptions::note(CURLoption option, CURLcode result) {
    if (result != CURLE_OK && !error_) error_ = errorFromOption(option, result);
}

void TransferOptions::setAll(const HttpRequest& request, const Credentials& credentials) {
    set(CURLOPT_URL, (request.connection->baseUrl + request.path).c_str());
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
#if CURL_AT_LEAST_VERSION(7, 87, 0)
    // Or removing a handle would wait for a resolver that does not answer, and the loop with it. An
    // older libcurl at run time does not know it.
    const CURLcode quick = api_.easySetopt(easy_, CURLOPT_QUICK_EXIT, 1L);
    if (quick != CURLE_UNKNOWN_OPTION) note(CURLOPT_QUICK_EXIT, quick);
#endif
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(CURLOPT_BUFFERSIZE, 64L * 1024L);
    setConnection(request);
    setRoute(*request.connection);
    const TlsSettings& tls = *request.connection->tls;
    setTls(tls, optionsOfAServer);
    if (!tls.pinnedKeys.empty()) set(CURLOPT_PINNEDPUBLICKEY, tls.pinnedKeys.c_str());
    setVersion(request);
    setMethod(request);
    setHeaders(request);
    setCredentials(request, credentials);
}

void TransferOptions::setConnection(const HttpRequest& request) {
    const ConnectionSettings& connection = *request.connection;
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
    set(CURLOPT_OPENSOCKETFUNCTION, &TransferOptions::openCallback);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_SOCKOPTFUNCTION, &TransferOptions::socketCallback);
    connection_ = &connection;
    set(CURLOPT_SOCKOPTDATA, this);
}

void TransferOptions::setRoute(const ConnectionSettings& connection) {
    const RouteSettings& route = *connection.route;
    if (!connection.unixSocket.empty()) {
        set(CURLOPT_UNIX_SOCKET_PATH, connection.unixSocket.c_str());
        set(CURLOPT_PROXY, "");
        return;
    }
    setProxy(connection);
    for (const std::string& entry : route.resolve) append(addresses_, entry);
    if (addresses_ != nullptr) set(CURLOPT_RESOLVE, addresses_);
    if (route.addresses == RouteSettings::Addresses::Ipv4)
        set(CURLOPT_IPRESOLVE, static_cast<long>(CURL_IPRESOLVE_V4));
    if (route.addresses == RouteSettings::Addresses::Ipv6)
        set(CURLOPT_IPRESOLVE, static_cast<long>(CURL_IPRESOLVE_V6));
    if (!route.localInterface.empty()) set(CURLOPT_INTERFACE, route.localInterface.c_str());
}

void TransferOptions::setProxy(const ConnectionSettings& connection) {
    const RouteSettings& route = *connection.route;
    // Which hosts are exempt is decided by proxy.h alone: libcurl's own rules differ by version.
    if (proxyInUse(connection).empty()) {
        set(CURLOPT_PROXY, "");
        return;
    }
    set(CURLOPT_NOPROXY, "");
    if (route.proxy) set(CURLOPT_PROXY, route.proxy->c_str());  // else the environment's
    if (!route.proxyUser.empty()) {
        set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_PROXYUSERNAME, route.proxyUser.c_str());
        set(CURLOPT_PROXYPASSWORD, route.proxySecret.c_str());
    }
    if (isProxyTls(connection)) setTls(*connection.tls, optionsOfAProxy);
}

void TransferOptions::setTls(const TlsSettings& tls, const TlsOptionNames& names) {
    set(names.verifyPeer, tls.verifies ? 1L : 0L);
    set(names.verifyHost, tls.verifies ? 2L : 0L);
    set(names.version,
        static_cast<long>(tls.isTls13Least ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
    const auto setText = [this](CURLoption option, const std::string& text) {
        if (!text.empty()) set(option, text.c_str());
    };
    const auto setBlob = [this](CURLoption option, const std::string& text) {
        // The text lives as long as the request.
        curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
        if (!text.empty()) set(option, &blob);
    };
    setText(names.caFile, tls.caFile);
    setBlob(names.caPem, tls.caPem);
    if (!tls.caFile.empty() || !tls.caPem.empty()) {
        // Or the system's would still be trusted, which libcurl may have in a folder.
        const CURLcode none =
            api_.easySetopt(easy_, names.caFolder, static_cast<const char*>(nullptr));
        if (none != CURLE_NOT_BUILT_IN) note(names.caFolder, none);
    }
    setText(names.certificateFile, tls.certificateFile);
    setBlob(names.certificatePem, tls.certificatePem);
    // libcurl looks for the key in the certificate's file by itself, but not in its text.
    setText(names.keyFile, tls.keyFile);
    setBlob(names.keyPem, tls.keyPem.empty() ? tls.certificatePem : tls.keyPem);
    // Without one, OpenSSL would ask for it at the terminal, and the loop would wait for it.
    if (tls.hasCertificate()) set(names.keyPassword, tls.keyPassword.c_str());
}

void TransferOptions::countSockets(ConnectionCounts& counts) {
    counts_ = &counts;
    set(CURLOPT_CLOSESOCKETFUNCTION, &TransferOptions::closeCallback);
    set(CURLOPT_CLOSESOCKETDATA, &counts);
}

void TransferOptions::connected(int localPort) {
    socketRoom_.connected(localPort);
    dropSockets(socketRoom_.socket());
}

void TransferOptions::dropSockets(curl_socket_t butNot) noexcept {
    for (const curl_socket_t socket : opened_)
        if (socket != butNot) counts_->closed(socket, easy_);
    opened_.clear();
}

curl_socket_t TransferOptions::openCallback(void* self, curlsocktype, curl_sockaddr* address) {
    auto& options = *static_cast<TransferOptions*>(self);
    const curl_socket_t socket =
        base::openSocket(address->family, address->socktype, address->protocol);
    if (options.counts_ == nullptr || socket == CURL_SOCKET_BAD) return socket;
    try {
        options.opened_.push_back(socket);
        options.counts_->opened(socket, options.easy_);
        return socket;
    } catch (...) {
        ::close(socket);
        return CURL_SOCKET_BAD;
    }
}

int TransferOptions::closeCallback(void* counts, curl_socket_t socket) {
    static_cast<ConnectionCounts*>(counts)->closed(socket);
    return ::close(socket);
}

int TransferOptions::socketCallback(void* self, curl_socket_t socket, curlsocktype) {
    auto& options = *static_cast<TransferOptions*>(self);
    options.socketRoom_.opened(socket);
    const KeepAlive& keepAlive = options.connection_->keepAlive;
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
    // A proxy that forwards speaks HTTP/1.1.
    if (version == CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE) set(CURLOPT_HTTPPROXYTUNNEL, 1L);
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
    for (const auto& [name, value] : request.watchHeaders) setHeader(headers, name, value);
    if (findHeader(headers, "User-Agent") == nullptr)
        headers.emplace_back("User-Agent", "ksqldb-cpp/" KSQLDB_VERSION);
    // To libcurl "Name;" is a header without a value, and "Name:" is none at all, not even its own,
    // also with blanks behind it. These would be a form's type, which has the server decode the
    // body as a form, and a second's wait for "100 Continue".
    for (const char* const name : {"Content-Type", "Accept"})
        if (findHeader(headers, name) == nullptr) append(headers_, std::string(name) + ":");
    append(headers_, "Expect:");
    for (const auto& [name, value] : headers) {
        const bool isEmpty = value.find_first_not_of(" \t") == std::string::npos;
        if (!equalsIgnoringCase(name, "Expect"))
            append(headers_, isEmpty ? name + ";" : (name + ": ").append(value));
    }
    set(CURLOPT_HTTPHEADER, headers_);
}

void TransferOptions::setCredentials(const HttpRequest& request, const Credentials& credentials) {
    if (findHeader(request.headers, "Authorization") != nullptr) return;
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
