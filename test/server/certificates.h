#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

namespace ksqldb::server {

struct CertificateOptions {
    /// What the server's certificate is for; IP addresses are told by their look.
    std::vector<std::string> names{"localhost", "127.0.0.1"};
    bool expired = false;
    /// Clients have to show the certificate of clientPem().
    bool requireClient = false;
};

/// A certificate authority of its own, a server certificate and a client certificate that it has
/// signed, made anew each time.
class Certificates {
public:
    /// HTTP/2 is what clients may agree on (ALPN), besides HTTP/1.1.
    Certificates(const CertificateOptions& options, bool http2);
    ~Certificates();

    std::string caPem() const;
    /// Certificate and key in one.
    std::string clientPem() const;
    /// The context of the server's connections.
    SSL_CTX* context() const { return context_.get(); }

private:
    struct Pair;
    struct FreeContext {
        void operator()(SSL_CTX* context) const;
    };
    std::unique_ptr<Pair> ca_;
    std::unique_ptr<Pair> client_;
    std::unique_ptr<SSL_CTX, FreeContext> context_;
};

}  // namespace ksqldb::server
