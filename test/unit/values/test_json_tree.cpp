#include "values/json_tree.h"

#include <gtest/gtest.h>

namespace ksqldb::values {
namespace {

TEST(JsonTree, KnowsWhereObjectsAndArraysStand) {
    const auto tree = JsonTree::parse(R"( { "a" : [ 1, {"b":[]} , "x\n\"]" ], "c":{ } } )");
    ASSERT_TRUE(tree);
    const JsonNode root = tree->root();
    EXPECT_EQ(root.json(), R"({ "a" : [ 1, {"b":[]} , "x\n\"]" ], "c":{ } })");
    EXPECT_EQ(root["a"].json(), R"([ 1, {"b":[]} , "x\n\"]" ])");
    EXPECT_EQ(root["c"].json(), "{ }");
    const auto elements = root["a"].children();
    ASSERT_EQ(elements.size(), 3U);
    EXPECT_EQ(elements[0].integer(), 1);
    EXPECT_EQ(elements[1].json(), R"({"b":[]})");
    EXPECT_EQ(elements[1]["b"].json(), "[]");
    EXPECT_TRUE(elements[1]["b"].children().empty());
    EXPECT_EQ(elements[2].string(), "x\n\"]");
    EXPECT_EQ(elements[2].json(), "");
}

TEST(JsonTree, ReadsValues) {
    const auto tree = JsonTree::parse(
        R"({"i":-7,"big":9223372036854775808,"d":1.5e2,"t":true,"f":false,"n":null,"s":"ü","i":8})");
    ASSERT_TRUE(tree);
    const JsonNode root = tree->root();
    EXPECT_EQ(root["i"].integer(), -7);
    EXPECT_EQ(root["big"].integer(), std::nullopt);
    EXPECT_EQ(root["big"].scalar(), "9223372036854775808");
    EXPECT_EQ(root["d"].number(), 150.0);
    EXPECT_EQ(root["d"].integer(), std::nullopt);
    EXPECT_EQ(root["t"].boolean(), true);
    EXPECT_EQ(root["f"].boolean(), false);
    EXPECT_EQ(root["f"].scalar(), "false");
    EXPECT_TRUE(root["n"].isNull());
    EXPECT_EQ(root["n"].scalar(), std::nullopt);
    EXPECT_EQ(root["s"].string(), "ü");
    EXPECT_EQ(root["s"].integer(), std::nullopt);
    EXPECT_EQ(root["i"].string(), std::nullopt);
    EXPECT_EQ(root.children().size(), 8U);
    EXPECT_EQ(root.children()[3].name(), "t");
}

TEST(JsonTree, WhatIsNotThereIsNone) {
    const auto tree = JsonTree::parse("[]");
    ASSERT_TRUE(tree);
    const JsonNode none = tree->root()["a"]["b"];
    EXPECT_FALSE(none);
    EXPECT_FALSE(none.isNull());
    EXPECT_EQ(none.string(), std::nullopt);
    EXPECT_EQ(none.boolean(), std::nullopt);
    EXPECT_EQ(none.json(), "");
    EXPECT_EQ(none.name(), "");
    EXPECT_TRUE(none.children().empty());
}

TEST(JsonTree, RefusesWhatIsNoJson) {
    for (const char* const text : {"", " ", "{", "[1,]", "{} {}", "nope", R"({"a":1)", "[\"\x01"})
        EXPECT_FALSE(JsonTree::parse(text)) << text;
}

TEST(JsonTree, RefusesWhatIsNoText) {
    EXPECT_FALSE(JsonTree::parse(std::string_view("{}\0", 3)));
    EXPECT_FALSE(JsonTree::parse(std::string_view("{}\0{", 4)));
    for (const char* const json :
         {"[\"\xFF\"]", "{\"\xC3\":1}", R"(["\uDC00"])", R"({"\uDC00":1})"})
        EXPECT_FALSE(JsonTree::parse(json)) << json;
    EXPECT_TRUE(JsonTree::parse(R"(["\uD83D\uDE00 \u0000"])"));
}

TEST(JsonTree, RefusesTooManyLevels) {
    EXPECT_TRUE(JsonTree::parse(std::string(776, '[') + std::string(776, ']')));
    EXPECT_FALSE(JsonTree::parse(std::string(777, '[') + std::string(777, ']')));
    EXPECT_FALSE(JsonTree::parse(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace ksqldb::values
