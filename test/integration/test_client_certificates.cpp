// Mutual TLS: what a Client shows of itself, and what becomes of one that shows nothing or what is
// wrong.
#include "server/temporary_file.h"
#include "tls.h"

#include <string>

namespace ksqldb::test {
namespace {

using server::TemporaryFile;

constexpr const char* statement = "SELECT 1;";
constexpr const char* password = "hunter2-key";

ServerOptions asking(bool onlyTls12 = false) {
    return tlsServer([onlyTls12](auto& with) {
        with.requireClient = true;
        with.onlyTls12 = onlyTls12;
    });
}

/// With both versions: the server says in other ways what it does not like.
struct ClientCertificates : testing::TestWithParam<bool> {
    LocalServer server{asking(GetParam())};
    const server::Certificates& of = server.certificates();

    void expectWorks(const TlsOptions& tls) {
        server.on("/query-stream", "", numbers(3));
        Client client(tlsClient(server, tls));
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
        ResultStream stream = client.streamQuery(statement);
        EXPECT_EQ(numbersOf(stream), firstNumbers(3));
        EXPECT_FALSE(take(client.serverInfo()).version.empty());
    }
    void expectFails(const TlsOptions& tls, const std::string& words) {
        for (const Error& error : expectTlsFailed(tlsClient(server, tls), words))
            EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
        EXPECT_TRUE(server.requests().empty());
    }
};

INSTANTIATE_TEST_SUITE_P(Versions, ClientCertificates, testing::Values(false, true),
                         [](const auto& test) { return test.param ? "Tls12" : "Tls13"; });

TEST_P(ClientCertificates, InOneWithTheirKeysAreShown) {
    expectWorks(trusting(server).clientCertificateFile(server.clientFile().string()));
    expectWorks(trusting(server).clientCertificatePem(of.clientPem()));
}

TEST_P(ClientCertificates, ApartFromTheirKeysAreShown) {
    const TemporaryFile certificate(of.clientCertificatePem()), key(of.clientKeyPem());
    expectWorks(
        trusting(server).clientCertificateFile(certificate.path().string(), key.path().string()));
    expectWorks(
        trusting(server).clientCertificatePem(of.clientCertificatePem(), of.clientKeyPem()));
}

TEST_P(ClientCertificates, WithEncryptedKeysAreShown) {
    const std::string encrypted = of.clientKeyPem(password);
    ASSERT_NE(encrypted.find("ENCRYPTED"), std::string::npos);
    const TemporaryFile certificate(of.clientCertificatePem()), key(encrypted);
    expectWorks(trusting(server).clientCertificateFile(certificate.path().string(),
                                                       key.path().string(), password));
    expectWorks(
        trusting(server).clientCertificatePem(of.clientCertificatePem(), encrypted, password));
    const TemporaryFile both(of.clientCertificatePem() + encrypted);
    expectWorks(trusting(server).clientCertificateFile(both.path().string(), {}, password));
    expectWorks(
        trusting(server).clientCertificatePem(of.clientCertificatePem() + encrypted, {}, password));
}

TEST_P(ClientCertificates, ThatAreMissingAreMissed) {
    // Before TLS 1.3 an alert has no word of its own for that.
    expectFails(trusting(server), GetParam() ? "the server ends the TLS handshake: it wants a "
                                               "client certificate, or has no cipher in common"
                                             : "the server wants a client certificate");
}

TEST_P(ClientCertificates, OfAnotherAuthorityAreRefused) {
    expectFails(
        trusting(server).clientCertificatePem(
            of.clientCertificatePem(ClientCertificate::OfAnotherAuthority), of.clientKeyPem()),
        "the server refuses the client certificate: it does not trust its authority");
}

TEST_P(ClientCertificates, ThatHaveExpiredAreRefused) {
    expectFails(trusting(server).clientCertificatePem(
                    of.clientCertificatePem(ClientCertificate::Expired), of.clientKeyPem()),
                "the server refuses the client certificate: it has expired");
}

TEST_P(ClientCertificates, WithAWrongPasswordCannotBeRead) {
    const std::string words =
        "the client certificate's key cannot be read: wrong password? Or it does not fit the "
        "certificate";
    const std::string encrypted = of.clientKeyPem(password);
    const TemporaryFile certificate(of.clientCertificatePem()), key(encrypted);
    expectFails(trusting(server).clientCertificateFile(certificate.path().string(),
                                                       key.path().string(), "hunter2-wrong"),
                words);
    expectFails(trusting(server).clientCertificatePem(of.clientCertificatePem(), encrypted,
                                                      "hunter2-wrong"),
                words);
}

TEST_P(ClientCertificates, WithoutAPasswordForTheirKeysNeedOne) {
    expectFails(
        trusting(server).clientCertificatePem(of.clientCertificatePem(), of.clientKeyPem(password)),
        "the client certificate's key needs a password");
}

TEST_P(ClientCertificates, WithAnothersKeyDoNotFit) {
    const LocalServer other(tlsServer());
    const std::string words = "the client certificate's key does not fit the certificate";
    const std::string wrong = other.certificates().clientKeyPem();
    const TemporaryFile certificate(of.clientCertificatePem()), key(wrong);
    expectFails(
        trusting(server).clientCertificateFile(certificate.path().string(), key.path().string()),
        words);
    expectFails(trusting(server).clientCertificatePem(of.clientCertificatePem(), wrong), words);
}

TEST_P(ClientCertificates, InFilesThatAreNotThereCannotBeRead) {
    expectFails(trusting(server).clientCertificateFile("/no/such/certificate.pem"),
                "the file of the client certificate cannot be read: /no/such/certificate.pem");
    const TemporaryFile certificate(of.clientCertificatePem());
    expectFails(
        trusting(server).clientCertificateFile(certificate.path().string(), "/no/such/key.pem"),
        "the file of the client certificate's key cannot be read: /no/such/key.pem");
    expectFails(trusting(server).clientCertificateFile(certificate.path().string()),
                "the file of the client certificate's key holds none in PEM: " +
                    certificate.path().string());
    const TemporaryFile empty("");
    expectFails(trusting(server).clientCertificateFile(empty.path().string()),
                "the file of the client certificate holds none in PEM: " + empty.path().string());
}

TEST_P(ClientCertificates, AreShownWithInsertsToo) {
    server.inserts().declare("s", "A INT");
    InsertRow row;
    row.set("A", 1);
    Client client(tlsClient(server, trusting(server).clientCertificatePem(of.clientPem())));
    take(client.insertInto("s", row));
    Client without(tlsClient(server, trusting(server)));
    const Error error = errorFrom(without.insertInto("s", row));
    // What the server says of it may be lost: with TLS 1.3 it comes while the rows go.
    if (GetParam() || error.code() != ErrorCode::ConnectionLost) {
        EXPECT_EQ(error.code(), ErrorCode::TlsFailed) << error.what();
    }
    EXPECT_NE(std::string(error.what()).find("client certificate"), std::string::npos)
        << error.what();
    EXPECT_EQ(server.inserts().rows("s").size(), 1u);
}

}  // namespace
}  // namespace ksqldb::test
