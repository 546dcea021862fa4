#pragma once
#include <ksqldb/export.h>

#include <cstdint>
#include <memory>
#include <string>

namespace ksqldb::testing {

/// @addtogroup testing
/// @{

/// How a Server is reached. By default: http, HTTP/1.1 and HTTP/2, a free port, no credentials. The
/// setters return *this. *reentrant*
class KSQLDB_API ServerOptions {
public:
    ServerOptions();
    ServerOptions(const ServerOptions& other);
    ServerOptions(ServerOptions&& other) noexcept;
    ServerOptions& operator=(ServerOptions other) noexcept;
    ~ServerOptions();

    /// Listens for https, with a certificate for 127.0.0.1 and localhost that an authority of its
    /// own has signed: Server::caFile().
    ServerOptions& tls(bool on = true);
    /// Asks for these with every request (Basic authentication).
    ServerOptions& apiKey(std::string key, std::string secret);
    /// Asks for this token with every request.
    ServerOptions& bearerToken(std::string token);
    /// Answers below this path only, as behind an ingress: "/route".
    ServerOptions& basePath(std::string path);
    /// Without HTTP/2 there are no insert streams.
    ServerOptions& http2(bool on);
    /// Listens on this port of 127.0.0.1. 0: a free one.
    ServerOptions& port(std::uint16_t port);

private:
    friend class Server;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// @}

}  // namespace ksqldb::testing
