#include "protocol/admin_replies.h"

#include "base/error_builder.h"
#include "protocol/entity.h"
#include "protocol/error_body.h"

#include <charconv>

namespace ksqldb::protocol {

using values::JsonNode;
using values::JsonTree;

namespace {

JsonTree treeOf(const Entity& entity) { return readObject(entity.json); }

ClusterId clusterIdOf(const JsonNode& node) {
    ClusterId id;
    if (const JsonNode clusters = node["scope"]["clusters"]; clusters.isObject())
        for (const JsonNode& cluster : clusters.children())
            id.clusters.emplace(cluster.name(), cluster.string().value_or(std::string()));
    id.id = text(node, "id");
    id.json = node.json();
    return id;
}

TopicPartition readPartition(const JsonNode& node) {
    return {text(node, "topic"), small(node, "partition")};
}

std::map<int, PartitionLag> readLags(const JsonNode& byPartition) {
    std::map<int, PartitionLag> out;
    for (const JsonNode& lag : byPartition.children()) {
        const std::string& name = lag.name();
        int partition = 0;
        const auto [stop, error] =
            std::from_chars(name.data(), name.data() + name.size(), partition);
        if (error != std::errc() || stop != name.data() + name.size()) continue;
        out[partition] = {integer(lag, "currentOffsetPosition"), integer(lag, "endOffsetPosition"),
                          integer(lag, "offsetLag")};
    }
    return out;
}

HostStatus readHost(const JsonNode& node) {
    HostStatus host;
    host.isAlive = flag(node, "hostAlive");
    host.lastStatusUpdateMs = integer(node, "lastStatusUpdateMs");
    for (const JsonNode& query : node["activeStandbyPerQuery"].children())
        host.queries[query.name()] = {
            texts(query, "activeStores"), all(query["activePartitions"], readPartition),
            texts(query, "standByStores"), all(query["standByPartitions"], readPartition)};
    const JsonNode lags = node["hostStoreLags"];
    for (const JsonNode& store : lags["stateStoreLags"].children())
        host.storeLags[store.name()] = readLags(store["lagByPartition"]);
    host.lagsUpdatedMs = integer(lags, "updateTimeMs");
    host.json = node.json();
    return host;
}

}  // namespace

Error commandFailed(const std::string& message) {
    return detail::ErrorBuilder(ErrorCode::ServerError,
                                "the server could not execute the command: " + shortened(message))
        .http(200)
        .server(0, message)
        .build();
}

StatementResult readStatementResult(const std::vector<Entity>& entities) {
    StatementResult result;
    if (entities.empty()) return result;
    if (entities.size() > 1)
        throw malformed("the server answers with " + std::to_string(entities.size()) +
                            " elements to one statement, the first " +
                            shortened(entities.front().type),
                        entities.front().json);
    const Entity& entity = entities.front();
    const JsonTree tree = treeOf(entity);
    const JsonNode root = tree.root();
    const JsonNode status = root["commandStatus"];
    result.type = entity.type;
    result.commandId = text(root, "commandId");
    result.status = text(status, "status");
    result.message = optionalText(status, "message").value_or(text(root, "message"));
    result.queryId = optionalText(status, "queryId").value_or(text(root, "queryId"));
    result.sequenceNumber = root["commandSequenceNumber"].integer().value_or(-1);
    result.warnings = entity.warnings;
    result.json = entity.json;
    if (result.status == "ERROR") throw commandFailed(result.message);
    if (entity.type == "terminate_query" && !flag(root, "wasTerminated"))
        throw commandFailed("the query " + shortened(result.queryId) + " was not terminated");
    return result;
}

TopicAssertion readTopicAssertion(const std::vector<Entity>& entities) {
    const JsonTree tree = treeOf(onlyEntity(entities, {"assert_topic"}));
    const JsonNode root = tree.root();
    return {text(root, "topicName"), flag(root, "exists"), root.json()};
}

SchemaAssertion readSchemaAssertion(const std::vector<Entity>& entities) {
    const JsonTree tree = treeOf(onlyEntity(entities, {"assert_schema"}));
    const JsonNode root = tree.root();
    return {text(root, "subject"), optionalSmall(root, "id"), flag(root, "exists"), root.json()};
}

CommandStatus readCommandStatus(std::string_view body) {
    const JsonTree tree = readObject(body);
    const JsonNode root = tree.root();
    if (!root["status"].string()) throw malformed("the answer is no command's status", body);
    return {text(root, "status"), text(root, "message"), text(root, "queryId"), root.json()};
}

std::map<std::string, std::string> readCommandStatuses(std::string_view body) {
    const JsonTree tree = readObject(body);
    const JsonNode statuses = tree.root()["commandStatuses"];
    if (!statuses.isObject()) throw malformed("the answer is no list of commands", body);
    std::map<std::string, std::string> out;
    for (const JsonNode& status : statuses.children())
        out.emplace(status.name(), status.string().value_or(std::string()));
    return out;
}

ServerMetadata readServerMetadata(std::string_view body) {
    const JsonTree tree = readObject(body);
    const JsonNode root = tree.root();
    if (!root["clusterId"].isObject()) throw malformed("the answer is no server's metadata", body);
    return {text(root, "version"), clusterIdOf(root["clusterId"]), root.json()};
}

ClusterId readClusterId(std::string_view body) {
    const JsonTree tree = readObject(body);
    if (!tree.root()["scope"].isObject()) throw malformed("the answer is no cluster's id", body);
    return clusterIdOf(tree.root());
}

ClusterStatus readClusterStatus(std::string_view body) {
    const JsonTree tree = readObject(body);
    const JsonNode hosts = tree.root()["clusterStatus"];
    if (!hosts.isObject()) throw malformed("the answer is no cluster's status", body);
    ClusterStatus status;
    for (const JsonNode& host : hosts.children()) status.hosts.emplace(host.name(), readHost(host));
    status.json = tree.root().json();
    return status;
}

}  // namespace ksqldb::protocol
