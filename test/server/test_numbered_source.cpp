#include "base64.h"
#include "numbered_source.h"
#include "test_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;

const std::string v2 = R"("ksql.query.push.v2.enabled":true)";
const std::string tokens = v2 + R"(,"ksql.query.push.v2.continuation.tokens.enabled":true)";
const std::string earliest = R"("auto.offset.reset":"earliest")";

std::string query(const std::string& sql, const std::string& properties = "",
                  const std::string& token = "", const std::string& accept = "") {
    std::string body = R"({"sql":")" + sql + R"(","properties":{)" + properties + "}";
    if (!token.empty())
        body += R"(,"requestProperties":{"request.ksql.query.push.continuation.token":")" + token +
                "\"}";
    Headers headers;
    if (!accept.empty()) headers.emplace_back("accept", accept);
    return TestClient::request("/query-stream", body + "}", headers);
}
std::string push(const std::string& properties = "", const std::string& token = "") {
    return query("SELECT * FROM NUMBERS EMIT CHANGES;", properties, token);
}
std::string token(std::uint64_t from, std::uint64_t to) {
    return toBase64("{\"s\":{\"o\":[" + std::to_string(from) + "]},\"e\":{\"o\":[" +
                    std::to_string(to) + "]},\"v\":0}");
}
bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class Numbered : public testing::Test {
protected:
    Numbered() { server.on("/query-stream", "", source.script()); }
    TestClient ask(const LocalServer& of, const std::string& request) {
        TestClient client(of.port());
        client.send(request);
        return client;
    }
    TestClient ask(const std::string& request) { return ask(server, request); }

    NumberedSource source{{.rowsPerToken = 2}};
    LocalServer server;
};

TEST_F(Numbered, APushQueryBringsWhatIsNew) {
    source.grow(2);
    TestClient client = ask(push());
    ASSERT_TRUE(client.readUntil("columnTypes"));
    source.grow(1);
    ASSERT_TRUE(client.readUntil("[2]\n"));
    source.grow(1);
    ASSERT_TRUE(client.readUntil("[3]\n"));
    EXPECT_FALSE(has(client.received(), "[1]\n"));
    EXPECT_FALSE(has(client.received(), "continuationToken"));
    EXPECT_TRUE(has(client.received(), "\"queryId\":\"transient_NUMBERS_1\""));
}

TEST_F(Numbered, AndAllThatThereIsIfItIsAskedFor) {
    source.grow(2);
    TestClient client = ask(push(earliest + "," + tokens));
    EXPECT_TRUE(client.readUntil("[1]\n"));
    EXPECT_TRUE(has(client.received(), "[0]\n"));
    EXPECT_FALSE(has(client.received(), "SCALABLE")) << "which begin at what is new";
}

TEST_F(Numbered, TokensComeAsTheyWereRecorded) {
    TestClient client = ask(
        query("SELECT * FROM NUMBERS EMIT CHANGES;", tokens, "", "application/vnd.ksql.v1+json"));
    ASSERT_TRUE(client.readUntil("schema"));
    source.grow(5);
    ASSERT_TRUE(client.readUntil("{\"row\":{\"columns\":[4]}},\n"));
    EXPECT_TRUE(has(client.received(),
                    "{\"continuationToken\":{\"continuationToken\":\"" + token(0, 2) + "\"}},\n"));
    EXPECT_TRUE(has(client.received(), token(2, 4)));
    EXPECT_FALSE(has(client.received(), token(4, 5)));
    EXPECT_TRUE(has(client.received(), "SCALABLE_PUSH_QUERY_"));
}

TEST_F(Numbered, AQueryGoesOnBehindItsToken) {
    source.grow(6);
    TestClient client = ask(push(tokens, token(0, 4)));
    ASSERT_TRUE(client.readUntil("{\"continuationToken\":\"" + token(4, 6) + "\"}\n"));
    EXPECT_TRUE(has(client.received(), "[4]\n"));
    EXPECT_TRUE(has(client.received(), "[5]\n"));
    EXPECT_FALSE(has(client.received(), "[3]\n"));
    // A query without tokens does not know it.
    TestClient plain = ask(push("", token(0, 4)));
    ASSERT_TRUE(plain.readUntil("columnTypes"));
    source.grow(1);
    ASSERT_TRUE(plain.readUntil("[6]\n"));
    EXPECT_FALSE(has(plain.received(), "[5]\n"));
}

TEST_F(Numbered, WhatIsNoTokenIsRefused) {
    for (const std::string& none :
         std::vector<std::string>{"nonsense", "bm9uZQ==", toBase64("{}")}) {
        const auto answer = ask(push(tokens, none)).answer();
        EXPECT_EQ(answer.status, 400);
        EXPECT_TRUE(has(answer.body(), "Couldn't decode push offset range token")) << answer.body();
    }
}

TEST_F(Numbered, OutlivesItsServersAndIsSharedByThem) {
    LocalServer other;
    other.on("/query-stream", "", source.script());
    TestClient first = ask(push(tokens));
    ASSERT_TRUE(first.readUntil("columnTypes"));
    source.grow(2);
    ASSERT_TRUE(first.readUntil(token(0, 2)));
    server.kill();
    source.grow(2);
    TestClient second = ask(other, push(tokens, token(0, 2)));
    EXPECT_TRUE(second.readUntil(token(2, 4)));
    server.start();
    ASSERT_TRUE(server.waitUntilListening(20s));
    TestClient third = ask(push(tokens, token(2, 4)));
    ASSERT_TRUE(third.readUntil("columnTypes"));
    source.grow(2);
    EXPECT_TRUE(third.readUntil(token(4, 6)));
    EXPECT_TRUE(source.waitForBegunQueries(3, 20s));
}

TEST_F(Numbered, EndsWhenSomebodyEndsTheQuery) {
    TestClient client = ask(push());
    ASSERT_TRUE(client.readUntil("columnTypes"));
    ASSERT_TRUE(server.endQuery("transient_NUMBERS_1"));
    EXPECT_TRUE(client.answer().complete);
    TestClient scalable = ask(push(v2));
    ASSERT_TRUE(scalable.readUntil("columnTypes"));
    server.stopOrderly();
    EXPECT_TRUE(scalable.answer().complete);
}

TEST_F(Numbered, APullQueryBringsTheStreamOrTheTableAsItIs) {
    source.grow(3);
    EXPECT_TRUE(has(ask(query("SELECT * FROM NUMBERS;")).answer().body(), "[0]\n[1]\n[2]\n"));
    NumberedSource table({.keys = 2});
    server.on("/query-stream", "", table.script());
    table.grow(3);
    const std::string body = ask(query("SELECT * FROM NUMBERS;")).answer().body();
    EXPECT_TRUE(has(body, "[\"k1\",1]\n[\"k0\",2]\n")) << body;
    EXPECT_FALSE(has(body, "[\"k0\",0]"));
}

}  // namespace
}  // namespace ksqldb::server
