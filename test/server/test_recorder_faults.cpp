// A Recorder whose server breaks off, is gone, or is slow: the client sees what it would see
// without it.

#include "answer_faults.h"
#include "player.h"
#include "recorder_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;

const std::string anyQuery = TestClient::request("/query-stream", R"({"sql":"SELECT 1;"})");

void rows(Exchange& exchange) {
    exchange.head(200, {{"content-type", "application/json"}});
    for (const char* row : {"[1111]\n", "[2222]\n", "[3333]\n"}) exchange.chunk(row);
    exchange.lastChunk();
}

/// Everything that came, and how it ended.
struct Seen {
    std::string bytes;
    boost::system::error_code error;
    std::optional<std::uint32_t> reset;
    bool isComplete = false;

    bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    return out << '"' << seen.bytes << "\" " << seen.error.message() << ' '
               << (seen.reset ? std::to_string(*seen.reset) : "-") << ' ' << seen.isComplete;
}

Seen askedOverHttp1(std::uint16_t port) {
    TestClient client(port);
    client.send(anyQuery);
    client.readAll();
    return {client.received(), client.error(), std::nullopt, false};
}

Seen askedOverHttp2(std::uint16_t port) {
    Http2Client client(port);
    const auto id = client.open("/query-stream");
    client.send(id, R"({"sql":"SELECT 1;"})", true);
    const auto& answer = client.rest(id);
    // Which error a reset is depends on whether the client writes or reads first.
    return {std::to_string(answer.status) + answer.body(), {}, answer.reset, answer.complete};
}

struct Case {
    const char* name;
    Script script;
    const char* end;       // as recorded
    const char* http2End;  // empty: not over HTTP/2
    int status = 200;
    std::size_t parts = 0;
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

class RecorderCuts : public ::testing::TestWithParam<Case> {};

Script broken(AnswerFaults faults) {
    return [faults](Exchange& exchange) {
        exchange.spoil(faults);
        rows(exchange);
    };
}

/// Sends bytes and cuts the connection.
Script sending(const char* bytes, bool reset = false) {
    return [bytes, reset](Exchange& exchange) {
        exchange.send(bytes);
        reset ? exchange.resetConnection() : exchange.close(TlsEnd::Cut);
    };
}

using End = AnswerFaults::End;
constexpr const char* sized = "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n1234";
constexpr const char* inChunk =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde";
constexpr const char* inSize = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1";

const std::vector<Case> cases{
    {"before the head", broken({.how = End::Close, .beforeHead = true, .afterParts = {}}), "fin",
     "fin", 0},
    {"behind the head", broken({.how = End::Close, .afterParts = 0}), "fin in size", "fin"},
    {"behind a part", broken({.how = End::Close, .afterParts = 1}), "fin in size", "fin", 200, 1},
    {"in a chunk", sending(inChunk), "fin in chunk", "", 200, 2},
    {"in a size", sending(inSize), "fin in size", "", 200, 1},
    {"in a sized body", sending(sized), "fin", "", 200, 1},
    {"in the head", sending("HTTP/1.1 200 OK\r\nconte"), "fin", "", 0},
    {"reset before the head", broken({.beforeHead = true, .afterParts = {}}), "reset", "reset", 0},
    {"stream reset before the head",
     broken({.how = End::Reset, .beforeHead = true, .afterParts = {}}), "reset", "stream reset 2",
     0},
    {"stream reset behind parts", broken({.how = End::Reset, .afterParts = 2}), "reset in size",
     "stream reset 2", 200, 2},
    {"until the connection's end",
     [](Exchange& exchange) {
         exchange.head(200, {{"content-type", "text/plain"}}, false);
         exchange.chunk("all of it");
         exchange.close();
     },
     "close", "", 200, 1},
    {"refused", refusing(503, 50302, "Not yet.", {{"connection", "close"}}), "last chunk",
     "end stream", 503, 1},
};

/// Without the recorder, with it, and by what it has written: all the same.
TEST_P(RecorderCuts, AreSeenAsWithoutIt) {
    for (const bool http2 : {false, true}) {
        const auto& one = GetParam();
        const std::string expected = http2 ? one.http2End : one.end;
        if (expected.empty()) continue;
        SCOPED_TRACE(http2);
        const auto ask = [&](std::uint16_t port) {
            return http2 ? askedOverHttp2(port) : askedOverHttp1(port);
        };
        RecorderWorld world;
        // Over HTTP/1.1 the connection would stay open behind a complete answer.
        const auto script = [&one](Exchange& exchange) {
            one.script(exchange);
            if (exchange.request().version == "HTTP/1.1") exchange.close();
        };
        world.server.on("/query-stream", "", script);
        const Seen without = ask(world.server.port());
        EXPECT_EQ(ask(world.port()), without);
        const auto recording = world.recording();
        EXPECT_EQ(recording.response.end, expected);
        EXPECT_EQ(recording.response.status, one.status);
        EXPECT_EQ(recording.response.parts.size(), one.parts);
        const bool isCut =
            expected.starts_with("fin") || expected.find("reset") != std::string::npos;
        EXPECT_EQ(world.complaints().size(), isCut ? 1u : 0u);

        // What is lost of heads, and of how long a chunk would have been, cannot be played.
        const std::string name = one.name;
        if (name == "in the head" || name == "in a chunk" || name == "in a size") continue;
        world.server.clearScripts();
        // By value: the server's threads may use it for longer than this test.
        world.server.onAny([played = play(recording)](Exchange& exchange) {
            played(exchange);
            if (exchange.request().version == "HTTP/1.1") exchange.close();
        });
        EXPECT_EQ(ask(world.server.port()), without);
    }
}

INSTANTIATE_TEST_SUITE_P(All, RecorderCuts, ::testing::ValuesIn(cases), [](const auto& tested) {
    std::string name = tested.param.name;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ' ' || c == '\''; }, '_');
    return name;
});

