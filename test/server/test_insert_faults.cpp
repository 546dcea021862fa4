#include "http2_client.h"
#include "inserts.h"
#include "local_server.h"
#include "test_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::server {
namespace {

using namespace std::chrono_literals;

const std::string arguments = "{\"target\":\"s\"}\n";
const std::string row = "{\"k\":1}\n";

std::string ack(int number) {
    return "{\"seq\":" + std::to_string(number) + ",\"status\":\"ok\"}\n";
}

std::string rows(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += row;
    return text;
}

class Faults : public testing::Test {
protected:
    Faults() { server_.inserts().declare("s", "k INT KEY"); }

    void with(InsertFaults faults) {
        server_.on("/inserts-stream", "", server_.inserts().script(std::move(faults)));
    }
    /// A stream that stays open, with so many rows.
    std::int32_t begin(int count) {
        const auto id = client_.open("/inserts-stream");
        client_.send(id, arguments + rows(count));
        return id;
    }
    /// A whole stream of so many rows.
    const Http2Client::Answer& insert(int count) {
        return client_.ask("/inserts-stream", arguments + rows(count));
    }

    LocalServer server_;
    Http2Client client_{server_.port()};
};

TEST_F(Faults, ARowIsRefusedAndThoseBehindItAreIgnored) {
    InsertFaults faults;
    faults.refuse = {2, {50000, "no \"room\""}};
    with(faults);
    const auto& answer = client_.rest(begin(5));
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.body(),
              ack(0) + ack(1) +
                  R"({"@type":"InsertError","status":"error","seq":2,"message":"no \"room\"",)"
                  R"("error_code":50000})" +
                  '\n');
    EXPECT_EQ(server_.inserts().count("s"), 2u);
}

TEST_F(Faults, AnEarlierRowIsNeverAcknowledgedWhenOneIsRefused) {
    InsertFaults faults;
    faults.refuse = {2, {}};
    faults.instead[1] = "";
    with(faults);
    const auto body = client_.rest(begin(3)).body();
    EXPECT_EQ(body.substr(0, ack(0).size()), ack(0));
    EXPECT_EQ(body.find(ack(1)), std::string::npos);
    EXPECT_NE(body.find("\"seq\":2"), std::string::npos);
}

TEST_F(Faults, TheAnswerEndsEarly) {
    InsertFaults faults;
    faults.endAfter = 2;
    with(faults);
    const auto& answer = client_.rest(begin(5));
    EXPECT_EQ(answer.body(), ack(0) + ack(1));
    EXPECT_TRUE(answer.complete);
}

TEST_F(Faults, TheStreamIsReset) {
    InsertFaults faults;
    faults.resetAfter = 2;
    with(faults);
    const auto& answer = client_.rest(begin(5));
    EXPECT_EQ(answer.body(), ack(0) + ack(1));
    EXPECT_EQ(answer.reset, http2::internalError);
    EXPECT_EQ(client_.ask("/info", "", {}, "GET").status, 200);
}

TEST_F(Faults, TheConnectionIsClosed) {
    InsertFaults faults;
    faults.closeAfter = 2;
    with(faults);
    const auto& answer = client_.rest(begin(5));
    EXPECT_EQ(answer.body(), ack(0) + ack(1));
    EXPECT_FALSE(answer.isOver());
}

TEST_F(Faults, NothingIsAcknowledged) {
    InsertFaults faults;
    faults.muteAfter = 0;
    with(faults);
    const auto id = begin(5);
    client_.send(id, row, true);
    EXPECT_TRUE(server_.inserts().waitForCount("s", 6, 30s));
    EXPECT_EQ(client_.ask("/info", "", {}, "GET").status, 200);
    EXPECT_EQ(client_.answer(id).status, 200);
    EXPECT_EQ(client_.answer(id).body(), "");
    EXPECT_FALSE(client_.answer(id).isOver());
}

TEST_F(Faults, RowsAreNotReadAnyMore) {
    InsertFaults faults;
    faults.stopReadingAfter = 1;
    with(faults);
    const auto id = begin(20'000);
    ASSERT_TRUE(client_.readUntil(id, ack(0)));
    EXPECT_EQ(client_.ask("/info", "", {}, "GET").status, 200);
    EXPECT_GT(client_.unsent(id), 0u);
    EXPECT_EQ(server_.inserts().count("s"), 1u);
    EXPECT_EQ(client_.answer(id).body(), ack(0));
}

TEST_F(Faults, AcknowledgementsComeInAnotherOrder) {
    InsertFaults faults;
    faults.reversedBy = 3;
    with(faults);
    EXPECT_EQ(insert(5).body(), ack(2) + ack(1) + ack(0) + ack(4) + ack(3));
}

TEST_F(Faults, AcknowledgementsAreGarbage) {
    InsertFaults faults;
    faults.instead = {{0, "<html>\n"}, {1, ack(0)}, {2, ack(99)}, {3, ""}};
    with(faults);
    EXPECT_EQ(insert(5).body(), "<html>\n" + ack(0) + ack(99) + ack(4));
}

TEST_F(Faults, AcknowledgementsComeSlowly) {
    InsertFaults faults;
    faults.pace = 20ms;
    with(faults);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(insert(5).body(), ack(0) + ack(1) + ack(2) + ack(3) + ack(4));
    EXPECT_GE(std::chrono::steady_clock::now() - start, 100ms);
}

TEST_F(Faults, TheLastLineDoesNotEnd) {
    InsertFaults faults;
    faults.noLineEndAtEnd = true;
    with(faults);
    std::string expected = ack(0) + ack(1);
    expected.pop_back();
    EXPECT_EQ(insert(2).body(), expected);
    EXPECT_EQ(insert(0).body(), "");
}

TEST_F(Faults, TheHeadComesWithTheFirstAcknowledgement) {
    InsertFaults faults;
    faults.lateHead = true;
    with(faults);
    const auto id = begin(0);
    EXPECT_EQ(client_.ask("/info", "", {}, "GET").status, 200);
    EXPECT_EQ(client_.answer(id).status, 0);
    client_.send(id, row, true);
    EXPECT_EQ(client_.rest(id).body(), ack(0));
    EXPECT_EQ(client_.answer(id).status, 200);
    EXPECT_EQ(insert(0).status, 200);
}

TEST_F(Faults, AcknowledgementsAreCutAndJoined) {
    InsertFaults faults;
    faults.maxPartSize = 7;
    with(faults);
    EXPECT_EQ(insert(2).body(), ack(0) + ack(1));
    EXPECT_EQ(insert(1).parts.front(), ack(0).substr(0, 7));

    faults = {};
    faults.acksPerPart = 3;
    with(faults);
    const auto parts = insert(4).parts;
    EXPECT_EQ(parts, (std::vector<std::string>{ack(0) + ack(1) + ack(2), ack(3)}));
}

/// A script may also play them over HTTP/1.1, where ksqlDB has no insert streams.
TEST_F(Faults, PlayOverHttp1) {
    InsertFaults faults;
    faults.refuse = {1, {}};
    with(faults);
    TestClient client(server_.port());
    client.send(TestClient::request("/inserts-stream", arguments + rows(3)));
    EXPECT_EQ(client.answer().body().substr(0, ack(0).size()), ack(0));
    EXPECT_EQ(server_.acceptedConnections(), 2u);
}

}  // namespace
}  // namespace ksqldb::server
