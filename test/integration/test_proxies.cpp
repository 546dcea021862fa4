// What the environment says of proxies, and refusals on the way.
#include "environment.h"
#include "proxy.h"
#include "support.h"

#include <string>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";
constexpr const char* farAway = "http://db.example.invalid:8088";
constexpr const char* farAwayTls = "https://db.example.invalid";

/// Only what a test sets, whatever the tests' own environment says.
struct Proxies : testing::Test {
    Variable http{"http_proxy", ""}, https{"https_proxy", ""}, capitals{"HTTPS_PROXY", ""},
        all{"all_proxy", ""}, allInCapitals{"ALL_PROXY", ""}, none{"no_proxy", ""},
        noneInCapitals{"NO_PROXY", ""};
};

TEST_F(Proxies, WhatRunsOnThisMachineIsNotBehindOne) {
    LocalServer server(serverOptions(Wire::Tls));
    server.on("/query-stream", "", numbers(3));
    const Proxy proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const Variable one("http_proxy", proxy.url());
    const Variable two("https_proxy", proxy.url());
    Client plain(clientOptions(server));
    EXPECT_EQ(take(plain.executeQuery(statement)).size(), 3u);
    Client tls(clientOptions(server, Wire::Tls));
    EXPECT_EQ(take(tls.executeQuery(statement)).size(), 3u);
    Client byName(ClientOptions("http://localhost:" + std::to_string(server.port())));
    EXPECT_EQ(take(byName.executeQuery(statement)).size(), 3u);
    EXPECT_TRUE(proxy.requests().empty());
}

TEST_F(Proxies, OneForwardsToWhatIsElsewhere) {
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    const Proxy proxy(server.port());
    const Variable one("http_proxy", proxy.url());
    Client client{ClientOptions(farAway)};
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    ASSERT_EQ(proxy.requests().size(), 1u);
    EXPECT_EQ(proxy.requests()[0].find("POST http://db.example.invalid:8088/query-stream"), 0u);
}

TEST_F(Proxies, OneOpensTheWayForTls) {
    ServerOptions options = serverOptions(Wire::Tls);
    options.certificate.names = {"db.example.invalid"};
    LocalServer server(options);
    server.on("/query-stream", "", numbers(3));
    const Proxy proxy(server.tlsPort());
    const Variable one("https_proxy", proxy.url());
    Client client(ClientOptions(farAwayTls).caFile(server.caFile().string()));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    ASSERT_EQ(proxy.requests().size(), 1u);
    EXPECT_EQ(proxy.requests()[0].find("CONNECT db.example.invalid:443 "), 0u);
}

TEST_F(Proxies, OneThatDoesNotOpenTheWayIsToldAsThat) {
    for (const int status : {401, 403, 407, 502, 503}) {
        SCOPED_TRACE(status);
        const Proxy proxy("HTTP/1.1 " + std::to_string(status) +
                          " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        const Variable one("https_proxy", "http://tom:hunter2@" + proxy.address());
        Client client{ClientOptions(farAwayTls)};
        const Error error = errorFrom(client.executeQuery(statement));
        EXPECT_EQ(error.code(), ErrorCode::ProxyRefused) << error.what();
        EXPECT_EQ(error.httpStatus(), status);
        EXPECT_EQ(error.isRetryable(), status >= 502);
        const std::string what = error.what();
        EXPECT_NE(what.find(proxy.address() + ", from https_proxy"), std::string::npos) << what;
        EXPECT_EQ(what.find("hunter2"), std::string::npos) << what;
    }
}

TEST_F(Proxies, OneThatHangsUpOnConnectHasExecutedNothing) {
    const Middleman proxy(
        [](const Middleman& by, int client) { by.readUntil(client, "\r\n\r\n"); });
    const std::string address = "127.0.0.1:" + std::to_string(proxy.port());
    const Variable one("https_proxy", "http://" + address);
    Client client{ClientOptions(farAwayTls)};
    for (const Error& error :
         {errorFrom(client.executeQuery(statement)), errorFrom(client.execute("DROP STREAM s;"))}) {
        EXPECT_EQ(error.code(), ErrorCode::ConnectFailed) << error.what();
        EXPECT_TRUE(error.isRetryable()) << error.what();
        EXPECT_NE(std::string(error.what()).find(address + ", from https_proxy"), std::string::npos)
            << error.what();
    }
}

TEST_F(Proxies, APageOfAProxysOwnIsNotKsqlDbsNo) {
    const Proxy proxy(
        "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: "
        "14\r\n\r\n<html>no</html");
    const Variable one("http_proxy", proxy.url());
    Client client{ClientOptions(farAway)};
    const Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::HttpStatus);
    EXPECT_EQ(error.category(), ErrorCategory::Http);
    EXPECT_EQ(error.httpStatus(), 403);
}

TEST_F(Proxies, OneThatIsNotThereIsNamed) {
    std::string address;
    {
        const Proxy gone("x");
        address = gone.address();
    }
    const Variable one("http_proxy", "http://" + address);
    Client client{ClientOptions(farAway)};
    const Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::ConnectFailed);
    EXPECT_NE(std::string(error.what()).find(address + ", from http_proxy"), std::string::npos)
        << error.what();
}

TEST_F(Proxies, OneThatLibcurlCannotUseIsNoMatterOfTryingAgain) {
    const Variable one("http_proxy", "ftp://tom:hunter2@127.0.0.1:1");
    Client client{ClientOptions(farAway)};
    const Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::Unsupported) << error.what();
    EXPECT_FALSE(error.isRetryable());
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
}

TEST(CutResult, OfWhichOnlyTheConnectionsEndSaysThatItIsOverIsNoResult) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        const Answer answer(exchange);
        exchange.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" +
                      answer.headerLine("query_1") + answer.rowLine("[0]") + answer.rowLine("[1]"));
        exchange.close();
    });
    Client client(clientOptions(server));
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).code(), ErrorCode::TruncatedResponse);
}

TEST(LinkLocal, TheZoneGoesAlong) {
    // libcurl looks up the interface before it connects: one that there is not is its error.
    Client client("fe80::1%nosuch0", 8088);
    const Error error = errorFrom(client.serverInfo());
    EXPECT_EQ(error.code(), ErrorCode::ConnectFailed) << error.what();
    EXPECT_EQ(error.endpoint(), "GET http://[fe80::1%25nosuch0]:8088/info");
}

}  // namespace
}  // namespace ksqldb::test
