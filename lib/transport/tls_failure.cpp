#include "transport/tls_failure.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <optional>
#include <string_view>

namespace ksqldb::transport {

namespace {

constexpr const char* otherSignature = "is not signed by the trusted authority that it names";
constexpr const char* unsafe = "no trusted TLS connection";

/// What libcurl says, in small letters.
class Text {
public:
    explicit Text(std::string text) : text_(std::move(text)) {
        std::transform(text_.begin(), text_.end(), text_.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    }
    template <class... Parts>
    bool saysOneOf(Parts... parts) const {
        return ((text_.find(parts) != std::string::npos) || ...);
    }

private:
    std::string text_;
};

std::string peerOf(const TlsFailure& failure) { return failure.isOfProxy ? "proxy" : "server"; }

std::string certificateOf(const TlsFailure& failure) {
    return "the " + peerOf(failure) + "'s certificate ";
}

std::string otherNames(const TlsFailure& failure) {
    return certificateOf(failure) + "is for other names than " +
           (failure.isOfProxy ? "the proxy's" : failure.host);
}

/// By the numbers of OpenSSL's verification, which x509_vfy.h calls X509_V_ERR_…. They have been
/// the same for decades, and builds of libcurl with another TLS give 0 or 1.
std::optional<std::string> byVerification(const TlsFailure& failure) {
    struct Words {
        long number;
        const char* words;
    };
    constexpr const char* untrusted = "is signed by an authority that is not trusted";
    constexpr const char* weak = "has a key or a signature that is too weak";
    constexpr std::array<Words, 16> known{{
        {2, untrusted},   // no issuer
        {20, untrusted},  // no issuer here
        {19, untrusted},  // an authority in the chain that has signed itself
        {21, untrusted},  // only the certificate itself came
        {7, otherSignature},
        {9, "is not valid yet"},
        {10, "has expired"},
        {18, "is signed by itself, and not trusted"},
        {23, "has been revoked"},
        {24, "is signed by a certificate that is no authority's"},
        {79, "is signed by a certificate that is no authority's"},
        {26, "is not for servers"},
        {66, weak},
        {67, weak},
        {68, weak},
        {25, "is behind a chain of authorities that is too long"},
    }};
    if (failure.verifyResult == 62 || failure.verifyResult == 64) return otherNames(failure);
    for (const auto& [number, words] : known)
        if (number == failure.verifyResult) return certificateOf(failure) + words;
    return std::nullopt;
}

/// By texts of libcurl's, and of several TLS libraries.
std::optional<std::string> byText(const TlsFailure& failure, const Text& text) {
    if (text.saysOneOf("subject name", "hostname mismatch", "certificate owner does not match"))
        return otherNames(failure);
    if (text.saysOneOf("has expired", "expiration date has passed"))
        return certificateOf(failure) + "has expired";
    if (text.saysOneOf("not yet valid", "activation date is in the future"))
        return certificateOf(failure) + "is not valid yet";
    // OpenSSL says so of an authority of the same name that has another key.
    if (text.saysOneOf("asn1 encoding routines::evp lib", "signature failure", "bad signature"))
        return certificateOf(failure) + otherSignature;
    if (failure.result == CURLE_PEER_FAILED_VERIFICATION &&
        text.saysOneOf("verification failed", "verify failed", "unknown issuer"))
        return certificateOf(failure) + "is not trusted";
    if (text.saysOneOf("wrong version number", "packet length", "unexpected tls packet",
                       "http request"))
        return "the " + peerOf(failure) + " does not speak TLS on this port";
    if (text.saysOneOf("unsupported protocol", "protocol version", "unsupported version"))
        return "the " + peerOf(failure) + " has only versions of TLS that are too old";
    return std::nullopt;
}

/// libcurl with OpenSSL takes an alert of TLS 1.2 about our certificate for something that is wrong
/// with the server's, in which it then finds nothing wrong.
bool isAlertOfExpiry(const TlsFailure& failure, const Text& text) {
    return failure.result == CURLE_PEER_FAILED_VERIFICATION &&
           failure.verifyResult <= 1 &&  // 1: it has not got that far
           failure.settings->hasCertificate() &&
           text.saysOneOf("ssl certificate verification failed");
}

std::string refusedAsExpired(const TlsFailure& failure) {
    return "the " + peerOf(failure) + " refuses the client certificate: it has expired";
}

/// An alert is how the other side says why it ends a handshake.
std::optional<std::string> byAlert(const TlsFailure& failure, const Text& text) {
    if (!text.saysOneOf("alert")) return std::nullopt;
    const std::string peer = "the " + peerOf(failure);
    const bool isOfCertificate =
        text.saysOneOf("certificate", "unknown ca", "access denied", "decrypt error");
    if (text.saysOneOf("alert certificate required") ||
        (isOfCertificate && !failure.settings->hasCertificate()))
        return peer + " wants a client certificate";
    if (text.saysOneOf("certificate expired")) return refusedAsExpired(failure);
    if (text.saysOneOf("certificate revoked"))
        return peer + " refuses the client certificate: it has been revoked";
    if (text.saysOneOf("unknown ca"))
        return peer + " refuses the client certificate: it does not trust its authority";
    if (isOfCertificate) return peer + " refuses the client certificate";
    // With TLS 1.2 it is also how a server says that it wants a certificate.
    if (text.saysOneOf("handshake failure") && !failure.settings->hasCertificate())
        return peer +
               " ends the TLS handshake: it wants a client certificate, or has no cipher in common";
    return peer + " ends the TLS handshake";
}

/// The beginning of a file, which is enough for a certificate or a key; none: it cannot be read.
std::optional<std::string> beginningOf(const std::string& path) {
    constexpr std::size_t most = std::size_t{256} * 1024;
    std::ifstream file(path, std::ios::binary);
    std::string text(most, '\0');
    if (!file.is_open()) return std::nullopt;
    file.read(text.data(), static_cast<std::streamsize>(most));
    if (file.bad()) return std::nullopt;
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

constexpr std::string_view certificateMark = "CERTIFICATE-----";
constexpr std::string_view keyMark = "PRIVATE KEY-----";

/// What makes a text, or a file, one that cannot hold what it is for.
std::optional<std::string> lackOf(const std::string& path, const std::string& pem,
                                  std::string_view mark, const std::string& what) {
    if (path.empty() && pem.empty()) return std::nullopt;
    const auto text = path.empty() ? std::optional(pem) : beginningOf(path);
    if (!text) return "the file of " + what + " cannot be read: " + path;
    if (text->find(mark) == std::string::npos)
        return (path.empty() ? "the text" : "the file") + std::string(" of ") + what +
               " holds none in PEM" + (path.empty() ? "" : ": " + path);
    return std::nullopt;
}

bool isEncrypted(std::string_view pem) {
    return pem.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string_view::npos ||
           pem.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

/// libcurl says the same of a wrong password, a wrong file and a wrong key.
std::string byClientFiles(const TlsSettings& tls) {
    if (auto lack = lackOf(tls.certificateFile, tls.certificatePem, certificateMark,
                           "the client certificate"))
        return *lack;
    const bool isSeparate = !tls.keyFile.empty() || !tls.keyPem.empty();
    const std::string& path = isSeparate ? tls.keyFile : tls.certificateFile;
    const std::string& pem = isSeparate ? tls.keyPem : tls.certificatePem;
    if (auto lack = lackOf(path, pem, keyMark, "the client certificate's key")) return *lack;
    const std::string key = path.empty() ? pem : beginningOf(path).value_or("");
    if (!isEncrypted(key)) return "the client certificate's key does not fit the certificate";
    if (tls.keyPassword.empty()) return "the client certificate's key needs a password";
    return "the client certificate's key cannot be read: wrong password? Or it does not fit the "
           "certificate";
}

std::string byAuthorities(const TlsSettings& tls) {
    return lackOf(tls.caFile, tls.caPem, certificateMark, "trusted authorities")
        .value_or("the trusted authorities cannot be read");
}

}  // namespace

std::string wordsOf(const TlsFailure& failure) {
    switch (failure.result) {
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return certificateOf(failure) + "has another public key than those of pinnedPublicKey";
        case CURLE_SSL_CERTPROBLEM:
            return byClientFiles(*failure.settings);
        case CURLE_SSL_CACERT_BADFILE:
            return byAuthorities(*failure.settings);
        case CURLE_SSL_CLIENTCERT:
            return "the " + peerOf(failure) + " wants a client certificate";
        default:
            break;
    }
    if (auto words = byVerification(failure)) return *words;
    const Text text(failure.details);
    if (isAlertOfExpiry(failure, text)) return refusedAsExpired(failure);
    // Before texts in general: an alert says what the other side thinks, of our certificate too.
    if (text.saysOneOf("alert") && !text.saysOneOf("protocol version"))
        return byAlert(failure, text).value_or(unsafe);
    return byText(failure, text).value_or(unsafe);
}

}  // namespace ksqldb::transport
