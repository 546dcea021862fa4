#include "http2_client.h"
#include "local_server.h"
#include "player.h"
#include "test_client.h"
#include "test_recordings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::vector<std::string> texts(const std::vector<Recording::Part>& parts) {
    std::vector<std::string> result;
    for (const auto& part : parts) {
        if (!part.bytes.empty()) result.push_back(part.bytes);
    }
    return result;
}

Headers withoutFraming(Headers headers) {
    std::erase_if(headers, [](const auto& header) {
        return equalIgnoringCase(header.first, "Transfer-Encoding");
    });
    return headers;
}

TEST(Recordings, AreAllRead) {
    EXPECT_GT(recordings().size(), 200u);
    const auto& recording = player().named("ratings/push-latest");
    EXPECT_EQ(recording.request.path, "/query-stream");
    EXPECT_EQ(recording.asRequest().sql(), "select * from RATINGS EMIT CHANGES;");
    EXPECT_EQ(recording.queryId(), "transient_RATINGS_1161296544848627765");
    EXPECT_EQ(recording.response.parts.size(), 7u);
    EXPECT_EQ(player().named("push/table-json").queryId().substr(0, 10), "transient_");
    EXPECT_THROW(player().named("none"), std::out_of_range);
    EXPECT_THROW(loadRecording("no/such.json"), std::runtime_error);
}

TEST(Playback, IsWhatWasRecorded) {
    LocalServer server;
    for (const auto& recording : recordings()) {
        SCOPED_TRACE(recording.name);
        if (recording.name.compare(0, 6, "sizes/") == 0) continue;  // refused before any script
        server.clearScripts();
        server.onAny(play(recording));
        TestClient client(server.port());
        client.send(requestText(recording));
        if (recording.end() == Recording::End::ClientClosed) {
            const auto& parts = recording.response.parts;
            EXPECT_TRUE(client.readUntil(parts.empty() ? "HTTP/1.1 101" : parts.back().bytes));
            continue;
        }
        const auto answer = client.answer();
        EXPECT_EQ(answer.status, recording.response.status);
        EXPECT_EQ(withoutFraming(answer.headers), withoutFraming(recording.response.headers));
        EXPECT_EQ(answer.body(), recording.responseBody());
        if (!findHeader(answer.headers, "content-length")) {
            EXPECT_EQ(answer.parts, texts(recording.response.parts));
        }
        EXPECT_EQ(answer.complete, recording.end() == Recording::End::Complete);
    }
}

/// Over HTTP/2 a recorded part is a DATA frame, or several where it is long.
TEST(Playback, IsWhatWasRecordedOverHttp2) {
    LocalServer server;
    std::size_t played = 0;
    for (const auto& recording : recordings()) {
        SCOPED_TRACE(recording.name);
        const auto& response = recording.response;
        if (recording.name.compare(0, 6, "sizes/") == 0 || response.status == 101) continue;
        server.clearScripts();
        server.onAny(play(recording));
        Http2Client client(server.port());
        const auto& request = recording.request;
        Headers headers;
        for (const auto& [name, value] : request.headers) {
            if (name != "host") headers.emplace_back(name, value);
        }
        const auto id = client.open(request.path, headers, request.method);
        client.send(id, request.bodyText, true);
        if (recording.end() == Recording::End::ClientClosed) {
            ASSERT_FALSE(response.parts.empty());
            EXPECT_TRUE(client.readUntil(id, response.parts.back().bytes));
            continue;
        }
        const auto& answer = client.rest(id);
        EXPECT_EQ(answer.status, response.status);
        EXPECT_EQ(findHeader(answer.headers, "content-type"),
                  findHeader(response.headers, "content-type"));
        EXPECT_EQ(answer.body(), recording.responseBody());
        const auto parts = texts(response.parts);
        const auto isShort = [](const auto& part) { return part.size() <= 16384; };
        if (std::all_of(parts.begin(), parts.end(), isShort)) {
            EXPECT_EQ(answer.parts, parts);
        }
        EXPECT_EQ(answer.complete, recording.end() == Recording::End::Complete);
        ++played;
    }
    EXPECT_GT(played, 250u);
}

