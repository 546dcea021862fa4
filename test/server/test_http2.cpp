#include "http2_client.h"
#include "local_server.h"
#include "test_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string anyQuery = R"({"sql":"SELECT 1;"})";

TEST(Http2, AnswersAsHttp1Does) {
    LocalServer server;
    server.on("/query-stream", "select 1", [](Exchange& exchange) {
        exchange.head(200, {{"Content-Type", "text/x"}});
        exchange.chunk("one\n");
        exchange.chunk("two\n");
        exchange.lastChunk();
    });
    Http2Client client(server.port());
    const auto answer = client.ask("/query-stream?x=1", anyQuery, {{"x-first", "1"}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers, (Headers{{"content-type", "text/x"}}));
    EXPECT_EQ(answer.parts, (std::vector<std::string>{"one\n", "two\n"}));
    EXPECT_TRUE(answer.complete);

    const auto request = server.requests().at(0);
    EXPECT_EQ(request.version, "HTTP/2");
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/query-stream?x=1");
    EXPECT_EQ(request.body, anyQuery);
    EXPECT_EQ(request.headers, (Headers{{"host", "localhost"}, {"x-first", "1"}}));
    EXPECT_EQ(request.sql(), "SELECT 1;");

    const auto info = client.ask("/info", "", {}, "GET");
    EXPECT_EQ(info.status, 200);
    EXPECT_EQ(findHeader(info.headers, "content-length"), std::to_string(info.body().size()));
    EXPECT_EQ(client.ask("/nowhere", "", {}, "GET").status, 404);
    EXPECT_EQ(client.maxStreams(), 100u);
    EXPECT_EQ(server.acceptedConnections(), 1u);
    EXPECT_EQ(server.requests().at(2).connection, 1u);
}

TEST(Http2, AnswersSeveralRequestsAtATime) {
    LocalServer server;
    Event go;
    server.on("/query-stream", "", [&](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("before\n");
        exchange.waitFor(go);
        exchange.chunk("after\n");
        exchange.lastChunk();
    });
    Http2Client client(server.port());
    std::vector<std::int32_t> waiting;
    for (int i = 0; i < 20; ++i) {
        waiting.push_back(client.open("/query-stream"));
        client.send(waiting.back(), anyQuery, true);
    }
    for (const auto id : waiting) ASSERT_TRUE(client.readUntil(id, "before"));
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
    EXPECT_FALSE(client.answer(waiting.front()).isOver());
    go.set();
    for (const auto id : waiting) EXPECT_EQ(client.rest(id).body(), "before\nafter\n");
}

/// A line is answered before the next one is sent: both directions are open at the same time.
TEST(Http2, ScriptsReadAndWriteAtTheSameTime) {
    LocalServer server;
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        EXPECT_EQ(exchange.request().body, "");
        exchange.head(200);
        while (const auto line = exchange.readLine()) exchange.chunk('<' + *line + ">\n");
        exchange.lastChunk();
    });
    Http2Client client(server.port());
    const auto id = client.open("/inserts-stream");
    ASSERT_TRUE(client.until([&] { return client.answer(id).status == 200; }));
    for (const char* line : {"one", "two", "three"}) {
        client.send(id, std::string(line) + '\n');
        ASSERT_TRUE(client.readUntil(id, '<' + std::string(line) + '>'));
    }
    // In the middle of a line, several at once, and without a line end.
    client.send(id, "fo");
    client.send(id, "ur\n\nsix\nsev");
    ASSERT_TRUE(client.readUntil(id, "<six>"));
    client.send(id, "en", true);
    EXPECT_EQ(client.rest(id).body(), "<one>\n<two>\n<three>\n<four>\n<>\n<six>\n<seven>\n");
    EXPECT_EQ(server.requests().at(0).body, "one\ntwo\nthree\nfour\n\nsix\nseven");
}

TEST(Http2, WhatAScriptDoesNotReadIsNotTaken) {
    LocalServer server;
    Event read;
    server.on("/inserts-stream", "", [&](Exchange& exchange) {
        exchange.head(200);
        exchange.waitFor(read);
        exchange.chunk(std::to_string(exchange.readBody().size()));
        exchange.lastChunk();
    });
    Http2Client client(server.port());
    const auto id = client.open("/inserts-stream");
    const std::size_t size = 1000 * 1000;
    client.send(id, std::string(size, 'x'), true);
    ASSERT_TRUE(client.until([&] { return client.answer(id).status == 200; }));
    EXPECT_EQ(client.unsent(id), size - 65535);
    // Others on the connection are not held up. They have what the connection has left: nothing for
    // a body, but a request without one passes.
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
    read.set();
    EXPECT_EQ(client.rest(id).body(), std::to_string(size));
    EXPECT_EQ(client.ask("/query-stream", anyQuery).status, 400);
}

