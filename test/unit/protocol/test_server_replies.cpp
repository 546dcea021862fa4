#include "protocol/server_replies.h"

#include <gtest/gtest.h>

namespace ksqldb::test {
namespace {

using namespace ksqldb::protocol;

// Bodies from recordings/admin and recordings/push.

TEST(ServerInfoReply, IsRead) {
    const auto info = parseServerInfo(
        R"({"KsqlServerInfo":{"version":"7.6.1","kafkaClusterId":"abc","ksqlServiceId":"default_","serverStatus":"RUNNING"}})");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->version, "7.6.1");
    EXPECT_EQ(info->kafkaClusterId, "abc");
    EXPECT_EQ(info->ksqlServiceId, "default_");
    EXPECT_EQ(info->serverStatus, "RUNNING");
}

TEST(ServerInfoReply, OldServersHaveNoStatus) {
    const auto info = parseServerInfo(R"({"KsqlServerInfo":{"version":"0.10.0","new":[1]}})");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->version, "0.10.0");
    EXPECT_EQ(info->serverStatus, "");
}

TEST(ServerInfoReply, OtherBodiesAreNone) {
    for (const char* const body : {"", "{}", "[]", "null", "OK", R"({"KsqlServerInfo":null})",
                                   R"({"KsqlServerInfo":"7.6.1"})", R"({"KsqlServerInfo":{})"})
        EXPECT_FALSE(parseServerInfo(body)) << body;
}

TEST(HealthReply, IsRead) {
    const auto health = parseHealth(
        R"({"isHealthy":false,"details":{"metastore":{"isHealthy":true},"kafka":{"isHealthy":false},"commandRunner":{}},"serverState":"READY"})");
    ASSERT_TRUE(health);
    EXPECT_FALSE(health->isHealthy);
    EXPECT_EQ(health->serverState, "READY");
    EXPECT_EQ(health->details,
              (std::map<std::string, bool>{
                  {"metastore", true}, {"kafka", false}, {"commandRunner", false}}));
}

TEST(HealthReply, DetailsAndStateMayBeMissing) {
    const auto health = parseHealth(R"({"isHealthy":true,"details":null})");
    ASSERT_TRUE(health);
    EXPECT_TRUE(health->isHealthy);
    EXPECT_TRUE(health->details.empty());
    EXPECT_EQ(health->serverState, "");
}

TEST(HealthReply, OtherBodiesAreNone) {
    for (const char* const body :
         {"", "{}", "[true]", R"({"isHealthy":"true"})", R"({"isHealthy":1})"})
        EXPECT_FALSE(parseHealth(body)) << body;
}

TEST(HealthReply, AZeroByteIsNoEnd) {
    const std::string body = R"({"isHealthy":true})";
    EXPECT_FALSE(parseHealth(body + '\0'));
    EXPECT_FALSE(parseHealth(body + '\0' + "more"));
}

TEST(TerminateReply, IsRead) {
    EXPECT_EQ(
        parseTerminated(
            R"([{"@type":"terminate_query","statementText":"TERMINATE t;","queryId":"t","wasTerminated":true,"warnings":[]}])"),
        true);
    EXPECT_EQ(parseTerminated(R"([{"wasTerminated":false}])"), false);
    EXPECT_EQ(parseTerminated(R"([{"warnings":[]},{"wasTerminated":true}])"), true);
}

TEST(TerminateReply, OtherBodiesAreNone) {
    for (const char* const body :
         {"", "[]", "{}", R"({"wasTerminated":true})", R"([{"wasTerminated":"yes"}])", "[1,null]",
          R"([{"wasTerminated":true})"})
        EXPECT_FALSE(parseTerminated(body)) << body;
}

}  // namespace
}  // namespace ksqldb::test
