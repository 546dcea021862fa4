#pragma once
#include "transport/connection_settings.h"

#include <curl/curl.h>

#include <memory>
#include <string>

namespace ksqldb::transport {

/// What is known of a TLS connection that was not made.
struct TlsFailure {
    CURLcode result = CURLE_SSL_CONNECT_ERROR;
    long verifyResult = 0;  // OpenSSL's number for what is wrong with the certificate; 0: none
    std::string details{};  // libcurl's own text, which may be empty
    std::string host{};     // as the URL has it
    bool isOfProxy = false;
    std::shared_ptr<const TlsSettings> settings = std::make_shared<TlsSettings>();
};

/// What that means, for people: "the server's certificate has expired". What libcurl does not tell
/// of a client's files is looked up in them. Where it has another TLS than OpenSSL and other texts,
/// the words are more general.
std::string wordsOf(const TlsFailure& failure);

}  // namespace ksqldb::transport
