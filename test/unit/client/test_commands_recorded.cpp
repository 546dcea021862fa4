// Every answer of a real server that a command reads, beside RapidJSON's DOM of the same.
#include "values/json_document.h"

#include <ksqldb/commands.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using values::JsonDocument;
using Value = JsonDocument::Value;

const Value nothing;

const Value& member(const Value& object, const std::string& name) {
    const Value* const found = JsonDocument::member(object, name.c_str());
    return found == nullptr ? nothing : *found;
}

/// A string, a number's digits, true or false; else empty.
std::string dom(const Value& value) {
    if (value.IsString()) return {value.GetString(), value.GetStringLength()};
    if (value.IsBool()) return value.GetBool() ? "true" : "false";
    return {};
}
std::string dom(const Value& object, const char* name) { return dom(member(object, name)); }
std::vector<std::string> domTexts(const Value& object, const char* name) {
    std::vector<std::string> out;
    if (member(object, name).IsArray())
        for (const Value& element : member(object, name).GetArray()) out.push_back(dom(element));
    return out;
}
std::map<std::string, std::string> domMap(const Value& object) {
    std::map<std::string, std::string> out;
    if (object.IsObject())
        for (const auto& entry : object.GetObject()) out[dom(entry.name)] = dom(entry.value);
    return out;
}
std::string shown(bool value) { return value ? "true" : "false"; }

void expectJson(const std::string& json, const Value& value) {
    const auto again = JsonDocument::parse(json);
    ASSERT_TRUE(again) << json;
    EXPECT_TRUE(again->root() == value) << json;
}

template <class T, class Same>
void expectList(const std::vector<T>& all, const Value& list, Same same) {
    const std::size_t size = list.IsArray() ? list.Size() : 0;
    ASSERT_EQ(all.size(), size);
    for (std::size_t i = 0; i < size; ++i) same(all[i], list[static_cast<rapidjson::SizeType>(i)]);
}

/// As type_parser writes it, save that the server does not tell the type of a MAP's key.
std::string domType(const Value& schema) {
    const std::string type = dom(schema, "type");
    const auto inner = [&] { return domType(member(schema, "memberSchema")); };
    if (type == "ARRAY") return "ARRAY<" + inner() + ">";
    if (type == "MAP") return "MAP<?, " + inner() + ">";
    if (type == "DECIMAL") {
        const Value& parameters = member(schema, "parameters");
        return "DECIMAL(" + dom(parameters, "precision") + ", " + dom(parameters, "scale") + ")";
    }
    if (type != "STRUCT") return type;
    std::string out;
    for (const Value& field : member(schema, "fields").GetArray())
        out += (out.empty() ? "`" : ", `") + dom(field, "name") + "` " +
               domType(member(field, "schema"));
    return "STRUCT<" + out + ">";
}

void sameField(const FieldInfo& got, const Value& value) {
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

void sameQuery(const QueryInfo& got, const Value& value) {
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

void sameStatistic(const SourceStatistic& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.host, dom(value, "host"));
    EXPECT_EQ(got.value, std::stod(dom(value, "value")));
    EXPECT_EQ(std::to_string(got.timestampMs), dom(value, "timestamp"));
}

void sameSource(const SourceDescription& got, const Value& value) {
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

void sameQueryDescription(const QueryDescription& got, const Value& value) {
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

void sameTopic(const TopicInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    expectList(got.replicas, member(value, "replicaInfo"), [](int count, const Value& number) {
        EXPECT_EQ(std::to_string(count), dom(number));
    });
    const auto text = [](const std::optional<int>& n) { return n ? std::to_string(*n) : ""; };
    EXPECT_EQ(text(got.consumers), dom(value, "consumerCount"));
    EXPECT_EQ(text(got.consumerGroups), dom(value, "consumerGroupCount"));
    expectJson(got.json, value);
}

void sameProperty(const PropertyInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.scope, dom(value, "scope"));
    EXPECT_EQ(got.value.has_value(), !member(value, "value").IsNull());
    EXPECT_EQ(got.value.value_or(""), dom(value, "value"));
    EXPECT_EQ(got.level, dom(value, "level"));
    EXPECT_EQ(shown(got.isEditable), dom(value, "editable"));
    expectJson(got.json, value);
}

void sameFunction(const FunctionInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.category, dom(value, "category"));
    expectJson(got.json, value);
}

void sameArgument(const FunctionArgument& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.description, dom(value, "description"));
    EXPECT_EQ(shown(got.isVariadic), dom(value, "isVariadic"));
}

