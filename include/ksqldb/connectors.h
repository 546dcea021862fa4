#pragma once
#include <ksqldb/command.h>
#include <ksqldb/describe.h>
#include <ksqldb/export.h>
#include <ksqldb/statements.h>

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

/// @defgroup connectors Connectors
/// @ingroup admin
///
/// Kafka Connect by way of ksqlDB.
/// - Where Connect refuses, the Error has Connect's HTTP status.
/// - Names are exact, case included.
/// - Values are sent unchanged. ksqlDB replaces no `${name}` in them by a session variable, so
///   references to Connect's secrets arrive: `${file:/etc/secrets:password}`.
///
/// Source: POST /ksql.
/// @{

/// Which way a connector goes: into Kafka, or out of it.
enum class ConnectorType : std::uint8_t { Source, Sink };

/// The name as it is written here: "Source". *thread-safe*
KSQLDB_API std::string_view toString(ConnectorType type) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, ConnectorType type);

/// A connector, as LIST CONNECTORS shows it.
struct ConnectorInfo {
    std::string name;
    std::string type;       ///< "source", "sink", "unknown"
    std::string className;  ///< empty where Connect does not say
    std::string state;      ///< "RUNNING (1/1 tasks RUNNING)", "FAILED"
    std::string json;
};

/// A kind of connector that is installed.
struct ConnectorPlugin {
    std::string className;
    std::string type;  ///< "source", "sink"
    std::string version;
    std::string json;
};

/// One task of a connector.
struct ConnectorTask {
    int id = 0;
    std::string state;  ///< "RUNNING", "PAUSED", "FAILED"
    std::string workerId;
    std::string trace;  ///< why it failed
};

/// A connector, as DESCRIBE CONNECTOR shows it.
struct ConnectorDescription {
    std::string name;
    std::string type;  ///< "source", "sink"
    std::string className;
    std::string state;  ///< "RUNNING", "PAUSED", "FAILED"
    std::string workerId;
    std::string trace;  ///< why it failed
    std::vector<ConnectorTask> tasks;
    std::vector<SourceDescription> sources;  ///< streams and tables on its topics
    std::vector<std::string> topics;
    std::vector<std::string> warnings;
    std::string json;
};

/// The result of createConnector().
struct CreatedConnector {
    bool isNew = true;    ///< false: `ifNotExists`, and there was one already
    std::string message;  ///< what the server says where isNew is false
    std::string name;     ///< this and all that follow: of a new connector
    std::string type;     ///< "source", "sink"
    std::map<std::string, std::string> config;
    std::vector<std::string> warnings;
    std::string json;
};

/// Lists all connectors.
KSQLDB_API Command<std::vector<ConnectorInfo>> listConnectors();
/// Lists the connectors of one type.
KSQLDB_API Command<std::vector<ConnectorInfo>> listConnectors(ConnectorType type);
/// Lists the plugins that are installed in Connect.
KSQLDB_API Command<std::vector<ConnectorPlugin>> listConnectorPlugins();
/// Describes a connector, its tasks and its topics.
KSQLDB_API Command<ConnectorDescription> describeConnector(std::string_view connector);

/// Creates a connector: CREATE SOURCE CONNECTOR or CREATE SINK CONNECTOR.
/// Errors: Error(ServerError) with HTTP status 409 where the name is taken, unless `ifNotExists`.
/// Throws Error(InvalidArgument) for a name or a value that cannot stand in SQL, and for an empty
/// `config`.
KSQLDB_API Command<CreatedConnector> createConnector(
    std::string_view name, ConnectorType type, const std::map<std::string, std::string>& config,
    bool ifNotExists = false);
/// Drops a connector: DROP CONNECTOR.
KSQLDB_API Command<StatementResult> dropConnector(std::string_view name, bool ifExists = false);

/// @}

}  // namespace ksqldb
