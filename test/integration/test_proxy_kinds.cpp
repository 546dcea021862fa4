// Proxies that the application names: of HTTP, with TLS and without, and of SOCKS.
#include "cluster.h"
#include "environment.h"
#include "proxy.h"
#include "tls.h"

#include <algorithm>
#include <atomic>
#include <string>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";
constexpr const char* farAway = "http://db.example.invalid:8088";
constexpr const char* farAwayTls = "https://db.example.invalid";
constexpr const char* authorization = "Proxy-Authorization: Basic dG9tOmh1bnRlcjI=";  // of both

ServerOptions farAwayServer() {
    return tlsServer([](auto& with) { with.names = {"db.example.invalid"}; });
}

/// A server that is far away, whichever proxy is used.
struct ProxyKinds : testing::Test {
    ProxyKinds() {
        server.on("/query-stream", "", numbers(3));
        server.inserts().declare("s", "A INT");
        server.on("/inserts-stream", "", server.inserts().script());
    }
    void expectRows(const ClientOptions& options) const {
        Client client(options);
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    }
    static void insert(Client& client) {
        InsertRow row;
        take(client.insertInto("s", row.set("A", 1)));
    }
    ClientOptions overTls() const { return ClientOptions(farAwayTls).tls(trusting(server)); }
    /// That no request to the server has what is for the proxy.
    void expectNothingForTheServer() const {
        EXPECT_FALSE(server.requests().empty());
        for (const auto& request : server.requests())
            for (const auto& [name, value] : request.headers) {
                EXPECT_FALSE(server::equalIgnoringCase(name, "Proxy-Authorization"));
                EXPECT_EQ(value.find("dG9tOmh1bnRlcjI"), std::string::npos);
            }
    }
    LocalServer server{farAwayServer()};
};

std::string firstLine(const std::string& head) { return head.substr(0, head.find("\r\n")); }

TEST_F(ProxyKinds, OneForwardsPlainRequests) {
    const Proxy proxy(server.port());
    expectRows(ClientOptions(farAway).proxy(proxy.url()));
    ASSERT_EQ(proxy.requests().size(), 1u);
    EXPECT_EQ(firstLine(proxy.requests()[0]),
              "POST http://db.example.invalid:8088/query-stream HTTP/1.1");
}

TEST_F(ProxyKinds, OneThatIsNamedIsForThisMachineToo) {
    const Proxy proxy(server.port());
    expectRows(ClientOptions("http://127.0.0.1:1").proxy(proxy.url()));
    expectRows(ClientOptions("http://localhost:1").proxy(proxy.url()));
    EXPECT_EQ(proxy.requests().size(), 2u);
}

TEST_F(ProxyKinds, OneOpensTheWayForTlsAndForInserts) {
    const Proxy tls(server.tlsPort()), plain(server.port());
    Client overProxy(overTls().proxy(tls.url()));
    EXPECT_EQ(take(overProxy.executeQuery(statement)).size(), 3u);
    insert(overProxy);
    Client client(ClientOptions(farAway).proxy(plain.url()));
    insert(client);
    ASSERT_EQ(tls.requests().size(), 2u);
    for (const std::string& request : tls.requests())
        EXPECT_EQ(firstLine(request), "CONNECT db.example.invalid:443 HTTP/1.1");
    ASSERT_EQ(plain.requests().size(), 1u);
    EXPECT_EQ(firstLine(plain.requests()[0]), "CONNECT db.example.invalid:8088 HTTP/1.1");
    for (const auto& request : server.requests())
        EXPECT_EQ(request.version == "HTTP/2", request.path() == "/inserts-stream");
}

TEST_F(ProxyKinds, OneIsShownItsCredentialsAndTheServerIsNot) {
    const Proxy tls(server.tlsPort(), "tom:hunter2"), plain(server.port(), "tom:hunter2");
    Client overProxy(overTls().proxy(tls.url(), "tom", "hunter2").apiKey("key", "secret"));
    EXPECT_EQ(take(overProxy.executeQuery(statement)).size(), 3u);
    insert(overProxy);
    Client client(ClientOptions(farAway).proxy(plain.url(), "tom", "hunter2"));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    insert(client);
    for (const Proxy* proxy : {&tls, &plain}) {
        EXPECT_EQ(proxy->requests().size(), 2u);  // they are shown at once, and never asked for
        for (const std::string& request : proxy->requests())
            EXPECT_NE(request.find(authorization), std::string::npos) << request;
    }
    expectNothingForTheServer();
    // And a proxy on the way to TLS is not shown what is for the server.
    for (const std::string& request : tls.requests())
        EXPECT_EQ(request.find("\r\nAuthorization"), std::string::npos) << request;
}

