#pragma once
#include "values/json_tree.h"

#include <ksqldb/connectors.h>
#include <ksqldb/describe.h>
#include <ksqldb/listings.h>

namespace ksqldb::protocol {

// Elements and parts of them, as structs. What is missing or of another type is left empty.

Type readType(const values::JsonNode& schema);
FieldInfo readField(const values::JsonNode& node);
StreamInfo readStream(const values::JsonNode& node);
TableInfo readTable(const values::JsonNode& node);
TopicInfo readTopic(const values::JsonNode& node);
PropertyInfo readProperty(const values::JsonNode& node);
FunctionInfo readFunction(const values::JsonNode& node);
CustomType readCustomType(const values::JsonNode& member);
VariableInfo readVariable(const values::JsonNode& node);
QueryInfo readQuery(const values::JsonNode& node);
SourceDescription readSource(const values::JsonNode& node);
QueryDescription readQueryDescription(const values::JsonNode& node);
FunctionDescription readFunctionDescription(const values::JsonNode& entity);
ConnectorInfo readConnector(const values::JsonNode& node);
ConnectorPlugin readPlugin(const values::JsonNode& node);
ConnectorDescription readConnectorDescription(const values::JsonNode& entity);
CreatedConnector readCreatedConnector(const values::JsonNode& entity);

}  // namespace ksqldb::protocol