TEST(RecorderFaults, AChunkThatWasCutIsPlayedAsOne) {
    RecorderWorld world;
    world.server.on("/query-stream", "", sending(inChunk));
    askedOverHttp1(world.port());
    world.server.clearScripts();
    world.server.onAny(play(world.recording()));
    askedOverHttp1(world.port());
    const auto recordings = world.recordings(2);
    EXPECT_EQ(recordings[1].response.end, "fin in chunk");
    EXPECT_EQ(recordings[1].responseBody(), "abcde");
}

TEST(RecorderFaults, AServerThatIsNotThereIsTold) {
    RecorderWorld world;
    world.server.stop();
    const Seen http1 = askedOverHttp1(world.port());
    EXPECT_EQ(http1.bytes, "");
    EXPECT_EQ(http1.error, boost::asio::error::eof);
    const Seen http2 = askedOverHttp2(world.port());
    EXPECT_EQ(http2.bytes, "0");
    for (const auto& recording : world.recordings(2)) {
        EXPECT_EQ(recording.response.status, 0);
        EXPECT_EQ(recording.response.end, "fin (not reached)");
    }
    const auto complaints = world.complaints();
    ASSERT_EQ(complaints.size(), 2u);
    EXPECT_EQ(complaints[0], "http://127.0.0.1:" + std::to_string(world.server.port()) +
                                 " is not reached: Connection refused");
}

TEST(RecorderFaults, AClientThatGivesUpWhileItIsConnectedLeavesNothingBehind) {
    RecorderWorld world({}, [](RecorderOptions& options) {
        // Nobody answers here: it is for documentation only.
        options.upstream = parsedUpstream("http://192.0.2.1:8088");
    });
    {
        TestClient client(world.port());
        client.send(anyQuery);
        EXPECT_TRUE(world.recorder->server().waitForOpenConnections(1, 20s));
    }
    EXPECT_TRUE(world.recorder->server().waitForOpenConnections(0, 20s));
    EXPECT_EQ(world.recording().response.status, 0);
}

TEST(RecorderFaults, AClientThatClosesIsPassedOn) {
    for (const bool http2 : {false, true}) {
        RecorderWorld world;
        Event isClosed;
        world.server.on("/query-stream", "", [&](Exchange& exchange) {
            exchange.head(200);
            exchange.chunk("[1]\n");
            if (exchange.waitForClientClose(20s)) isClosed.set();
        });
        if (http2) {
            Http2Client client(world.port());
            const auto id = client.open("/query-stream", {}, "POST", false);
            ASSERT_TRUE(client.readUntil(id, "[1]"));
            client.reset(id);
            EXPECT_TRUE(isClosed.wait(20s));
        } else {
            TestClient client(world.port());
            client.send(anyQuery);
            ASSERT_TRUE(client.readUntil("[1]"));
            client.close();
            EXPECT_TRUE(isClosed.wait(20s));
        }
        EXPECT_EQ(world.recording().response.end, "client closed");
        EXPECT_TRUE(world.complaints().empty());
    }
}

/// What the network takes for who does not read, once that is no longer more.
std::uint64_t settled(const LocalServer& server) {
    std::uint64_t last = 0;
    for (auto now = server.bytesWritten(); now == 0 || now != last; now = server.bytesWritten()) {
        last = now;
        std::this_thread::sleep_for(100ms);
    }
    return last;
}