TEST_F(ProxyKinds, HeadersOfTheApplicationAreNotForTheProxyThatOpensAWay) {
    const Proxy proxy(server.tlsPort());
    expectRows(overTls()
                   .proxy(proxy.url())
                   .requestHeader("Authorization", "Bearer hunter2")
                   .requestHeader("X-Token", "hunter2"));
    ASSERT_EQ(proxy.requests().size(), 1u);
    EXPECT_EQ(proxy.requests()[0].find("hunter2"), std::string::npos) << proxy.requests()[0];
    EXPECT_EQ(server.requests().at(0).header("X-Token"), "hunter2");
}

TEST_F(ProxyKinds, WhoDoesNotSayWhoComesIsRefused) {
    const Proxy tls(server.tlsPort(), "tom:hunter2"), plain(server.port(), "tom:hunter2");
    for (const ClientOptions& options :
         {overTls().proxy(tls.url()), overTls().proxy(tls.url(), "tom", "wrong"),
          ClientOptions(farAway).proxy(plain.url()),
          ClientOptions(farAway).proxy(plain.url(), "tom", "wrong")}) {
        Client client(options);
        ResultStream stream = client.streamQuery(statement);
        for (const Error& error :
             {errorFrom(client.executeQuery(statement)),
              errorFrom(client.execute("DROP STREAM s;")), errorFrom(client.serverInfo()),
              errorFrom([&] { stream.header(); }), errorFrom([&] { insert(client); })}) {
            EXPECT_EQ(error.code(), ErrorCode::ProxyRefused) << error.what();
            EXPECT_EQ(error.category(), ErrorCategory::Http);
            EXPECT_EQ(error.httpStatus(), 407);
            EXPECT_FALSE(error.isRetryable());
            EXPECT_NE(std::string(error.what()).find(", from proxy()"), std::string::npos)
                << error.what();
        }
    }
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(ProxyKinds, WhatOneRefusesIsNoLostConnection) {
    for (const int status : {401, 403, 407, 500, 502, 503, 504}) {
        SCOPED_TRACE(status);
        const Proxy proxy("HTTP/1.1 " + std::to_string(status) +
                          " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        for (const char* const url : {farAway, farAwayTls}) {
            Client client(ClientOptions(url).proxy(proxy.url()));
            for (const Error& error :
                 {errorFrom(client.executeQuery(statement)), errorFrom([&] { insert(client); })}) {
                // One that forwards a plain request may have its answer from the server.
                const bool isKnown = url == farAwayTls || status == 407 ||
                                     error.endpoint().find("/inserts-stream") != std::string::npos;
                if (isKnown) {
                    EXPECT_EQ(error.code(), ErrorCode::ProxyRefused) << error.what();
                }
                EXPECT_NE(error.code(), ErrorCode::ConnectionLost) << error.what();
                EXPECT_EQ(error.httpStatus(), status) << error.what();
                if (status != 401) {
                    EXPECT_EQ(error.category(), ErrorCategory::Http) << error.what();
                }
            }
        }
    }
}

TEST_F(ProxyKinds, DirectIsWithoutOneWhateverTheEnvironmentSays) {
    const Proxy proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const Variable one("http_proxy", proxy.url()), two("https_proxy", proxy.url()),
        three("all_proxy", proxy.url()), none("no_proxy", "");
    const auto resolved = [](std::string url, std::uint16_t port) {
        const std::string host = "db.example.invalid:" + std::to_string(port);
        return ClientOptions(url + host).proxy("direct").resolve(host + ":127.0.0.1");
    };
    expectRows(resolved("http://", server.port()));
    expectRows(resolved("https://", server.tlsPort()).tls(trusting(server)));
    EXPECT_TRUE(proxy.requests().empty());
}

TEST_F(ProxyKinds, OneThatIsNamedTakesThePlaceOfTheEnvironments) {
    const Proxy environments("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const Proxy proxy(server.port());
    const Variable one("http_proxy", environments.url());
    // no_proxy of the environment is about the environment's.
    const Variable none("no_proxy", "db.example.invalid");
    expectRows(ClientOptions(farAway).proxy(proxy.url()));
    EXPECT_TRUE(environments.requests().empty());
    EXPECT_EQ(proxy.requests().size(), 1u);
}

TEST_F(ProxyKinds, SomeHostsAreNotBehindOne) {
    const Proxy proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const Variable one("http_proxy", proxy.url()), none("no_proxy", "");
    const std::string host = "db.example.invalid:" + std::to_string(server.port());
    const auto options = [&](const std::vector<std::string>& hosts) {
        return ClientOptions("http://" + host).resolve(host + ":127.0.0.1").noProxy(hosts);
    };
    for (const std::vector<std::string>& hosts :
         std::vector<std::vector<std::string>>{{"db.example.invalid"},
                                               {"elsewhere.invalid", "example.invalid"},
                                               {".example.invalid"},
                                               {"*"}}) {
        expectRows(options(hosts));                     // against the environment's
        expectRows(options(hosts).proxy(proxy.url()));  // and the application's
    }
    EXPECT_TRUE(proxy.requests().empty());
    for (const std::vector<std::string>& hosts : std::vector<std::vector<std::string>>{
             {}, {"elsewhere.invalid"}, {"ample.invalid"}, {"a.db.example.invalid"}}) {
        Client client(options(hosts).proxy(proxy.url()));
        EXPECT_EQ(errorFrom(client.executeQuery(statement)).httpStatus(), 403);
        Client environments(options(hosts));
        EXPECT_EQ(errorFrom(environments.executeQuery(statement)).httpStatus(), 403);
    }
    EXPECT_EQ(proxy.requests().size(), 8u);
}

TEST_F(ProxyKinds, SomeAddressesAreNotBehindOne) {
    const Proxy proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const auto options = [&](const std::vector<std::string>& hosts) {
        return clientOptions(server).proxy(proxy.url()).noProxy(hosts);
    };
    expectRows(options({"127.0.0.1"}));
    expectRows(options({"10.0.0.0/8", "127.0.0.0/8"}));
    EXPECT_TRUE(proxy.requests().empty());
    Client client(options({"10.0.0.0/8", "127.0.0.2"}));
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).httpStatus(), 403);
}

