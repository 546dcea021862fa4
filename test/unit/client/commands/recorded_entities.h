#pragma once
#include "recorded_dom.h"

#include <ksqldb/commands.h>

// Each struct of an answer beside the DOM of the same.
namespace ksqldb::test {

inline void sameField(const FieldInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type.toString(), domType(member(value, "schema")));
    EXPECT_EQ(got.isKey, dom(value, "type") == "KEY");
    EXPECT_EQ(got.isHeader, dom(value, "type") == "HEADER");
    EXPECT_EQ(got.headerKey.value_or(""), dom(value, "headerKey"));
}

template <class T>
void sameSourceInfo(const T& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.topic, dom(value, "topic"));
    EXPECT_EQ(got.keyFormat, dom(value, "keyFormat"));
    EXPECT_EQ(got.valueFormat, dom(value, "valueFormat"));
    EXPECT_EQ(shown(got.isWindowed), dom(value, "isWindowed"));
    expectJson(got.json, value);
}

inline void sameQuery(const QueryInfo& got, const Value& value) {
    EXPECT_EQ(got.id, dom(value, "id"));
    EXPECT_EQ(got.sql, dom(value, "queryString"));
    EXPECT_EQ(got.type, dom(value, "queryType"));
    EXPECT_EQ(got.state, dom(value, "state"));
    EXPECT_EQ(got.sinks, domTexts(value, "sinks"));
    EXPECT_EQ(got.sinkTopics, domTexts(value, "sinkKafkaTopics"));
    std::map<std::string, std::string> counts;
    for (const auto& [state, count] : got.statusCount) counts[state] = std::to_string(count);
    EXPECT_EQ(counts, domMap(member(value, "statusCount")));
    expectJson(got.json, value);
}

inline void sameStatistic(const SourceStatistic& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.host, dom(value, "host"));
    EXPECT_EQ(got.value, std::stod(dom(value, "value")));
    EXPECT_EQ(std::to_string(got.timestampMs), dom(value, "timestamp"));
}

inline void sameSource(const SourceDescription& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.topic, dom(value, "topic"));
    EXPECT_EQ(got.keyFormat, dom(value, "keyFormat"));
    EXPECT_EQ(got.valueFormat, dom(value, "valueFormat"));
    EXPECT_EQ(got.windowType.value_or(""), dom(value, "windowType"));
    EXPECT_EQ(got.timestampColumn.value_or(""), dom(value, "timestamp"));
    EXPECT_EQ(got.sql, dom(value, "statement"));
    expectList(got.fields, member(value, "fields"), sameField);
    expectList(got.readQueries, member(value, "readQueries"), sameQuery);
    expectList(got.writeQueries, member(value, "writeQueries"), sameQuery);
    EXPECT_EQ(got.sourceConstraints, domTexts(value, "sourceConstraints"));
    EXPECT_EQ(std::to_string(got.partitions), dom(value, "partitions"));
    EXPECT_EQ(std::to_string(got.replication), dom(value, "replication"));
    EXPECT_EQ(shown(got.isExtended), dom(value, "extended"));
    expectList(got.statistics, member(value, "clusterStatistics"), sameStatistic);
    expectList(got.errorStatistics, member(value, "clusterErrorStats"), sameStatistic);
    std::size_t at = 0;
    for (const Value& group : member(value, "queryOffsetSummaries").GetArray())
        for (const Value& topic : member(group, "topicSummaries").GetArray())
            for (const Value& partition : member(topic, "offsets").GetArray()) {
                ASSERT_LT(at, got.offsets.size());
                const PartitionOffsets& offsets = got.offsets[at++];
                EXPECT_EQ(offsets.consumerGroup, dom(group, "groupId"));
                EXPECT_EQ(offsets.topic, dom(topic, "kafkaTopic"));
                EXPECT_EQ(std::to_string(offsets.partition), dom(partition, "partition"));
                EXPECT_EQ(std::to_string(offsets.logStart), dom(partition, "logStartOffset"));
                EXPECT_EQ(std::to_string(offsets.logEnd), dom(partition, "logEndOffset"));
                EXPECT_EQ(std::to_string(offsets.consumed), dom(partition, "consumerOffset"));
            }
    EXPECT_EQ(got.offsets.size(), at);
    expectJson(got.json, value);
}