TEST(Http2, WhatNobodyReadsHoldsUpNothingOnceItsScriptIsOver) {
    LocalServer server;
    server.on("/inserts-stream", "", [](Exchange& exchange) { exchange.respond(400, "no"); });
    Http2Client client(server.port());
    // More than a stream or the connection has room for.
    for (int i = 0; i < 3; ++i) {
        const auto id = client.open("/inserts-stream");
        client.send(id, std::string(100'000, 'x'), true);
        EXPECT_EQ(client.rest(id).body(), "no");
        EXPECT_TRUE(client.until([&] { return client.unsent(id) == 0; }));
    }
    EXPECT_EQ(client.ask("/ksql", std::string(100'000, ' ')).status, 400);
}

TEST(Http2, TakesLongBodiesOfOtherRequests) {
    LocalServer server;
    server.on("/ksql", "", [](Exchange& exchange) {
        exchange.respond(200, std::to_string(exchange.request().body.size()));
    });
    Http2Client client(server.port());
    EXPECT_EQ(client.ask("/ksql", std::string(3'000'000, ' ')).body(), "3000000");
}

TEST(Http2, ResetsOneStream) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("row\n");
        exchange.reset(http2::refusedStream);
    });
    Http2Client client(server.port());
    const auto answer = client.ask("/query-stream", anyQuery);
    EXPECT_EQ(answer.parts, std::vector<std::string>{"row\n"});
    EXPECT_FALSE(answer.complete);
    EXPECT_EQ(answer.reset, http2::refusedStream);
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
}

TEST(Http2, AnUnfinishedAnswerIsReset) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("row\n");
    });
    server.on("/ksql", "", [](Exchange&) { throw std::runtime_error("enough"); });
    Http2Client client(server.port());
    const auto answer = client.ask("/query-stream", anyQuery);
    EXPECT_EQ(answer.parts, std::vector<std::string>{"row\n"});
    EXPECT_EQ(answer.reset, http2::internalError);
    EXPECT_EQ(client.ask("/ksql", anyQuery).reset, http2::internalError);
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
}

TEST(Http2, EndsTheConnectionWithoutEndingTheStream) {
    LocalServer server;
    for (const bool cut : {false, true}) {
        server.on("/query-stream", "", [cut](Exchange& exchange) {
            exchange.head(200);
            exchange.chunk("row\n");
            exchange.bytesWritten();
            if (cut) exchange.waitForClientClose(20ms);  // so that the row arrives
            cut ? exchange.resetConnection() : exchange.close();
        });
        Http2Client client(server.port());
        const auto answer = client.ask("/query-stream", anyQuery);
        EXPECT_EQ(answer.parts, std::vector<std::string>{"row\n"});
        EXPECT_FALSE(answer.isOver());
        EXPECT_EQ(client.error(), cut ? boost::asio::error::connection_reset
                                      : boost::system::error_code(boost::asio::error::eof));
    }
}

TEST(Http2, SendsBytesThatAreNoFrames) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("row\n");
        exchange.send("HTTP/1.1 500 Not the right one\r\n\r\n");
        exchange.close();
    });
    Http2Client client(server.port());
    client.ask("/query-stream", anyQuery);
    EXPECT_NE(client.received().find("row\nHTTP/1.1 500"), std::string::npos);
}

