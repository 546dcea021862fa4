#pragma once
#include "transport/http_request.h"

#include <ksqldb/error.h>

#include <curl/curl.h>

#include <optional>

namespace ksqldb::transport {

/// Tells libcurl by its options what a request asks for: all but the callbacks, which are
/// Transfer's. What it has set has to be alive as long as the easy handle is used, and so has the
/// request.
class TransferOptions {
public:
    explicit TransferOptions(CURL* easy) noexcept : easy_(easy) {}
    ~TransferOptions() { curl_slist_free_all(headers_); }
    TransferOptions(const TransferOptions&) = delete;
    TransferOptions& operator=(const TransferOptions&) = delete;

    /// Asks for the credentials, and lets through what that throws.
    void setAll(const HttpRequest& request);
    template <class Value>
    void set(CURLoption option, Value value) {
        note(option, curl_easy_setopt(easy_, option, value));
    }
    /// The first option that libcurl has refused.
    const std::optional<Error>& error() const noexcept { return error_; }

private:
    void note(CURLoption option, CURLcode result);
    void setConnection(const HttpRequest& request);
    void setVersion(const HttpRequest& request);
    void setMethod(const HttpRequest& request);
    void setHeaders(const HttpRequest& request);
    void setCredentials(const HttpRequest& request);
    void useOwnConnection();
    static int socketCallback(void* connection, curl_socket_t socket, curlsocktype purpose);

    CURL* const easy_;
    curl_slist* headers_ = nullptr;
    std::optional<Error> error_;
};

}  // namespace ksqldb::transport
