#include "protocol/descriptions.h"

#include "protocol/entity.h"
#include "values/type_parser.h"

namespace ksqldb::protocol {

using values::JsonNode;

namespace {

std::map<std::string, std::string> textMap(const JsonNode& object) {
    std::map<std::string, std::string> out;
    if (!object.isObject()) return out;
    for (const JsonNode& member : object.children())
        out.emplace(member.name(), member.scalar().value_or(std::string()));
    return out;
}

std::vector<int> numbers(const JsonNode& array) {
    std::vector<int> out;
    for (const JsonNode& element : array.children())
        out.push_back(static_cast<int>(element.integer().value_or(0)));
    return out;
}

template <class Info>
Info readSourceInfo(const JsonNode& node) {
    Info info;
    info.name = text(node, "name");
    info.topic = text(node, "topic");
    // Before 0.13 there was one `format`, the value's.
    info.keyFormat = optionalText(node, "keyFormat").value_or("KAFKA");
    info.valueFormat = optionalText(node, "valueFormat").value_or(text(node, "format"));
    info.isWindowed = flag(node, "isWindowed");
    info.json = node.json();
    return info;
}

Type makeType(detail::TypeNode node) {
    return Type(std::make_shared<const detail::TypeNode>(std::move(node)));
}

SourceStatistic readStatistic(const JsonNode& node) {
    return {text(node, "name"), text(node, "host"), node["value"].number().value_or(0),
            integer(node, "timestamp")};
}

QueryProblem readProblem(const JsonNode& node) {
    return {integer(node, "timestamp"), text(node, "errorMessage"), text(node, "type")};
}

FunctionArgument readArgument(const JsonNode& node) {
    return {text(node, "name"), text(node, "type"), text(node, "description"),
            flag(node, "isVariadic")};
}

FunctionVariant readVariant(const JsonNode& node) {
    return {all(node["arguments"], readArgument), text(node, "returnType"),
            text(node, "description")};
}

ConnectorTask readTask(const JsonNode& node) {
    return {small(node, "id"), text(node, "state"), text(node, "worker_id"), text(node, "trace")};
}

std::vector<PartitionOffsets> readOffsets(const JsonNode& summaries) {
    std::vector<PartitionOffsets> out;
    for (const JsonNode& group : summaries.children())
        for (const JsonNode& topic : group["topicSummaries"].children())
            for (const JsonNode& partition : topic["offsets"].children())
                out.push_back({text(group, "groupId"), text(topic, "kafkaTopic"),
                               small(partition, "partition"), integer(partition, "logStartOffset"),
                               integer(partition, "logEndOffset"),
                               integer(partition, "consumerOffset")});
    return out;
}

std::vector<TaskOffset> readTaskOffsets(const JsonNode& tasks) {
    std::vector<TaskOffset> out;
    for (const JsonNode& task : tasks.children())
        for (const JsonNode& offset : task["topicOffsets"].children()) {
            const JsonNode where = offset["topicPartitionEntity"];
            out.push_back({text(task, "taskId"), text(where, "topic"), small(where, "partition"),
                           integer(offset, "endOffset"), integer(offset, "committedOffset")});
        }
    return out;
}

}  // namespace

// The tree that it reads is at most 776 levels deep.
// NOLINTNEXTLINE(misc-no-recursion)
Type readType(const JsonNode& schema) {
    const std::string name = text(schema, "type");
    detail::TypeNode node;
    if (name == "ARRAY" || name == "MAP") {
        node.kind = name == "MAP" ? TypeKind::Map : TypeKind::Array;
        if (node.kind == TypeKind::Map) {
            // The answer does not say it. No format of ksqlDB's stores a MAP with other keys.
            detail::TypeNode key;
            key.kind = TypeKind::String;
            node.children.push_back(makeType(std::move(key)));
        }
        node.children.push_back(readType(schema["memberSchema"]));
        return makeType(std::move(node));
    }
    if (name == "STRUCT") {
        node.kind = TypeKind::Struct;
        for (const JsonNode& field : schema["fields"].children()) {
            node.names.push_back(text(field, "name"));
            node.children.push_back(readType(field["schema"]));
        }
        return makeType(std::move(node));
    }
    if (name == "DECIMAL") {
        node.kind = TypeKind::Decimal;
        node.precision = small(schema["parameters"], "precision");
        node.scale = small(schema["parameters"], "scale");
        return makeType(std::move(node));
    }
    return values::parseType(name);
}

FieldInfo readField(const JsonNode& node) {
    FieldInfo field;
    field.name = text(node, "name");
    field.type = readType(node["schema"]);
    const std::string kind = text(node, "type");
    field.isKey = kind == "KEY";
    field.isHeader = kind == "HEADER";
    field.headerKey = optionalText(node, "headerKey");
    return field;
}

StreamInfo readStream(const JsonNode& node) { return readSourceInfo<StreamInfo>(node); }
TableInfo readTable(const JsonNode& node) { return readSourceInfo<TableInfo>(node); }

TopicInfo readTopic(const JsonNode& node) {
    return {text(node, "name"), numbers(node["replicaInfo"]), optionalSmall(node, "consumerCount"),
            optionalSmall(node, "consumerGroupCount"), node.json()};
}

PropertyInfo readProperty(const JsonNode& node) {
    return {text(node, "name"),  text(node, "scope"),    node["value"].scalar(),
            text(node, "level"), flag(node, "editable"), node.json()};
}

FunctionInfo readFunction(const JsonNode& node) {
    return {text(node, "name"), text(node, "type"), text(node, "category"), node.json()};
}

CustomType readCustomType(const JsonNode& member) {
    return {member.name(), readType(member), member.json()};
}

VariableInfo readVariable(const JsonNode& node) {
    return {text(node, "name"), text(node, "value")};
}

QueryInfo readQuery(const JsonNode& node) {
    QueryInfo query;
    query.id = text(node, "id");
    query.sql = text(node, "queryString");
    query.type = text(node, "queryType");
    query.state = text(node, "state");
    query.sinks = texts(node, "sinks");
    query.sinkTopics = texts(node, "sinkKafkaTopics");
    if (const JsonNode counts = node["statusCount"]; counts.isObject())
        for (const JsonNode& count : counts.children())
            query.statusCount[count.name()] = small(counts, count.name());
    query.json = node.json();
    return query;
}

SourceDescription readSource(const JsonNode& node) {
    SourceDescription source;
    source.name = text(node, "name");
    source.type = text(node, "type");
    source.topic = text(node, "topic");
    source.keyFormat = optionalText(node, "keyFormat").value_or("KAFKA");
    source.valueFormat = optionalText(node, "valueFormat").value_or(text(node, "format"));
    source.windowType = optionalText(node, "windowType");
    source.timestampColumn = optionalText(node, "timestamp");
    if (source.timestampColumn && source.timestampColumn->empty()) source.timestampColumn.reset();
    source.sql = text(node, "statement");
    source.fields = all(node["fields"], readField);
    source.readQueries = all(node["readQueries"], readQuery);
    source.writeQueries = all(node["writeQueries"], readQuery);
    source.sourceConstraints = texts(node, "sourceConstraints");
    source.partitions = small(node, "partitions");
    source.replication = small(node, "replication");
    source.isExtended = flag(node, "extended");
    source.offsets = readOffsets(node["queryOffsetSummaries"]);
    source.statistics = all(node["clusterStatistics"], readStatistic);
    source.errorStatistics = all(node["clusterErrorStats"], readStatistic);
    source.json = node.json();
    return source;
}

QueryDescription readQueryDescription(const JsonNode& node) {
    QueryDescription query;
    query.id = text(node, "id");
    query.sql = text(node, "statementText");
    query.type = text(node, "queryType");
    query.state = optionalText(node, "state");
    query.windowType = optionalText(node, "windowType");
    query.fields = all(node["fields"], readField);
    query.sources = texts(node, "sources");
    query.sinks = texts(node, "sinks");
    query.topology = text(node, "topology");
    query.executionPlan = text(node, "executionPlan");
    query.overriddenProperties = textMap(node["overriddenProperties"]);
    query.hostStatus = textMap(node["ksqlHostQueryStatus"]);
    query.problems = all(node["queryErrors"], readProblem);
    query.taskOffsets = readTaskOffsets(node["tasksMetadata"]);
    query.consumerGroupId = text(node, "consumerGroupId");
    query.json = node.json();
    return query;
}

FunctionDescription readFunctionDescription(const JsonNode& entity) {
    FunctionDescription function;
    function.name = text(entity, "name");
    function.type = text(entity, "type");
    function.description = text(entity, "description");
    function.author = text(entity, "author");
    function.version = text(entity, "version");
    function.path = text(entity, "path");
    function.variants = all(entity["functions"], readVariant);
    function.warnings = warnings(entity);
    function.json = entity.json();
    return function;
}

ConnectorInfo readConnector(const JsonNode& node) {
    return {text(node, "name"), text(node, "type"), text(node, "className"), text(node, "state"),
            node.json()};
}

ConnectorPlugin readPlugin(const JsonNode& node) {
    return {text(node, "className"), text(node, "type"), text(node, "version"), node.json()};
}

ConnectorDescription readConnectorDescription(const JsonNode& entity) {
    const JsonNode status = entity["status"];
    ConnectorDescription connector;
    connector.name = text(status, "name");
    connector.type = text(status, "type");
    connector.className = text(entity, "connectorClass");
    connector.state = text(status["connector"], "state");
    connector.workerId = text(status["connector"], "worker_id");
    connector.trace = text(status["connector"], "trace");
    connector.tasks = all(status["tasks"], readTask);
    connector.sources = all(entity["sources"], readSource);
    connector.topics = texts(entity, "topics");
    connector.warnings = warnings(entity);
    connector.json = entity.json();
    return connector;
}

CreatedConnector readCreatedConnector(const JsonNode& entity) {
    const JsonNode info = entity["info"];
    CreatedConnector connector;
    connector.isNew = info.isObject();
    connector.message = text(entity, "message");
    connector.name = text(info, "name");
    connector.type = text(info, "type");
    connector.config = textMap(info["config"]);
    connector.warnings = warnings(entity);
    connector.json = entity.json();
    return connector;
}

}  // namespace ksqldb::protocol
