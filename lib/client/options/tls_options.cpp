#include "client/options/tls_settings.h"

#include <ksqldb/tls.h>

#include <utility>

namespace ksqldb {

namespace {

/// Empty would be the same as not set: no pin, or the system's authorities. checkTls() refuses what
/// takes its place.
std::string notEmpty(std::string text) { return text.empty() ? std::string(1, '\0') : text; }

}  // namespace

TlsOptions::TlsOptions() : settings_(std::make_unique<detail::TlsSettings>()) {}
TlsOptions::TlsOptions(const TlsOptions& other)
    : settings_(std::make_unique<detail::TlsSettings>(*other.settings_)) {}
TlsOptions::TlsOptions(TlsOptions&& other) noexcept = default;
TlsOptions& TlsOptions::operator=(TlsOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
TlsOptions::~TlsOptions() = default;

TlsOptions& TlsOptions::caFile(std::string path) {
    settings_->caFile = notEmpty(std::move(path));
    settings_->caPem.clear();
    return *this;
}
TlsOptions& TlsOptions::caPem(std::string pem) {
    settings_->caPem = notEmpty(std::move(pem));
    settings_->caFile.clear();
    return *this;
}
TlsOptions& TlsOptions::clientCertificateFile(std::string certificate, std::string key,
                                              std::string password) {
    settings_->certificatePem.clear();
    settings_->keyPem.clear();
    settings_->certificateFile = notEmpty(std::move(certificate));
    settings_->keyFile = std::move(key);
    settings_->keyPassword = std::move(password);
    return *this;
}
TlsOptions& TlsOptions::clientCertificatePem(std::string certificate, std::string key,
                                             std::string password) {
    settings_->certificateFile.clear();
    settings_->keyFile.clear();
    settings_->certificatePem = notEmpty(std::move(certificate));
    settings_->keyPem = std::move(key);
    settings_->keyPassword = std::move(password);
    return *this;
}
TlsOptions& TlsOptions::minVersion(TlsVersion version) {
    settings_->isTls13Least = version == TlsVersion::Tls13;
    return *this;
}
TlsOptions& TlsOptions::pinnedPublicKey(std::string hashes) {
    settings_->pinnedKeys = notEmpty(std::move(hashes));
    return *this;
}
TlsOptions& TlsOptions::dangerouslyTrustAnyServer(bool trust) {
    settings_->verifies = !trust;
    return *this;
}

}  // namespace ksqldb