TEST(RecorderFaults, AClientThatDoesNotReadHoldsUpTheServer) {
    constexpr std::size_t count = 800;
    const std::string part(64 * 1024, 'x');
    for (const bool http2 : {false, true}) {
        ServerOptions small;
        small.sendBuffer = 16 * 1024;
        RecorderWorld world(small, [](RecorderOptions& options) {
            options.server.sendBuffer = 16 * 1024;
            options.recordLimit = 1024 * 1024;
        });
        world.server.on("/query-stream", "", [&](Exchange& exchange) {
            exchange.head(200);
            for (std::size_t i = 0; i < count; ++i) exchange.chunk(part);
            exchange.lastChunk();
        });
        std::size_t received = 0;
        if (http2) {
            Http2Client client(world.port());
            const auto id = client.open("/query-stream", {}, "POST", false);
            EXPECT_LT(settled(world.server), count * part.size() / 2);
            EXPECT_TRUE(client.rest(id).complete);
            received = client.answer(id).body().size();
        } else {
            TestClient client(world.port());
            client.send(anyQuery);
            EXPECT_LT(settled(world.server), count * part.size() / 2);
            const auto answer = client.answer();
            EXPECT_TRUE(answer.complete);
            received = answer.body().size();
        }
        EXPECT_EQ(received, count * part.size());
        // What is too long to be kept has passed all the same.
        const auto recording = world.recording();
        EXPECT_EQ(recording.response.end, "client closed (limit)");
        EXPECT_LE(recording.responseBody().size(), 1024u * 1024);
        EXPECT_GT(recording.responseBody().size(), 512u * 1024);
        EXPECT_NE(recording.what.find("cut at the limit of 1048576 bytes"), std::string::npos)
            << recording.what;
    }
}

TEST(RecorderFaults, WhatStillRunsIsWrittenWhenItIsStopped) {
    RecorderWorld world;
    world.server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("[1]\n");
        exchange.stall();
    });
    TestClient client(world.port());
    client.send(anyQuery);
    ASSERT_TRUE(client.readUntil("[1]"));
    world.recorder.reset();
    const auto recordings = loadRecordings(world.folder.path());
    ASSERT_EQ(recordings.size(), 1u);
    EXPECT_EQ(recordings[0].responseBody(), "[1]\n");
    EXPECT_EQ(recordings[0].response.end, "client closed (recorder stopped)");
    client.readAll();
    EXPECT_TRUE(world.server.waitForOpenConnections(0, 20s));
}

TEST(RecorderTls, IsVerified) {
    ServerOptions withTls;
    withTls.tls = true;
    for (const bool http2 : {false, true}) {
        const auto ask = [&](const RecorderWorld& world) {
            return http2 ? askedOverHttp2(world.port()).bytes : askedOverHttp1(world.port()).bytes;
        };
        RecorderWorld good(withTls);
        good.server.on("/query-stream", "", [](Exchange& exchange) {
            exchange.respond(200, "well", {{"connection", "close"}});
        });
        EXPECT_NE(ask(good).find("well"), std::string::npos);
        EXPECT_TRUE(good.server.requests().at(0).overTls);
        EXPECT_EQ(good.server.requests().at(0).version, http2 ? "HTTP/2" : "HTTP/1.1");

        const LocalServer stranger(withTls);
        RecorderWorld distrusted(
            withTls, [&](RecorderOptions& options) { options.caFile = stranger.caFile(); });
        EXPECT_EQ(ask(distrusted).find("well"), std::string::npos);
        EXPECT_TRUE(distrusted.server.requests().empty());
        EXPECT_NE(distrusted.complaints().at(0).find("certificate"), std::string::npos)
            << distrusted.complaints().at(0);

        ServerOptions elsewhere = withTls;
        elsewhere.certificate.names = {"elsewhere.example"};
        RecorderWorld misnamed(elsewhere);
        ask(misnamed);
        EXPECT_TRUE(misnamed.server.requests().empty());
        EXPECT_NE(misnamed.complaints().at(0).find("IP address mismatch"), std::string::npos)
            << misnamed.complaints().at(0);
        RecorderWorld byName(
            elsewhere, [&](RecorderOptions& options) { options.upstream.host = "localhost"; });
        ask(byName);
        EXPECT_NE(byName.complaints().at(0).find("hostname mismatch"), std::string::npos)
            << byName.complaints().at(0);
    }
    withTls.http2 = false;
    RecorderWorld old(withTls);
    askedOverHttp2(old.port());
    EXPECT_NE(old.complaints().at(0).find("does not speak HTTP/2"), std::string::npos);
}

}  // namespace
}  // namespace ksqldb::server
