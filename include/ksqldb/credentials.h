#pragma once
#include <ksqldb/export.h>
#include <ksqldb/tls.h>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb {

/// @addtogroup client
/// @{

namespace detail {
struct CredentialsAccess;
struct OAuthSettings;
}  // namespace detail

/// What a Client shows to the server with every request, so that the server knows who asks.
/// *reentrant*
class KSQLDB_API Credentials {
public:
    /// For Basic authentication; for hosted clusters an API key and its secret. An empty user is
    /// refused.
    static Credentials basic(std::string user, std::string secret);
    /// A token, as identity providers issue them.
    static Credentials bearer(std::string token);

    /// Sets until when they are good, for those of a CredentialProvider; others are never renewed.
    /// Default: until the server refuses them.
    Credentials& expiresIn(std::chrono::milliseconds time);  ///< counted from now
    /// The same for a moment.
    Credentials& expiresAt(std::chrono::system_clock::time_point when);

private:
    friend struct detail::CredentialsAccess;
    Credentials() = default;

    bool isBearer_ = false;
    std::string user_;
    std::string secret_;  // or the token
    std::optional<std::chrono::steady_clock::time_point> expires_;
};

/// Writes what they are, and never the secret: "basic for alice", "bearer".
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Credentials& credentials);

/// Gives a Client the credentials that it needs: with its first call, when those before expire, and
/// when the server has refused them (HTTP 401).
/// - It is called on a thread of its own, and never twice at once. It may block. Calls that wait
///   for it can be cancelled, and their time limits hold.
/// - Waiting for a call of the Client that it is for would be a deadlock.
/// - What it throws ends the calls that wait with Error(CredentialsFailed). They are retryable,
///   save where it throws an Error that is not.
/// - Client::close() waits until it has returned.
using CredentialProvider = std::function<Credentials()>;

/// How a Client gets tokens from an identity provider: the "client credentials" of OAuth 2 (RFC
/// 6749, 4.4). A token is used for many calls. It is replaced before it expires, and when the
/// server refuses it (HTTP 401). Queries that run are not disturbed. The setters return *this.
/// - The token's URL is asked as servers are: by the Client's proxies, and with its TlsOptions.
///   Its query is sent, and shown nowhere.
/// - If there is no token to be had, calls end with Error(CredentialsFailed), which says why.
///   httpStatus() is that of the identity provider. They are retryable where it could not be
///   reached, or answered 429 or 5xx.
///
/// Errors: the Client's constructor throws Error(InvalidArgument) for what cannot be right.
/// Source: POST to the token's URL. *reentrant*
class KSQLDB_API OAuthClientCredentials {
public:
    /// The URL of the provider that gives tokens, and who this program is there.
    OAuthClientCredentials(std::string tokenUrl, std::string clientId, std::string clientSecret);
    OAuthClientCredentials(const OAuthClientCredentials& other);
    OAuthClientCredentials(OAuthClientCredentials&& other) noexcept;
    OAuthClientCredentials& operator=(OAuthClientCredentials other) noexcept;
    ~OAuthClientCredentials();

    /// What the token is to allow: names with a blank between. Default: what the provider gives.
    OAuthClientCredentials& scope(std::string names);
    /// Sends one more parameter, for example "audience" or "resource".
    OAuthClientCredentials& parameter(std::string name, std::string value);
    /// Sends id and secret in the body, for providers that do not take Basic authentication.
    OAuthClientCredentials& secretInBody(bool on = true);
    /// Trusts others than the Client does.
    OAuthClientCredentials& tls(TlsOptions options);
    /// Limits the time of a request for a token. Default: 15 s; 0 is refused.
    OAuthClientCredentials& timeout(std::chrono::milliseconds limit);

private:
    friend struct detail::OAuthSettings;
    std::unique_ptr<detail::OAuthSettings> settings_;
};

/// @}

}  // namespace ksqldb
