// Whom a Client trusts, and what it says of those whom it does not.
#include "cluster.h"
#include "environment.h"
#include "middleman.h"
#include "server/temporary_file.h"
#include "tls.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace ksqldb::test {
namespace {

using server::TemporaryFile;

constexpr const char* statement = "SELECT 1;";
constexpr const char* untrusted =
    "the server's certificate is signed by an authority that is not trusted";

void expectWorks(LocalServer& server, const ClientOptions& options) {
    server.on("/query-stream", "", numbers(3));
    Client client(options);
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    EXPECT_TRUE(server.requests().back().overTls);
    ResultStream stream = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(stream), firstNumbers(3));
}

TEST(Tls, WithATrustedAuthorityWorks) {
    LocalServer server(tlsServer());
    expectWorks(server, ClientOptions(server.tlsUrl()).caFile(server.caFile().string()));
    expectWorks(server, tlsClient(server, TlsOptions().caFile(server.caFile().string())));
    expectWorks(server, tlsClient(server, trusting(server)));
}

TEST(Tls, ByNameWorks) {
    const LocalServer server(tlsServer([](auto& with) { with.names = {"localhost"}; }));
    Client client(ClientOptions("https://localhost:" + std::to_string(server.tlsPort()))
                      .tls(trusting(server)));
    EXPECT_FALSE(take(client.serverInfo()).version.empty());
}

TEST(Tls, OfAnAuthorityThatTheSystemDoesNotKnowFails) {
    const LocalServer server(tlsServer());
    expectTlsFailed(ClientOptions(server.tlsUrl()), untrusted);
    EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, OfAnotherAuthorityThanThatOfTheFileFails) {
    const LocalServer server(tlsServer([](auto& with) { with.namesAuthorityKey = false; }));
    const LocalServer other(tlsServer([](auto& with) { with.selfSigned = true; }));
    expectTlsFailed(tlsClient(server, trusting(other)), untrusted);
    expectTlsFailed(tlsClient(server, TlsOptions().caFile(other.caFile().string())), untrusted);
    // Of the same name, and with another key.
    const LocalServer namesake(tlsServer());
    expectTlsFailed(
        tlsClient(server, trusting(namesake)),
        "the server's certificate is not signed by the trusted authority that it names");
    EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, ThatIsSelfSignedFailsUnlessItIsTrustedItself) {
    LocalServer server(tlsServer([](auto& with) { with.selfSigned = true; }));
    expectTlsFailed(ClientOptions(server.tlsUrl()),
                    "the server's certificate is signed by itself, and not trusted");
    EXPECT_TRUE(server.requests().empty());
    expectWorks(server, tlsClient(server, trusting(server)));
}

TEST(Tls, OfAnotherHostFails) {
    const LocalServer server(tlsServer([](auto& with) { with.names = {"ksqldb.example.org"}; }));
    expectTlsFailed(tlsClient(server, trusting(server)),
                    "the server's certificate is for other names than 127.0.0.1");
    expectTlsFailed(ClientOptions("https://localhost:" + std::to_string(server.tlsPort()))
                        .tls(trusting(server)),
                    "the server's certificate is for other names than localhost");
    EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, WithAnExpiredCertificateFails) {
    const LocalServer server(tlsServer([](auto& with) { with.expired = true; }));
    expectTlsFailed(tlsClient(server, trusting(server)), "the server's certificate has expired");
    EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, WithoutTheAuthoritiesFails) {
    const LocalServer server(tlsServer());
    expectTlsFailed(tlsClient(server, TlsOptions().caFile("/no/such/file.pem")),
                    "the file of trusted authorities cannot be read: /no/such/file.pem");
    const TemporaryFile empty("");
    expectTlsFailed(tlsClient(server, TlsOptions().caFile(empty.path().string())),
                    "the file of trusted authorities holds none in PEM: " + empty.path().string());
    EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, ToAPlainPortFails) {
    const LocalServer server;
    expectTlsFailed(ClientOptions("https://127.0.0.1:" + std::to_string(server.port())),
                    "the server does not speak TLS on this port");
}