TEST_F(ProxyKinds, SocksOpensTheWayByNameOrByAddress) {
    const SocksProxy plain(server.port()), tls(server.tlsPort());
    Client client(ClientOptions(farAway).proxy("socks5h://" + plain.address()));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    insert(client);
    expectRows(overTls().proxy("socks5h://" + tls.address()));
    for (const SocksProxy* proxy : {&plain, &tls}) {
        EXPECT_FALSE(proxy->hosts().empty());
        for (const std::string& host : proxy->hosts()) EXPECT_EQ(host, "db.example.invalid");
    }
    expectRows(ClientOptions("http://127.0.0.1:1").proxy("socks5://" + plain.address()));
    EXPECT_EQ(plain.hosts().back(), "127.0.0.1");
    // It looks up the name itself.
    Client lost(ClientOptions(farAway).proxy("socks5://" + plain.address()));
    const Error error = errorFrom(lost.executeQuery(statement));
    EXPECT_EQ(error.category(), ErrorCategory::Connect) << error.what();
}

TEST_F(ProxyKinds, SocksThatDoesNotOpenTheWayIsToldAsThat) {
    const SocksProxy proxy(1);
    Client client(ClientOptions(farAway).proxy("socks5h://" + proxy.address()));
    for (const Error& error :
         {errorFrom(client.executeQuery(statement)), errorFrom([&] { insert(client); })}) {
        EXPECT_EQ(error.code(), ErrorCode::ProxyRefused) << error.what();
        EXPECT_NE(std::string(error.what()).find(proxy.address() + ", from proxy()"),
                  std::string::npos)
            << error.what();
    }
}

/// As a balancer does that has no proxy behind it.
TEST_F(ProxyKinds, SocksThatHangsUpReachedNobody) {
    for (const bool resets : {false, true}) {
        SCOPED_TRACE(resets);
        std::atomic<int> asked{0};
        const Middleman proxy([&](const Middleman& by, int client) {
            ++asked;
            by.waitFor(client);  // a close with bytes that nobody has read is a reset
            const std::string greeting = by.readSome(client, resets ? 0 : 2);
            if (!greeting.empty()) by.readSome(client, static_cast<unsigned char>(greeting.back()));
        });
        Client client(ClientOptions(farAway)
                          .proxy("socks5h://127.0.0.1:" + std::to_string(proxy.port()))
                          .retry(RetryPolicy().attempts(2).delay(1ms, 1ms)));
        EXPECT_EQ(errorFrom(client.executeQuery(statement)).code(), ErrorCode::ConnectFailed);
        EXPECT_EQ(asked, 2);
        const Error error = errorFrom([&] { insert(client); });
        EXPECT_EQ(error.code(), ErrorCode::ConnectFailed) << error.what();
        EXPECT_EQ(asked, 3) << "rows are sent once";
    }
}

