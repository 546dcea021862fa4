// What a Recorder writes: names, the index, limits, and no secret.

#include "recorder/recording_text.h"
#include "recorder/recordings_writer.h"
#include "recorder/secrets.h"
#include "recorder_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ksqldb::server {
namespace {

namespace fs = std::filesystem;

Recording someRecording(std::string name) {
    Recording recording;
    recording.name = std::move(name);
    recording.what = "a\tb\nc";
    recording.server = "7.6.1";
    recording.request.version = "HTTP/2";
    recording.request.method = "POST";
    recording.request.path = "/ksql?a=b";
    recording.request.headers = {{"accept", "x"}, {"odd", "\xff"}};
    recording.request.parts = {{1, "ä \"quoted\"\n"}, {20, std::string("\0\xff", 2)}};
    recording.request.bodyLeftOpen = true;
    recording.response = {200, {{"B", "2"}, {"A", "1"}}, {{5, "\xc3"}, {6, "\xa4"}}, "fin", 77};
    return recording;
}

TEST(RecordingText, IsReadAsItWas) {
    const TemporaryFolder folder;
    const auto recording = someRecording("g/n");
    std::ofstream(folder.path() / "n.json", std::ios::binary) << recordingText(recording);
    const auto read = loadRecording(folder.path() / "n.json");
    EXPECT_EQ(read.name, recording.name);
    EXPECT_EQ(read.what, recording.what);
    EXPECT_EQ(read.server, recording.server);
    EXPECT_EQ(read.request.path, recording.request.path);
    EXPECT_EQ(read.request.headers, (Headers{{"accept", "x"}, {"odd", "?"}}));
    EXPECT_EQ(read.request.bodyText, recording.request.parts[0].bytes + std::string("\0\xff", 2));
    EXPECT_EQ(read.request.parts[1].atMs, 20);
    EXPECT_TRUE(read.request.bodyLeftOpen);
    EXPECT_EQ(read.response.headers, recording.response.headers);
    EXPECT_EQ(read.responseBody(), "\xc3\xa4");
    EXPECT_EQ(read.response.parts[0].bytes, "\xc3");
    EXPECT_EQ(read.response.end, "fin");
    EXPECT_EQ(read.response.endAtMs, 77);
    EXPECT_EQ(indexLine(recording), "g/n\tHTTP/2\t200\tfin\ta b c\n");
}

TEST(RecordingsWriter, NamesByPathAndStatement) {
    const TemporaryFolder folder;
    RecordingsWriter writer(folder.path() / "new");
    EXPECT_EQ(writer.nameFor("/query-stream", "SELECT * FROM `Ratings`\nWHERE x = 'ü';"),
              "query-stream/select-from-ratings-where-x-0001");
    EXPECT_EQ(writer.nameFor("/status/stream/S/create?x", ""), "status/stream-s-create-0002");
    EXPECT_EQ(writer.nameFor("/info", ""), "info/info-0003");
    EXPECT_EQ(writer.nameFor("/", ""), "other/other-0004");
    EXPECT_EQ(writer.nameFor("/../../etc/passwd", ""), "other/etc-passwd-0005");
    EXPECT_LT(writer.nameFor("/ksql", std::string(5000, 'x')).size(), 100u);
    EXPECT_LT(writer.nameFor("/" + std::string(5000, 'x'), "").size(), 200u);
}

TEST(RecordingsWriter, KeepsWhatIsThere) {
    const TemporaryFolder folder;
    {
        RecordingsWriter writer(folder.path());
        auto recording = someRecording(writer.nameFor("/ksql", "list streams;"));
        EXPECT_EQ(recording.name, "ksql/list-streams-0001");
        writer.write(recording);
        // Somebody else has taken the name.
        recording.what = "the second";
        writer.write(recording);
    }
    RecordingsWriter writer(folder.path());
    const auto name = writer.nameFor("/ksql", "list streams;");
    EXPECT_EQ(name, "ksql/list-streams-0003");
    writer.write(someRecording(name));
    const auto all = loadRecordings(folder.path());
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].what, "a\tb\nc");
    EXPECT_EQ(all[1].what, "the second");
    EXPECT_EQ(all[1].name, "ksql/list-streams-0002");
    EXPECT_EQ(contentOf(folder.path() / "INDEX.tsv"),
              indexHead() + indexLine(all[0]) + indexLine(all[1]) + indexLine(all[2]));
    // Nothing that is unfinished.
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
        EXPECT_TRUE(entry.is_directory() || entry.path().extension() == ".json" ||
                    entry.path().filename() == "INDEX.tsv")
            << entry.path();
    }
}

