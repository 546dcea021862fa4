#include "local_server.h"
#include "test_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string anyQuery = TestClient::request("/query-stream", R"({"sql":"SELECT 1;"})");
const Headers acceptRows{{"Accept", "application/vnd.ksql.v1+json"}};

std::string get(const std::string& path, const Headers& headers = {}) {
    return TestClient::request(path, {}, headers, "GET");
}

TestClient::Answer ask(const LocalServer& server, const std::string& request) {
    return TestClient(server.port()).send(request).answer();
}

TEST(LocalServer, AnswersItselfWithoutScripts) {
    const LocalServer server;
    const auto info = ask(server, get("/info"));
    EXPECT_EQ(info.status, 200);
    EXPECT_EQ(findHeader(info.headers, "server"), "ksqldb-local-server");
    EXPECT_NE(info.body().find("KsqlServerInfo"), std::string::npos);
    EXPECT_EQ(ask(server, get("/healthcheck")).status, 200);
    EXPECT_EQ(ask(server, get("/no/such/path")).status, 404);
    EXPECT_EQ(ask(server, get("/query-stream")).status, 405);
    const auto refused = ask(server, anyQuery);
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body().find("\"error_code\":40001"), std::string::npos);
    EXPECT_NE(refused.body().find("\"statementText\":\"SELECT 1;\""), std::string::npos);
    EXPECT_EQ(ask(server, TestClient::request("/inserts-stream", "")).body(),
              R"({"@type":"generic_error","error_code":40004,)"
              R"("message":"This endpoint is only available when using HTTP2"})");
}

TEST(LocalServer, KeepsConnectionsAlive) {
    const LocalServer server;
    TestClient client(server.port());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send(get("/info")).answer().status, 200);
    // Pipelined, and a request in single bytes.
    client.send(get("/info") + get("/healthcheck"));
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_NE(client.answer().body().find("isHealthy"), std::string::npos);
    for (const char c : anyQuery) client.send({c});
    EXPECT_EQ(client.answer().status, 400);
    EXPECT_EQ(server.acceptedConnections(), 1u);
    client.send(get("/info", {{"Connection", "close"}}));
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(client.readAll(), "");
    EXPECT_TRUE(server.waitForOpenConnections(0, 30s));
}

TEST(LocalServer, RecordsWhatItWasAsked) {
    LocalServer server;
    TestClient first(server.port());
    first.send(TestClient::request("/query-stream?x=1",
                                   R"({"sql":"SELECT 1;","properties":{"a":"b","n":1.50},)"
                                   R"("sessionVariables":{"v":"it's"}})",
                                   {{"X-First", "1"}, {"X-Second", "2"}}));
    ASSERT_TRUE(server.waitForRequests(1, 30s));
    ask(server, TestClient::request("/ksql", R"({"ksql":"LIST STREAMS;"})"));
    ASSERT_TRUE(server.waitForRequests(2, 30s));
    EXPECT_FALSE(server.waitForRequests(3, 10ms));
    const auto requests = server.requests();
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].target, "/query-stream?x=1");
    EXPECT_EQ(requests[0].path(), "/query-stream");
    EXPECT_EQ(requests[0].version, "HTTP/1.1");
    EXPECT_EQ(requests[0].headers[1].first, "X-First");
    EXPECT_EQ(requests[0].header("x-second"), "2");
    EXPECT_EQ(requests[0].sql(), "SELECT 1;");
    EXPECT_EQ(requests[0].property("a"), "\"b\"");
    EXPECT_EQ(requests[0].property("n"), "1.5");
    EXPECT_EQ(requests[0].property("none"), std::nullopt);
    EXPECT_EQ(requests[0].sessionVariable("v"), "\"it's\"");
    EXPECT_EQ(requests[1].sql(), "LIST STREAMS;");
    EXPECT_FALSE(requests[0].overTls);
    EXPECT_NE(requests[0].connection, requests[1].connection);
    server.forgetRequests();
    EXPECT_TRUE(server.requests().empty());
}

