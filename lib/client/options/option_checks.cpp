#include "client/options/option_checks.h"

#include "base/require.h"
#include "transport/proxy.h"
#include "values/utf8.h"

#include <ksqldb/error.h>

#include <algorithm>
#include <charconv>
#include <variant>

namespace ksqldb::client {

namespace {

using base::require;

bool isControl(unsigned char c) { return c < 0x20 || c == 0x7F; }

bool hasControl(std::string_view text) { return std::any_of(text.begin(), text.end(), isControl); }

/// A number from 1 to 65535.
bool isPort(std::string_view text) {
    unsigned port = 0;
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, port);
    return error == std::errc() && last == end && port >= 1 && port <= 65'535;
}

/// "host:port:address", or several addresses with commas. To libcurl a "+" before it means: not for
/// ever. A "-" would take a host away.
bool isResolution(std::string_view entry) {
    if (hasControl(entry)) return false;
    if (entry.starts_with('+')) entry.remove_prefix(1);
    const std::size_t host = entry.find(':');
    if (host == std::string_view::npos || host == 0 || entry.front() == '-') return false;
    const std::size_t port = entry.find(':', host + 1);
    if (port == std::string_view::npos || !isPort(entry.substr(host + 1, port - host - 1)))
        return false;
    std::string_view addresses = entry.substr(port + 1);
    while (true) {
        const std::size_t comma = addresses.find(',');
        if (!transport::isIpAddress(addresses.substr(0, comma))) return false;
        if (comma == std::string_view::npos) return true;
        addresses.remove_prefix(comma + 1);
    }
}

}  // namespace

void checkApiKey(std::string_view key, std::string_view secret) {
    require(!key.empty() || secret.empty(), "an API secret without a key");
    require(key.find(':') == std::string_view::npos,
            "an API key holds a colon, which Basic authentication cannot carry");
    require(!hasControl(key), "an API key holds a control character, for example a line end");
    require(!hasControl(secret), "an API secret holds a control character, for example a line end");
}

void checkRequestHeader(std::string_view name, std::string_view value) {
    require(
        transport::isToken(name),
        "a request header's name is empty or holds what no name may: a colon, a blank, a line end, "
        "a letter that is not ASCII");
    require(std::none_of(value.begin(), value.end(),
                         [](unsigned char c) { return isControl(c) && c != '\t'; }),
            "a request header's value holds a control character, for example a line end");
    for (const char* const framing : {"Connection", "Content-Length", "Transfer-Encoding"})
        require(!transport::equalsIgnoringCase(name, framing),
                "Connection, Content-Length and Transfer-Encoding say where a message ends: the "
                "library sends them itself");
}

void checkRequestHeaders(const transport::Headers& headers) {
    for (const auto& [name, value] : headers) checkRequestHeader(name, value);
}

void checkBearerToken(std::string_view token) {
    require(!token.empty(), "an empty bearer token");
    require(std::all_of(token.begin(), token.end(),
                        [](unsigned char c) { return c > 0x20 && c < 0x7F; }),
            "a bearer token holds a blank, a control character or a letter that is not ASCII");
}

void checkTls(const transport::TlsSettings& tls) {
    require(tls.hasCertificate() ||
                (tls.keyFile.empty() && tls.keyPem.empty() && tls.keyPassword.empty()),
            "a client's key, or its password, without a client certificate");
    for (const std::string* path : {&tls.caFile, &tls.certificateFile, &tls.keyFile})
        require(!hasControl(*path),
                "the path of a file for TLS is empty, or holds a control character");
    require(!hasControl(tls.keyPassword), "the password of a key holds a control character");
    const auto isPem = [](const std::string& text) {
        return text.empty() || text.find("-----BEGIN ") != std::string::npos;
    };
    require(isPem(tls.caPem), "caPem is no PEM");
    require(isPem(tls.certificatePem), "a client certificate is no PEM");
    require(isPem(tls.keyPem), "a client's key is no PEM");
    require(tls.pinnedKeys.empty() || tls.pinnedKeys.starts_with("sha256//"),
            "pinnedPublicKey does not begin with sha256//");
    require(!hasControl(tls.pinnedKeys), "pinnedPublicKey holds a control character");
}

void checkRoute(const transport::RouteSettings& route) {
    if (route.proxy && !route.proxy->empty()) transport::checkProxyUrl(*route.proxy);
    require(route.proxyUser.empty() || (route.proxy && !route.proxy->empty()),
            "credentials for a proxy, and no proxy");
    checkApiKey(route.proxyUser, route.proxySecret);
    require(!hasControl(route.noProxy.value_or("")), "noProxy holds a control character");
    transport::checkNoProxy(route.noProxy.value_or(""));
    for (const std::string& entry : route.resolve)
        require(isResolution(entry),
                "resolve() takes host:port:address, an address by its numbers");
    require(!hasControl(route.localInterface), "localInterface holds a control character");
}

void checkUtf8(std::string_view text, const std::string& what) {
    if (!values::isUtf8(text)) throw Error(ErrorCode::InvalidArgument, what + " is not UTF-8");
}

void checkCircuitBreaker(const CircuitBreaker& breaker) {
    require(breaker.failures() > 0, "a CircuitBreaker opens after 0 failures");
    require(breaker.firstDelay().count() > 0 && breaker.longestDelay().count() > 0,
            "a delay of a CircuitBreaker is less than 1 ms");
}

void checkRetry(const RetryPolicy& policy) {
    require(policy.attempts() > 0, "a RetryPolicy has 0 attempts");
    require(policy.firstDelay().count() >= 0 && policy.longestDelay().count() >= 0,
            "a delay of a RetryPolicy is negative");
    require(policy.within().count() >= 0, "within() of a RetryPolicy is negative");
}

void checkKeepAlive(const transport::KeepAlive& keepAlive) {
    constexpr std::chrono::seconds longest(32'767);
    require(keepAlive.idle.count() >= 0 && keepAlive.idle <= longest,
            "tcpKeepAlive's idle time is negative, or above 32 767 s");
    require(keepAlive.interval.count() > 0 && keepAlive.interval <= longest,
            "tcpKeepAlive's interval is not positive, or above 32 767 s");
    require(keepAlive.probes <= 127, "tcpKeepAlive has more than 127 probes");
}

void checkProperties(const protocol::NamedValues<PropertyValue>& properties) {
    for (const auto& [name, value] : properties) {
        checkUtf8(name, "the name of a property");
        if (const auto* text = std::get_if<std::string>(&value.get()))
            checkUtf8(*text, "the value of the property " + name);
    }
}

void checkSessionVariables(const protocol::SessionVariables& variables) {
    for (const auto& [name, value] : variables) {
        checkUtf8(name, "the name of a session variable");
        checkUtf8(value, "the value of the session variable " + name);
    }
}

}  // namespace ksqldb::client