TEST(Playback, SplitsWhereAsked) {
    const auto& recording = player().named("ratings/push-limit-earliest-v1");
    LocalServer server;
    for (const auto split : {Split::bytes(), Split::whole(), Split::random(7, 5), Split::parts()}) {
        server.onAny(play(recording, {Pace::AtOnce, split, false}));
        const auto answer = TestClient(server.port()).send(requestText(recording)).answer();
        EXPECT_TRUE(answer.complete);
        EXPECT_EQ(answer.body(), recording.responseBody());
        if (split.kind == Split::Kind::Bytes) {
            EXPECT_EQ(answer.parts.size(), answer.body().size());
        }
        if (split.kind == Split::Kind::Whole) {
            EXPECT_EQ(answer.parts.size(), 1u);
        }
        if (split.kind == Split::Kind::Random) {
            EXPECT_GT(answer.parts.size(), answer.body().size() / 5);
            EXPECT_LT(answer.parts.size(), answer.body().size());
        }
    }
}

TEST(Playback, KeepsTheRecordedPace) {
    const auto& recording = player().named("faults/server-kill-v1");
    LocalServer server;
    server.onAny(play(recording, {Pace::AsRecorded, {}, false}));
    const auto start = Clock::now();
    const auto answer = TestClient(server.port()).send(requestText(recording)).answer();
    const auto took = Clock::now() - start;
    EXPECT_FALSE(answer.complete);
    EXPECT_GE(took, std::chrono::milliseconds(recording.response.endAtMs));
    EXPECT_LT(took, std::chrono::milliseconds(recording.response.endAtMs) + 20s);
}

TEST(Playback, OfARunningQueryEndsAsItWouldWhenTerminated) {
    const auto& recording = player().named("ratings/push-table-earliest");
    LocalServer server;
    server.onAny(player().script());
    TestClient client(server.port());
    client.send(requestText(recording));
    ASSERT_TRUE(client.readUntil(recording.response.parts.back().bytes));
    EXPECT_EQ(server.runningQueries(), std::vector<std::string>{recording.queryId()});
    TestClient(server.port())
        .send(TestClient::request("/ksql", R"({"ksql":"TERMINATE )" + recording.queryId() + ";\"}"))
        .answer();
    const auto answer = client.answer();
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.body(), recording.responseBody() + R"({"finalMessage":"Query Completed"}])");
}

TEST(Playback, KeepsPushQueriesOpenIfAsked) {
    const auto& recording = player().named("push/terminated-v1");
    LocalServer server;
    server.onAny(play(recording, {Pace::AtOnce, {}, true}));
    TestClient client(server.port());
    client.send(requestText(recording));
    ASSERT_TRUE(client.readUntil("pen"));
    ASSERT_TRUE(server.waitForRunningQueries(1, 30s));
    EXPECT_EQ(client.received().find("finalMessage"), std::string::npos);
    EXPECT_TRUE(server.endQuery(recording.queryId()));
    EXPECT_EQ(client.answer().body(), recording.responseBody());
}

TEST(Playback, ScalableQueriesCannotBeClosed) {
    const auto& recording = player().named("push-v2/after-close");
    LocalServer server;
    server.onAny(play(recording));
    TestClient client(server.port());
    client.send(requestText(recording));
    ASSERT_TRUE(server.waitForRunningQueries(1, 30s));
    EXPECT_FALSE(server.endQuery(recording.queryId()));
    server.clearScripts();
    for (const char* name : {"push-v2/close-query", "push-v2/terminate"}) {
        const auto& refusal = player().named(name);
        const auto answer = TestClient(server.port()).send(requestText(refusal)).answer();
        EXPECT_EQ(answer.status, refusal.response.status);
        EXPECT_EQ(answer.body(), refusal.responseBody());
    }
    client.close();
    EXPECT_TRUE(server.waitForRunningQueries(0, 30s));
}