TEST(LocalServer, AsksTheLatestFittingScriptFirst) {
    LocalServer server;
    const auto saying = [](const char* text) {
        return [text](Exchange& exchange) { exchange.respond(200, text); };
    };
    server.onAny(saying("any"));
    server.on("/query-stream", "", saying("path"));
    server.on("/query-stream", "SELECT   1;", saying("sql"));
    server.on("/info", "", [](Exchange& exchange) { exchange.pass(); });
    EXPECT_EQ(ask(server, anyQuery).body(), "sql");
    EXPECT_EQ(ask(server, TestClient::request("/query-stream", R"({"sql":"SELECT 2;"})")).body(),
              "path");
    EXPECT_EQ(ask(server, get("/info")).body(), "any");
    server.clearScripts();
    EXPECT_EQ(ask(server, anyQuery).status, 400);
}

TEST(LocalServer, SendsExactBytes) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.send("HTTP/1.1 299 Odd\r\nfirst\r\n");
        exchange.send("garbage");
        exchange.close();
    });
    TestClient client(server.port());
    EXPECT_EQ(client.send(anyQuery).readAll(), "HTTP/1.1 299 Odd\r\nfirst\r\ngarbage");
    EXPECT_EQ(client.error(), boost::asio::error::eof);
    EXPECT_EQ(server.bytesWritten(), client.received().size());
}

TEST(LocalServer, ResetsTheConnection) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("[1]\n");
        exchange.reset();
    });
    TestClient client(server.port());
    client.send(anyQuery).readAll();
    EXPECT_EQ(client.error(), boost::asio::error::connection_reset);
}

TEST(LocalServer, CutsAnAnswerWithoutLastChunk) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("[1]\n");
    });
    TestClient client(server.port());
    const auto answer = client.send(anyQuery).answer();
    EXPECT_EQ(answer.parts, std::vector<std::string>{"[1]\n"});
    EXPECT_FALSE(answer.complete);
    EXPECT_EQ(client.error(), boost::asio::error::eof);
}

TEST(LocalServer, AScriptThatThrowsEndsItsConnection) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange&) { throw std::runtime_error("enough"); });
    TestClient client(server.port());
    EXPECT_EQ(client.send(anyQuery).readAll(), "");
    EXPECT_EQ(ask(server, get("/info")).status, 200);
}

TEST(LocalServer, ScriptsWaitForEventsAndClients) {
    Event go;
    Event clientClosed;
    std::atomic<Woke> woke{Woke::Time};
    LocalServer server;
    server.on("/query-stream", "", [&](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("before\n");
        woke = exchange.waitFor(go);
        exchange.chunk("after\n");
        if (exchange.waitForClientClose()) clientClosed.set();
    });
    TestClient client(server.port());
    ASSERT_TRUE(client.send(anyQuery).readUntil("before"));
    go.set();
    ASSERT_TRUE(client.readUntil("after"));
    EXPECT_EQ(woke, Woke::Happened);
    EXPECT_FALSE(clientClosed.isSet());
    client.close();
    EXPECT_TRUE(clientClosed.wait(30s));
    EXPECT_TRUE(server.waitForOpenConnections(0, 30s));
}

TEST(LocalServer, WritingToAClientThatIsGoneEndsTheScript) {
    Event ended;
    LocalServer server;
    server.on("/query-stream", "", [&](Exchange& exchange) {
        exchange.head(200);
        try {
            while (true) exchange.chunk(std::string(10000, 'x'));
        } catch (const ConnectionEnded&) {
            ended.set();
            throw;
        }
    });
    TestClient client(server.port());
    ASSERT_TRUE(client.send(anyQuery).readUntil("xxx"));
    client.close();
    EXPECT_TRUE(ended.wait(30s));
}

class EndedQuery : public testing::Test {
protected:
    EndedQuery() {
        server_.on("/query-stream", "", [this](Exchange& exchange) {
            const auto query = exchange.running("transient_S_1");
            exchange.head(200);
            exchange.chunk("row\n");
            woke_ = exchange.stall();
            exchange.endQuery(
                negotiatedForm("/query-stream", exchange.request().header("Accept")).value());
        });
    }

