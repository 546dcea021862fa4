#pragma once

#include <cstdint>
#include <string>

namespace ksqldb::server {

/// The real server that a Recorder passes requests on to.
struct UpstreamAddress {
    bool tls = false;
    std::string host;  // without brackets
    std::uint16_t port = 0;
    std::string basePath;     // "/route", or empty
    std::string credentials;  // base64(user:password), or empty

    /// What the Host header says.
    std::string authority() const;
    /// The address as it may be shown: without credentials.
    std::string text() const;
};

/// From "http://host:port", also with https, with user:password@ and a path. Throws
/// std::invalid_argument, whose text does not show the address.
UpstreamAddress parsedUpstream(const std::string& url);

}  // namespace ksqldb::server
