#include "base/clock.h"
#include "client/options/credential_settings.h"

#include <ksqldb/credentials.h>

#include <ostream>
#include <utility>

namespace ksqldb {

Credentials Credentials::basic(std::string user, std::string secret) {
    Credentials credentials;
    credentials.user_ = std::move(user);
    credentials.secret_ = std::move(secret);
    return credentials;
}

Credentials Credentials::bearer(std::string token) {
    Credentials credentials;
    credentials.isBearer_ = true;
    credentials.secret_ = std::move(token);
    return credentials;
}

Credentials& Credentials::expiresIn(std::chrono::milliseconds time) {
    expires_ = base::after(base::Clock::now(), time);
    return *this;
}

Credentials& Credentials::expiresAt(std::chrono::system_clock::time_point when) {
    const auto now = std::chrono::system_clock::now();
    return expiresIn(when <= now
                         ? std::chrono::milliseconds(0)
                         : std::chrono::duration_cast<std::chrono::milliseconds>(when - now));
}

std::ostream& operator<<(std::ostream& out, const Credentials& credentials) {
    using Access = detail::CredentialsAccess;
    if (Access::isBearer(credentials)) return out << "bearer";
    return out << "basic for " << Access::user(credentials);
}

OAuthClientCredentials::OAuthClientCredentials(std::string tokenUrl, std::string clientId,
                                               std::string clientSecret)
    : settings_(std::make_unique<detail::OAuthSettings>()) {
    settings_->tokenUrl = std::move(tokenUrl);
    settings_->clientId = std::move(clientId);
    settings_->clientSecret = std::move(clientSecret);
}
OAuthClientCredentials::OAuthClientCredentials(const OAuthClientCredentials& other)
    : settings_(std::make_unique<detail::OAuthSettings>(*other.settings_)) {}
OAuthClientCredentials::OAuthClientCredentials(OAuthClientCredentials&& other) noexcept = default;
OAuthClientCredentials& OAuthClientCredentials::operator=(OAuthClientCredentials other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
OAuthClientCredentials::~OAuthClientCredentials() = default;

OAuthClientCredentials& OAuthClientCredentials::scope(std::string names) {
    settings_->scope = std::move(names);
    return *this;
}
OAuthClientCredentials& OAuthClientCredentials::parameter(std::string name, std::string value) {
    settings_->parameters.emplace_back(std::move(name), std::move(value));
    return *this;
}
OAuthClientCredentials& OAuthClientCredentials::secretInBody(bool on) {
    settings_->secretInBody = on;
    return *this;
}
OAuthClientCredentials& OAuthClientCredentials::tls(TlsOptions options) {
    settings_->tls = detail::TlsSettings::of(options);
    return *this;
}
OAuthClientCredentials& OAuthClientCredentials::timeout(std::chrono::milliseconds limit) {
    settings_->timeout = limit;
    return *this;
}

}  // namespace ksqldb