void sameFunctionDescription(const FunctionDescription& got, const Value& value) {
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

void sameConnector(const ConnectorInfo& got, const Value& value) {
    EXPECT_EQ(got.name, dom(value, "name"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.className, dom(value, "className"));
    EXPECT_EQ(got.state, dom(value, "state"));
    expectJson(got.json, value);
}

void samePlugin(const ConnectorPlugin& got, const Value& value) {
    EXPECT_EQ(got.className, dom(value, "className"));
    EXPECT_EQ(got.type, dom(value, "type"));
    EXPECT_EQ(got.version, dom(value, "version"));
    expectJson(got.json, value);
}

void sameConnectorDescription(const ConnectorDescription& got, const Value& value) {
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

void sameStatement(const StatementResult& got, const Value& value) {
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

/// Reads the answer, which has this one element, as its type wants, and compares.
using Check = std::function<void(const RawResponse&, const Value&)>;

template <class T, class Same>
Check list(const Command<std::vector<T>>& command, const char* name, Same same) {
    return [=](const RawResponse& answer, const Value& element) {
        expectList(command.read(answer), member(element, name), same);
    };
}

const std::map<std::string, Check>& checks() {
    static const Check ofStatement = [](const RawResponse& answer, const Value& element) {
        sameStatement(statement("X;").read(answer), element);
    };
    static const std::map<std::string, Check> all{
        {"streams", list(listStreams(), "streams", sameSourceInfo<StreamInfo>)},
        {"tables", list(listTables(), "tables", sameSourceInfo<TableInfo>)},
        {"source_descriptions", list(listStreamsExtended(), "sourceDescriptions", sameSource)},
        {"kafka_topics", list(listTopics(), "topics", sameTopic)},
        {"kafka_topics_extended", list(listTopicsExtended(), "topics", sameTopic)},
        {"queries", list(listQueries(), "queries", sameQuery)},
        {"query_descriptions",
         list(listQueriesExtended(), "queryDescriptions", sameQueryDescription)},
        {"properties", list(listProperties(), "properties", sameProperty)},
        {"function_names", list(listFunctions(), "functions", sameFunction)},
        {"connector_list", list(listConnectors(), "connectors", sameConnector)},
        {"connector_plugins_list", list(listConnectorPlugins(), "connectorsPlugins", samePlugin)},
        {"variables", list(listVariables(), "variables",
                           [](const VariableInfo& got, const Value& value) {
                               EXPECT_EQ(got.name, dom(value, "name"));
                               EXPECT_EQ(got.value, dom(value, "value"));
                           })},
        {"type_list",
         [](const RawResponse& answer, const Value& element) {
             const auto got = listTypes().read(answer);
             const Value& types = member(element, "types");
             ASSERT_EQ(got.size(), types.MemberCount());
             for (const CustomType& type : got) {
                 EXPECT_EQ(type.type.toString(), domType(member(types, type.name)));
                 expectJson(type.json, member(types, type.name));
             }
         }},
        {"sourceDescription",
         [](const RawResponse& answer, const Value& element) {
             sameSource(describe("X").read(answer), member(element, "sourceDescription"));
         }},
        {"queryDescription",
         [](const RawResponse& answer, const Value& element) {
             sameQueryDescription(explainQuery("X").read(answer),
                                  member(element, "queryDescription"));
         }},
        {"describe_function",
         [](const RawResponse& answer, const Value& element) {
             sameFunctionDescription(describeFunction("X").read(answer), element);
         }},
        {"connector_description",
         [](const RawResponse& answer, const Value& element) {
             sameConnectorDescription(describeConnector("X").read(answer), element);
         }},
        {"connector_info",
         [](const RawResponse& answer, const Value& element) {
             const auto got = createConnector("X", ConnectorType::Source, {}).read(answer);
             EXPECT_TRUE(got.isNew);
             EXPECT_EQ(got.name, dom(member(element, "info"), "name"));
             EXPECT_EQ(got.type, dom(member(element, "info"), "type"));
             EXPECT_EQ(got.config, domMap(member(member(element, "info"), "config")));
             expectJson(got.json, element);
         }},
        {"assert_topic",
         [](const RawResponse& answer, const Value& element) {
             const auto got = assertTopic("x").read(answer);
             EXPECT_EQ(got.topic, dom(element, "topicName"));
             EXPECT_EQ(shown(got.exists), dom(element, "exists"));
             expectJson(got.json, element);
         }},
        {"assert_schema",
         [](const RawResponse& answer, const Value& element) {
             const auto got = assertSchema("x").read(answer);
             EXPECT_EQ(got.subject, dom(element, "subject"));
             EXPECT_EQ(got.id ? std::to_string(*got.id) : "", dom(element, "id"));
             EXPECT_EQ(shown(got.exists), dom(element, "exists"));
             expectJson(got.json, element);
         }},
        {"currentStatus", ofStatement},
        {"warning_entity", ofStatement},
        {"terminate_query", ofStatement},
        {"drop_connector", ofStatement},
    };
    return all;
}

struct Recording {
    std::string file;
    std::string path;
    int status = 0;
    std::string body;
};

std::vector<Recording> recordings() {
    std::vector<Recording> out;
    const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
    if (folder == nullptr) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        std::ifstream file(entry.path());
        const auto document =
            JsonDocument::parse(std::string(std::istreambuf_iterator<char>(file), {}));
        if (!document) continue;
        const Value& response = member(document->root(), "response");
        Recording recording;
        recording.file = entry.path().string();
        recording.path = dom(member(document->root(), "request"), "path");
        recording.status = JsonDocument::integer(response, "status").value_or(0);
        if (member(response, "body").IsArray())
            for (const Value& part : member(response, "body").GetArray())
                recording.body += dom(part, "text");
        out.push_back(std::move(recording));
    }
    return out;
}

TEST(CommandsRecorded, EveryElementIsReadAsTheDomHasIt) {
    std::map<std::string, int> seen;
    for (const Recording& recording : recordings()) {
        if (recording.path != "/ksql" || recording.status != 200) continue;
        SCOPED_TRACE(recording.file);
        const auto document = JsonDocument::parse(recording.body, true);
        ASSERT_TRUE(document && document->root().IsArray());
        const auto entities = statements("X;").read({200, {}, recording.body});
        ASSERT_EQ(entities.size(), document->root().Size());
        for (std::size_t i = 0; i < entities.size(); ++i) {
            const Value& element = document->root()[static_cast<rapidjson::SizeType>(i)];
            EXPECT_EQ(entities[i].type, dom(element, "@type"));
            EXPECT_EQ(entities[i].statementText, dom(element, "statementText"));
            expectJson(entities[i].json, element);
            const auto check = checks().find(entities[i].type);
            ASSERT_NE(check, checks().end()) << entities[i].type;
            check->second({200, {}, "[" + entities[i].json + "]"}, element);
            ++seen[entities[i].type];
        }
    }
    for (const auto& [type, check] : checks()) EXPECT_GT(seen[type], 0) << type;
}

TEST(CommandsRecorded, TheOtherEndpoints) {
    std::map<std::string, int> seen;
    for (const Recording& recording : recordings()) {
        if (recording.status != 200 && recording.status != 400) continue;
        SCOPED_TRACE(recording.file);
        const RawResponse answer{recording.status, {}, recording.body};
        const bool isValid = recording.path.rfind("/is_valid_property/", 0) == 0;
        if (isValid) {
            EXPECT_EQ(isValidProperty("x").read(answer), recording.status == 200);
            ++seen["/is_valid_property"];
            continue;
        }
        const auto document = JsonDocument::parse(recording.body);
        if (!document || recording.status != 200) continue;
        const Value& root = document->root();
        ++seen[recording.path];
        if (recording.path == "/info") {
            const ServerInfo got = serverInfo().read(answer);
            EXPECT_EQ(got.version, dom(member(root, "KsqlServerInfo"), "version"));
        } else if (recording.path == "/healthcheck") {
            EXPECT_EQ(shown(healthCheck().read(answer).isHealthy), dom(root, "isHealthy"));
        } else if (recording.path == "/v1/metadata/id") {
            const ClusterId got = clusterId().read(answer);
            EXPECT_EQ(got.clusters, domMap(member(member(root, "scope"), "clusters")));
            expectJson(got.json, root);
        } else if (recording.path == "/v1/metadata") {
            const ServerMetadata got = serverMetadata().read(answer);
            EXPECT_EQ(got.version, dom(root, "version"));
            expectJson(got.clusterId.json, member(root, "clusterId"));
            expectJson(got.json, root);
        } else if (recording.path == "/status") {
            EXPECT_EQ(commandStatuses().read(answer), domMap(member(root, "commandStatuses")));
        } else if (recording.path.rfind("/status/", 0) == 0) {
            const CommandStatus got = commandStatus("a/b/c").read(answer);
            EXPECT_EQ(got.status, dom(root, "status"));
            EXPECT_EQ(got.message, dom(root, "message"));
            ++seen["/status/…"];
        } else if (recording.path == "/clusterStatus") {
            const ClusterStatus got = clusterStatus().read(answer);
            const Value& hosts = member(root, "clusterStatus");
            ASSERT_EQ(got.hosts.size(), hosts.MemberCount());
            for (const auto& [name, host] : got.hosts) {
                const Value& value = member(hosts, name);
                expectJson(host.json, value);
                EXPECT_EQ(shown(host.isAlive), dom(value, "hostAlive"));
                EXPECT_EQ(std::to_string(host.lastStatusUpdateMs),
                          dom(value, "lastStatusUpdateMs"));
                for (const auto& [id, stores] : host.queries) {
                    const Value& query = member(member(value, "activeStandbyPerQuery"), id);
                    EXPECT_EQ(stores.activeStores, domTexts(query, "activeStores"));
                    EXPECT_EQ(stores.standbyStores, domTexts(query, "standByStores"));
                    const auto samePartition = [](const TopicPartition& at, const Value& one) {
                        EXPECT_EQ(at.topic, dom(one, "topic"));
                        EXPECT_EQ(std::to_string(at.partition), dom(one, "partition"));
                    };
                    expectList(stores.activePartitions, member(query, "activePartitions"),
                               samePartition);
                    expectList(stores.standbyPartitions, member(query, "standByPartitions"),
                               samePartition);
                }
                const Value& lags = member(value, "hostStoreLags");
                EXPECT_EQ(std::to_string(host.lagsUpdatedMs), dom(lags, "updateTimeMs"));
                EXPECT_EQ(host.storeLags.size(), member(lags, "stateStoreLags").MemberCount());
                for (const auto& [store, partitions] : host.storeLags)
                    for (const auto& [partition, lag] : partitions) {
                        const Value& one = member(
                            member(member(member(lags, "stateStoreLags"), store), "lagByPartition"),
                            std::to_string(partition));
                        EXPECT_EQ(std::to_string(lag.current), dom(one, "currentOffsetPosition"));
                        EXPECT_EQ(std::to_string(lag.end), dom(one, "endOffsetPosition"));
                        EXPECT_EQ(std::to_string(lag.lag), dom(one, "offsetLag"));
                    }
            }
        }
    }
    for (const char* const path : {"/info", "/healthcheck", "/v1/metadata", "/v1/metadata/id",
                                   "/status", "/status/…", "/clusterStatus", "/is_valid_property"})
        EXPECT_GT(seen[path], 0) << path;
}

TEST(CommandsRecorded, ErrorsAreErrors) {
    int count = 0;
    for (const Recording& recording : recordings()) {
        if (recording.path != "/ksql" || recording.status == 200) continue;
        SCOPED_TRACE(recording.file);
        ++count;
        try {
            statement("X;").read({recording.status, {}, recording.body});
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.httpStatus(), recording.status);
            if (const auto body = JsonDocument::parse(recording.body)) {
                EXPECT_EQ(error.serverMessage(), dom(body->root(), "message"));
                EXPECT_EQ(std::to_string(error.serverCode()), dom(body->root(), "error_code"));
            }
        }
    }
    EXPECT_GE(count, 20);
}

}  // namespace
}  // namespace ksqldb::test
