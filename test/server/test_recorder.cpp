// A Recorder between a client and a server: what it writes is what the server played.

#include "player.h"
#include "recorded_sources.h"
#include "recorder/secrets.h"
#include "recorder_world.h"
#include "test_recordings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;

const Headers acceptRows{{"Accept", "application/vnd.ksql.v1+json"}};
const std::string pushQuery =
    TestClient::request("/query-stream", R"({"sql":"SELECT * FROM s EMIT CHANGES;"})", acceptRows);

std::vector<std::string> texts(const std::vector<Recording::Part>& parts) {
    std::vector<std::string> result;
    for (const auto& part : parts) result.push_back(part.bytes);
    return result;
}

/// Over HTTP/2 without what it says otherwise, in small letters as it has them.
Headers comparable(const Headers& headers, bool http2) {
    Headers result;
    for (auto [name, value] : headers) {
        if (http2) {
            if (equalIgnoringCase(name, "transfer-encoding")) continue;
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        } else if (equalIgnoringCase(name, "transfer-encoding")) {
            continue;  // which the stand-in adds where a recording of HTTP/2 has none
        }
        result.emplace_back(name, value);
    }
    return result;
}

struct Seen {
    int status = 0;
    Headers headers;
    std::vector<std::string> parts;
    bool isComplete = false;

    bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    out << seen.status << (seen.isComplete ? " complete" : " cut");
    for (const auto& [name, value] : seen.headers) out << '\n' << name << ": " << value;
    for (const auto& part : seen.parts) out << "\n<" << part << '>';
    return out;
}

/// All of them, as the last one may have come before.
std::string asChunks(const std::vector<Recording::Part>& parts) {
    std::ostringstream text;
    for (const auto& part : parts)
        text << std::hex << part.bytes.size() << "\r\n" << part.bytes << "\r\n";
    return text.str();
}

/// Asks what a recording has asked, and stops reading where its client did.
Seen askedOverHttp1(const Recording& recording, std::uint16_t port) {
    TestClient client(port);
    client.send(
        TestClient::request(recording.request.path, recording.request.bodyText,
                            recording.request.headers, recording.request.method,
                            recording.request.version == "HTTP/1.0" ? "HTTP/1.0" : "HTTP/1.1"));
    if (recording.end() == Recording::End::ClientClosed) {
        client.readUntil(asChunks(recording.response.parts));
        client.close();
        return {recording.response.status, {}, {}, false};
    }
    auto answer = client.answer();
    return {answer.status, answer.headers, answer.parts, answer.complete};
}

Seen askedOverHttp2(const Recording& recording, std::uint16_t port) {
    Http2Client client(port);
    const auto& request = recording.request;
    Headers headers;
    for (const auto& [name, value] : request.headers)
        if (name != "host") headers.emplace_back(name, value);
    const auto id = client.open(request.path, headers, request.method, !request.bodyText.empty());
    if (!request.bodyText.empty()) client.send(id, request.bodyText, !request.bodyLeftOpen);
    if (recording.end() == Recording::End::ClientClosed) {
        client.readUntil(id, recording.responseBody());
        client.reset(id);
        return {recording.response.status, {}, {}, false};
    }
    const auto& answer = client.rest(id);
    return {answer.status, answer.headers, answer.parts, answer.complete};
}

/// Whether each part can be one frame or one read.
bool areShort(const Recording& recording) {
    const auto& parts = recording.response.parts;
    return std::all_of(parts.begin(), parts.end(),
                       [](const auto& part) { return part.bytes.size() <= 16384; });
}

std::string endOf(const Recording& recording, bool http2) {
    switch (recording.end()) {
        case Recording::End::ClientClosed:
            return "client closed";
        case Recording::End::Cut:
            return http2 ? "fin" : "fin in size";
        case Recording::End::Complete:
            break;
    }
    if (http2) return "end stream";
    return findHeader(recording.response.headers, "content-length") ? "content-length"
                                                                    : "last chunk";
}

