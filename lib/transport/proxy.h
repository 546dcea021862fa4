#pragma once
#include "transport/connection_settings.h"

#include <string>
#include <string_view>

namespace ksqldb::transport {

/// Whether a host, as a URL has it, is this machine itself: localhost, 127.0.0.0/8, ::1.
bool isLoopback(std::string_view host);

/// The proxy by which requests to this server go, for people: "proxy:3128, from https_proxy". Never
/// with its credentials. Empty: none.
std::string proxyInUse(const ConnectionSettings& connection);

/// Whether that proxy is asked over TLS.
bool isProxyTls(const ConnectionSettings& connection);

/// Throws Error(InvalidArgument) for what is no proxy's address; its text never holds a password.
void checkProxyUrl(const std::string& url);

/// The same for hosts without a proxy, with commas: what would never match.
void checkNoProxy(std::string_view list);

/// Whether it is an address of IPv4 or IPv6, which may be in brackets.
bool isIpAddress(std::string_view text);

}  // namespace ksqldb::transport