TEST(Tls, OfAnOlderVersionThanWantedFails) {
    LocalServer old(tlsServer([](auto& with) { with.onlyTls12 = true; }));
    expectWorks(old, tlsClient(old, trusting(old)));
    expectWorks(old, tlsClient(old, trusting(old).minVersion(TlsVersion::Tls12)));
    old.forgetRequests();
    expectTlsFailed(tlsClient(old, trusting(old).minVersion(TlsVersion::Tls13)),
                    "the server has only versions of TLS that are too old");
    EXPECT_TRUE(old.requests().empty());
    LocalServer current(tlsServer());
    expectWorks(current, tlsClient(current, trusting(current).minVersion(TlsVersion::Tls13)));
}

TEST(Tls, WithAPinnedKeyIsForThatKeyOnly) {
    LocalServer server(tlsServer());
    const LocalServer other(tlsServer());
    const std::string right = server.certificates().publicKeyPin();
    const std::string wrong = other.certificates().publicKeyPin();
    expectWorks(server, tlsClient(server, trusting(server).pinnedPublicKey(right)));
    expectWorks(server, tlsClient(server, trusting(server).pinnedPublicKey(wrong + ";" + right)));
    server.forgetRequests();
    for (const std::string& pins : {wrong, wrong + ";" + wrong})
        expectTlsFailed(
            tlsClient(server, trusting(server).pinnedPublicKey(pins)),
            "the server's certificate has another public key than those of pinnedPublicKey");
    // It does not make up for trust.
    expectTlsFailed(tlsClient(server, TlsOptions().pinnedPublicKey(right)), untrusted);
    EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, OfAnyServerIsDangerous) {
    LocalServer untrustedServer(tlsServer());
    LocalServer elsewhere(tlsServer([](auto& with) { with.names = {"ksqldb.example.org"}; }));
    LocalServer expired(tlsServer([](auto& with) { with.expired = true; }));
    for (LocalServer* server : {&untrustedServer, &elsewhere, &expired}) {
        const auto warnings = std::make_shared<std::atomic<int>>(0);
        const auto count = [warnings](LogLevel level, std::string_view line) {
            if (level == LogLevel::Warn && line.find("dangerouslyTrustAnyServer") != line.npos)
                ++*warnings;
        };
        const auto options = [&](bool trust) {
            return tlsClient(*server, TlsOptions().dangerouslyTrustAnyServer(trust))
                .log(LogLevel::Warn, count);
        };
        expectWorks(*server, options(true));
        EXPECT_EQ(*warnings, 2);  // a call each
        Client careless(options(true));
        const auto expectWarning = [&](const char* what, const auto& call) {
            const int before = *warnings;
            call();
            EXPECT_GT(*warnings, before) << what;
        };
        server->on("/ksql", "", [](Exchange& exchange) { exchange.respond(200, "[]"); });
        server->on("/close-query", "", [](Exchange& exchange) { exchange.respond(200); });
        server->inserts().declare("S", "N BIGINT");
        InsertRow row;
        row.set("N", 1);
        expectWarning("execute", [&] { take(careless.execute("DROP STREAM s;")); });
        expectWarning("closeQuery", [&] { take(careless.closeQuery("transient_1")); });
        expectWarning("serverInfo", [&] { take(careless.serverInfo()); });
        expectWarning("insertInto", [&] { take(careless.insertInto("S", row)); });
        expectWarning("insertInto by INSERT VALUES", [&] {
            take(careless.insertInto("S", row, InsertOptions().insertValues(InsertValues::Always)));
        });
        expectWarning("insertStream", [&] {
            InsertStream stream = careless.insertStream("S");
            stream.insert(row);
            EXPECT_TRUE(stream.close(patience).ok());
        });
        Client careful(options(false));
        const int before = *warnings;
        EXPECT_EQ(errorFrom(careful.executeQuery(statement)).code(), ErrorCode::TlsFailed);
        EXPECT_EQ(*warnings, before);
    }
}

