// Every answer of a real server that a statement's command reads, beside RapidJSON's DOM of the
// same.
#include "recorded_entities.h"

#include <ksqldb/commands.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

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
             const auto got =
                 createConnector("X", ConnectorType::Source, {{"k", "v"}}).read(answer);
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
