#pragma once
#include <ksqldb/command.h>
#include <ksqldb/describe.h>
#include <ksqldb/export.h>
#include <ksqldb/type.h>

#include <optional>
#include <string>
#include <vector>

namespace ksqldb {

/// @defgroup lists Lists
/// @ingroup admin
///
/// What is there: LIST … of ksqlDB. What a server of another version does not send is empty; `json`
/// is the whole of what it sent for this one. Source: POST /ksql.
/// @{

/// A stream, as LIST STREAMS shows it.
struct StreamInfo {
    std::string name;
    std::string topic;
    std::string keyFormat;  ///< "KAFKA" where an old server does not say
    std::string valueFormat;
    bool isWindowed = false;
    std::string json;
};

/// A table, as LIST TABLES shows it.
struct TableInfo {
    std::string name;
    std::string topic;
    std::string keyFormat;  ///< "KAFKA" where an old server does not say
    std::string valueFormat;
    bool isWindowed = false;
    std::string json;
};

/// A topic of Kafka's.
struct TopicInfo {
    std::string name;
    std::vector<int> replicas;          ///< how many, for each partition
    std::optional<int> consumers;       ///< EXTENDED only
    std::optional<int> consumerGroups;  ///< EXTENDED only
    std::string json;
};

/// A property of the server.
struct PropertyInfo {
    std::string name;
    std::string scope;                 ///< "KSQL", "EMBEDDED CONNECT WORKER"
    std::optional<std::string> value;  ///< none: not set
    std::string level;                 ///< "SERVER", "QUERY"
    bool isEditable = false;           ///< whether a call may set its own
    std::string json;
};

/// A function of SQL.
struct FunctionInfo {
    std::string name;
    std::string type;  ///< "SCALAR", "AGGREGATE", "TABLE"
    std::string category;
    std::string json;
};

/// A type of CREATE TYPE.
struct CustomType {
    std::string name;
    Type type;  ///< of a MAP's key the server says nothing; its kind is Unknown
    std::string json;
};

/// A session variable.
struct VariableInfo {
    std::string name;
    std::string value;
};

/// Lists streams.
KSQLDB_API Command<std::vector<StreamInfo>> listStreams();
/// Lists streams, and describes each of them.
KSQLDB_API Command<std::vector<SourceDescription>> listStreamsExtended();
/// Lists tables.
KSQLDB_API Command<std::vector<TableInfo>> listTables();
/// Lists tables, and describes each of them.
KSQLDB_API Command<std::vector<SourceDescription>> listTablesExtended();
/// Lists topics, without those of ksqlDB and Kafka themselves.
KSQLDB_API Command<std::vector<TopicInfo>> listTopics();
/// Lists all topics.
KSQLDB_API Command<std::vector<TopicInfo>> listAllTopics();
/// Lists topics as listTopics() does, with consumers and consumer groups.
KSQLDB_API Command<std::vector<TopicInfo>> listTopicsExtended();
/// Lists all topics, with consumers and consumer groups.
KSQLDB_API Command<std::vector<TopicInfo>> listAllTopicsExtended();
/// Lists queries.
KSQLDB_API Command<std::vector<QueryInfo>> listQueries();
/// Lists queries, and describes each of them.
KSQLDB_API Command<std::vector<QueryDescription>> listQueriesExtended();
/// Lists the properties of the server.
KSQLDB_API Command<std::vector<PropertyInfo>> listProperties();
/// Lists functions.
KSQLDB_API Command<std::vector<FunctionInfo>> listFunctions();
/// Lists the types of CREATE TYPE.
KSQLDB_API Command<std::vector<CustomType>> listTypes();
/// Lists the session variables that this call sends.
KSQLDB_API Command<std::vector<VariableInfo>> listVariables();

/// @}

}  // namespace ksqldb