TEST(Tls, OfAnyIdentityProviderIsDangerous) {
    LocalServer server(tlsServer());
    LocalServer provider(tlsServer());
    provider.issueTokens("me", "hunter2");
    LogLines log;
    Client client(
        tlsClient(server, trusting(server))
            .log(LogLevel::Warn, log.sink())
            .credentials(OAuthClientCredentials(provider.tlsUrl() + "/oauth/token", "me", "hunter2")
                             .tls(TlsOptions().dangerouslyTrustAnyServer())));
    take(client.serverInfo());
    take(client.serverInfo());
    EXPECT_EQ(log.all(), provider.tlsUrl() +
                             "/oauth/token: dangerouslyTrustAnyServer() is set: whoever answers is "
                             "trusted\n");  // once: the token serves both
}

TEST(Tls, OfAnyOfSeveralServersIsDangerousWithEachCall) {
    const LocalServer one(tlsServer());
    const LocalServer two(tlsServer());
    LogLines log;
    Client client(ClientOptions()
                      .servers({one.tlsUrl(), two.tlsUrl()})
                      .tls(TlsOptions().dangerouslyTrustAnyServer())
                      .log(LogLevel::Warn, log.sink()));
    EXPECT_EQ(log.all(), "");
    take(client.serverInfo());
    EXPECT_EQ(log.all(), "/info: dangerouslyTrustAnyServer() is set: whoever answers is trusted\n");
}

TEST(Tls, OfAnyServerWithAPinnedKeyIsOfThatKey) {
    LocalServer server(tlsServer());
    const LocalServer other(tlsServer());
    const auto pinned = [](const LocalServer& of) {
        return TlsOptions().dangerouslyTrustAnyServer().pinnedPublicKey(
            of.certificates().publicKeyPin());
    };
    expectWorks(server, tlsClient(server, pinned(server)));
    Client client(tlsClient(server, pinned(other)));
    EXPECT_EQ(errorFrom(client.serverInfo()).code(), ErrorCode::TlsFailed);
}

/// As a balancer without a server behind it does: it accepts, and hangs up.
TEST(Tls, CutInTheHandshakeIsNoConnection) {
    const Middleman closing([](const Middleman& by, int client) { by.readUntil(client, "\x16"); });
    const Middleman resetting([](const Middleman& by, int client) { by.readSome(client, 1); });
    LocalServer server(tlsServer());
    server.on("/query-stream", "", numbers(3));
    for (const Middleman* const gone : {&closing, &resetting}) {
        const std::string url = "https://127.0.0.1:" + std::to_string(gone->port());
        Client alone(ClientOptions(url).tls(trusting(server)));
        for (const Error& error : {errorFrom(alone.executeQuery(statement)),
                                   errorFrom(alone.execute("DROP STREAM s;"))}) {
            EXPECT_EQ(error.code(), ErrorCode::ConnectFailed) << error.what();
            EXPECT_TRUE(error.isRetryable()) << error.what();
        }
        Client both(ClientOptions().servers({url, server.tlsUrl()}).tls(trusting(server)));
        EXPECT_EQ(take(both.executeQuery(statement)).size(), 3u);
    }
}

TEST(Tls, CutWithoutGoodbyeIsALostConnection) {
    // Without close_notify it could be an attacker who cuts the answer short.
    LocalServer server(tlsServer());
    server.on("/query-stream", "", [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1");
        answer.numbers(0, 2);
        exchange.close(server::TlsEnd::Cut);
    });
    Client client(clientOptions(server, Wire::Tls));
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).code(), ErrorCode::ConnectionLost);
}

}  // namespace
}  // namespace ksqldb::test