void expectSame(const Recording& written, const Recording& played, bool http2) {
    EXPECT_EQ(written.request.version, http2                                  ? "HTTP/2"
                                       : played.request.version == "HTTP/1.0" ? "HTTP/1.0"
                                                                              : "HTTP/1.1");
    EXPECT_EQ(written.request.method, played.request.method);
    EXPECT_EQ(written.request.path, played.request.path);
    EXPECT_EQ(written.request.bodyText, played.request.bodyText);
    EXPECT_EQ(written.request.bodyLeftOpen, http2 && played.request.bodyLeftOpen);
    EXPECT_EQ(written.response.status, played.response.status);
    EXPECT_EQ(comparable(written.response.headers, http2),
              comparable(played.response.headers, http2));
    EXPECT_EQ(written.responseBody(), played.responseBody());
    if (areShort(played) && endOf(played, http2) != "content-length") {
        EXPECT_EQ(texts(written.response.parts), texts(played.response.parts));
    }
    EXPECT_EQ(written.response.end, endOf(played, http2));
    if (!findHeader(played.request.headers, "authorization")) {
        EXPECT_EQ(written.request.headers, played.request.headers);
    }
}

/// Plays each recording, asks for it through a recorder, compares what that has written, and plays
/// this, too.
void recordAll(bool http2) {
    const auto ask = http2 ? askedOverHttp2 : askedOverHttp1;
    RecorderWorld world;
    LocalServer again;
    std::size_t count = 0;
    std::vector<std::string> changed;  // had secrets
    for (const auto& played : recordings()) {
        SCOPED_TRACE(played.name);
        // What the stand-in refuses before any script, and what changes the protocol.
        if (played.name.starts_with("sizes/") || played.response.status == 101) continue;
        world.server.clearScripts();
        world.server.onAny(play(played));
        const Seen seen = ask(played, world.port());
        EXPECT_EQ(seen.isComplete, played.end() == Recording::End::Complete);
        ASSERT_TRUE(world.recorder->waitForWritten(++count, 20s));
        const std::string name = world.log().back();
        const auto begin = name.rfind('(') + 1;
        const Recording written = loadRecording(
            world.folder.path() / (name.substr(begin, name.size() - 1 - begin) + ".json"));
        Recording expected = played;
        removeSecrets(expected);
        expectSame(written, expected, http2);
        if (expected.request.bodyText != played.request.bodyText ||
            expected.responseBody() != played.responseBody()) {
            changed.push_back(played.name);
            continue;
        }
        again.clearScripts();
        again.onAny(play(written));
        EXPECT_EQ(ask(played, again.port()), seen);
    }
    EXPECT_GT(count, 300u);
    EXPECT_TRUE(std::all_of(changed.begin(), changed.end(), [](const std::string& name) {
        return name.starts_with("connectors/create-");
    })) << ::testing::PrintToString(changed);
    EXPECT_EQ(world.recordings(count).size(), count);
}

TEST(Recorder, WritesWhatWasPlayed) { recordAll(false); }

TEST(Recorder, WritesWhatWasPlayedOverHttp2) { recordAll(true); }

TEST(Recorder, PassesRowsOnAtOnce) {
    for (const bool http2 : {false, true}) {
        RecorderWorld world;
        Event hasRow;
        world.server.on("/query-stream", "", [&](Exchange& exchange) {
            exchange.head(200);
            exchange.chunk("[1]\n");
            // Only when the client has the row, or never.
            exchange.waitFor(hasRow, 20s);
            exchange.pause(30ms);
            exchange.chunk("[2]\n");
            exchange.lastChunk();
        });
        if (http2) {
            Http2Client client(world.port());
            const auto id = client.open("/query-stream");
            client.send(id, "{}", true);
            ASSERT_TRUE(client.readUntil(id, "[1]\n"));
            hasRow.set();
            EXPECT_TRUE(client.rest(id).complete);
        } else {
            TestClient client(world.port());
            client.send(pushQuery);
            ASSERT_TRUE(client.readUntil("[1]\n"));
            hasRow.set();
            EXPECT_TRUE(client.readUntil("\r\n0\r\n\r\n"));
        }
        const auto recording = world.recording();
        const auto& parts = recording.response.parts;
        ASSERT_EQ(texts(parts), (std::vector<std::string>{"[1]\n", "[2]\n"}));
        EXPECT_GE(parts[1].atMs - parts[0].atMs, 29);
        EXPECT_GE(recording.response.endAtMs, parts[1].atMs);
        EXPECT_LT(recording.response.endAtMs, 20000);
    }
}

