#include "http2_client.h"
#include "local_server.h"
#include "player.h"
#include "test_client.h"
#include "test_recordings.h"

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::server {
namespace {

/// The server's own answers are the recorded ones.
TEST(OwnAnswers, AreTheRecordedOnes) {
    LocalServer server;
    for (const char* name :
         {"push/close-unknown", "push/close-no-id", "push/close-pull",
          "errors/ksql-terminate-unknown", "errors/unknown-path", "errors/query-get",
          "errors/ksql-accept-delimited", "accept/pull-html-h1", "admin/root", "admin/chc-live"}) {
        SCOPED_TRACE(name);
        const auto& recording = player().named(name);
        const auto answer = TestClient(server.port()).send(requestText(recording)).answer();
        EXPECT_EQ(answer.status, recording.response.status);
        EXPECT_EQ(answer.headers, recording.response.headers);
        EXPECT_EQ(answer.body(), recording.responseBody());
    }
    for (const auto& recording : recordings()) {
        if (recording.name.compare(0, 5, "auth/") != 0 || recording.request.version == "HTTP/2") {
            continue;
        }
        SCOPED_TRACE(recording.name);
        server.requireBasicAuth("ksql", "other");
        const auto answer = TestClient(server.port()).send(requestText(recording)).answer();
        EXPECT_EQ(answer.status, recording.response.status);
        EXPECT_EQ(answer.headers, recording.response.headers);
        if (recording.response.status == 401) {
            EXPECT_EQ(answer.body(), recording.responseBody());
        }
    }
}

TEST(OwnAnswers, RefuseHttp10ForQueries) {
    const auto& recording = player().named("queries/pull-http10");
    LocalServer server;
    server.onAny(player().script());
    TestClient client(server.port());
    client.send(TestClient::request(recording.request.path, recording.request.bodyText,
                                    recording.request.headers, "POST", "HTTP/1.0"));
    const auto answer = client.answer();
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body(), recording.responseBody());
}

TestClient::Answer get(const LocalServer& server, const std::string& path) {
    return TestClient(server.port()).send(TestClient::request(path, "", {}, "GET")).answer();
}

TEST(OwnAnswers, TellAboutTheServerAsTheRecordedOnesDo) {
    LocalServer server;
    for (const char* name : {"admin/healthcheck", "admin/status-bad", "admin/status-unknown",
                             "admin/valid-property", "admin/invalid-property"}) {
        SCOPED_TRACE(name);
        const auto& recording = player().named(name);
        const auto answer = get(server, recording.request.path);
        EXPECT_EQ(answer.status, recording.response.status);
        EXPECT_EQ(answer.headers, recording.response.headers);
        EXPECT_EQ(answer.body(), recording.responseBody());
    }
    EXPECT_NE(get(server, "/v1/metadata").body().find(R"({"version":"7.6.1")"), std::string::npos);
    EXPECT_EQ(get(server, "/v1/metadata/id").body().substr(0, 9), R"({"scope":)");
    EXPECT_EQ(get(server, "/status").body(), R"({"commandStatuses":{}})");
    EXPECT_EQ(get(server, "/clusterStatus").status, 404);
    const auto unknown = get(server, "/is_valid_property/nonsense");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_NE(unknown.body().find("'nonsense'"), std::string::npos);
}

TEST(OwnAnswers, PlayTheRecordedStateWhereThereIsOne) {
    LocalServer server;
    server.onAny(player().script());
    for (const char* name : {"admin/cluster-status", "admin/status-all", "admin/status-one",
                             "admin/metadata", "admin/metadata-id"}) {
        SCOPED_TRACE(name);
        const auto& recording = player().named(name);
        EXPECT_EQ(get(server, recording.request.path).body(), recording.responseBody());
    }
}

TEST(OwnAnswers, TakeInsertsIntoWhatIsDeclared) {
    LocalServer server;
    server.inserts().declare("ratings", "id BIGINT KEY, stars INT");
    const auto insert = [&](const std::string& sql) {
        const std::string body = R"({"ksql":")" + sql + "\"}";
        return TestClient(server.port()).send(TestClient::request("/ksql", body)).answer();
    };
    EXPECT_EQ(insert("INSERT INTO ratings VALUES (1, 5);").body(), "[]");
    EXPECT_EQ(insert("insert  into `RATINGS`(id, stars)\\nvalues (1, 5);").body(), "[]");
    EXPECT_EQ(insert("INSERT INTO ratings VALUES (1, 5)").status, 400);
    const auto unknown = insert("INSERT INTO others VALUES (1, 5);");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_EQ(unknown.body(),
              R"({"@type":"generic_error","error_code":40000,)"
              R"("message":"Cannot insert values into an unknown stream/table: `OTHERS`"})");
    EXPECT_EQ(insert("INSERT INTO ratings SELECT * FROM others;").status, 400);
}

TEST(OwnAnswers, EndTheCluster) {
    const LocalServer server;
    const auto terminate = [&](const std::string& body) {
        return TestClient(server.port())
            .send(TestClient::request("/ksql/terminate", body))
            .answer();
    };
    for (const char* body : {"{}", R"({"deleteTopicList":["FOO","bar.*"]})"}) {
        const auto answer = terminate(body);
        EXPECT_EQ(answer.status, 200);
        EXPECT_NE(answer.body().find(R"("commandId":"cluster/TerminateCluster/terminate")"),
                  std::string::npos);
    }
    const auto refused = terminate(R"({"deleteTopicList":["["]})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body(),
              R"({"@type":"generic_error","error_code":40000,"message":"Invalid pattern: ["})");
    EXPECT_EQ(terminate("nonsense").status, 400);
    EXPECT_EQ(get(server, "/ksql/terminate").status, 405);
}

TEST(OwnAnswers, GivePrintInItsOwnFormOnly) {
    LocalServer server;
    server.onAny(player().script());
    for (const char* name : {"print/print-accept-any", "print/print-h1", "print/print-accept-ours",
                             "print/print-unknown", "print/print-old-endpoint"}) {
        SCOPED_TRACE(name);
        const auto& recording = player().named(name);
        const auto answer = TestClient(server.port()).send(requestText(recording)).answer();
        EXPECT_EQ(answer.status, recording.response.status);
        EXPECT_EQ(answer.headers, recording.response.headers);
        EXPECT_EQ(answer.body(), recording.responseBody());
    }
}

TEST(OwnAnswers, WaitForACommandThatNeverComes) {
    LocalServer server;
    server.onAny(player().script());
    const auto list = [&](const std::string& number) {
        const std::string body = R"({"ksql":"LIST STREAMS;","commandSequenceNumber":)" + number;
        return TestClient(server.port()).send(TestClient::request("/ksql", body + '}')).answer();
    };
    EXPECT_EQ(list("999999").body(), player().named("errors/ksql-sequence-number").responseBody());
    EXPECT_EQ(list("999999").status, 503);
    EXPECT_EQ(list("5").status, 200);
    EXPECT_EQ(list("null").status, 200);
}

}  // namespace
}  // namespace ksqldb::server