    TestClient started(const Headers& headers) {
        TestClient client(server_.port());
        client.send(TestClient::request("/query-stream", R"({"sql":"SELECT 1;"})", headers));
        EXPECT_TRUE(server_.waitForRunningQueries(1, 30s));
        EXPECT_EQ(server_.runningQueries(), std::vector<std::string>{"transient_S_1"});
        return client;
    }

    TestClient::Answer terminate(const std::string& id) {
        return ask(server_, TestClient::request("/ksql", R"({"ksql":"TERMINATE )" + id + ";\"}"));
    }
    TestClient::Answer closeQuery(const std::string& body) {
        return ask(server_, TestClient::request("/close-query", body));
    }

    LocalServer server_;
    std::atomic<Woke> woke_{Woke::Time};
};

TEST_F(EndedQuery, ByTerminate) {
    auto client = started(acceptRows);
    const auto answer = terminate("TRANSIENT_s_1");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body(),
              R"([{"@type":"terminate_query","statementText":"TERMINATE TRANSIENT_s_1;",)"
              R"("queryId":"TRANSIENT_S_1","wasTerminated":true,"warnings":[]}])");
    const auto rows = client.answer();
    EXPECT_TRUE(rows.complete);
    EXPECT_EQ(rows.parts,
              (std::vector<std::string>{"row\n", R"({"finalMessage":"Query Completed"})", "]"}));
    EXPECT_EQ(woke_, Woke::QueryEnded);
    EXPECT_TRUE(server_.waitForRunningQueries(0, 30s));
    const auto again = terminate("transient_S_1");
    EXPECT_EQ(again.status, 400);
    EXPECT_EQ(again.body(), R"({"@type":"statement_error","error_code":40001,)"
                            R"("message":"Unknown queryId: TRANSIENT_S_1",)"
                            R"("statementText":"TERMINATE transient_S_1;","entities":[]})");
    // The connection is good for more.
    EXPECT_EQ(client.send(get("/info")).answer().status, 200);
}

TEST_F(EndedQuery, ByTerminateWithItsIdInBackQuotes) {
    auto client = started(acceptRows);
    const auto broken = terminate("`transient_S_1` now");
    EXPECT_EQ(broken.status, 400);
    EXPECT_EQ(terminate("`transient_S_1`").status, 200);
    EXPECT_TRUE(client.answer().complete);
    EXPECT_EQ(woke_, Woke::QueryEnded);
}

TEST_F(EndedQuery, ByCloseQueryOfBothReleases) {
    auto client = started({});
    const auto answer = closeQuery(R"({"queryId":"transient_S_1"})");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body(), R"({"@type":"generic_error","error_code":50000,)"
                             R"("message":"On wrong context or worker"})");
    auto rows = client.answer();
    EXPECT_TRUE(rows.complete);
    EXPECT_EQ(rows.body(), "row\n");

    server_.closeQueryAnswers(CloseQueryAnswer::Release81);
    auto other = started({{"Accept", "application/json"}});
    const auto later = closeQuery(R"({"queryId":"transient_S_1"})");
    EXPECT_EQ(later.status, 200);
    EXPECT_EQ(later.body(), "");
    EXPECT_EQ(other.answer().parts, (std::vector<std::string>{"row\n", "]"}));

    EXPECT_EQ(closeQuery(R"({"queryId":"nope"})").body(),
              R"({"@type":"generic_error","error_code":40000,"message":"No query with id nope"})");
    EXPECT_NE(closeQuery("{}").body().find("Missing required creator property 'queryId'"),
              std::string::npos);
}

TEST_F(EndedQuery, ByItsClient) {
    auto client = started({});
    client.close();
    EXPECT_TRUE(server_.waitForRunningQueries(0, 30s));
}