std::string chosen(const std::string& path, const std::string& body, const Headers& headers = {}) {
    const auto* recording =
        player().choose({body.empty() ? "GET" : "POST", path, "HTTP/1.1", headers, body, false, 0});
    return recording == nullptr ? "" : recording->name;
}

TEST(Player, ChoosesByStatementFormAndSettings) {
    const std::string limit =
        R"({"sql":"SELECT user_id,  item, price\nFROM orders EMIT CHANGES LIMIT 3;",)";
    const std::string earliest = R"("properties":{"auto.offset.reset":"earliest"}})";
    const auto pushLimit = [&](const std::string& accept) {
        return chosen("/query-stream", limit + earliest, {{"accept", accept}});
    };
    EXPECT_EQ(pushLimit("application/vnd.ksqlapi.delimited.v1"), "accept/push-limit-delimited");
    EXPECT_EQ(pushLimit("application/vnd.ksql.v1+json"), "accept/push-limit-v1");
    EXPECT_EQ(pushLimit("application/json"), "accept/push-limit-json");
    EXPECT_EQ(pushLimit("*/*"), "accept/push-limit-any");
    EXPECT_EQ(pushLimit("application/vnd.ksql.v1+json;q=0.5, application/json;q=0.7"),
              "accept/push-limit-json");
    EXPECT_EQ(pushLimit("text/html"), "");
    EXPECT_EQ(chosen("/query-stream", limit + earliest), "accept/push-limit-no-accept");
    EXPECT_EQ(chosen("/query-stream", limit + R"("properties":{"other":1}})"),
              "accept/push-limit-no-accept");
    EXPECT_EQ(chosen("/query-stream", R"({"sql":"SELECT something.else;"})"), "");
    EXPECT_EQ(chosen("/info", ""), "admin/info");
    EXPECT_EQ(chosen("/healthcheck", ""), "admin/healthcheck");
    EXPECT_EQ(chosen("/query-stream", "{nonsense"), "errors/query-not-json");
}

TEST(Player, TakesStatementsWithoutRegardToCaseBlanksAndTheLastSemicolon) {
    const auto query = [](const std::string& sql) {
        return chosen("/query-stream", R"({"sql":")" + sql + "\"}");
    };
    EXPECT_EQ(query("select * from RATINGS LIMIT 3;"), "ratings/batch-limit");
    EXPECT_EQ(query("SELECT*FROM\\n ratings   /* some */ LIMIT 3"), "ratings/batch-limit");
    EXPECT_EQ(query("SELECT * FROM orders_by_user WHERE user_id = 'ada'"),
              "accept/pull-no-accept-h1");
    EXPECT_EQ(query("SELECT * FROM orders_by_user WHERE user_id = 'Ada';"), "");
    // What was refused for want of a `;` is no answer for who sends one, and the other way round.
    EXPECT_EQ(query("SELECT * FROM orders_by_user"), "errors/query-no-semicolon");
    EXPECT_EQ(query("SELECT * FROM orders_by_user;").substr(0, 7), "queries");
}

TEST(Player, GivesWhatItHasOfTheFormsThatAreAccepted) {
    const std::string body = R"({"sql":"SELECT * FROM orders_per_minute EMIT CHANGES LIMIT 2;",)"
                             R"("properties":{"auto.offset.reset":"earliest"}})";
    const std::string delimited = "application/vnd.ksqlapi.delimited.v1";
    const std::string rows = "application/vnd.ksql.v1+json";
    const auto with = [&](const std::string& accept) {
        return chosen("/query-stream", body, {{"accept", accept}});
    };
    // It is recorded in the StreamedRow form only.
    EXPECT_EQ(with(rows), "queries/no-limit-select-push-windowed");
    EXPECT_EQ(with(delimited + ", " + rows + ";q=0.9"), "queries/no-limit-select-push-windowed");
    EXPECT_EQ(with("*/*"), "queries/no-limit-select-push-windowed");
    EXPECT_EQ(with(delimited), "");
}

