#pragma once
#include <ksqldb/export.h>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb {

/// @addtogroup client
/// @{

namespace detail {
struct TlsSettings;
}

/// A version of TLS. The newest one that both sides know is used.
enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

/// The name as it is written here: "Tls12". *thread-safe*
KSQLDB_API std::string_view toString(TlsVersion version) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, TlsVersion version);

/// Whom a Client trusts, and what it shows of itself, for servers at https:// and for proxies at
/// https://. By default it trusts the certificate authorities of the system, and shows nothing. The
/// certificate has to be for the host of the URL. The setters return *this.
/// - Certificates and keys are in PEM.
/// - Files are read when connections are made. libcurl may keep what it has read of a file of
///   authorities for a day.
/// - Empty authorities, certificates and pins are refused: they would be the same as none.
/// - What is wrong with a certificate ends a call with Error(TlsFailed), which says what.
///
/// Errors: the Client's constructor throws Error(InvalidArgument) for what cannot be right.
/// *reentrant*
class KSQLDB_API TlsOptions {
public:
    TlsOptions();
    TlsOptions(const TlsOptions& other);
    TlsOptions(TlsOptions&& other) noexcept;
    TlsOptions& operator=(TlsOptions other) noexcept;
    ~TlsOptions();

    /// Trusts the certificate authorities in this file, instead of those of the system.
    TlsOptions& caFile(std::string path);
    /// The same for a text that holds them.
    TlsOptions& caPem(std::string pem);
    /// Shows the client certificate in this file to a server that asks for one (mutual TLS).
    /// - `key`: the file of its private key; empty: it is in the same file.
    /// - `password`: of the key; empty: it has none.
    TlsOptions& clientCertificateFile(std::string certificate, std::string key = {},
                                      std::string password = {});
    /// The same for texts that hold them.
    TlsOptions& clientCertificatePem(std::string certificate, std::string key = {},
                                     std::string password = {});
    /// Refuses older versions. Default: Tls12.
    TlsOptions& minVersion(TlsVersion version);
    /// Wants a server's certificate to have one of these public keys, besides being trusted:
    /// "sha256//" and the key's SHA-256 in base64, several with a ";" between.
    TlsOptions& pinnedPublicKey(std::string hashes);
    /// Trusts every server, whoever it is: what is sent can be read and changed by anybody on the
    /// way. For experiments only. Every call logs a warning.
    TlsOptions& dangerouslyTrustAnyServer(bool trust = true);

private:
    friend struct detail::TlsSettings;
    std::unique_ptr<detail::TlsSettings> settings_;
};

/// @}

}  // namespace ksqldb
