#pragma once
#include <ksqldb/command.h>
#include <ksqldb/export.h>
#include <ksqldb/type.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

/// @defgroup descriptions Descriptions
/// @ingroup admin
///
/// What ksqlDB says about a source, a query, a function. What a server of another version does not
/// send is empty; `json` is the whole of what it sent. Names are exact, case included, as
/// listStreams() and the others give them. Source: POST /ksql.
/// @{

/// A column of a stream or table.
struct FieldInfo {
    std::string name;
    /// A MAP's keys are STRING here, as in ksqlDB's own shell: the server does not send their type,
    /// and stores no others. Only the rows of a query that is not stored, as EXPLAIN describes it,
    /// can have others.
    Type type;
    bool isKey = false;
    bool isHeader = false;                 ///< from the record's headers
    std::optional<std::string> headerKey;  ///< the one header that it shows; none: all
};

/// A query as LIST QUERIES and DESCRIBE show it.
struct QueryInfo {
    std::string id;
    std::string sql;
    std::string type;   ///< "PERSISTENT", "PUSH", "PULL"
    std::string state;  ///< "RUNNING", "ERROR"; a paused one is RUNNING here, PAUSED in statusCount
    std::vector<std::string> sinks;  ///< none for push queries and source tables
    std::vector<std::string> sinkTopics;
    std::map<std::string, int> statusCount;  ///< on how many servers: "RUNNING", "PAUSED"
    std::string json;
};

/// How far a consumer group has read a partition.
struct PartitionOffsets {
    std::string consumerGroup;
    std::string topic;
    int partition = 0;
    std::int64_t logStart = 0;  ///< the first offset that there is
    std::int64_t logEnd = 0;    ///< behind the last one
    std::int64_t consumed = 0;  ///< up to which the group has read
};

/// A figure of one server.
struct SourceStatistic {
    std::string name;  ///< "total-messages"
    std::string host;
    double value = 0;
    std::int64_t timestampMs = 0;  ///< since 1970
};

/// A stream or table, as DESCRIBE shows it.
struct SourceDescription {
    std::string name;
    std::string type;  ///< "STREAM", "TABLE"
    std::string topic;
    std::string keyFormat;
    std::string valueFormat;
    std::optional<std::string> windowType;  ///< "SESSION", "HOPPING", "TUMBLING"
    std::optional<std::string> timestampColumn;
    std::string sql;  ///< the statement that made it
    std::vector<FieldInfo> fields;
    std::vector<QueryInfo> readQueries;
    std::vector<QueryInfo> writeQueries;
    std::vector<std::string> sourceConstraints;  ///< sources that cannot be dropped before it
    int partitions = 0;                          ///< 0 as well where Kafka did not say
    int replication = 0;

    // EXTENDED only.
    bool isExtended = false;
    std::vector<PartitionOffsets> offsets;
    std::vector<SourceStatistic> statistics;
    std::vector<SourceStatistic> errorStatistics;

    std::vector<std::string> warnings;
    std::string json;
};

/// An error that a running query met.
struct QueryProblem {
    std::int64_t timestampMs = 0;  ///< since 1970
    std::string message;
    std::string type;  ///< "USER", "SYSTEM", "UNKNOWN"
};

/// How far one task of a query has read one partition.
struct TaskOffset {
    std::string taskId;
    std::string topic;
    int partition = 0;
    std::int64_t end = 0;
    std::int64_t committed = 0;
};

/// A query, as EXPLAIN shows it.
struct QueryDescription {
    std::string id;
    std::string sql;
    std::string type;                  ///< "PERSISTENT", "PUSH", "PULL"
    std::optional<std::string> state;  ///< "RUNNING", "ERROR"; none for what does not run
    std::optional<std::string> windowType;
    std::vector<FieldInfo> fields;
    std::vector<std::string> sources;
    std::vector<std::string> sinks;
    std::string topology;
    std::string executionPlan;
    std::map<std::string, std::string> overriddenProperties;
    std::map<std::string, std::string> hostStatus;  ///< "host:8088" to "RUNNING"
    std::vector<QueryProblem> problems;
    std::vector<TaskOffset> taskOffsets;
    std::string consumerGroupId;
    std::vector<std::string> warnings;
    std::string json;
};

/// An argument of a function.
struct FunctionArgument {
    std::string name;
    std::string type;  ///< as ksqlDB writes it: "VARCHAR", "ARRAY<T>"
    std::string description;
    bool isVariadic = false;  ///< there may be any number of it
};

/// One way to call a function.
struct FunctionVariant {
    std::vector<FunctionArgument> arguments;
    std::string returnType;
    std::string description;
};

/// A function, as DESCRIBE FUNCTION shows it.
struct FunctionDescription {
    std::string name;
    std::string type;  ///< "SCALAR", "AGGREGATE", "TABLE"
    std::string description;
    std::string author;
    std::string version;
    std::string path;  ///< "internal", or where it was loaded from
    std::vector<FunctionVariant> variants;
    std::vector<std::string> warnings;
    std::string json;
};

/// Describes a stream or table. Error(StatementRejected) where there is none of this name.
KSQLDB_API Command<SourceDescription> describe(std::string_view source);
/// The same, with offsets and statistics, which the server asks the other servers of its cluster
/// for.
KSQLDB_API Command<SourceDescription> describeExtended(std::string_view source);
/// Describes a function and its variants.
KSQLDB_API Command<FunctionDescription> describeFunction(std::string_view function);
/// Describes a query that runs: EXPLAIN and its id.
KSQLDB_API Command<QueryDescription> explainQuery(std::string_view queryId);
/// Tells what the server would do with a statement: EXPLAIN and its text. Throws
/// Error(InvalidArgument) for what is not one whole statement.
KSQLDB_API Command<QueryDescription> explain(const Statement& statement);

/// @}

}  // namespace ksqldb
