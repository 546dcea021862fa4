#include "http2_client.h"
#include "inserts.h"
#include "local_server.h"
#include "player.h"
#include "recorded_sources.h"
#include "test_client.h"
#include "test_recordings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;

const std::string orders = "{\"target\":\"orders\"}\n";
const std::string row = "{\"user_id\":\"ada\",\"amount\":1}\n";

std::string ack(int number) {
    return "{\"seq\":" + std::to_string(number) + ",\"status\":\"ok\"}\n";
}

bool isInsert(const Recording& recording) {
    return recording.request.path == "/inserts-stream" && recording.request.version == "HTTP/2";
}

/// Acknowledgements come as Kafka's partitions answer: their order does not count.
std::vector<std::string> sortedLines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::int32_t begin(Http2Client& client, const Recording& recording) {
    const auto id = client.open("/inserts-stream", recording.request.headers);
    const bool leftOpen = recording.end() == Recording::End::ClientClosed;
    client.send(id, recording.request.bodyText, !leftOpen);
    return id;
}

/// What a real server has said to these rows, this one says by its own rules.
TEST(Inserts, AreAnsweredAsRecorded) {
    LocalServer server;
    for (auto& source : recordedSources(recordings())) server.inserts().declare(source);
    int compared = 0;
    for (const auto& recording : recordings()) {
        if (!isInsert(recording)) continue;
        SCOPED_TRACE(recording.name);
        Http2Client client(server.port());
        const auto id = begin(client, recording);
        if (recording.end() == Recording::End::ClientClosed) {
            EXPECT_TRUE(client.readUntil(id, recording.responseBody()));
            EXPECT_FALSE(client.answer(id).isOver());
            client.reset(id);
        } else {
            const auto& answer = client.rest(id);
            EXPECT_EQ(answer.status, recording.response.status);
            EXPECT_EQ(answer.headers, recording.response.headers);
            EXPECT_EQ(sortedLines(answer.body()), sortedLines(recording.responseBody()));
            EXPECT_TRUE(answer.complete);
        }
        ++compared;
    }
    EXPECT_EQ(compared, 24);
    EXPECT_EQ(server.inserts().arguments().size(), 24u);
    EXPECT_EQ(server.inserts().count("ratings"), 4u);
}

TEST(Inserts, RecordedOnesAreAcknowledgedWhenTheirRowsHaveCome) {
    LocalServer server;
    const auto& recording = player().named("inserts/slow");
    server.on("/inserts-stream", "", play(recording));
    Http2Client client(server.port());
    const auto id = client.open("/inserts-stream", recording.request.headers);
    client.send(id, orders);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(client.answer(id).body().find("\"seq\":" + std::to_string(i)), std::string::npos);
        client.send(id, row);
        ASSERT_TRUE(client.readUntil(id, ack(i)));
    }
    client.send(id, "", true);
    EXPECT_EQ(client.rest(id).body(), recording.responseBody());
}

TEST(Inserts, AreRefusedOverHttp1) {
    const LocalServer server;
    const auto& recording = player().named("inserts/http1");
    const auto answer = TestClient(server.port()).send(requestText(recording)).answer();
    EXPECT_EQ(answer.status, recording.response.status);
    EXPECT_EQ(answer.headers, recording.response.headers);
    EXPECT_EQ(answer.body(), recording.responseBody());
}

class InsertsInto : public testing::Test {
protected:
    InsertsInto() { server_.inserts().declare("orders", "user_id VARCHAR KEY, amount INT"); }

    const Http2Client::Answer& insert(const std::string& body, const Headers& headers = {}) {
        return client_.ask("/inserts-stream", body, headers);
    }

    LocalServer server_;
    Http2Client client_{server_.port()};
};

TEST_F(InsertsInto, KeepsWhatItTook) {
    EXPECT_EQ(insert(orders + row + "{\"user_id\":\"bob\"}").body(), ack(0) + ack(1));
    auto& inserts = server_.inserts();
    EXPECT_EQ(
        inserts.rows("orders"),
        (std::vector<std::string>{"{\"user_id\":\"ada\",\"amount\":1}", "{\"user_id\":\"bob\"}"}));
    EXPECT_EQ(inserts.count("ORDERS"), 2u);
    EXPECT_EQ(inserts.count("none"), 0u);
    EXPECT_EQ(inserts.arguments(), std::vector<std::string>{"{\"target\":\"orders\"}"});
    // A row that is refused is not taken, and none behind it.
    EXPECT_NE(insert(orders + row + "{}\n" + row).body().find("InsertError"), std::string::npos);
    EXPECT_EQ(inserts.count("orders"), 3u);
    inserts.forget();
    EXPECT_EQ(inserts.count("orders"), 0u);
    EXPECT_TRUE(inserts.rows("orders").empty());
}

