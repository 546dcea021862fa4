// What the server was asked, and how it is reached.
#include "kit_test.h"

#include <fstream>
#include <thread>

namespace ksqldb::kit {
namespace {

const std::string sql = "SELECT N FROM t;";

std::string headerOf(const testing::Request& request, const std::string& name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return {};
}

TEST(KitRequests, AreSeenWithAllThatTheySay) {
    testing::Server server;
    server.on(sql).columns("N INT");
    server.onAny().times(0);
    Client client(server.clientOptions().requestHeader("X-Team", "blue"));
    take(client.executeQuery(sql, QueryOptions()
                                      .offsetReset(OffsetReset::Earliest)
                                      .property("ksql.query.pull.table.scan.enabled", true)
                                      .sessionVariable("name", "alice")));
    ASSERT_TRUE(server.waitForRequests(1, patience));
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 1U);
    const testing::Request& request = requests[0];
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/query-stream");
    EXPECT_EQ(request.httpVersion, "HTTP/1.1");
    EXPECT_EQ(request.statement, sql);
    EXPECT_EQ(headerOf(request, "X-Team"), "blue");
    EXPECT_EQ(request.properties.at("auto.offset.reset"), "earliest");
    EXPECT_EQ(request.properties.at("ksql.query.pull.table.scan.enabled"), "true");
    EXPECT_EQ(request.sessionVariables.at("name"), "alice");
    EXPECT_NE(request.body.find("\"sql\""), std::string::npos);
    EXPECT_EQ(server.statements(), (Texts{sql}));
    server.forgetRequests();
    EXPECT_TRUE(server.requests().empty());
    EXPECT_FALSE(server.waitForRequests(1, 1ms));
}

TEST(KitRequests, ComeOverTlsWithItsOwnAuthority) {
    testing::Server server(testing::ServerOptions().tls().apiKey("key", "secret"));
    server.on(sql).columns("N INT").row(1);
    EXPECT_EQ(server.url().rfind("https://127.0.0.1:", 0), 0U);
    EXPECT_TRUE(std::ifstream(server.caFile()).good());
    Client client(server.clientOptions());
    EXPECT_EQ(take(client.executeQuery(sql)).size(), 1U);
    Client stranger(ClientOptions(server.url()).proxy("direct"));
    EXPECT_EQ(errorFrom([&] { take(stranger.executeQuery(sql)); }).code(), ErrorCode::TlsFailed);
    Client nobody(ClientOptions(server.url()).caFile(server.caFile()).proxy("direct"));
    EXPECT_EQ(errorFrom([&] { take(nobody.executeQuery(sql)); }).code(), ErrorCode::Unauthorized);
}

TEST(KitRequests, ComeWithATokenBelowAPathOverEitherHttp) {
    testing::Server server(testing::ServerOptions().bearerToken("token").basePath("/route"));
    server.on(sql).columns("N INT").row(1);
    for (const HttpVersion version : {HttpVersion::Http11, HttpVersion::Http2}) {
        Client client(server.clientOptions().httpVersion(version));
        EXPECT_EQ(take(client.executeQuery(sql)).size(), 1U);
    }
    EXPECT_EQ(server.requests().at(0).path, "/query-stream");
    EXPECT_EQ(server.requests().at(1).httpVersion, "HTTP/2");
    Client nobody(ClientOptions(server.url()).proxy("direct"));
    EXPECT_EQ(errorFrom([&] { take(nobody.executeQuery(sql)); }).code(), ErrorCode::Unauthorized);
}

TEST(KitRequests, OptionsThatCannotBeAreRefused) {
    const testing::Server server;
    EXPECT_EQ(errorFrom([&] { server.caFile(); }).code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(errorFrom([] { testing::ServerOptions().basePath("route"); }).code(),
              ErrorCode::InvalidArgument);
    const auto taken = errorFrom(
        [&] { const testing::Server second(testing::ServerOptions().port(server.port())); });
    EXPECT_EQ(taken.code(), ErrorCode::InvalidArgument);
    EXPECT_NE(std::string(taken.what()).find(std::to_string(server.port())), std::string::npos);
}

TEST(KitRequests, ComeFromManyThreadsWhileAnswersAreDescribed) {
    testing::Server server;
    auto numbers = server.onPush("SELECT N FROM s EMIT CHANGES;").columns("N INT");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&server, i] {
            const std::string mine = "SELECT N FROM t WHERE k = " + std::to_string(i) + ";";
            Client client(server.clientOptions());
            for (int round = 0; round < 10; ++round) {
                server.on(mine).columns("N INT").row(round);
                EXPECT_EQ(take(client.executeQuery(mine)).row(0).get<int>(0), round);
            }
        });
    }
    threads.emplace_back([&numbers] {
        for (int i = 0; i < 100; ++i) numbers.send(i);
    });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(server.requests().size(), 40U);
}

}  // namespace
}  // namespace ksqldb::kit
