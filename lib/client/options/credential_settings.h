#pragma once
#include "client/options/tls_settings.h"

#include <ksqldb/credentials.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// What is behind the classes of credentials.h.
namespace ksqldb::detail {

struct CredentialsAccess {
    static bool isBearer(const Credentials& credentials) { return credentials.isBearer_; }
    static const std::string& user(const Credentials& credentials) { return credentials.user_; }
    static const std::string& secret(const Credentials& credentials) { return credentials.secret_; }
    static std::optional<std::chrono::steady_clock::time_point> expires(
        const Credentials& credentials) {
        return credentials.expires_;
    }
};

struct OAuthSettings {
    std::string tokenUrl, clientId, clientSecret, scope;
    std::vector<std::pair<std::string, std::string>> parameters;
    bool secretInBody = false;
    std::optional<transport::TlsSettings> tls;  // none: the Client's
    std::chrono::milliseconds timeout{15'000};

    static const OAuthSettings& of(const OAuthClientCredentials& source) {
        return *source.settings_;
    }
};

/// Who asks, or how to find out.
using CredentialSettings =
    std::variant<std::monostate, Credentials, CredentialProvider, OAuthClientCredentials>;

}  // namespace ksqldb::detail
