#include "base/log.h"
#include "base/require.h"
#include "client/options/property_name.h"
#include "client/options/settings.h"

#include <ksqldb/client_options.h>
#include <ksqldb/error.h>

#include <utility>

namespace ksqldb {

ClientOptions::ClientOptions() : settings_(std::make_unique<detail::ClientSettings>()) {}
ClientOptions::ClientOptions(std::string_view url) : ClientOptions() {
    settings_->urls = {std::string(url)};
}
ClientOptions::ClientOptions(const char* url)
    : ClientOptions(std::string_view(url != nullptr ? url : "")) {
    base::require(url != nullptr, "the URL is a null pointer");
}
ClientOptions::ClientOptions(const ClientOptions& other)
    : settings_(std::make_unique<detail::ClientSettings>(*other.settings_)) {}
ClientOptions::ClientOptions(ClientOptions&& other) noexcept = default;
ClientOptions& ClientOptions::operator=(ClientOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
ClientOptions::~ClientOptions() = default;

ClientOptions& ClientOptions::servers(std::vector<std::string> urls, ServerOrder order) {
    settings_->urls = std::move(urls);
    settings_->serverOrder = order;
    return *this;
}
ClientOptions& ClientOptions::circuitBreaker(CircuitBreaker breaker) {
    settings_->circuitBreaker = breaker;
    return *this;
}
ClientOptions& ClientOptions::discoverServers(bool on) {
    settings_->discoverServers = on;
    return *this;
}
ClientOptions& ClientOptions::apiKey(std::string key, std::string secret) {
    if (key.empty() && secret.empty()) {
        settings_->credentials = std::monostate();
        return *this;
    }
    return credentials(Credentials::basic(std::move(key), std::move(secret)));
}
ClientOptions& ClientOptions::credentials(Credentials credentials) {
    settings_->credentials = std::move(credentials);
    return *this;
}
ClientOptions& ClientOptions::credentials(CredentialProvider provider) {
    settings_->credentials = std::move(provider);
    return *this;
}
ClientOptions& ClientOptions::credentials(OAuthClientCredentials source) {
    settings_->credentials = std::move(source);
    return *this;
}
ClientOptions& ClientOptions::allowCredentialsOverPlainHttp(bool allow) {
    settings_->allowCredentialsOverPlainHttp = allow;
    return *this;
}
ClientOptions& ClientOptions::caFile(std::string path) {
    settings_->tls.caFile(std::move(path));
    return *this;
}
ClientOptions& ClientOptions::tls(TlsOptions options) {
    settings_->tls = std::move(options);
    return *this;
}
ClientOptions& ClientOptions::proxy(std::string url, std::string user, std::string secret) {
    settings_->route.proxy = url == "direct" ? std::string() : std::move(url);
    settings_->route.proxyUser = std::move(user);
    settings_->route.proxySecret = std::move(secret);
    return *this;
}
ClientOptions& ClientOptions::noProxy(std::vector<std::string> hosts) {
    std::string list;
    for (const std::string& host : hosts) list += (list.empty() ? "" : ",") + host;
    settings_->route.noProxy = std::move(list);
    return *this;
}
ClientOptions& ClientOptions::resolve(std::string entry) {
    settings_->route.resolve.push_back(std::move(entry));
    return *this;
}
ClientOptions& ClientOptions::addressFamily(AddressFamily family) {
    using Addresses = transport::RouteSettings::Addresses;
    settings_->route.addresses = family == AddressFamily::Ipv4   ? Addresses::Ipv4
                                 : family == AddressFamily::Ipv6 ? Addresses::Ipv6
                                                                 : Addresses::Any;
    return *this;
}
ClientOptions& ClientOptions::localInterface(std::string name) {
    settings_->route.localInterface = std::move(name);
    return *this;
}
ClientOptions& ClientOptions::httpVersion(HttpVersion version) {
    settings_->httpVersion = version;
    return *this;
}
ClientOptions& ClientOptions::requestHeader(std::string name, std::string value) {
    transport::setHeader(settings_->headers, name, std::move(value));
    return *this;
}
ClientOptions& ClientOptions::connectTimeout(milliseconds limit) {
    settings_->time.connect = limit;
    return *this;
}
ClientOptions& ClientOptions::headerTimeout(milliseconds limit) {
    settings_->time.header = limit;
    return *this;
}
ClientOptions& ClientOptions::requestTimeout(milliseconds limit) {
    settings_->time.request = limit;
    return *this;
}
ClientOptions& ClientOptions::idleTimeout(milliseconds limit) {
    settings_->time.idle = limit;
    return *this;
}
ClientOptions& ClientOptions::timeout(milliseconds limit) {
    settings_->time.total = limit;
    return *this;
}
ClientOptions& ClientOptions::tcpKeepAlive(std::chrono::seconds idle, std::chrono::seconds interval,
                                           unsigned probes) {
    settings_->keepAlive = {idle, interval, probes};
    return *this;
}
ClientOptions& ClientOptions::property(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->properties, client::propertyName(name), std::move(value));
    return *this;
}
ClientOptions& ClientOptions::sessionVariable(std::string name, std::string value) {
    settings_->sessionVariables.insert_or_assign(std::move(name), std::move(value));
    return *this;
}
ClientOptions& ClientOptions::retry(RetryPolicy policy) {
    settings_->retry = policy;
    return *this;
}
ClientOptions& ClientOptions::deliveryThreads(unsigned count) {
    settings_->deliveryThreads = count;
    return *this;
}
ClientOptions& ClientOptions::maxLineBytes(std::size_t bytes) {
    settings_->sizes.lineBytes = bytes;
    return *this;
}
ClientOptions& ClientOptions::maxHeadBytes(std::size_t bytes) {
    settings_->sizes.headBytes = bytes;
    return *this;
}
ClientOptions& ClientOptions::maxHeadLines(std::size_t lines) {
    settings_->sizes.headLines = lines;
    return *this;
}
ClientOptions& ClientOptions::maxColumns(std::size_t columns) {
    settings_->sizes.columns = columns;
    return *this;
}
ClientOptions& ClientOptions::maxNesting(std::size_t levels) {
    settings_->sizes.nesting = levels;
    return *this;
}
ClientOptions& ClientOptions::maxErrorBodyBytes(std::size_t bytes) {
    settings_->sizes.errorBodyBytes = bytes;
    return *this;
}
ClientOptions& ClientOptions::maxAnswerBytes(std::size_t bytes) {
    settings_->sizes.answerBytes = bytes;
    return *this;
}
ClientOptions& ClientOptions::maxEntities(std::size_t entities) {
    settings_->sizes.entities = entities;
    return *this;
}
ClientOptions& ClientOptions::invalidUtf8(InvalidUtf8 what) {
    settings_->sizes.replacesInvalidUtf8 = what == InvalidUtf8::Replace;
    return *this;
}
ClientOptions& ClientOptions::readPause(std::chrono::microseconds pause) {
    settings_->readPause = pause;
    return *this;
}
ClientOptions& ClientOptions::readOwnWrites(bool on) {
    settings_->readOwnWrites = on;
    return *this;
}
ClientOptions& ClientOptions::log(LogLevel least, LogSink sink) {
    settings_->logLevel = least;
    settings_->logSink = std::move(sink);
    return *this;
}
ClientOptions& ClientOptions::logToStderr(LogLevel least) {
    return log(least, base::stderrLogSink());
}
ClientOptions& ClientOptions::observer(std::shared_ptr<Observer> observer) {
    settings_->observer = std::move(observer);
    return *this;
}

}  // namespace ksqldb
