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
    /// The certificate tells which of its authority's keys has signed it, where several have the
    /// same name.
    bool namesAuthorityKey = true;
    /// The name of the authority. Who trusts several tells them by it.
    std::string authority = "ksqldb-local-server CA";
    /// It has signed itself, so it is its own authority.
    bool selfSigned = false;
    /// Clients have to show a certificate that this authority has signed.
    bool requireClient = false;
    /// The newest version is TLS 1.2.
    bool onlyTls12 = false;
};

/// Certificates of clients, all for the same key.
enum class ClientCertificate { Good, Expired, OfAnotherAuthority };

/// A certificate authority of its own, a server certificate and client certificates that it has
/// signed, made anew each time. All texts are PEM.
class Certificates {
public:
    /// HTTP/2 is what clients may agree on (ALPN), besides HTTP/1.1.
    Certificates(const CertificateOptions& options, bool http2);
    ~Certificates();

    /// What a client has to trust: the authority, or the server's own certificate if that is
    /// selfSigned.
    std::string caPem() const;
    /// Certificate and key in one.
    std::string clientPem() const;
    std::string clientCertificatePem(ClientCertificate which = ClientCertificate::Good) const;
    /// Encrypted where there is a password.
    std::string clientKeyPem(const std::string& password = {}) const;
    /// The SHA-256 of the server's public key, in base64: "sha256//…".
    std::string publicKeyPin() const;
    /// The context of the server's connections.
    SSL_CTX* context() const { return context_.get(); }

private:
    struct Pair;
    struct FreeContext {
        void operator()(SSL_CTX* context) const;
    };
    std::unique_ptr<Pair> ca_;
    std::unique_ptr<Pair> client_, expiredClient_, foreignClient_;
    std::unique_ptr<Pair> server_;
    bool isSelfSigned_ = false;
    std::unique_ptr<SSL_CTX, FreeContext> context_;
};

}  // namespace ksqldb::server
