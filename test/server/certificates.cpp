#include "certificates.h"

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
    : ca_(Pair::make(1, "ksqldb-local-server CA", nullptr, false)),
      client_(Pair::make(2, "ksqldb-local-server client", ca_.get(), false)),
      context_(checked(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")) {
    ca_->extend(*ca_, NID_basic_constraints, "critical,CA:TRUE");
    ca_->extend(*ca_, NID_key_usage, "critical,keyCertSign,cRLSign");
    ca_->extend(*ca_, NID_subject_key_identifier, "hash");
    ca_->sign(*ca_);
    client_->extend(*ca_, NID_ext_key_usage, "clientAuth");
    client_->sign(*ca_);
    const auto server = Pair::make(3, "ksqldb-local-server", ca_.get(), options.expired);
    server->extend(*ca_, NID_subject_alt_name, alternativeNames(options.names));
    server->extend(*ca_, NID_ext_key_usage, "serverAuth");
    server->sign(*ca_);

    SSL_CTX* context = context_.get();
    checked(SSL_CTX_use_certificate(context, server->certificate.get()), "certificate");
    checked(SSL_CTX_use_PrivateKey(context, server->key.get()), "key");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
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
    return pem([&](BIO* bio) { return PEM_write_bio_X509(bio, ca_->certificate.get()); });
}

std::string Certificates::clientPem() const {
    return pem([&](BIO* bio) {
        return PEM_write_bio_X509(bio, client_->certificate.get()) != 0 &&
               PEM_write_bio_PrivateKey(bio, client_->key.get(), nullptr, nullptr, 0, nullptr,
                                        nullptr) != 0;
    });
}

}  // namespace ksqldb::server