/// A proxy that is asked over TLS.
struct TlsProxy {
    explicit TlsProxy(std::uint16_t serverPort, server::CertificateOptions options = {},
                      std::string_view credentials = {})
        : plain(serverPort, credentials),
          certificates((options.authority = "the proxy's CA", options), false),
          front(tlsInFrontOf(plain.port(), certificates.context())) {}
    std::string url() const { return "https://127.0.0.1:" + std::to_string(front->port()); }

    const Proxy plain;
    const server::Certificates certificates;
    const std::unique_ptr<Middleman> front;
};

bool canUseTlsToProxies() {
    // As libcurl with OpenSSL and GnuTLS can: the Client says where not.
    Client client(ClientOptions(farAway).proxy("https://127.0.0.1:1"));
    return errorFrom(client.serverInfo()).code() == ErrorCode::ConnectFailed;
}

TEST_F(ProxyKinds, OneMayBeAskedOverTls) {
    if (!canUseTlsToProxies()) GTEST_SKIP() << "this libcurl has no TLS to proxies";
    const TlsProxy plain(server.port(), {}, "tom:hunter2"), tls(server.tlsPort());
    expectRows(ClientOptions(farAway)
                   .tls(TlsOptions().caPem(plain.certificates.caPem()))
                   .proxy(plain.url(), "tom", "hunter2"));
    EXPECT_EQ(plain.plain.requests().size(), 1u);
    expectNothingForTheServer();
    // Both are of authorities that only this Client knows.
    expectRows(
        ClientOptions(farAwayTls)
            .tls(TlsOptions().caPem(tls.certificates.caPem() + server.certificates().caPem()))
            .proxy(tls.url()));
    EXPECT_EQ(firstLine(tls.plain.requests().at(0)), "CONNECT db.example.invalid:443 HTTP/1.1");
}

TEST_F(ProxyKinds, TheEnvironmentsMayBeAskedOverTlsToo) {
    if (!canUseTlsToProxies()) GTEST_SKIP() << "this libcurl has no TLS to proxies";
    const TlsProxy proxy(server.port());
    const Variable one("http_proxy", proxy.url()), none("no_proxy", "");
    expectRows(ClientOptions(farAway).tls(TlsOptions().caPem(proxy.certificates.caPem())));
    Client client{ClientOptions(farAway)};
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).code(), ErrorCode::TlsFailed);
}

TEST_F(ProxyKinds, OneThatIsNotTrustedIsNotAsked) {
    if (!canUseTlsToProxies()) GTEST_SKIP() << "this libcurl has no TLS to proxies";
    server::CertificateOptions expired, elsewhere;
    expired.expired = true;
    elsewhere.names = {"proxy.example.org"};
    const TlsProxy unknown(server.tlsPort()), old(server.tlsPort(), expired),
        other(server.tlsPort(), elsewhere);
    const auto what = [](const TlsProxy& proxy, bool trusted) {
        const TlsOptions tls =
            trusted ? TlsOptions().caPem(proxy.certificates.caPem()) : TlsOptions();
        Client client(ClientOptions(farAwayTls).tls(tls).proxy(proxy.url(), "tom", "hunter2"));
        const Error error = errorFrom(client.executeQuery(statement));
        EXPECT_EQ(error.code(), ErrorCode::TlsFailed) << error.what();
        EXPECT_FALSE(error.isRetryable());
        EXPECT_TRUE(proxy.plain.requests().empty());
        return std::string(error.what());
    };
    const auto expectWords = [](const std::string& text, const char* words) {
        EXPECT_NE(text.find(words), std::string::npos) << text;
    };
    expectWords(what(unknown, false),
                ": the proxy's certificate is signed by an authority that is not trusted");
    expectWords(what(old, true), ": the proxy's certificate has expired");
    expectWords(what(other, true), ": the proxy's certificate is for other names than the proxy's");
    // The proxy is trusted, and the server is not.
    Client client(ClientOptions(farAwayTls)
                      .tls(TlsOptions().caPem(unknown.certificates.caPem()))
                      .proxy(unknown.url()));
    const Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::TlsFailed);
    // Where one TLS goes through another, libcurl 7.88 does not tell why.
    EXPECT_EQ(std::string(error.what()).find("the proxy's certificate"), std::string::npos)
        << error.what();
}

}  // namespace
}  // namespace ksqldb::test
