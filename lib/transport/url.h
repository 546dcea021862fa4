#pragma once
#include <string>
#include <string_view>

namespace ksqldb::transport {

/// The address of a server, checked.
struct ServerUrl {
    std::string base;  ///< "https://host:443", without a slash at the end
    bool isTls = false;
};

/// http[s]://host[:port][/]. Without a port it is 8088 for http and 443 for https. An IPv6 address
/// stands in brackets and may have a zone, "[fe80::1%25eth0]". Throws Error(InvalidArgument), whose
/// text never holds a password.
ServerUrl parseServerUrl(const std::string& url);

/// The host of a URL that parseServerUrl() made, in brackets where it is an IPv6 address.
std::string hostOf(const std::string& url);

/// http://host:port, with the brackets that an IPv6 address needs; "fe80::1%eth0" has a zone.
std::string plainUrl(std::string_view host, unsigned port);

}  // namespace ksqldb::transport
