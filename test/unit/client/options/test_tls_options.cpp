#include "client/options/tls_settings.h"

#include <ksqldb/tls.h>

#include <gtest/gtest.h>

#include <utility>

namespace ksqldb::test {
namespace {

const detail::TlsSettings& settingsOf(const TlsOptions& options) {
    return detail::TlsSettings::of(options);
}

TEST(TlsOptions, TrustTheSystemsAuthoritiesAtFirst) {
    const TlsOptions options;
    const auto& settings = settingsOf(options);
    EXPECT_EQ(settings.caFile + settings.caPem + settings.pinnedKeys, "");
    EXPECT_FALSE(settings.hasCertificate());
    EXPECT_FALSE(settings.isTls13Least);
    EXPECT_TRUE(settings.verifies);
}

TEST(TlsOptions, TheLastAuthoritiesHold) {
    TlsOptions options;
    EXPECT_EQ(&options.caFile("a").caPem("b"), &options);
    EXPECT_EQ(settingsOf(options).caFile, "");
    EXPECT_EQ(settingsOf(options).caPem, "b");
    options.caFile("c");
    EXPECT_EQ(settingsOf(options).caFile, "c");
    EXPECT_EQ(settingsOf(options).caPem, "");
}

TEST(TlsOptions, TheLastClientCertificateHolds) {
    TlsOptions options;
    options.clientCertificateFile("a", "b", "c").clientCertificatePem("d");
    EXPECT_EQ(settingsOf(options).certificateFile + settingsOf(options).keyFile, "");
    EXPECT_EQ(settingsOf(options).certificatePem, "d");
    EXPECT_EQ(settingsOf(options).keyPem + settingsOf(options).keyPassword, "");
    options.clientCertificatePem("d", "e", "f").clientCertificateFile("g", "h");
    EXPECT_EQ(settingsOf(options).certificatePem + settingsOf(options).keyPem, "");
    EXPECT_EQ(settingsOf(options).certificateFile, "g");
    EXPECT_EQ(settingsOf(options).keyFile, "h");
    EXPECT_EQ(settingsOf(options).keyPassword, "");
}

TEST(TlsOptions, AreSetAndSetBack) {
    TlsOptions options;
    options.minVersion(TlsVersion::Tls13).pinnedPublicKey("sha256//A").dangerouslyTrustAnyServer();
    EXPECT_TRUE(settingsOf(options).isTls13Least);
    EXPECT_EQ(settingsOf(options).pinnedKeys, "sha256//A");
    EXPECT_FALSE(settingsOf(options).verifies);
    options.minVersion(TlsVersion::Tls12).dangerouslyTrustAnyServer(false);
    EXPECT_FALSE(settingsOf(options).isTls13Least);
    EXPECT_TRUE(settingsOf(options).verifies);
}

TEST(TlsOptions, AreCopiedAndMoved) {
    TlsOptions one;
    one.caFile("a");
    TlsOptions copy(one);
    one.caFile("b");
    EXPECT_EQ(settingsOf(copy).caFile, "a");
    const TlsOptions moved(std::move(copy));
    EXPECT_EQ(settingsOf(moved).caFile, "a");
    TlsOptions assigned;
    assigned = one;
    EXPECT_EQ(settingsOf(assigned).caFile, "b");
}

}  // namespace
}  // namespace ksqldb::test
