// What is sent, to the letter, and answers that no recording has.
#include <ksqldb/assertions.h>
#include <ksqldb/connectors.h>
#include <ksqldb/describe.h>
#include <ksqldb/listings.h>
#include <ksqldb/server_commands.h>

#include <gtest/gtest.h>

#include <chrono>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;

template <class T>
detail::CommandRequest requestOf(const Command<T>& command) {
    return command.newRun()->start({}).request;
}

RawResponse answer(const std::string& entity) { return {200, {}, "[" + entity + "]"}; }

TEST(ListCommands, AreSent) {
    EXPECT_EQ(listStreams().sql(), "LIST STREAMS;");
    EXPECT_EQ(listStreamsExtended().sql(), "LIST STREAMS EXTENDED;");
    EXPECT_EQ(listTables().sql(), "LIST TABLES;");
    EXPECT_EQ(listTablesExtended().sql(), "LIST TABLES EXTENDED;");
    EXPECT_EQ(listTopics().sql(), "LIST TOPICS;");
    EXPECT_EQ(listAllTopics().sql(), "LIST ALL TOPICS;");
    EXPECT_EQ(listTopicsExtended().sql(), "LIST TOPICS EXTENDED;");
    EXPECT_EQ(listAllTopicsExtended().sql(), "LIST ALL TOPICS EXTENDED;");
    EXPECT_EQ(listQueries().sql(), "LIST QUERIES;");
    EXPECT_EQ(listQueriesExtended().sql(), "LIST QUERIES EXTENDED;");
    EXPECT_EQ(listProperties().sql(), "LIST PROPERTIES;");
    EXPECT_EQ(listFunctions().sql(), "LIST FUNCTIONS;");
    EXPECT_EQ(listTypes().sql(), "LIST TYPES;");
    EXPECT_EQ(listVariables().sql(), "LIST VARIABLES;");
    EXPECT_EQ(listConnectors().sql(), "LIST CONNECTORS;");
    EXPECT_EQ(listConnectors(ConnectorType::Sink).sql(), "LIST SINK CONNECTORS;");
    EXPECT_EQ(listConnectorPlugins().sql(), "LIST CONNECTOR PLUGINS;");
}

TEST(ListCommands, OldServersHaveOneFormat) {
    const auto streams = listStreams().read(
        answer(R"({"@type":"streams","streams":[{"name":"S","topic":"t","format":"JSON"}]})"));
    ASSERT_EQ(streams.size(), 1U);
    EXPECT_EQ(streams[0].keyFormat, "KAFKA");
    EXPECT_EQ(streams[0].valueFormat, "JSON");
    EXPECT_FALSE(streams[0].isWindowed);
    const auto tables = listTables().read(answer(
        R"({"@type":"tables","tables":[{"name":"T","topic":"t","format":"JSON","isWindowed":true}]})"));
    ASSERT_EQ(tables.size(), 1U);
    EXPECT_EQ(tables[0].keyFormat, "KAFKA");
    EXPECT_TRUE(tables[0].isWindowed);
}

TEST(ListCommands, NewServersMaySayMore) {
    const auto streams = listStreams().read(answer(
        R"({"new":{"a":[1]},"@type":"streams","streams":[{"name":"S","new":[{}],"isWindowed":"x","topic":7}]})"));
    ASSERT_EQ(streams.size(), 1U);
    EXPECT_EQ(streams[0].name, "S");
    EXPECT_EQ(streams[0].topic, "");
    EXPECT_EQ(streams[0].json, R"({"name":"S","new":[{}],"isWindowed":"x","topic":7})");
}

TEST(ListCommands, QueriesMayHaveAnyNumberOfSinks) {
    const auto queries = listQueries().read(answer(
        R"({"@type":"queries","queries":[{"id":"CST_1","queryType":"PERSISTENT","sinks":[]},{"id":"a","queryType":"PULL"},{"id":"b","sinks":["X","Y"]}]})"));
    ASSERT_EQ(queries.size(), 3U);
    EXPECT_TRUE(queries[0].sinks.empty());
    EXPECT_TRUE(queries[1].statusCount.empty());
    EXPECT_EQ(queries[2].sinks, (std::vector<std::string>{"X", "Y"}));
}

