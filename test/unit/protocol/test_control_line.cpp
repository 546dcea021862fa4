#include "protocol/control_line.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

namespace ksqldb::test {
namespace {

using namespace ksqldb::protocol;

template <class T>
T parsedAs(std::string_view line) {
    const ControlLine parsed = parseControlLine(line);
    const T* as = std::get_if<T>(&parsed);
    EXPECT_NE(as, nullptr) << line << " is alternative " << parsed.index();
    return as == nullptr ? T{} : *as;
}

TEST(ControlLine, DelimitedHeader) {
    const auto header = parsedAs<Header>(
        R"j({"queryId":"transient_1","columnNames":["USER_ID","a b"],"columnTypes":["STRING","DECIMAL(4, 2)"]})j");
    EXPECT_EQ(header.queryId(), "transient_1");
    EXPECT_EQ(header.schema().toString(), "`USER_ID` STRING, `a b` DECIMAL(4, 2)");
    EXPECT_FALSE(header.schema()[0].isKey);
}

TEST(ControlLine, StreamedRowHeader) {
    const auto header = parsedAs<Header>(
        R"({"header":{"queryId":"query_1","schema":"`K` STRING KEY, `N` MAP<STRING, ARRAY<BIGINT>>","protoSchema":"x"}})");
    EXPECT_EQ(header.queryId(), "query_1");
    EXPECT_EQ(header.schema().size(), 2U);
    EXPECT_TRUE(header.schema()[0].isKey);
    EXPECT_FALSE(header.schema()[1].isKey);
}

TEST(ControlLine, HeaderOfAQueryWithoutId) {
    EXPECT_FALSE(
        parsedAs<Header>(R"({"queryId":null,"columnNames":[],"columnTypes":[]})").queryId());
    EXPECT_FALSE(parsedAs<Header>(R"({"header":{"schema":""}})").queryId());
}

TEST(ControlLine, NamesKeepTheirEscapedCharacters) {
    const auto header = parsedAs<Header>(
        R"({"queryId":"q","columnNames":["a\"b\\\u00e9\u0000\uD83D\uDE00"],"columnTypes":["INTEGER"]})");
    EXPECT_EQ(header.schema()[0].name, std::string("a\"b\\\xC3\xA9\0\xF0\x9F\x98\x80", 11));
}

TEST(ControlLine, HeaderThatDoesNotFitTogether) {
    for (const char* const line : {
             R"({"columnNames":["A"]})",
             R"({"columnNames":["A"],"columnTypes":[]})",
             R"({"columnNames":"A","columnTypes":"DATE"})",
             R"({"columnNames":["A"],"columnTypes":[null]})",
             R"({"columnNames":[["A"]],"columnTypes":["DATE"]})",
             R"({"header":{"queryId":"q"}})",
             R"({"header":{"schema":["A"]}})",
             R"({"header":{"schema":"no schema"}})",
             R"({"header":null})",
         })
        EXPECT_TRUE(std::holds_alternative<NotJson>(parseControlLine(line))) << line;
}

TEST(ControlLine, ErrorOfBothForms) {
    const auto delimited =
        parsedAs<ErrorLine>(R"({"@type":"generic_error","error_code":50000,"message":"a\nb"})");
    EXPECT_EQ(delimited.serverCode, 50000);
    EXPECT_EQ(delimited.message, "a\nb");
    const auto streamed = parsedAs<ErrorLine>(
        R"({"errorMessage":{"@type":"generic_error","error_code":42900,"message":"shed"}})");
    EXPECT_EQ(streamed.serverCode, 42900);
    EXPECT_EQ(streamed.message, "shed");
}

TEST(ControlLine, ErrorWithMissingParts) {
    EXPECT_EQ(parsedAs<ErrorLine>(R"({"error_code":50000})").message, "");
    EXPECT_EQ(parsedAs<ErrorLine>(R"({"errorMessage":{"message":"m"}})").serverCode, 0);
    EXPECT_EQ(parsedAs<ErrorLine>(R"({"errorMessage":null})").message, "");
    EXPECT_EQ(parsedAs<ErrorLine>(R"({"error_code":1e99,"message":"m"})").serverCode, 0);
}

TEST(ControlLine, ErrorWithoutACode) {
    for (const char* const type : {"generic_error", "statement_error"}) {
        const auto error =
            parsedAs<ErrorLine>(R"({"@type":")" + std::string(type) + R"(","message":"m"})");
        EXPECT_EQ(error.serverCode, 0);
        EXPECT_EQ(error.message, "m");
        parsedAs<ErrorLine>(R"({"@type":")" + std::string(type) + "\"}");
    }
    parsedAs<UnknownLine>(R"({"@type":"something_else","message":"m"})");
    parsedAs<UnknownLine>(R"({"@type":null})");
}

TEST(ControlLine, TokenOfBothForms) {
    EXPECT_EQ(parsedAs<TokenLine>(R"({"continuationToken":"eyJ2\u003d"})").token, "eyJ2=");
    EXPECT_EQ(parsedAs<TokenLine>(R"({"continuationToken":{"continuationToken":"t"}})").token, "t");
    parsedAs<UnknownLine>(R"({"continuationToken":{}})");
    parsedAs<UnknownLine>(R"({"continuationToken":null})");
}

TEST(ControlLine, FinalMessages) {
    EXPECT_TRUE(parsedAs<FinalLine>(R"({"finalMessage":"Limit Reached"})").limitReached);
    EXPECT_FALSE(parsedAs<FinalLine>(R"({"finalMessage":"Query Completed"})").limitReached);
    EXPECT_FALSE(parsedAs<FinalLine>(R"({"finalMessage":"limit reached"})").limitReached);
    parsedAs<UnknownLine>(R"({"finalMessage":null})");
}

TEST(ControlLine, RowsWhoseMembersHaveAnotherOrder) {
    parsedAs<RowLine>(R"({"sourceHost":"h:1","row":{"columns":[1]}})");
    parsedAs<RowLine>(R"({ "row" : {"columns":[1]}})");
}

TEST(ControlLine, UnknownKinds) {
    parsedAs<UnknownLine>("{}");
    parsedAs<UnknownLine>(R"({"consistencyToken":{"consistencyToken":"c"}})");
    parsedAs<UnknownLine>(R"({"columns":[1]})");
}

TEST(ControlLine, WhatIsNoJsonObject) {
    for (const char* const line : {"", "x", "1", "\"a\"", "null", "[1]", "{", "{}}", "{\"a\":1,}",
                                   "{\"a\":1} x", "{'a':1}", "{\"a\":nan}", "{\"a\":\"\xFF\"}"})
        EXPECT_TRUE(std::holds_alternative<NotJson>(parseControlLine(line))) << line;
}

TEST(ControlLine, HostileNestingIsHarmless) {
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += "{\"a\":";
    EXPECT_TRUE(std::holds_alternative<NotJson>(parseControlLine(deep)));
    deep += "1" + std::string(200'000, '}');
    parsedAs<UnknownLine>(deep);
}

}  // namespace
}  // namespace ksqldb::test
