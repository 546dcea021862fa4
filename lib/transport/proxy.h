#pragma once
#include <string>
#include <string_view>

namespace ksqldb::transport {

/// Whether a host, as a URL has it, is this machine itself: localhost, 127.0.0.0/8, ::1.
bool isLoopback(std::string_view host);

/// The proxy that the environment has for requests to this URL, for people: "proxy:3128, from
/// https_proxy". Never with its credentials. Empty: none, or no_proxy exempts the host.
std::string environmentProxy(const std::string& url);

}  // namespace ksqldb::transport
