#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::transport {

/// How TCP finds out that the other side is gone while nothing is sent.
struct KeepAlive {
    std::chrono::seconds idle{30};  // after so much silence it asks; 0: never
    std::chrono::seconds interval{30};
    unsigned probes = 0;  // so many without an answer end the connection; 0: the system's number
};

/// Whom we trust, and what we show of ourselves. Files by their paths, or texts in PEM.
struct TlsSettings {
    std::string caFile, caPem;  // both empty: the system's roots
    std::string certificateFile, certificatePem, keyFile, keyPem, keyPassword;
    bool isTls13Least = false;  // else TLS 1.2
    std::string pinnedKeys;     // as CURLOPT_PINNEDPUBLICKEY takes them
    bool verifies = true;

    bool hasCertificate() const { return !certificateFile.empty() || !certificatePem.empty(); }
};

/// The way to a server, as far as it is not the system's.
struct RouteSettings {
    std::optional<std::string> proxy;  // none: the environment's; empty: direct
    std::string proxyUser, proxySecret;
    std::optional<std::string> noProxy;  // hosts, with commas; none: the environment's
    std::vector<std::string> resolve;    // "host:port:address"
    enum class Addresses : std::uint8_t { Any, Ipv4, Ipv6 } addresses = Addresses::Any;
    std::string localInterface;
};

/// A server and the way to it. Requests to one server share it.
struct ConnectionSettings {
    std::string baseUrl;     // "https://host:443/base/path"
    std::string unixSocket;  // where it listens, if it does there
    bool isTls = false;
    std::shared_ptr<const TlsSettings> tls = std::make_shared<TlsSettings>();
    std::shared_ptr<const RouteSettings> route = std::make_shared<RouteSettings>();
    std::chrono::milliseconds connectTimeout{10'000};
    std::size_t maxHeadBytes = std::size_t{256} * 1024;
    std::size_t maxHeadLines = 1000;
    KeepAlive keepAlive;

    /// The server for people.
    std::string name() const { return unixSocket.empty() ? baseUrl : "unix://" + unixSocket; }
};

}  // namespace ksqldb::transport
