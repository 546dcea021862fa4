#pragma once
#include <ksqldb/command.h>
#include <ksqldb/export.h>
#include <ksqldb/server_info.h>
#include <ksqldb/statements.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

// What the server says about itself and its cluster.

/// What became of a command.
struct CommandStatus {
    std::string status;  ///< "QUEUED", "PARSING", "EXECUTING", "RUNNING", "TERMINATED", "SUCCESS",
                         ///< "ERROR"
    std::string message;
    std::string queryId;  ///< of the query that it began, if any
    std::string json;
};

/// Which cluster it is.
struct ClusterId {
    std::map<std::string, std::string> clusters;  ///< "kafka-cluster", "ksql-cluster"
    std::string id;
    std::string json;
};

struct ServerMetadata {
    std::string version;
    ClusterId clusterId;
    std::string json;
};

struct TopicPartition {
    std::string topic;
    int partition = 0;
};

/// What one server holds of one query.
struct QueryStores {
    std::vector<std::string> activeStores;
    std::vector<TopicPartition> activePartitions;
    std::vector<std::string> standbyStores;
    std::vector<TopicPartition> standbyPartitions;
};

/// How far a partition of a store is behind.
struct PartitionLag {
    std::int64_t current = 0;
    std::int64_t end = 0;
    std::int64_t lag = 0;
};

/// One server, as the one that was asked sees it. Times in milliseconds since 1970.
struct HostStatus {
    bool isAlive = false;
    std::int64_t lastStatusUpdateMs = 0;
    std::map<std::string, QueryStores> queries;                    ///< by id
    std::map<std::string, std::map<int, PartitionLag>> storeLags;  ///< by store, by partition
    std::int64_t lagsUpdatedMs = 0;
    std::string json;
};

struct ClusterStatus {
    std::map<std::string, HostStatus> hosts;  ///< by "host:port"
    std::string json;
};

/// Source: GET /info.
KSQLDB_API Command<ServerInfo> serverInfo();
/// Source: GET /healthcheck. A server that starts or stops answers with an error 503.
KSQLDB_API Command<Health> healthCheck();
/// Error(HttpStatus) 404 where the server has no heartbeats (ksql.heartbeat.enable).
/// Source: GET /clusterStatus.
KSQLDB_API Command<ClusterStatus> clusterStatus();
/// Source: GET /v1/metadata.
KSQLDB_API Command<ServerMetadata> serverMetadata();
/// Source: GET /v1/metadata/id.
KSQLDB_API Command<ClusterId> clusterId();
/// One command, by StatementResult::commandId; Error(ServerError) 404 where it is not known. Throws
/// Error(InvalidArgument) for what is no command's id.
/// Source: GET /status/….
KSQLDB_API Command<CommandStatus> commandStatus(std::string_view commandId);
/// The state of every command, by its id.
/// Source: GET /status.
KSQLDB_API Command<std::map<std::string, std::string>> commandStatuses();
/// Whether a call may set this property; false for an unknown one as well.
/// Source: GET /is_valid_property.
KSQLDB_API Command<bool> isValidProperty(std::string_view property);
/// Shuts the whole cluster down for good, its queries and its command topic, and deletes the topics
/// whose names match one of these regular expressions.
/// Source: POST /ksql/terminate.
KSQLDB_API Command<StatementResult> terminateCluster(
    const std::vector<std::string>& deleteTopics = {});

/// Any request; whatever status comes completes normally. Throws Error(InvalidArgument) for an
/// empty method, for a path that does not begin with `/`, and where blanks or line ends would make
/// another request of it. Only GET and HEAD count as reading.
KSQLDB_API Command<RawResponse> rawRequest(RawRequest request);

}  // namespace ksqldb
