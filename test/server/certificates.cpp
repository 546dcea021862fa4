#include "certificates.h"

#include "base64.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace ksqldb::server {

namespace {

template <auto Function>
struct Free {
    template <typename T>
    void operator()(T* pointer) const {
        Function(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using X509Pointer = std::unique_ptr<X509, Free<X509_free>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using BioPointer = std::unique_ptr<BIO, Free<BIO_free>>;

template <typename T>
T checked(T result, const char* what) {
    if (!result) throw std::runtime_error(std::string("OpenSSL: ") + what);
    return result;
}

constexpr long day = 24 * 60 * 60;

std::string pem(const std::function<int(BIO*)>& write) {
    const BioPointer memory(checked(BIO_new(BIO_s_mem()), "BIO_new"));
    checked(write(memory.get()), "PEM_write");
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string alternativeNames(const std::vector<std::string>& names) {
    std::string result;
    for (const auto& name : names) {
        const bool address = name.find(':') != std::string::npos ||
                             std::all_of(name.begin(), name.end(), [](unsigned char c) {
                                 return std::isdigit(c) || c == '.';
                             });
        if (!result.empty()) result += ',';
        result += (address ? "IP:" : "DNS:") + name;
    }
    return result;
}

void addExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPointer extension(
        checked(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), "X509V3_EXT_conf_nid"));
    checked(X509_add_ext(certificate, extension.get(), -1), "X509_add_ext");
}

}  // namespace

struct Certificates::Pair {
    Key key;
    X509Pointer certificate;

    /// Signed by `issuer`, or by itself.
    static std::unique_ptr<Pair> make(long serial, const char* name, const Pair* issuer,
                                      bool expired) {
        auto pair = std::make_unique<Pair>();
        pair->key.reset(checked(EVP_EC_gen("P-256"), "EVP_EC_gen"));
        pair->certificate.reset(checked(X509_new(), "X509_new"));
        X509* certificate = pair->certificate.get();
        X509_set_version(certificate, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * day);
        X509_gmtime_adj(X509_getm_notAfter(certificate), expired ? -day : 30 * day);
        X509_set_pubkey(certificate, pair->key.get());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
        const Pair& signer = issuer != nullptr ? *issuer : *pair;
        X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
        return pair;
    }

    void extend(const Pair& issuer, int id, const std::string& value) {
        addExtension(certificate.get(), issuer.certificate.get(), id, value);
    }
    void sign(const Pair& issuer) {
        checked(X509_sign(certificate.get(), issuer.key.get(), EVP_sha256()), "X509_sign");
    }

    static std::unique_ptr<Pair> authority(const char* name) {
        auto pair = make(1, name, nullptr, false);
        pair->extend(*pair, NID_basic_constraints, "critical,CA:TRUE");
        pair->extend(*pair, NID_key_usage, "critical,keyCertSign,cRLSign");
        pair->extend(*pair, NID_subject_key_identifier, "hash");
        pair->sign(*pair);
        return pair;
    }
    static std::unique_ptr<Pair> clientOf(const Pair& issuer, long serial, bool expired) {
        auto pair = make(serial, "ksqldb-local-server client", &issuer, expired);
        pair->extend(issuer, NID_ext_key_usage, "clientAuth");
        return pair;
    }
    /// Has the same key as another one.
    void share(const Pair& other) {
        key.reset(other.key.get());
        EVP_PKEY_up_ref(key.get());
        X509_set_pubkey(certificate.get(), key.get());
    }
    std::string certificatePem() const {
        return pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
    }
};

namespace {

int selectProtocol(SSL*, const unsigned char** out, unsigned char* outSize, const unsigned char* in,
                   unsigned inSize, void* http2) {
    static constexpr std::string_view both = "\x02h2\x08http/1.1";
    const std::string_view ours = http2 != nullptr ? both : both.substr(3);
    unsigned char* selected = nullptr;
    if (SSL_select_next_proto(
            &selected, outSize, reinterpret_cast<const unsigned char*>(ours.data()),
            static_cast<unsigned>(ours.size()), in, inSize) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void Certificates::FreeContext::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

Certificates::Certificates(const CertificateOptions& options, bool http2)
    : ca_(Pair::authority(options.authority.c_str())),
      client_(Pair::clientOf(*ca_, 2, false)),
      expiredClient_(Pair::clientOf(*ca_, 4, true)),
      context_(checked(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")) {
    client_->sign(*ca_);
    expiredClient_->share(*client_);
    expiredClient_->sign(*ca_);
    const auto otherCa = Pair::authority("another CA");
    foreignClient_ = Pair::clientOf(*otherCa, 5, false);
    foreignClient_->share(*client_);
    foreignClient_->sign(*otherCa);
    server_ = Pair::make(3, "ksqldb-local-server", options.selfSigned ? nullptr : ca_.get(),
                         options.expired);
    const Pair& signer = options.selfSigned ? *server_ : *ca_;
    server_->extend(signer, NID_subject_alt_name, alternativeNames(options.names));
    server_->extend(signer, NID_ext_key_usage, "serverAuth");
    if (options.namesAuthorityKey && !options.selfSigned)
        server_->extend(signer, NID_authority_key_identifier, "keyid:always");
    server_->sign(signer);
    isSelfSigned_ = options.selfSigned;

    SSL_CTX* context = context_.get();
    checked(SSL_CTX_use_certificate(context, server_->certificate.get()), "certificate");
    checked(SSL_CTX_use_PrivateKey(context, server_->key.get()), "key");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (options.onlyTls12) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    // A blocked write is continued from wherever the rest of its bytes is.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Any pointer but null means yes.
    SSL_CTX_set_alpn_select_cb(context, selectProtocol, http2 ? this : nullptr);
    if (options.requireClient) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca_->certificate.get());
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        static constexpr std::string_view session = "ksqldb";
        SSL_CTX_set_session_id_context(context,
                                       reinterpret_cast<const unsigned char*>(session.data()),
                                       static_cast<unsigned>(session.size()));
    }
}

Certificates::~Certificates() = default;

std::string Certificates::caPem() const {
    return (isSelfSigned_ ? *server_ : *ca_).certificatePem();
}

std::string Certificates::clientPem() const { return clientCertificatePem() + clientKeyPem(); }

std::string Certificates::clientCertificatePem(ClientCertificate which) const {
    switch (which) {
        case ClientCertificate::Expired:
            return expiredClient_->certificatePem();
        case ClientCertificate::OfAnotherAuthority:
            return foreignClient_->certificatePem();
        case ClientCertificate::Good:
            break;
    }
    return client_->certificatePem();
}

std::string Certificates::clientKeyPem(const std::string& password) const {
    std::string secret = password;
    return pem([&](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, client_->key.get(),
                                             secret.empty() ? nullptr : EVP_aes_256_cbc(),
                                             secret.empty() ? nullptr : secret.data(),
                                             static_cast<int>(secret.size()), nullptr, nullptr);
    });
}

std::string Certificates::publicKeyPin() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(server_->key.get(), &der);
    checked(size > 0, "i2d_PUBKEY");
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned hashSize = 0;
    const int isHashed = EVP_Digest(der, static_cast<std::size_t>(size), hash.data(), &hashSize,
                                    EVP_sha256(), nullptr);
    OPENSSL_free(der);
    checked(isHashed, "EVP_Digest");
    return "sha256//" + toBase64({reinterpret_cast<const char*>(hash.data()), hashSize});
}

}  // namespace ksqldb::server
