// A server that is stopped, killed and started again.

#include "local_server.h"
#include "test_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;

const std::string pushQuery =
    TestClient::request("/query-stream", R"({"sql":"SELECT * FROM s EMIT CHANGES;"})");
const std::string info = TestClient::request("/info", "", {}, "GET");

void push(Exchange& exchange) {
    const auto query = exchange.running("q", Closable::No);
    exchange.head(200);
    exchange.chunk("[{\"header\":{}}");
    if (exchange.stall() == Woke::QueryEnded) exchange.endQuery(Form::StreamedRow);
}

TestClient::Answer ask(const LocalServer& server, const std::string& request) {
    return TestClient(server.port()).send(request).answer();
}

bool refuses(const LocalServer& server) {
    try {
        TestClient client(server.port());
        return false;
    } catch (const boost::system::system_error& error) {
        return error.code() == boost::asio::error::connection_refused;
    }
}

TEST(ServerLife, KillCutsWithoutALastChunk) {
    for (const Cut how : {Cut::Close, Cut::Reset}) {
        LocalServer server;
        server.on("/query-stream", "", push);
        TestClient client(server.port());
        client.send(pushQuery);
        ASSERT_TRUE(client.readUntil("header"));
        server.kill(how);
        const std::string received = client.readAll();
        EXPECT_EQ(received.find("\r\n0\r\n"), std::string::npos);
        EXPECT_EQ(received.find("finalMessage"), std::string::npos);
        EXPECT_EQ(client.error(), how == Cut::Close
                                      ? boost::asio::error::make_error_code(boost::asio::error::eof)
                                      : boost::asio::error::connection_reset);
        EXPECT_TRUE(refuses(server));
        EXPECT_FALSE(server.isListening());
        EXPECT_TRUE(server.runningQueries().empty());
    }
}

TEST(ServerLife, StartsAgainOnItsPortAndKeepsItsScripts) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) { exchange.respond(200, "still"); });
    const auto port = server.port();
    for (int i = 0; i < 3; ++i) {
        server.kill();
        server.start();
        ASSERT_TRUE(server.waitUntilListening(20s));
        EXPECT_EQ(server.port(), port);
        EXPECT_EQ(ask(server, pushQuery).body(), "still");
    }
    EXPECT_EQ(server.requests().size(), 3u);
    EXPECT_THROW(server.start(), std::logic_error);
    server.stop();
    EXPECT_THROW(server.start(), std::logic_error);
}

TEST(ServerLife, IsNotReadyAtFirst) {
    LocalServer server;
    server.kill();
    server.start({.notReadyRequests = 2});
    ASSERT_TRUE(server.waitUntilListening(20s));
    const auto refused = ask(server, info);
    EXPECT_EQ(refused.status, 503);
    EXPECT_NE(refused.body().find("\"error_code\":50302"), std::string::npos);
    EXPECT_EQ(ask(server, TestClient::request("/healthcheck", "", {}, "GET")).status, 503);
    EXPECT_EQ(ask(server, info).status, 200);
    server.kill();
    server.start({.notReady = 1h});
    ASSERT_TRUE(server.waitUntilListening(20s));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(server, info).status, 503);
}

TEST(ServerLife, RefusesForATime) {
    LocalServer server;
    server.kill();
    const auto begin = std::chrono::steady_clock::now();
    server.start({.refuses = 50ms});
    ASSERT_TRUE(server.waitUntilListening(20s));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
    EXPECT_EQ(ask(server, info).status, 200);
    server.kill();
    server.start({.refuses = 1h});
    EXPECT_TRUE(refuses(server));
    // The destructor does not wait for the hour.
}

TEST(ServerLife, AnOrderlyStopFinishesPushQueriesAndGoesOnForAMoment) {
    LocalServer server;
    server.on("/query-stream", "", push);
    TestClient client(server.port());
    client.send(pushQuery);
    ASSERT_TRUE(client.readUntil("header"));
    // Long: it is ended early.
    std::thread stopping([&] { server.stopOrderly(500ms); });
    const auto answer = client.answer();
    EXPECT_TRUE(answer.complete);
    EXPECT_NE(answer.body().find(R"({"finalMessage":"Query Completed"}])"), std::string::npos);
    stopping.join();
    EXPECT_TRUE(refuses(server));
    server.start();
    ASSERT_TRUE(server.waitUntilListening(20s));
    TestClient again(server.port());
    again.send(pushQuery);
    EXPECT_TRUE(server.waitForRunningQueries(1, 20s));
}

TEST(ServerLife, LimitsPushQueries) {
    LocalServer server;
    server.on("/query-stream", "", push);
    server.limitPushQueries(1);
    TestClient first(server.port());
    first.send(pushQuery);
    ASSERT_TRUE(server.waitForRunningQueries(1, 20s));
    const auto refused = ask(server, pushQuery);
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body().find("\"error_code\":40001"), std::string::npos);
    EXPECT_NE(refused.body().find("push query count: 1. Configured limit: 1."), std::string::npos);
    first.close();
    ASSERT_TRUE(server.waitForRunningQueries(0, 20s));
    TestClient second(server.port());
    second.send(pushQuery);
    EXPECT_TRUE(second.readUntil("header"));
}

}  // namespace
}  // namespace ksqldb::server