TEST_F(InsertsInto, AcknowledgesEachRowAsItComes) {
    const auto id = client_.open("/inserts-stream");
    client_.send(id, orders);
    ASSERT_TRUE(client_.until([&] { return client_.answer(id).status == 200; }));
    for (int i = 0; i < 3; ++i) {
        client_.send(id, row);
        ASSERT_TRUE(client_.readUntil(id, ack(i)));
        EXPECT_TRUE(server_.inserts().waitForCount("orders", static_cast<std::size_t>(i) + 1, 30s));
    }
    EXPECT_FALSE(server_.inserts().waitForCount("orders", 4, 10ms));
    client_.send(id, "", true);
    EXPECT_EQ(client_.rest(id).parts, (std::vector<std::string>{ack(0), ack(1), ack(2)}));
}

TEST_F(InsertsInto, HasAFormForEachAcceptHeader) {
    const auto accept = [&](const char* type) {
        return insert(orders + row + row, {{"accept", type}});
    };
    EXPECT_EQ(accept("*/*").body(), ack(0) + ack(1));
    EXPECT_EQ(accept("application/json").parts,
              (std::vector<std::string>{R"([{"seq":0,"status":"ok"})",
                                        R"(,{"seq":1,"status":"ok"})", "]"}));
    EXPECT_EQ(accept("text/html").status, 406);
    EXPECT_EQ(accept("application/vnd.ksql.v1+json").status, 406) << "a form of queries";
    EXPECT_EQ(accept("application/vnd.ksql.v1+json, application/json;q=0.9").status, 200);
    EXPECT_EQ(insert(orders, {{"accept", "application/json"}}).body(), "[]");
}

TEST_F(InsertsInto, RefusesBadArguments) {
    EXPECT_EQ(insert("{\"target\":\"none\"}\n").body(),
              R"({"@type":"generic_error","error_code":40001,)"
              R"("message":"Cannot insert values into an unknown stream/table: `NONE`"})");
    EXPECT_EQ(insert("{\"target\":\"`orders`\"}\n").status, 400);
    EXPECT_NE(insert("{\"target\":\"`orders\"}\n").body().find("Invalid target name: `orders"),
              std::string::npos);
    EXPECT_NE(insert("{\"target\":5}\n").body().find("40000"), std::string::npos);
    EXPECT_NE(insert("[[\n").body().find("40000"), std::string::npos);
    Source windowed{"W", parsedColumns("k STRING KEY")};
    windowed.windowed = true;
    server_.inserts().declare(windowed);
    EXPECT_NE(insert("{\"target\":\"w\"}\n").body().find("windowed stream/table"),
              std::string::npos);
}

TEST_F(InsertsInto, DoesNotAnswerAnEmptyBody) {
    const auto id = client_.open("/inserts-stream");
    client_.send(id, "", true);
    EXPECT_EQ(client_.ask("/info", "", {}, "GET").status, 200);
    EXPECT_EQ(client_.answer(id).status, 0);
}

TEST_F(InsertsInto, TakesAnythingWhereTheColumnsAreNotKnown) {
    server_.inserts().declareAny("things");
    EXPECT_EQ(insert("{\"target\":\"things\"}\n{\"x\":[{}]}\n{}\n").body(), ack(0) + ack(1));
    EXPECT_NE(insert("{\"target\":\"things\"}\n[]\n").body().find("Invalid JSON"),
              std::string::npos);
}

TEST_F(InsertsInto, TakesManyRowsAtOnce) {
    const int count = 20'000;
    std::string body = orders;
    for (int i = 0; i < count; ++i) body += row;
    const auto lines = sortedLines(insert(body).body());
    EXPECT_EQ(lines.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(server_.inserts().count("orders"), static_cast<std::size_t>(count));
}

}  // namespace
}  // namespace ksqldb::server
