#pragma once
#include <string>
#include <string_view>

namespace ksqldb::transport {

/// The address of a server, checked.
struct ServerUrl {
    std::string base;  ///< "https://host:443", without a slash at the end
    bool isTls = false;
};

/// http[s]://host[:port][/]; port 8088 if none is given. Throws Error(InvalidArgument), whose text
/// never holds a password.
ServerUrl parseServerUrl(const std::string& url);

/// http://host:port, with the brackets that an IPv6 address needs.
std::string plainUrl(std::string_view host, unsigned port);

}  // namespace ksqldb::transport
