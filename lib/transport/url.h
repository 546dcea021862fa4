#pragma once
#include <string>
#include <string_view>

namespace ksqldb::transport {

/// The address of a server, checked.
struct ServerUrl {
    std::string base;  ///< "https://host:443/path", without a slash at the end
    bool isTls = false;
    std::string unixSocket{};  ///< the path of a socket; `base` is then that of "localhost"
};

/// http[s]://host[:port][/path], or unix:///path. Without a port it is 8088 for http and 443 for
/// https. The host is in small letters. An IPv6 address stands in brackets and may have a zone,
/// "[fe80::1%25eth0]". Throws Error(InvalidArgument), whose text never holds a password.
ServerUrl parseServerUrl(const std::string& url);

/// The host of a URL that parseServerUrl() made, in brackets where it is an IPv6 address.
std::string hostOf(const std::string& url);

/// http://host:port, with the brackets that an IPv6 address needs; "fe80::1%eth0" has a zone.
std::string plainUrl(std::string_view host, unsigned port);

/// Whether a URL that is asked as it is begins with https:// (else http://). Throws
/// Error(InvalidArgument) for what is neither, or holds credentials; `what` names it.
bool isTlsUrl(const std::string& url, const std::string& what);

/// As a form's names and values are sent.
std::string formEncoded(std::string_view text);
/// What is encoded so, save that a + stays.
std::string formDecoded(const std::string& text);

}  // namespace ksqldb::transport
