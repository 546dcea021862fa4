#include "base/require.h"
#include "client/commands/command_factory.h"
#include "client/commands/command_text.h"
#include "protocol/admin_replies.h"
#include "protocol/descriptions.h"

#include <ksqldb/connectors.h>

namespace ksqldb {

using client::elementCommand;
using client::listCommand;
using client::quotedName;
using client::quotedText;

namespace {

const char* wordFor(ConnectorType type) {
    return type == ConnectorType::Source ? "SOURCE" : "SINK";
}

}  // namespace

Command<std::vector<ConnectorInfo>> listConnectors() {
    return listCommand("LIST CONNECTORS;", "connector_list", "connectors", protocol::readConnector);
}

Command<std::vector<ConnectorInfo>> listConnectors(ConnectorType type) {
    return listCommand(std::string("LIST ") + wordFor(type) + " CONNECTORS;", "connector_list",
                       "connectors", protocol::readConnector);
}

Command<std::vector<ConnectorPlugin>> listConnectorPlugins() {
    return listCommand("LIST CONNECTOR PLUGINS;", "connector_plugins_list", "connectorsPlugins",
                       protocol::readPlugin);
}

Command<ConnectorDescription> describeConnector(std::string_view connector) {
    return elementCommand("DESCRIBE CONNECTOR " + quotedName(connector) + ";",
                          {"connector_description"}, protocol::readConnectorDescription);
}

Command<CreatedConnector> createConnector(std::string_view name, ConnectorType type,
                                          const std::map<std::string, std::string>& config,
                                          bool ifNotExists) {
    base::require(!config.empty(), "a connector without properties, which ksqlDB does not take");
    std::string sql = std::string("CREATE ") + wordFor(type) + " CONNECTOR ";
    if (ifNotExists) sql += "IF NOT EXISTS ";
    sql += quotedName(name) + " WITH (";
    const char* separator = "";
    for (const auto& [key, value] : config) {
        sql += separator + quotedText(key, "a connector's property") + '=' +
               quotedText(value, ("the connector's property " + key).c_str());
        separator = ", ";
    }
    detail::CommandRequest request = detail::statementRequest(Statement(sql + ");"));
    request.isExact = true;
    return Command<CreatedConnector>::fromRequest(std::move(request), [](const RawResponse&
                                                                             answer) {
        const std::vector<Entity> entities = detail::readEntities(answer);
        const Entity& entity = protocol::onlyEntity(entities, {"connector_info", "warning_entity"});
        return protocol::readCreatedConnector(protocol::readObject(entity.json).root());
    });
}

Command<StatementResult> dropConnector(std::string_view name, bool ifExists) {
    std::string sql = "DROP CONNECTOR ";
    if (ifExists) sql += "IF EXISTS ";
    return Command<StatementResult>(Statement(sql + quotedName(name) + ";"),
                                    protocol::readStatementResult);
}

}  // namespace ksqldb