TEST(ListCommands, TopicsKeepTheirReplicas) {
    const auto topics = listTopics().read(answer(
        R"({"@type":"kafka_topics","topics":[{"name":"a","replicaInfo":[2,2,2]},{"name":"b","replicaInfo":[1,1]}]})"));
    ASSERT_EQ(topics.size(), 2U);
    EXPECT_EQ(topics[0].replicas, (std::vector<int>{2, 2, 2}));
    EXPECT_EQ(topics[1].replicas, (std::vector<int>{1, 1}));
    EXPECT_EQ(topics[0].consumers, std::nullopt);
}

TEST(DescribeCommands, NamesAreQuoted) {
    EXPECT_EQ(describe("RATINGS").sql(), "DESCRIBE `RATINGS`;");
    EXPECT_EQ(describe("STREAMS").sql(), "DESCRIBE `STREAMS`;");
    EXPECT_EQ(describe("a-b c").sql(), "DESCRIBE `a-b c`;");
    EXPECT_EQ(describeExtended("x`; DROP STREAM s; --").sql(),
              "DESCRIBE `x``; DROP STREAM s; --` EXTENDED;");
    EXPECT_EQ(describeFunction("UCASE").sql(), "DESCRIBE FUNCTION `UCASE`;");
    EXPECT_EQ(explainQuery("CSAS_A_1").sql(), "EXPLAIN `CSAS_A_1`;");
    EXPECT_THROW(describe(""), Error);
    EXPECT_THROW(describe("${x}"), Error);
}

TEST(DescribeCommands, ExplainTakesOneStatement) {
    EXPECT_EQ(explain(Statement("SELECT * FROM S WHERE A = ? EMIT CHANGES;").bind("it's")).sql(),
              "EXPLAIN SELECT * FROM S WHERE A = 'it''s' EMIT CHANGES;");
    for (const char* const bad : {"", "SELECT 1", "A; B;", "SELECT 'x;"})
        EXPECT_THROW(explain(bad), Error) << bad;
}

TEST(DescribeCommands, EveryKindOfType) {
    const auto source = describe("S").read(answer(
        R"({"@type":"sourceDescription","warnings":[{"message":"w"}],"sourceDescription":{"name":"S","timestamp":"","fields":[
        {"name":"K","schema":{"type":"STRING","fields":null,"memberSchema":null},"type":"KEY"},
        {"name":"D","schema":{"type":"DECIMAL","parameters":{"precision":4,"scale":2}}},
        {"name":"A","schema":{"type":"ARRAY","memberSchema":{"type":"MAP","memberSchema":{"type":"BIGINT"}}}},
        {"name":"ST","schema":{"type":"STRUCT","fields":[{"name":"x y","schema":{"type":"NEW_ONE"}}]}},
        {"name":"H","schema":{"type":"BYTES"},"headerKey":"abc","type":"HEADER"},
        {"name":"?","schema":7}]}})"));
    std::vector<std::string> types;
    types.reserve(source.fields.size());
    for (const FieldInfo& field : source.fields) types.push_back(field.type.toString());
    EXPECT_EQ(types,
              (std::vector<std::string>{"STRING", "DECIMAL(4, 2)", "ARRAY<MAP<STRING, BIGINT>>",
                                        "STRUCT<`x y` NEW_ONE>", "BYTES", ""}));
    EXPECT_TRUE(source.fields[0].isKey);
    EXPECT_FALSE(source.fields[1].isKey);
    EXPECT_TRUE(source.fields[4].isHeader);
    EXPECT_EQ(source.fields[4].headerKey, "abc");
    EXPECT_EQ(source.timestampColumn, std::nullopt);
    EXPECT_EQ(source.windowType, std::nullopt);
    EXPECT_TRUE(source.sourceConstraints.empty());
    EXPECT_EQ(source.warnings, std::vector<std::string>{"w"});
}

