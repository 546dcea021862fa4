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

/// @defgroup server Server and cluster
/// @ingroup admin
///
/// What the server says about itself and its cluster.
/// @{

/// What became of a command.
struct CommandStatus {
    std::string status;  ///< "QUEUED", "PARSING", "EXECUTING", "RUNNING", "TERMINATED", "SUCCESS",
                         ///< "ERROR"
    std::string message;
    std::string queryId;  ///< of the query that it began, if any
    std::string json;
};

/// Which cluster it is; `json` is the answer as it came.
struct ClusterId {
    std::map<std::string, std::string> clusters;  ///< "kafka-cluster", "ksql-cluster"
    std::string id;
    std::string json;
};

/// A server's version, and its cluster.
struct ServerMetadata {
    std::string version;
    ClusterId clusterId;
    std::string json;
};

/// A partition of a topic.
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
    std::int64_t current = 0;  ///< the offset up to which it has read
    std::int64_t end = 0;      ///< the end of the partition
    std::int64_t lag = 0;      ///< the difference, in records
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

/// The servers of a cluster.
struct ClusterStatus {
    std::map<std::string, HostStatus> hosts;  ///< by "host:port"
    std::string json;
};

/// Asks which server it is.
/// Source: GET /info.
KSQLDB_API Command<ServerInfo> serverInfo();
/// Asks whether the server is well. A server that starts or stops answers with an error 503.
/// Source: GET /healthcheck.
KSQLDB_API Command<Health> healthCheck();
/// Asks which servers the cluster has, and how each is. Error(HttpStatus) with status 404 where the
/// server has no heartbeats (ksql.heartbeat.enable).
/// Source: GET /clusterStatus.
KSQLDB_API Command<ClusterStatus> clusterStatus();
/// Asks for the version of the server and the id of its cluster.
/// Source: GET /v1/metadata.
KSQLDB_API Command<ServerMetadata> serverMetadata();
/// Asks for the id of the cluster.
/// Source: GET /v1/metadata/id.
KSQLDB_API Command<ClusterId> clusterId();
/// Asks for the status of one command, by StatementResult::commandId.
/// Errors: Error(ServerError) with HTTP status 404 where the command is not known. Throws
/// Error(InvalidArgument) for what is no command's id.
/// Source: GET /status/….
KSQLDB_API Command<CommandStatus> commandStatus(std::string_view commandId);
/// Asks for the status of every command; brings them by command id.
/// Source: GET /status.
KSQLDB_API Command<std::map<std::string, std::string>> commandStatuses();
/// Asks whether a call may set this property. False for an unknown property as well.
/// Source: GET /is_valid_property.
KSQLDB_API Command<bool> isValidProperty(std::string_view property);
/// Shuts the whole cluster down for good: ends its queries and deletes its command topic.
/// - `deleteTopics`: regular expressions. Topics whose names match one of them are deleted as well.
///
/// Source: POST /ksql/terminate.
KSQLDB_API Command<StatementResult> terminateCluster(
    const std::vector<std::string>& deleteTopics = {});

/// Sends any HTTP request. Every status is a result and no error. Only GET and HEAD count as calls
/// that read. Throws Error(InvalidArgument) for an empty method, for a path that does not begin
/// with `/`, for blanks or line ends that would change the request, and for headers that
/// ClientOptions::requestHeader() refuses; for Authorization over http when it is executed.
/// Source: as `request` says.
KSQLDB_API Command<RawResponse> rawRequest(RawRequest request);

/// @}

}  // namespace ksqldb
