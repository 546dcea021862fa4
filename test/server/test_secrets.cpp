// What removeSecrets() hides in a recording, and what it leaves.

#include "recorder/secrets.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace ksqldb::server {
namespace {

Recording recordingOf(std::string path, std::string asked, std::string answered) {
    Recording recording;
    recording.request.method = "POST";
    recording.request.path = std::move(path);
    recording.request.parts = {{0, std::move(asked)}};
    recording.response.status = 200;
    recording.response.headers = {{"Content-Length", std::to_string(answered.size())}};
    recording.response.parts = {{1, std::move(answered)}};
    removeSecrets(recording);
    return recording;
}

std::string askedWithout(const std::string& body, const std::string& path = "/ksql") {
    return recordingOf(path, body, "[]").request.bodyText;
}

std::string answeredWithout(const std::string& body, const std::string& path = "/ksql",
                            const std::string& asked = R"({"ksql":"SHOW STREAMS;"})") {
    return recordingOf(path, asked, body).responseBody();
}

TEST(Secrets, AreNotInSql) {
    EXPECT_EQ(withoutSecrets("SET 'sasl.jaas.config'='open'"), "SET 'sasl.jaas.config'='***'");
    EXPECT_EQ(withoutSecrets("SET 'A-Password' = 'it''s'; SET 'a'='b'"),
              "SET 'A-Password' = '***'; SET 'a'='b'");
    EXPECT_EQ(withoutSecrets("DEFINE db_password = 'hunter2';"), "DEFINE db_password = '***';");
    EXPECT_EQ(withoutSecrets("WHERE `token` /* = */ = -- here\n 'hunter2'"),
              "WHERE `token` /* = */ = -- here\n '***'");
    EXPECT_EQ(withoutSecrets("SET 'password'='unfinished"), "SET 'password'='***'");
    for (const char* plain :
         {"SELECT 'password' FROM s;", "SELECT * FROM s WHERE a = 'password';",
          "SET 'ksql.query.push.v2.continuation.tokens.enabled' = 'true';", "-- don't", "'", "="})
        EXPECT_EQ(withoutSecrets(plain), plain);
}

TEST(Secrets, AreAllValuesOfAConnector) {
    EXPECT_EQ(withoutSecrets("CREATE STREAM s WITH (topic='t'); CREATE SOURCE CONNECTOR c WITH ("
                             "'connector.class'='C', \"x\"='y', 'url' = 'it''s', 'pin'=1234);"),
              "CREATE STREAM s WITH (topic='t'); CREATE SOURCE CONNECTOR c WITH ("
              "'connector.class'='C', \"x\"='***', 'url' = '***', 'pin'='***');");
    // Only the word, and not in quotes or comments.
    for (const char* plain : {"SELECT 'connector' FROM s WHERE a = 'b';",
                              "SELECT a /* connector */ FROM s WHERE a = 'b';"})
        EXPECT_EQ(withoutSecrets(plain), plain);
}

TEST(Secrets, AreNotInWhatAServerSaysOfAConnector) {
    EXPECT_EQ(answeredWithout(R"([{"@type":"connector_info","info":{"name":"C","config":)"
                              R"({"connector.class":"K","db.user":"me","pin":1}},"warnings":[]}])"),
              R"([{"@type":"connector_info","info":{"name":"C","config":)"
              R"({"connector.class":"K","db.user":"***","pin":"***"}},"warnings":[]}])");
    EXPECT_EQ(answeredWithout(R"({"message":"Can't parse: 'db.password' = 'hunter2'"})"),
              R"({"message":"Can't parse: 'db.password' = '***'"})");
    // A value that the request had.
    EXPECT_EQ(answeredWithout(R"({"message":"hunter2 is no url"})", "/ksql",
                              R"({"ksql":"CREATE SINK CONNECTOR c WITH ('url'='hunter2');"})"),
              R"({"message":"*** is no url"})");
}

TEST(Secrets, AreFoundHoweverJsonWritesThem) {
    EXPECT_EQ(askedWithout(R"({"ksql":"SET \u0027db.password\u0027=\u0027hunter2\u0027;"})"),
              R"({"ksql":"SET 'db.password'='***';"})");
    EXPECT_EQ(askedWithout(R"({"ksql":"SET 'db.password'\t=\n'hunter2';"})"),
              R"({"ksql":"SET 'db.password'\t=\n'***';"})");
    EXPECT_EQ(askedWithout(R"({"ksql":"-- don't\nSET 'db.password'='hunter2';"})"),
              R"({"ksql":"-- don't\nSET 'db.password'='***';"})");
    EXPECT_EQ(askedWithout(R"({"a":"it's","ksql":"SET 'db.password'='hunter2';"})"),
              R"({"a":"it's","ksql":"SET 'db.password'='***';"})");
    EXPECT_EQ(askedWithout(R"({"sql":"SELECT 1;","sessionVariables":{"db_password":"hunter2"}})",
                           "/query-stream"),
              R"({"sql":"SELECT 1;","sessionVariables":{"db_password":"***"}})");
    EXPECT_EQ(askedWithout(R"({"ksql":"DEFINE db_password = 'hunter2';"})"),
              R"({"ksql":"DEFINE db_password = '***';"})");
}

TEST(Secrets, AreHiddenBelowABasePath) {
    const std::string body = R"({"ksql":"SET 'db.password'='hunter2';"})";
    for (const char* path : {"/gw/ksql", "/gw/query", "/gw/query-stream", "/ksql?a=b", "/ksql/"})
        EXPECT_EQ(askedWithout(body, path), R"({"ksql":"SET 'db.password'='***';"})") << path;
}

TEST(Secrets, LeaveOtherBodiesAsTheyAre) {
    const std::string spaced = R"({ "ksql" : "SELECT \u0027a\u0027;", "n": 1.50 })";
    EXPECT_EQ(askedWithout(spaced), spaced);
    const std::string tokens =
        R"({"sql":"S","properties":{"ksql.query.push.v2.continuation.tokens.enabled":"true"}} )";
    EXPECT_EQ(askedWithout(tokens, "/query-stream"), tokens);
    const std::string rows =
        "{\"queryId\":\"q\",\"columnNames\":[\"A\"]}\n[{\"password\":\"p\"}]\n";
    EXPECT_EQ(answeredWithout(rows, "/query-stream"), rows);
    EXPECT_EQ(askedWithout(R"({"ksql": )"), R"({"ksql": )");
}

TEST(Secrets, AreNotInABodyThatCannotBeRead) {
    EXPECT_EQ(askedWithout(R"({"ksql":"SET 'db.password'='hunter2)"), "***");
    EXPECT_EQ(answeredWithout(R"([{"@type":"connector_info","info":{"config":{"a":"hunt)"), "***");
    EXPECT_EQ(answeredWithout("\x1f\x8b squeezed", "/ksql", R"({"ksql":"DESCRIBE CONNECTOR c;"})"),
              "***");
}

TEST(Secrets, AreHiddenWhereTokensAreIssued) {
    const std::string token = R"({"access_token":"t0ken","token_type":"Bearer","expires_in":60})";
    EXPECT_EQ(askedWithout("grant_type=client_credentials&client_secret=s3cret", "/oauth/token"),
              "grant_type=client_credentials&client_secret=***");
    EXPECT_EQ(answeredWithout(token, "/oauth/token"),
              R"({"access_token":"***","token_type":"Bearer","expires_in":60})");
    // What is not understood might be anything, and a `=` makes no form of it.
    for (const char* broken : {"\x1f\x8b squeezed", R"({"access_token":"s3cret==","expi)",
                               R"(["s3cret="])", R"( {"a":"b="} x)"})
        EXPECT_EQ(answeredWithout(broken, "/oauth/token"), "***");
    EXPECT_EQ(pathWithoutSecrets("/a?access_token=abc&b=c"), "/a?access_token=***&b=c");
    EXPECT_EQ(pathWithoutSecrets("/token"), "/token");
}

TEST(Secrets, LeaveAsMuchMissingAsWasMissing) {
    Recording recording;
    recording.request.path = "/ksql";
    recording.response.headers = {{"Content-Length", "100"}};
    recording.response.parts = {{1, R"({"password":)"}, {2, R"("hunter2"})"}};
    removeSecrets(recording);
    EXPECT_EQ(recording.responseBody(), R"({"password":"***"})");
    ASSERT_EQ(recording.response.parts.size(), 1U);
    EXPECT_EQ(findHeader(recording.response.headers, "content-length"), "96");
}

}  // namespace
}  // namespace ksqldb::server