TEST(Recorder, PassesRowsToInsertOnWhileTheirAcknowledgementsComeBack) {
    RecorderWorld world;
    for (auto& source : recordedSources(recordings())) world.server.inserts().declare(source);
    Http2Client client(world.port());
    const auto id =
        client.open("/inserts-stream", {{"accept", "application/vnd.ksqlapi.delimited.v1"}});
    client.send(id, "{\"target\":\"orders\"}\n");
    const std::string row = "{\"user_id\":\"a\",\"item\":\"clip\",\"amount\":1}\n";
    for (int i = 0; i < 5; ++i) {
        client.send(id, row);
        ASSERT_TRUE(client.readUntil(id, "\"seq\":" + std::to_string(i)));
    }
    client.send(id, "", true);
    EXPECT_TRUE(client.rest(id).complete);
    EXPECT_EQ(world.server.inserts().count("orders"), 5u);
    const auto recording = world.recording();
    EXPECT_EQ(recording.name, "inserts-stream/into-orders-0001");
    EXPECT_FALSE(recording.request.bodyLeftOpen);
    const auto& sent = recording.request.parts;
    ASSERT_GE(sent.size(), 5u);  // the first one may have come with the arguments
    EXPECT_EQ(sent.back().bytes, row);
    EXPECT_TRUE(std::is_sorted(sent.begin(), sent.end(), [](const auto& left, const auto& right) {
        return left.atMs < right.atMs;
    }));
    EXPECT_EQ(recording.response.parts.size(), 5u);
}

TEST(Recorder, GivesAConnectionOneOfItsOwn) {
    RecorderWorld world;
    {
        TestClient client(world.port());
        const auto info = TestClient::request("/info", "", {}, "GET");
        for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send(info).answer().status, 200);
        EXPECT_EQ(world.server.acceptedConnections(), 1u);
        TestClient other(world.port());
        EXPECT_EQ(other.send(info).answer().status, 200);
        EXPECT_EQ(world.server.acceptedConnections(), 2u);
    }
    EXPECT_TRUE(world.server.waitForOpenConnections(0, 20s));
    // Over HTTP/2 several exchanges at once share it.
    world.server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200);
        exchange.chunk("row");
        exchange.waitForClientClose();
    });
    Http2Client client(world.port());
    const auto one = client.open("/query-stream", {}, "POST", false);
    const auto two = client.open("/query-stream", {}, "POST", false);
    EXPECT_TRUE(client.readUntil(one, "row"));
    EXPECT_TRUE(client.readUntil(two, "row"));
    EXPECT_EQ(client.ask("/info", "", {}, "GET").status, 200);
    EXPECT_EQ(world.server.acceptedConnections(), 3u);
    // Each stream is closed on its own.
    client.reset(one);
    EXPECT_EQ(world.recordings(6).size(), 6u);
    client.close();
    EXPECT_TRUE(world.server.waitForOpenConnections(0, 20s));
    EXPECT_EQ(world.recordings(7).size(), 7u);
}

TEST(Recorder, OpensAnIdleConnectionAgainThatTheServerHasClosed) {
    for (const bool http2 : {false, true}) {
        SCOPED_TRACE(http2 ? "HTTP/2" : "HTTP/1.1");
        RecorderWorld world;
        const auto info = TestClient::request("/info", "", {}, "GET");
        TestClient http1Client(world.port());
        Http2Client http2Client(world.port());
        const auto ask = [&] {
            return http2 ? http2Client.ask("/info", "", {}, "GET").status
                         : http1Client.send(info).answer().status;
        };
        EXPECT_EQ(ask(), 200);
        world.server.kill();
        world.server.start();
        ASSERT_TRUE(world.server.waitUntilListening(20s));
        EXPECT_EQ(ask(), 200);
        EXPECT_EQ(world.complaints(), std::vector<std::string>());
    }
}

TEST(Recorder, PassesOnWhoAsksAndForWhichServer) {
    RecorderWorld world({}, [](RecorderOptions& options) {
        options.upstream.basePath = "/route";
        options.upstream.credentials = "dTpw";
    });
    world.server.onAny([](Exchange& exchange) { exchange.respond(200, "x"); });
    TestClient client(world.port());
    client.send(TestClient::request("/info?a=b", "", {{"X-Own", "1"}}, "GET")).answer();
    client.send(TestClient::request("/info", "", {{"Authorization", "Bearer t"}}, "GET")).answer();
    const auto requests = world.server.requests();
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[0].target, "/route/info?a=b");
    EXPECT_EQ(requests[0].header("host"), "127.0.0.1:" + std::to_string(world.server.port()));
    EXPECT_EQ(requests[0].header("x-own"), "1");
    EXPECT_EQ(requests[0].header("authorization"), "Basic dTpw");
    EXPECT_EQ(requests[1].header("authorization"), "Bearer t");
    // The program knows nothing of the path.
    EXPECT_EQ(world.recordings(2).at(0).request.path, "/info?a=b");
}

}  // namespace
}  // namespace ksqldb::server
