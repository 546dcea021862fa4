#pragma once
#include "transport/connection_counts.h"
#include "transport/curl_api.h"
#include "transport/http_request.h"
#include "transport/socket_room.h"

#include <ksqldb/error.h>

#include <curl/curl.h>

#include <optional>
#include <string>
#include <vector>

namespace ksqldb::transport {

/// Tells libcurl by its options what a request asks for: all but the callbacks, which are
/// Transfer's. What it has set has to be alive as long as the easy handle is used, and so has the
/// request.
class TransferOptions {
public:
    TransferOptions(CurlApi& api, CURL* easy) noexcept : api_(api), easy_(easy) {}
    ~TransferOptions();
    TransferOptions(const TransferOptions&) = delete;
    TransferOptions& operator=(const TransferOptions&) = delete;

    void setAll(const HttpRequest& request, const Credentials& credentials);
    /// They have to live as long as the multi handle.
    void countSockets(ConnectionCounts& counts);
    /// The connection is the one with this local port, and libcurl has closed the others that it
    /// tried.
    void connected(int localPort);
    /// libcurl does not have the handle any more.
    void removed() noexcept { dropSockets(CURL_SOCKET_BAD); }
    template <class Value>
    void set(CURLoption option, Value value) {
        note(option, api_.easySetopt(easy_, option, value));
    }
    /// The first option that libcurl has refused.
    const std::optional<Error>& error() const noexcept { return error_; }
    /// Of the connection, for a body.
    SocketRoom& socketRoom() noexcept { return socketRoom_; }

private:
    void note(CURLoption option, CURLcode result);
    void setConnection(const HttpRequest& request);
    void setRoute(const ConnectionSettings& connection);
    void setProxy(const ConnectionSettings& connection);
    struct TlsOptionNames;
    static const TlsOptionNames optionsOfAServer, optionsOfAProxy;
    void setTls(const TlsSettings& tls, const TlsOptionNames& names);
    void setVersion(const HttpRequest& request);
    void setMethod(const HttpRequest& request);
    void setHeaders(const HttpRequest& request);
    void setCredentials(const HttpRequest& request, const Credentials& credentials);
    void useOwnConnection();
    void append(curl_slist*& list, const std::string& line);
    /// libcurl 7.88 does not tell when it closes one on which it was still connecting.
    void dropSockets(curl_socket_t butNot) noexcept;
    static curl_socket_t openCallback(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int closeCallback(void* counts, curl_socket_t socket);
    static int socketCallback(void* self, curl_socket_t socket, curlsocktype purpose);

    CurlApi& api_;
    CURL* const easy_;
    curl_slist* headers_ = nullptr;
    curl_slist* addresses_ = nullptr;
    const ConnectionSettings* connection_ = nullptr;
    SocketRoom socketRoom_;
    ConnectionCounts* counts_ = nullptr;
    std::vector<curl_socket_t> opened_;  // and perhaps closed since
    std::optional<Error> error_;
};

}  // namespace ksqldb::transport