TEST(ConnectorCommands, AreSent) {
    EXPECT_EQ(createConnector("name", ConnectorType::Source, {{"k", "v"}}).sql(),
              "CREATE SOURCE CONNECTOR `name` WITH ('k'='v');");
    EXPECT_EQ(
        createConnector("a b", ConnectorType::Sink, {{"k'1", "v'; --"}, {"l", ""}}, true).sql(),
        "CREATE SINK CONNECTOR IF NOT EXISTS `a b` WITH ('k''1'='v''; --', 'l'='');");
    EXPECT_EQ(createConnector("c", ConnectorType::Sink, {{"p", "secret"}}).toString(),
              "CREATE SINK CONNECTOR `c` WITH ('p'='[string]');");
    EXPECT_EQ(dropConnector("name").sql(), "DROP CONNECTOR `name`;");
    EXPECT_EQ(dropConnector("name", true).sql(), "DROP CONNECTOR IF EXISTS `name`;");
    EXPECT_EQ(describeConnector("name").sql(), "DESCRIBE CONNECTOR `name`;");
    const auto secret = createConnector("c", ConnectorType::Sink, {{"p", "${file:/s:it's}"}});
    EXPECT_EQ(secret.sql(), "CREATE SINK CONNECTOR `c` WITH ('p'='${file:/s:it''s}');");
    EXPECT_TRUE(requestOf(secret).isExact);
    // ksqlDB's grammar has no WITH ().
    EXPECT_THROW(createConnector("c", ConnectorType::Sink, {}), Error);
    EXPECT_THROW(createConnector("c", ConnectorType::Sink, {{"p", "\xff"}}), Error);
    EXPECT_THROW(createConnector("c", ConnectorType::Sink, {{"p", std::string(1, '\0')}}), Error);
}

TEST(ConnectorCommands, AnErrorHasNoSecrets) {
    const auto command =
        createConnector("C", ConnectorType::Source, {{"connector.class", "a.B"}, {"p", "s3cr3t"}});
    try {
        command.read({409, {}, "{}"});
        ADD_FAILURE() << "no Error";
    } catch (const Error& error) {
        EXPECT_EQ(error.statement(),
                  "CREATE SOURCE CONNECTOR `C` WITH ('connector.class'='a.B', 'p'='[string]');");
    }
}

TEST(ConnectorCommands, AFailedTaskSaysWhy) {
    const auto connector = describeConnector("c").read(answer(
        R"({"@type":"connector_description","connectorClass":"cls","status":{"name":"c","connector":{"state":"RUNNING","worker_id":"w:1"},"tasks":[{"id":0,"state":"FAILED","worker_id":"w:1","trace":"boom"}],"type":"source"},"sources":[{"name":"S"}],"topics":["t"]})"));
    EXPECT_EQ(connector.className, "cls");
    EXPECT_EQ(connector.state, "RUNNING");
    ASSERT_EQ(connector.tasks.size(), 1U);
    EXPECT_EQ(connector.tasks[0].trace, "boom");
    ASSERT_EQ(connector.sources.size(), 1U);
    EXPECT_EQ(connector.sources[0].name, "S");
    EXPECT_EQ(connector.topics, std::vector<std::string>{"t"});
}

TEST(AssertCommands, AreSent) {
    EXPECT_EQ(assertTopic("name").sql(), "ASSERT TOPIC 'name';");
    EXPECT_EQ(assertTopic("it's", {}, {{"foo", 3}, {"bar", 5}}).sql(),
              "ASSERT TOPIC 'it''s' WITH ('foo'=3, 'bar'=5);");
    EXPECT_EQ(assertNoTopic("name", 10s).sql(),
              "ASSERT NOT EXISTS TOPIC 'name' TIMEOUT 10 SECONDS;");
    EXPECT_EQ(assertSchema("name", 3).sql(), "ASSERT SCHEMA SUBJECT 'name' ID 3;");
    EXPECT_EQ(assertSchema("name").sql(), "ASSERT SCHEMA SUBJECT 'name';");
    EXPECT_EQ(assertSchema(3, 10s).sql(), "ASSERT SCHEMA ID 3 TIMEOUT 10 SECONDS;");
    EXPECT_EQ(assertNoSchema("name").sql(), "ASSERT NOT EXISTS SCHEMA SUBJECT 'name';");
    EXPECT_EQ(assertNoSchema(3).sql(), "ASSERT NOT EXISTS SCHEMA ID 3;");
    EXPECT_TRUE(assertTopic("x").isReadOnly());
    EXPECT_TRUE(requestOf(assertTopic("${x}")).isExact);
}