TEST(Recorder, PassesSecretsOnAndWritesNone) {
    RecorderWorld world({}, [](RecorderOptions& options) {
        options.upstream = parsedUpstream("http://a-user:url-s3cret@127.0.0.1:" +
                                          std::to_string(options.upstream.port));
    });
    world.server.issueTokens("a-client", "client-s3cret");
    world.server.requireBasicAuth("a-user", "url-s3cret");
    Headers sent;
    world.server.on("/ksql", "", [&](Exchange& exchange) {
        sent = exchange.request().headers;
        exchange.respond(200,
                         R"([{"info":{"config":{"connector.class":"C","db.user":"u-s3cret"}}}])",
                         {{"Set-Cookie", "session=cookie-s3cret"}});
    });
    TestClient client(world.port());
    const auto issued =
        client
            .send(TestClient::request("/oauth/token",
                                      "grant_type=client_credentials&client_id=a-client&"
                                      "client_secret=client-s3cret"))
            .answer();
    const std::string body = issued.body();
    ASSERT_EQ(issued.status, 200) << body;
    const auto begin = body.find("token-");
    const std::string token = body.substr(begin, body.find('"', begin) - begin);
    const std::string sql =
        R"({"ksql":"CREATE SINK CONNECTOR c WITH ('db.password'='sql-s3cret');"})";
    const auto answer = client
                            .send(TestClient::request("/ksql?api_key=query-s3cret", sql,
                                                      {{"Authorization", "Bearer " + token},
                                                       {"Cookie", "a=cookie-s3cret"},
                                                       {"X-Api-Key", "key-s3cret"}}))
                            .answer();
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(findHeader(answer.headers, "set-cookie"), "session=cookie-s3cret");
    EXPECT_EQ(findHeader(sent, "x-api-key"), "key-s3cret");
    EXPECT_EQ(findHeader(sent, "authorization"), "Bearer " + token);
    // By the credentials of the address.
    EXPECT_EQ(client.send(TestClient::request("/info", "", {}, "GET")).answer().status, 200);
    world.server.stop();
    client.send(TestClient::request("/ksql", sql)).readAll();

    const auto recordings = world.recordings(4);
    EXPECT_EQ(std::count_if(recordings.begin(), recordings.end(),
                            [](const auto& one) {
                                return findHeader(one.request.headers, "authorization") == "***";
                            }),
              1);
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator(world.folder.path())) {
        all += entry.path().string();
        if (entry.is_regular_file()) all += contentOf(entry.path());
    }
    for (const auto& line : world.log()) all += line;
    for (const auto& line : world.complaints()) all += line;
    EXPECT_NE(all.find("db.password"), std::string::npos);
    for (const std::string& secret : {std::string("s3cret"), token, std::string("YS11c2Vy")})
        EXPECT_EQ(all.find(secret), std::string::npos) << all;
    EXPECT_EQ(recordings[0].server, "7.6.1");
}

TEST(UpstreamAddress, IsReadFromAUrl) {
    const auto address = parsedUpstream("https://u%40x:p%3A@ksql.example:8443/a/b/");
    EXPECT_TRUE(address.tls);
    EXPECT_EQ(address.host, "ksql.example");
    EXPECT_EQ(address.port, 8443);
    EXPECT_EQ(address.basePath, "/a/b");
    EXPECT_EQ(address.credentials, "dUB4OnA6");
    EXPECT_EQ(address.text(), "https://ksql.example:8443/a/b");
    const auto six = parsedUpstream("http://[::1]");
    EXPECT_EQ(six.host, "::1");
    EXPECT_EQ(six.port, 80);
    EXPECT_EQ(six.authority(), "[::1]");
    EXPECT_TRUE(six.credentials.empty());
    for (const char* bad :
         {"", "ksql.example", "ftp://x", "http://", "http://x?y", "http://x:0x"}) {
        EXPECT_THROW(parsedUpstream(bad), std::invalid_argument) << bad;
    }
}

}  // namespace
}  // namespace ksqldb::server
