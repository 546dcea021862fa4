// Answers of ksqlDB's as tables: the ones that are known, and any other.
#include "entities.h"

#include <gtest/gtest.h>

namespace shell {
namespace {

std::vector<std::string> headings(const Grid& grid) {
    std::vector<std::string> out;
    for (const TableColumn& column : grid.columns) out.push_back(column.name);
    return out;
}

TEST(Json, KeepsOrderAndDigits) {
    const std::string text =
        R"({"z":1.50,"a":[1E300,true,null,"q\"é"],"o":{},"l":[],"n":{"b":-0.0}})";
    EXPECT_EQ(parsedJson(text).toJson(), text);
    EXPECT_EQ(parsedJson(text).toText(), "z: 1.50, a: 1E300, true, , q\"é, o: , l: , n: b: -0.0");
    EXPECT_EQ(parsedJson("{\"a\":").kind, Json::Kind::Null);
    EXPECT_EQ(parsedJson(text)["none"].kind, Json::Kind::Null);
}

TEST(Entities, AListThatIsKnown) {
    const auto parts = readable(parsedJson(
        R"({"@type":"streams","statementText":"LIST STREAMS;","streams":[{"type":"STREAM","name":"S",)"
        R"("topic":"s","keyFormat":"KAFKA","valueFormat":"JSON","isWindowed":false}],"warnings":[]})"));
    ASSERT_EQ(parts.size(), 1U);
    ASSERT_EQ(parts[0].sections.size(), 1U);
    const Grid& grid = parts[0].sections[0].grid;
    EXPECT_EQ(headings(grid), (std::vector<std::string>{"Stream", "Topic", "Key Format",
                                                        "Value Format", "Windowed"}));
    EXPECT_EQ(grid.rows, (std::vector<std::vector<Cell>>{{"S", "s", "KAFKA", "JSON", "false"}}));
}

TEST(Entities, AnEmptyListAndAnEmptyStructHaveTheirForm) {
    const auto list =
        readable(parsedJson(R"({"@type":"connector_list","warnings":[],"connectors":[]})"));
    ASSERT_EQ(list.size(), 1U);
    ASSERT_EQ(list[0].sections.size(), 1U);
    EXPECT_EQ(headings(list[0].sections[0].grid),
              (std::vector<std::string>{"Connector", "Type", "Class", "Status"}));
    const auto types = readable(
        parsedJson(R"({"@type":"type_list","types":{"T":{"type":"STRUCT","fields":[]}}})"));
    EXPECT_EQ(types[0].sections[0].grid.rows, (std::vector<std::vector<Cell>>{{"T", "STRUCT<>"}}));
}

TEST(Entities, OneThatNobodyKnows) {
    const auto parts = readable(parsedJson(
        R"({"@type":"moon_phases","statementText":"LIST PHASES;","moonName":"Luna","phases":[)"
        R"({"phaseName":"new","litShare":0.0},{"phaseName":"full","litShare":1.0,"isBright":true}],)"
        R"("notes":["a","b"],"warnings":[]})"));
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].fields, (std::vector<std::pair<std::string, std::string>>{
                                   {"Moon Name", "Luna"}, {"Notes", "a, b"}}));
    ASSERT_EQ(parts[0].sections.size(), 1U);
    EXPECT_EQ(parts[0].sections[0].title, "Phases");
    const Grid& grid = parts[0].sections[0].grid;
    EXPECT_EQ(headings(grid), (std::vector<std::string>{"Phase Name", "Lit Share", "Is Bright"}));
    EXPECT_TRUE(grid.columns[1].isNumber);
    EXPECT_EQ(grid.rows, (std::vector<std::vector<Cell>>{{"new", "0.0", std::nullopt},
                                                         {"full", "1.0", "true"}}));
}

TEST(Entities, ADescriptionHasItsColumnsFirst) {
    const auto parts = readable(parsedJson(
        R"({"@type":"sourceDescription","sourceDescription":{"name":"S","windowType":null,)"
        R"("readQueries":[{"id":"Q1","queryString":"a"},{"id":"Q2","queryString":"b"}],"fields":[)"
        R"({"name":"K","schema":{"type":"STRING","fields":null,"memberSchema":null},"type":"KEY"},)"
        R"({"name":"V","schema":{"type":"ARRAY","memberSchema":{"type":"STRUCT","fields":[)"
        R"({"name":"D","schema":{"type":"DECIMAL","parameters":{"precision":4,"scale":2}}},)"
        R"({"name":"M","schema":{"type":"MAP","memberSchema":{"type":"BIGINT"}}}]}}}],)"
        R"("statistics":"","extended":false,"partitions":1},"warnings":[]})"));
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].fields,
              (std::vector<std::pair<std::string, std::string>>{
                  {"Name", "S"}, {"Read Queries", "Q1\nQ2"}, {"Partitions", "1"}}));
    ASSERT_EQ(parts[0].sections.size(), 1U);
    EXPECT_EQ(parts[0].sections[0].grid.rows,
              (std::vector<std::vector<Cell>>{
                  {"K", "STRING (key)"},
                  {"V", "ARRAY<STRUCT<D DECIMAL(4, 2), M MAP<STRING, BIGINT>>>"}}));
}

TEST(Entities, AnExtendedDescriptionHasTablesBehindItsColumns) {
    const auto parts = readable(parsedJson(
        R"({"@type":"sourceDescription","sourceDescription":{"extended":true,"readQueries":[)"
        R"({"id":"Q1","queryString":"SELECT\n  A\nFROM B;"}],"statement":"CREATE …;","fields":[)"
        R"({"name":"K","schema":{"type":"STRING"}}],"topology":"a\nb"},"warnings":[]})"));
    ASSERT_EQ(parts.at(0).sections.size(), 2U);
    EXPECT_EQ(parts[0].sections[0].title, "");
    EXPECT_EQ(parts[0].sections[0].grid.rows.at(0).at(0), "K");
    EXPECT_EQ(parts[0].sections[1].title, "Read Queries");
    EXPECT_EQ(parts[0].sections[1].grid.rows.at(0).at(1), "SELECT A FROM B;");
    EXPECT_EQ(parts[0].fields.at(0).second, "CREATE …;");
    EXPECT_EQ(parts[0].texts.at(0).second, "a\nb");
}

TEST(Entities, AStatementHasItsMessage) {
    const auto message = [](const char* json) { return readable(parsedJson(json)).at(0).message; };
    EXPECT_EQ(message(R"({"@type":"currentStatus","commandStatus":{"message":"Stream created"}})"),
              "Stream created");
    EXPECT_EQ(message(R"({"@type":"warning_entity","message":"It is there."})"), "It is there.");
    // Nothing of a connector's configuration.
    const auto connector = readable(parsedJson(
        R"({"@type":"connector_info","info":{"name":"C","config":{"password":"hunter2"}}})"));
    EXPECT_EQ(connector.at(0).message, "Created connector C");
    EXPECT_TRUE(connector.at(0).fields.empty());
}

TEST(Entities, HeadingsAreWords) {
    EXPECT_EQ(headingOf("keyFormat"), "Key Format");
    EXPECT_EQ(headingOf("worker_id"), "Worker Id");
    EXPECT_EQ(headingOf("id"), "Id");
    EXPECT_EQ(headingOf("ksqlHostQueryStatus"), "Ksql Host Query Status");
    EXPECT_EQ(headingOf(""), "");
}

}  // namespace
}  // namespace shell
