// Every answer of a real server's other endpoints, beside RapidJSON's DOM of the same.
#include "recorded_dom.h"

#include <ksqldb/commands.h>

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace ksqldb::test {
namespace {

TEST(EndpointsRecorded, AreReadAsTheDomHasThem) {
    std::map<std::string, int> seen;
    for (const Recording& recording : recordings()) {
        if (recording.status != 200 && recording.status != 400) continue;
        SCOPED_TRACE(recording.file);
        const RawResponse answer{recording.status, {}, recording.body};
        const bool isValid = recording.path.rfind("/is_valid_property/", 0) == 0;
        if (isValid) {
            EXPECT_EQ(isValidProperty("x").read(answer), recording.status == 200);
            ++seen["/is_valid_property"];
            continue;
        }
        const auto document = JsonDocument::parse(recording.body);
        if (!document || recording.status != 200) continue;
        const Value& root = document->root();
        ++seen[recording.path];
        if (recording.path == "/info") {
            const ServerInfo got = serverInfo().read(answer);
            EXPECT_EQ(got.version, dom(member(root, "KsqlServerInfo"), "version"));
            EXPECT_EQ(got.json, recording.body);
        } else if (recording.path == "/healthcheck") {
            const Health got = healthCheck().read(answer);
            EXPECT_EQ(shown(got.isHealthy), dom(root, "isHealthy"));
            EXPECT_EQ(got.json, recording.body);
        } else if (recording.path == "/v1/metadata/id") {
            const ClusterId got = clusterId().read(answer);
            EXPECT_EQ(got.clusters, domMap(member(member(root, "scope"), "clusters")));
            expectJson(got.json, root);
        } else if (recording.path == "/v1/metadata") {
            const ServerMetadata got = serverMetadata().read(answer);
            EXPECT_EQ(got.version, dom(root, "version"));
            expectJson(got.clusterId.json, member(root, "clusterId"));
            expectJson(got.json, root);
        } else if (recording.path == "/status") {
            EXPECT_EQ(commandStatuses().read(answer), domMap(member(root, "commandStatuses")));
        } else if (recording.path.rfind("/status/", 0) == 0) {
            const CommandStatus got = commandStatus("a/b/c").read(answer);
            EXPECT_EQ(got.status, dom(root, "status"));
            EXPECT_EQ(got.message, dom(root, "message"));
            ++seen["/status/…"];
        } else if (recording.path == "/clusterStatus") {
            const ClusterStatus got = clusterStatus().read(answer);
            const Value& hosts = member(root, "clusterStatus");
            ASSERT_EQ(got.hosts.size(), hosts.MemberCount());
            for (const auto& [name, host] : got.hosts) {
                const Value& value = member(hosts, name);
                expectJson(host.json, value);
                EXPECT_EQ(shown(host.isAlive), dom(value, "hostAlive"));
                EXPECT_EQ(std::to_string(host.lastStatusUpdateMs),
                          dom(value, "lastStatusUpdateMs"));
                for (const auto& [id, stores] : host.queries) {
                    const Value& query = member(member(value, "activeStandbyPerQuery"), id);
                    EXPECT_EQ(stores.activeStores, domTexts(query, "activeStores"));
                    EXPECT_EQ(stores.standbyStores, domTexts(query, "standByStores"));
                    const auto samePartition = [](const TopicPartition& at, const Value& one) {
                        EXPECT_EQ(at.topic, dom(one, "topic"));
                        EXPECT_EQ(std::to_string(at.partition), dom(one, "partition"));
                    };
                    expectList(stores.activePartitions, member(query, "activePartitions"),
                               samePartition);
                    expectList(stores.standbyPartitions, member(query, "standByPartitions"),
                               samePartition);
                }
                const Value& lags = member(value, "hostStoreLags");
                EXPECT_EQ(std::to_string(host.lagsUpdatedMs), dom(lags, "updateTimeMs"));
                EXPECT_EQ(host.storeLags.size(), member(lags, "stateStoreLags").MemberCount());
                for (const auto& [store, partitions] : host.storeLags)
                    for (const auto& [partition, lag] : partitions) {
                        const Value& one = member(
                            member(member(member(lags, "stateStoreLags"), store), "lagByPartition"),
                            std::to_string(partition));
                        EXPECT_EQ(std::to_string(lag.current), dom(one, "currentOffsetPosition"));
                        EXPECT_EQ(std::to_string(lag.end), dom(one, "endOffsetPosition"));
                        EXPECT_EQ(std::to_string(lag.lag), dom(one, "offsetLag"));
                    }
            }
        }
    }
    for (const char* const path : {"/info", "/healthcheck", "/v1/metadata", "/v1/metadata/id",
                                   "/status", "/status/…", "/clusterStatus", "/is_valid_property"})
        EXPECT_GT(seen[path], 0) << path;
}

}  // namespace
}  // namespace ksqldb::test