TEST(LocalServer, RefusesAsRecordedWithoutAndWithWrongCredentials) {
    LocalServer server;
    server.requireBasicAuth("key", "secret");
    const auto missing = ask(server, get("/info"));
    EXPECT_EQ(missing.status, 401);
    EXPECT_EQ(missing.body(),
              R"({"@type":"generic_error","error_code":40100,"message":"Unauthorized"})");
    EXPECT_EQ(findHeader(missing.headers, "WWW-Authenticate"), std::nullopt);
    const auto wrong = ask(server, get("/info", {{"Authorization", "Basic a3NxbDp3cm9uZw=="}}));
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(findHeader(wrong.headers, "WWW-Authenticate"), "Basic realm=\"KsqlServer-Props\"");
    const auto bearer = ask(server, get("/info", {{"Authorization", "Bearer x"}}));
    EXPECT_EQ(findHeader(bearer.headers, "WWW-Authenticate"), std::nullopt);
    EXPECT_EQ(ask(server, get("/info", {{"Authorization", "basic a2V5OnNlY3JldA=="}})).status, 200);
    EXPECT_EQ(ask(server, get("/healthcheck")).status, 200);
    EXPECT_EQ(ask(server, get("/chc/live")).status, 200);
}

TEST(LocalServer, RefusesWhatIsTooLongOrNoHttp) {
    const LocalServer server;
    EXPECT_EQ(ask(server, get("/info", {{"X", std::string(9000, 'x')}})).status, 431);
    EXPECT_EQ(ask(server, get('/' + std::string(5000, 'x'))).status, 414);
    ServerOptions onlyHttp1;
    onlyHttp1.http2 = false;
    EXPECT_EQ(ask(LocalServer(onlyHttp1), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status, 400);
}

TEST(LocalServer, Answers100Continue) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) { exchange.respond(200, "done"); });
    const auto split = anyQuery.find("\r\n\r\n") + 4;
    TestClient client(server.port());
    std::string head = anyQuery.substr(0, split);
    head.insert(head.size() - 2, "Expect: 100-continue\r\n");
    client.send(head);
    EXPECT_EQ(client.readUntil("100 Continue\r\n\r\n"), true);
    EXPECT_TRUE(client.send(anyQuery.substr(split)).readUntil("done"));
}

/// How long stop() takes, with scripts that would go on for ever.
template <typename Prepare>
std::chrono::milliseconds stopTime(const Script& script, int clients, Prepare prepare) {
    LocalServer server;
    server.on("/query-stream", "", script);
    std::vector<std::unique_ptr<TestClient>> connected;
    for (int i = 0; i < clients; ++i) {
        connected.push_back(std::make_unique<TestClient>(server.port()));
        connected.back()->send(anyQuery);
    }
    EXPECT_TRUE(server.waitForRequests(static_cast<std::size_t>(clients), 30s));
    prepare(server);
    const auto start = Clock::now();
    server.stop();
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

TEST(LocalServer, StopsAtOnceWithStalledScripts) {
    Event never;
    EXPECT_LT(stopTime([](Exchange& e) { e.stall(); }, 20, [](auto&) {}), 20s);
    EXPECT_LT(stopTime([](Exchange& e) { e.pause(1h); }, 1, [](auto&) {}), 20s);
    EXPECT_LT(stopTime([&](Exchange& e) { e.waitFor(never); }, 1, [](auto&) {}), 20s);
}

TEST(LocalServer, StopsAtOnceWithABlockedWrite) {
    const auto flood = [](Exchange& exchange) {
        exchange.head(200);
        while (true) exchange.chunk(std::string(100000, 'x'));
    };
    const auto untilBlocked = [](LocalServer& server) {
        std::uint64_t last = 0;
        for (auto now = server.bytesWritten(); now == 0 || now != last;
             now = server.bytesWritten()) {
            last = now;
            std::this_thread::sleep_for(100ms);
        }
    };
    EXPECT_LT(stopTime(flood, 2, untilBlocked), 20s);
}

TEST(LocalServer, StopsAtOnceWithIdleAndUnfinishedConnections) {
    LocalServer server;
    TestClient idle(server.port());
    TestClient unfinished(server.port());
    unfinished.send("POST /query-stream HTTP/1.1\r\ncontent-length: 10\r\n\r\nabc");
    ASSERT_TRUE(server.waitForOpenConnections(2, 30s));
    const auto start = Clock::now();
    server.stop();
    EXPECT_LT(Clock::now() - start, 20s);
    EXPECT_EQ(server.openConnections(), 0u);
}

}  // namespace
}  // namespace ksqldb::server
