#include "answer_faults.h"
#include "test_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;

const std::string anyQuery = TestClient::request("/query-stream", R"({"sql":"SELECT 1;"})");

void rows(Exchange& exchange) {
    exchange.head(200);
    for (const char* row : {"[1111]\n", "[2222]\n", "[3333]\n"}) exchange.chunk(row);
    exchange.lastChunk();
}

TestClient::Answer ask(const LocalServer& server, const std::string& request = anyQuery) {
    return TestClient(server.port()).send(request).answer();
}

TEST(AnswerFaults, AreOfTheFirstRequestsOrEachNth) {
    LocalServer server;
    server.on("/query-stream", "", rows);
    server.on("/query-stream", "", everyNth(2, rateLimited()));
    server.on("/query-stream", "",
              firstRequests(2, refusing(503, 50302, "Not yet.", {{"Retry-After", "1"}})));
    const auto refused = ask(server);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(findHeader(refused.headers, "retry-after"), "1");
    EXPECT_NE(refused.body().find("\"error_code\":50302"), std::string::npos);
    std::vector<int> statuses;
    for (int i = 0; i < 5; ++i) statuses.push_back(ask(server).status);
    EXPECT_EQ(statuses, (std::vector<int>{503, 200, 429, 200, 429}));
}

TEST(AnswerFaults, BreakWhereTheyAreTold) {
    using End = AnswerFaults::End;
    struct Case {
        AnswerFaults faults;
        int status;
        std::string body;
    };
    for (const auto& [faults, status, body] :
         {Case{{.beforeHead = true, .afterParts = {}}, 0, ""}, Case{{.afterParts = 0}, 200, ""},
          Case{{.afterParts = 1}, 200, "[1111]\n"},
          Case{{.afterParts = 1, .inPart = true}, 200, "[1111]\n[22"}}) {
        for (const End how : {End::ResetConnection, End::Close}) {
            LocalServer server;
            server.on("/query-stream", "", rows);
            AnswerFaults these = faults;
            these.how = how;
            server.on("/query-stream", "", failing(these));
            TestClient client(server.port());
            const auto answer = client.send(anyQuery).answer();
            EXPECT_EQ(answer.status, status);
            EXPECT_EQ(answer.body(), body);
            EXPECT_FALSE(answer.complete);
            EXPECT_EQ(client.error() == boost::asio::error::eof, how == End::Close);
        }
    }
}

TEST(AnswerFaults, BreakWholeAnswersToo) {
    LocalServer server;
    server.on("/info", "", failing({.afterParts = 0, .inPart = true}));
    TestClient client(server.port());
    const auto answer = client.send(TestClient::request("/info", "", {}, "GET")).answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.complete);
    EXPECT_EQ(client.error(), boost::asio::error::connection_reset);
}

TEST(AnswerFaults, StallUntilTheClientGoes) {
    LocalServer server;
    server.on("/query-stream", "", rows);
    server.on("/query-stream", "", failing({.how = AnswerFaults::End::Stall, .afterParts = 2}));
    TestClient client(server.port());
    EXPECT_TRUE(client.send(anyQuery).readUntil("[2222]\n"));
    EXPECT_FALSE(server.waitForOpenConnections(0, 20ms));
    client.close();
    EXPECT_TRUE(server.waitForOpenConnections(0, 20s));
}

TEST(AnswerFaults, Trickle) {
    LocalServer server;
    server.on("/query-stream", "", rows);
    server.on("/query-stream", "", failing({.afterParts = {}, .trickle = 3, .pace = 1ms}));
    const auto answer = ask(server);
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.parts.size(), 9u);
    EXPECT_EQ(answer.body(), "[1111]\n[2222]\n[3333]\n");
}

}  // namespace
}  // namespace ksqldb::server