TEST(AssertCommands, TimesAreRoundedUp) {
    EXPECT_EQ(assertTopic("t", 1ns).sql(), "ASSERT TOPIC 't' TIMEOUT 1 SECONDS;");
    EXPECT_EQ(assertTopic("t", 500ms).sql(), "ASSERT TOPIC 't' TIMEOUT 1 SECONDS;");
    EXPECT_EQ(assertTopic("t", 1001ms).sql(), "ASSERT TOPIC 't' TIMEOUT 2 SECONDS;");
    EXPECT_EQ(assertTopic("t", 2min).sql(), "ASSERT TOPIC 't' TIMEOUT 120 SECONDS;");
    EXPECT_THROW(assertTopic("t", -1ms), Error);
    EXPECT_EQ(requestOf(assertTopic("t", 1001ms)).serverMayTake, 2s);
}

TEST(ServerCommands, AreSent) {
    EXPECT_EQ(requestOf(clusterStatus()).http.path, "/clusterStatus");
    EXPECT_EQ(requestOf(serverMetadata()).http.path, "/v1/metadata");
    EXPECT_EQ(requestOf(clusterId()).http.path, "/v1/metadata/id");
    EXPECT_EQ(requestOf(healthCheck()).http.path, "/healthcheck");
    EXPECT_EQ(requestOf(commandStatuses()).http.path, "/status");
    EXPECT_EQ(requestOf(commandStatus("stream/`ORDERS`/create")).http.path,
              "/status/stream/%60ORDERS%60/create");
    EXPECT_EQ(requestOf(commandStatus("stream/`a/b?\xC3\xBC`/create")).http.path,
              "/status/stream/%60a%2Fb%3F%C3%BC%60/create");
    EXPECT_EQ(requestOf(isValidProperty("a/b c")).http.path, "/is_valid_property/a%2Fb%20c");
    const auto terminate = requestOf(terminateCluster({"FOO", "b\"ar.*"}));
    EXPECT_EQ(terminate.http.method, "POST");
    EXPECT_EQ(terminate.http.path, "/ksql/terminate");
    EXPECT_EQ(terminate.http.body, R"({"deleteTopicList":["FOO","b\"ar.*"]})");
    EXPECT_FALSE(terminate.isReadOnly);
    EXPECT_EQ(requestOf(terminateCluster()).http.body, R"({"deleteTopicList":[]})");
}

TEST(ServerCommands, AValidPropertyIsTrue) {
    EXPECT_TRUE(isValidProperty("p").read({200, {}, "true"}));
    EXPECT_FALSE(isValidProperty("p").read({400, {}, R"({"error_code":40000,"message":"no"})"}));
    EXPECT_THROW(isValidProperty("p").read({200, {}, "maybe"}), Error);
    EXPECT_THROW(isValidProperty("p").read({404, {}, "Not Found"}), Error);
    EXPECT_THROW(isValidProperty("p").read({401, {}, ""}), Error);
}

TEST(ServerCommands, OtherAnswersAreMalformed) {
    for (const char* const body : {"", "{}", "[]", "null", "<html>", "{\"clusterStatus\":[]}"}) {
        const RawResponse other{200, {}, body};
        EXPECT_THROW(clusterStatus().read(other), Error) << body;
        EXPECT_THROW(serverMetadata().read(other), Error) << body;
        EXPECT_THROW(clusterId().read(other), Error) << body;
        EXPECT_THROW(commandStatuses().read(other), Error) << body;
        EXPECT_THROW(commandStatus("a/b/c").read(other), Error) << body;
        EXPECT_THROW(healthCheck().read(other), Error) << body;
    }
}

}  // namespace
}  // namespace ksqldb::test