inline void sameQueryDescription(const QueryDescription& got, const Value& value) {
    EXPECT_EQ(got.id, dom(value, "id"));
    EXPECT_EQ(got.sql, dom(value, "statementText"));
    EXPECT_EQ(got.type, dom(value, "queryType"));
    EXPECT_EQ(got.state.value_or(""), dom(value, "state"));
    EXPECT_EQ(got.windowType.value_or(""), dom(value, "windowType"));
    expectList(got.fields, member(value, "fields"), sameField);
    EXPECT_EQ(got.sources, domTexts(value, "sources"));
    EXPECT_EQ(got.sinks, domTexts(value, "sinks"));
    EXPECT_EQ(got.topology, dom(value, "topology"));
    EXPECT_EQ(got.executionPlan, dom(value, "executionPlan"));
    EXPECT_EQ(got.overriddenProperties, domMap(member(value, "overriddenProperties")));
    EXPECT_EQ(got.hostStatus, domMap(member(value, "ksqlHostQueryStatus")));
    expectList(got.problems, member(value, "queryErrors"),
               [](const QueryProblem& problem, const Value& error) {
                   EXPECT_EQ(std::to_string(problem.timestampMs), dom(error, "timestamp"));
                   EXPECT_EQ(problem.message, dom(error, "errorMessage"));
                   EXPECT_EQ(problem.type, dom(error, "type"));
               });
    std::size_t at = 0;
    for (const Value& task : member(value, "tasksMetadata").GetArray())
        for (const Value& offset : member(task, "topicOffsets").GetArray()) {
            ASSERT_LT(at, got.taskOffsets.size());
            const TaskOffset& read = got.taskOffsets[at++];
            const Value& where = member(offset, "topicPartitionEntity");
            EXPECT_EQ(read.taskId, dom(task, "taskId"));
            EXPECT_EQ(read.topic, dom(where, "topic"));
            EXPECT_EQ(std::to_string(read.partition), dom(where, "partition"));
            EXPECT_EQ(std::to_string(read.end), dom(offset, "endOffset"));
            EXPECT_EQ(std::to_string(read.committed), dom(offset, "committedOffset"));
        }
    EXPECT_EQ(got.taskOffsets.size(), at);
    EXPECT_EQ(got.consumerGroupId, dom(value, "consumerGroupId"));
    expectJson(got.json, value);
}

inline void sameTopic(const TopicInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    expectList(got.replicas, member(value, "replicaInfo"), [](int count, const Value& number) {
        EXPECT_EQ(std::to_string(count), dom(number));
    });
    const auto text = [](const std::optional<int>& n) { return n ? std::to_string(*n) : ""; };
    EXPECT_EQ(text(got.consumers), dom(value, "consumerCount"));
    EXPECT_EQ(text(got.consumerGroups), dom(value, "consumerGroupCount"));
    expectJson(got.json, value);
}

inline void sameProperty(const PropertyInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.scope, dom(value, "scope"));
    EXPECT_EQ(got.value.has_value(), !member(value, "value").IsNull());
    EXPECT_EQ(got.value.value_or(""), dom(value, "value"));
    EXPECT_EQ(got.level, dom(value, "level"));
    EXPECT_EQ(shown(got.isEditable), dom(value, "editable"));
    expectJson(got.json, value);
}

inline void sameFunction(const FunctionInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.category, dom(value, "category"));
    expectJson(got.json, value);
}

inline void sameArgument(const FunctionArgument& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.description, dom(value, "description"));
    EXPECT_EQ(shown(got.isVariadic), dom(value, "isVariadic"));
}

inline void sameFunctionDescription(const FunctionDescription& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.description, dom(value, "description"));
    EXPECT_EQ(got.author, dom(value, "author"));
    EXPECT_EQ(got.version, dom(value, "version"));
    EXPECT_EQ(got.path, dom(value, "path"));
    expectList(got.variants, member(value, "functions"),
               [](const FunctionVariant& variant, const Value& one) {
                   EXPECT_EQ(variant.returnType, dom(one, "returnType"));
                   EXPECT_EQ(variant.description, dom(one, "description"));
                   expectList(variant.arguments, member(one, "arguments"), sameArgument);
               });
    expectJson(got.json, value);
}

inline void sameConnector(const ConnectorInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.className, dom(value, "className"));
    EXPECT_EQ(got.state, dom(value, "state"));
    expectJson(got.json, value);
}

inline void samePlugin(const ConnectorPlugin& got, const Value& value) {
    EXPECT_EQ(got.className, dom(value, "className"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.version, dom(value, "version"));
    expectJson(got.json, value);
}

inline void sameConnectorDescription(const ConnectorDescription& got, const Value& value) {
    const Value& status = member(value, "status");
    EXPECT_EQ(got.name, dom(status, "name"));
    EXPECT_EQ(got.type, dom(status, "type"));
    EXPECT_EQ(got.className, dom(value, "connectorClass"));
    EXPECT_EQ(got.state, dom(member(status, "connector"), "state"));
    EXPECT_EQ(got.workerId, dom(member(status, "connector"), "worker_id"));
    expectList(got.tasks, member(status, "tasks"), [](const ConnectorTask& task, const Value& one) {
        EXPECT_EQ(std::to_string(task.id), dom(one, "id"));
        EXPECT_EQ(task.state, dom(one, "state"));
        EXPECT_EQ(task.workerId, dom(one, "worker_id"));
        EXPECT_EQ(task.trace, dom(one, "trace"));
    });
    expectList(got.sources, member(value, "sources"), sameSource);
    EXPECT_EQ(got.topics, domTexts(value, "topics"));
    expectJson(got.json, value);
}

inline void sameStatement(const StatementResult& got, const Value& value) {
    const Value& status = member(value, "commandStatus");
    const bool hasStatus = status.IsObject();
    EXPECT_EQ(got.type, dom(value, "@type"));
    EXPECT_EQ(got.commandId, dom(value, "commandId"));
    EXPECT_EQ(got.status, dom(status, "status"));
    EXPECT_EQ(got.message, hasStatus ? dom(status, "message") : dom(value, "message"));
    EXPECT_EQ(got.queryId, hasStatus ? dom(status, "queryId") : dom(value, "queryId"));
    if (hasStatus) {
        EXPECT_EQ(std::to_string(got.sequenceNumber), dom(value, "commandSequenceNumber"));
    }
    expectJson(got.json, value);
}

}  // namespace ksqldb::test