TEST(Http2, AClientThatResetsItsStreamIsGone) {
    Event clientClosed;
    Event ended;
    LocalServer server;
    server.on("/query-stream", "", [&](Exchange& exchange) {
        const auto query = exchange.running("transient_S_1");
        exchange.head(200);
        exchange.chunk("row\n");
        if (exchange.stall() == Woke::ClientGone) clientClosed.set();
    });
    server.on("/inserts-stream", "", [&](Exchange& exchange) {
        exchange.head(200);
        try {
            while (const auto line = exchange.readLine()) exchange.chunk(*line);
        } catch (const ConnectionEnded&) {
            ended.set();
            throw;
        }
    });
    Http2Client client(server.port());
    const auto id = client.open("/query-stream");
    client.send(id, anyQuery, true);
    ASSERT_TRUE(client.readUntil(id, "row"));
    EXPECT_EQ(server.runningQueries().size(), 1u);
    client.reset(id);
    EXPECT_TRUE(clientClosed.wait(30s));
    EXPECT_TRUE(server.waitForRunningQueries(0, 30s));

    const auto inserts = client.open("/inserts-stream");
    client.send(inserts, "first\nsec");
    ASSERT_TRUE(client.readUntil(inserts, "first"));
    client.reset(inserts);
    EXPECT_TRUE(ended.wait(30s));
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
    client.close();
    EXPECT_TRUE(server.waitForOpenConnections(0, 30s));
}

TEST(Http2, RefusesLongHeaders) {
    const LocalServer server;
    Http2Client client(server.port());
    const auto answer = client.ask("/info", "", {{"x", std::string(9000, 'x')}}, "GET");
    EXPECT_EQ(answer.status, 431);
    EXPECT_TRUE(answer.complete);
    EXPECT_TRUE(answer.headers.empty());
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
}

TEST(Http2, GarbageEndsTheConnection) {
    const LocalServer server;
    TestClient client(server.port());
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(1000, 'x'));
    client.readAll();
    EXPECT_TRUE(client.error());
    // What only begins like HTTP/2 is HTTP/1.1.
    TestClient other(server.port());
    EXPECT_EQ(other.send("PRI /x HTTP/1.1\r\n\r\n").answer().status, 404);
}

TEST(Http2, StopsAtOnceWhateverItsStreamsWaitFor) {
    LocalServer server;
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        while (true) exchange.chunk(std::string(100'000, 'x'));
    });
    server.on("/ksql", "", [](Exchange& exchange) { exchange.stall(); });
    server.on("/inserts-stream", "", [](Exchange& exchange) { exchange.readLine(); });
    Http2Client client(server.port());
    for (const char* path : {"/query-stream", "/ksql", "/ksql"}) {
        client.send(client.open(path), anyQuery, true);
    }
    client.open("/inserts-stream");
    ASSERT_TRUE(server.waitForRequests(4, 30s));
    const auto start = Clock::now();
    server.stop();
    EXPECT_LT(Clock::now() - start, 20s);
    EXPECT_EQ(server.openConnections(), 0u);
}

/// The same over HTTP/1.1: a body of chunks, answered while it comes.
TEST(Http1, ScriptsReadAndWriteAtTheSameTime) {
    LocalServer server;
    const Script echo = [](Exchange& exchange) {
        exchange.head(200);
        while (const auto line = exchange.readLine()) exchange.chunk('<' + *line + '>');
        exchange.lastChunk();
    };
    server.on("/inserts-stream", "", echo);
    server.on("/ksql", "", echo);
    TestClient client(server.port());
    client.send("POST /inserts-stream HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    ASSERT_TRUE(client.readUntil("\r\n\r\n"));
    client.send("4\r\none\n\r\n");
    ASSERT_TRUE(client.readUntil("<one>"));
    client.send("6\r\ntwo\nth\r\n3\r\nree\r\n0\r\n\r\n");
    EXPECT_EQ(client.answer().body(), "<one><two><three>");
    // A body that came as a whole is read in the same way.
    EXPECT_EQ(client.send(TestClient::request("/ksql", "a\nb\n")).answer().body(), "<a><b>");
    EXPECT_EQ(server.acceptedConnections(), 1u);
    EXPECT_EQ(server.requests().at(0).body, "one\ntwo\nthree");
}

TEST(Http1, WhatAScriptDoesNotReadIsNotTheNextRequest) {
    LocalServer server;
    server.on("/inserts-stream", "", [](Exchange& exchange) { exchange.respond(400, "no"); });
    TestClient client(server.port());
    const std::string request = TestClient::request("/inserts-stream", "GET /x HTTP/1.1\r\n\r\n");
    const std::size_t headSize = request.find("\r\n\r\n") + 4;
    client.send(request.substr(0, headSize));
    EXPECT_EQ(client.answer().body(), "no");
    client.send(request.substr(headSize));
    EXPECT_EQ(client.send(TestClient::request("/info", "", {}, "GET")).answer().status, 200);
}

}  // namespace
}  // namespace ksqldb::server