std::string refusal(const std::string& path, const std::string& sql, const std::string& rest = "",
                    const Headers& headers = {}) {
    LocalServer server;
    server.onAny(player().script());
    const std::string name = path == "/ksql" ? "ksql" : "sql";
    const auto answer = TestClient(server.port())
                            .send(TestClient::request(
                                path, "{\"" + name + "\":\"" + sql + "\"" + rest + "}", headers))
                            .answer();
    EXPECT_EQ(answer.status, 400) << answer.body();
    return answer.body();
}

TEST(Player, SaysWhatIsNearToAStatementWithoutARecording) {
    const auto contains = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    const auto far = refusal("/query-stream", "select stars from RATING LIMIT 3;");
    EXPECT_TRUE(contains(far, "does not know this statement. Recorded are, nearest to it:"));
    EXPECT_TRUE(contains(far, "select * from RATINGS LIMIT 3;")) << far;
    EXPECT_TRUE(contains(refusal("/ksql", "LIST STREAM;"), "LIST STREAMS;"));
    EXPECT_TRUE(contains(refusal("/ksql", "1"), "--list"));
    EXPECT_TRUE(contains(refusal("/ksql", "select * from RATINGS LIMIT 3;"),
                         "It is recorded, but for /query-stream."));
    EXPECT_TRUE(contains(refusal("/query-stream", "select * from RATINGS LIMIT 3", "",
                                 {{"Accept", "application/json"}}),
                         "not in a form that this Accept header allows. "
                         "Recorded: StreamedRow, delimited."));
    EXPECT_TRUE(
        contains(refusal("/query-stream", "SELECT * FROM orders_per_minute EMIT FINAL LIMIT 1;"),
                 "It is recorded, but with other properties. "
                 R"(Recorded: \"auto.offset.reset\":\"earliest\".)"));
}

TEST(Player, ListsWhatItKnows) {
    const auto lines = player().listing();
    const auto has = [&](const std::string& line) {
        return std::find(lines.begin(), lines.end(), line) != lines.end();
    };
    EXPECT_TRUE(
        has("POST /query-stream  select * from RATINGS LIMIT 3;  (StreamedRow, delimited)"));
    EXPECT_TRUE(has("POST /ksql  LIST STREAMS;"));
    EXPECT_TRUE(has("GET /info"));
    EXPECT_TRUE(has("POST /ksql  CREATE STREM x;  (refused: 400)"));
}

/// Every answer that tells about a statement can be had by asking for it again.
TEST(Player, FindsAnEquivalentOfEachRecording) {
    for (const auto& recording : recordings()) {
        const auto& path = recording.request.path;
        const int status = recording.response.status;
        if (status == 101 || status == 401 || status == 406 || status == 429 || status == 503 ||
            path == "/close-query" || path == "/inserts-stream" ||
            recording.request.version == "HTTP/1.0" ||
            recording.name.compare(0, 7, "faults/") == 0 ||
            recording.name.compare(0, 7, "limits/") == 0 ||
            recording.name.compare(0, 6, "sizes/") == 0 ||
            // Their statements were first answered otherwise.
            recording.name == "connectors/create-again" ||
            recording.name == "connectors/drop-missing") {
            continue;
        }
        if (recording.asRequest().sql().compare(0, 9, "TERMINATE") == 0) continue;
        SCOPED_TRACE(recording.name);
        const auto* found = player().choose(recording.asRequest());
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->response.status, status) << found->name;
        EXPECT_EQ(findHeader(found->response.headers, "content-type"),
                  findHeader(recording.response.headers, "content-type"))
            << found->name;
    }
}

}  // namespace
}  // namespace ksqldb::server
