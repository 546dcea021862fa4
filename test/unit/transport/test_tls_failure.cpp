#include "transport/tls_failure.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace ksqldb::test {
namespace {

using transport::TlsFailure;
using transport::TlsSettings;

TlsFailure failure(CURLcode result, std::string details = {}, long verifyResult = 0) {
    TlsFailure made;
    made.result = result;
    made.details = std::move(details);
    made.verifyResult = verifyResult;
    made.host = "db.example.org";
    return made;
}

TlsFailure with(TlsSettings settings, TlsFailure made) {
    made.settings = std::make_shared<TlsSettings>(std::move(settings));
    return made;
}

TlsSettings withCertificate() {
    TlsSettings settings;
    settings.certificatePem = "-----BEGIN CERTIFICATE-----";
    return settings;
}

std::string ofNumber(long number) {
    return wordsOf(failure(CURLE_PEER_FAILED_VERIFICATION, "SSL certificate problem", number));
}

TEST(TlsFailure, EachResultOfVerificationHasItsWords) {
    const std::string untrusted =
        "the server's certificate is signed by an authority that is not trusted";
    for (const long number : {2, 19, 20, 21}) EXPECT_EQ(ofNumber(number), untrusted) << number;
    EXPECT_EQ(ofNumber(7),
              "the server's certificate is not signed by the trusted authority that it names");
    EXPECT_EQ(ofNumber(9), "the server's certificate is not valid yet");
    EXPECT_EQ(ofNumber(10), "the server's certificate has expired");
    EXPECT_EQ(ofNumber(18), "the server's certificate is signed by itself, and not trusted");
    EXPECT_EQ(ofNumber(23), "the server's certificate has been revoked");
    EXPECT_EQ(ofNumber(26), "the server's certificate is not for servers");
    for (const long number : {66, 67, 68})
        EXPECT_EQ(ofNumber(number),
                  "the server's certificate has a key or a signature that is too weak");
    for (const long number : {62, 64})
        EXPECT_EQ(ofNumber(number),
                  "the server's certificate is for other names than db.example.org");
    EXPECT_EQ(ofNumber(9999), "no trusted TLS connection");
}

TEST(TlsFailure, AProxysCertificateIsNotTheServers) {
    TlsFailure ofProxy = failure(CURLE_PEER_FAILED_VERIFICATION, "", 10);
    ofProxy.isOfProxy = true;
    EXPECT_EQ(wordsOf(ofProxy), "the proxy's certificate has expired");
    ofProxy.verifyResult = 62;
    EXPECT_EQ(wordsOf(ofProxy), "the proxy's certificate is for other names than the proxy's");
}

/// As libcurl with OpenSSL words them, and with GnuTLS.
TEST(TlsFailure, TextsTellWhereNumbersDoNot) {
    const auto ofText = [](const char* text) {
        return wordsOf(failure(CURLE_PEER_FAILED_VERIFICATION, text, 1));
    };
    const char* const otherNames =
        "the server's certificate is for other names than db.example.org";
    EXPECT_EQ(ofText("SSL: no alternative certificate subject name matches target host name 'x'"),
              otherNames);
    EXPECT_EQ(
        ofText("SSL: certificate subject name (a) does not match target hostname 'db.example.org'"),
        otherNames);
    EXPECT_EQ(ofText("server certificate expiration date has passed."),
              "the server's certificate has expired");
    EXPECT_EQ(ofText("server certificate activation date is in the future"),
              "the server's certificate is not valid yet");
    EXPECT_EQ(ofText("server certificate verification failed. CAfile: none CRLfile: none"),
              "the server's certificate is not trusted");
}

TEST(TlsFailure, WhoHasNoTlsAndWhoHasAnOldOne) {
    const auto ofText = [](const char* text) {
        return wordsOf(failure(CURLE_SSL_CONNECT_ERROR, text, 1));
    };
    EXPECT_EQ(ofText("error:0A00010B:SSL routines::wrong version number"),
              "the server does not speak TLS on this port");
    EXPECT_EQ(ofText("gnutls_handshake() failed: An unexpected TLS packet was received."),
              "the server does not speak TLS on this port");
    const char* const tooOld = "the server has only versions of TLS that are too old";
    EXPECT_EQ(ofText("error:0A00042E:SSL routines::tlsv1 alert protocol version"), tooOld);
    EXPECT_EQ(ofText("error:0A000102:SSL routines::unsupported protocol"), tooOld);
    EXPECT_EQ(ofText("something new"), "no trusted TLS connection");
    EXPECT_EQ(ofText(""), "no trusted TLS connection");
}

TEST(TlsFailure, AnAlertSaysWhatTheServerThinksOfTheClient) {
    const auto ofAlert = [](const TlsSettings& settings, const std::string& alert) {
        return wordsOf(with(settings, failure(CURLE_RECV_ERROR, "SSL_read: " + alert)));
    };
    const char* const wants = "the server wants a client certificate";
    EXPECT_EQ(ofAlert({}, "tlsv13 alert certificate required"), wants);
    EXPECT_EQ(ofAlert({}, "sslv3 alert bad certificate"), wants);
    EXPECT_EQ(ofAlert({}, "sslv3 alert handshake failure"),
              "the server ends the TLS handshake: it wants a client certificate, or has no cipher "
              "in common");
    const std::string refuses = "the server refuses the client certificate";
    EXPECT_EQ(ofAlert(withCertificate(), "sslv3 alert bad certificate"), refuses);
    EXPECT_EQ(ofAlert(withCertificate(), "sslv3 alert certificate unknown"), refuses);
    EXPECT_EQ(ofAlert(withCertificate(), "sslv3 alert certificate expired"),
              refuses + ": it has expired");
    EXPECT_EQ(ofAlert(withCertificate(), "sslv3 alert certificate revoked"),
              refuses + ": it has been revoked");
    EXPECT_EQ(ofAlert(withCertificate(), "tlsv1 alert unknown ca"),
              refuses + ": it does not trust its authority");
    EXPECT_EQ(ofAlert(withCertificate(), "sslv3 alert handshake failure"),
              "the server ends the TLS handshake");
    EXPECT_EQ(ofAlert({}, "tlsv1 alert internal error"), "the server ends the TLS handshake");
    // GnuTLS tells no more.
    EXPECT_EQ(ofAlert({}, "GnuTLS recv error (-12): A TLS fatal alert has been received."),
              "the server ends the TLS handshake");
    EXPECT_EQ(wordsOf(failure(CURLE_SSL_CLIENTCERT)), wants);
    EXPECT_EQ(wordsOf(with(withCertificate(), failure(CURLE_PEER_FAILED_VERIFICATION,
                                                      "SSL certificate verification failed", 1))),
              refuses + ": it has expired");
}

TEST(TlsFailure, APinIsNamed) {
    EXPECT_EQ(wordsOf(failure(CURLE_SSL_PINNEDPUBKEYNOTMATCH)),
              "the server's certificate has another public key than those of pinnedPublicKey");
}

TEST(TlsFailure, WhatIsWrongWithTheClientsOwnIsLookedUp) {
    const auto words = [](TlsSettings settings) {
        return wordsOf(with(std::move(settings), failure(CURLE_SSL_CERTPROBLEM)));
    };
    const std::string certificate = "-----BEGIN CERTIFICATE-----\n";
    TlsSettings settings;
    settings.certificateFile = "/no/such/file";
    EXPECT_EQ(words(settings), "the file of the client certificate cannot be read: /no/such/file");
    settings.certificateFile = "/";  // which can be opened, and not read
    EXPECT_EQ(words(settings).find("the file of the client certificate "), 0u);
    settings.certificateFile.clear();
    settings.certificatePem = "-----BEGIN NOTHING-----";
    EXPECT_EQ(words(settings), "the text of the client certificate holds none in PEM");
    settings.certificatePem = certificate;
    EXPECT_EQ(words(settings), "the text of the client certificate's key holds none in PEM");
    settings.keyPem = "-----BEGIN PRIVATE KEY-----\n";
    EXPECT_EQ(words(settings), "the client certificate's key does not fit the certificate");
    settings.keyPem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";
    EXPECT_EQ(words(settings), "the client certificate's key needs a password");
    settings.keyPassword = "hunter2";
    const std::string wrong =
        "the client certificate's key cannot be read: wrong password? Or it does not fit the "
        "certificate";
    EXPECT_EQ(words(settings), wrong);
    settings.keyPem = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n";
    EXPECT_EQ(words(settings), wrong);
    settings.certificatePem += settings.keyPem;
    settings.keyPem.clear();
    EXPECT_EQ(words(settings), wrong);
}

TEST(TlsFailure, WhatIsWrongWithTheAuthoritiesIsLookedUp) {
    TlsSettings settings;
    settings.caFile = "/no/such/file";
    EXPECT_EQ(wordsOf(with(settings, failure(CURLE_SSL_CACERT_BADFILE))),
              "the file of trusted authorities cannot be read: /no/such/file");
    settings.caFile.clear();
    settings.caPem = "-----BEGIN CERTIFICATE-----\nrubbish";
    EXPECT_EQ(wordsOf(with(settings, failure(CURLE_SSL_CACERT_BADFILE))),
              "the trusted authorities cannot be read");
}

}  // namespace
}  // namespace ksqldb::test
