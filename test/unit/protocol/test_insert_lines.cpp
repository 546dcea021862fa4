#include "protocol/insert_lines.h"

#include <ksqldb/insert_row.h>

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::test {
namespace {

using namespace ksqldb::protocol;

bool isRow(std::string_view json) {
    try {
        requireRowLine(json);
        return true;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return false;
    }
}

TEST(InsertTargetLine, NamesTheTargetAndTheProperties) {
    EXPECT_EQ(insertTargetLine("orders", {}), "{\"target\":\"orders\"}\n");
    EXPECT_EQ(
        insertTargetLine("`my \"stream\"`\n", {{"ksql.streams.acks", "all"}}),
        "{\"target\":\"`my \\\"stream\\\"`\\n\",\"properties\":{\"ksql.streams.acks\":\"all\"}}\n");
}

TEST(InsertTargetLine, ATargetIsText) {
    for (const char* const target : {"", "a\xff"}) {
        try {
            insertTargetLine(target, {});
            FAIL() << target;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        }
    }
}

TEST(InsertRowLine, OneObjectOnOneLine) {
    for (const char* const row : {"{}", R"({"K":"k1","V":1})", " {\"K\":\t[1e300,{\"a\":null}]}\r",
                                  R"({"K":"a\nb\u0000"})", R"({"K":"}{"})"})
        EXPECT_TRUE(isRow(row)) << row;
    InsertRow row;
    row.set("TEXT", std::string("line\nnext\0zero", 14)).set("D", 0.5);
    EXPECT_TRUE(isRow(row.json()));
}

TEST(InsertRowLine, AnythingElseIsRefused) {
    for (const char* const row : {"",
                                  " ",
                                  "[]",
                                  "1",
                                  "\"K\"",
                                  "null",
                                  "{",
                                  "{}{}",
                                  "{} {}",
                                  "{},",
                                  "{\"K\":1}x",
                                  "{nonsense",
                                  "{\"K\":}",
                                  "{\"K\":01}",
                                  "{\"K\":\"a\nb\"}",
                                  "{\n}",
                                  "{}\n",
                                  "{\"K\":\"\xff\"}",
                                  "{\"K\":\"\x01\"}",
                                  "{\"K\":NaN}",
                                  "{'K':1}",
                                  "// c\n{}"})
        EXPECT_FALSE(isRow(row)) << row;
    // To RapidJSON the text would end there.
    EXPECT_FALSE(isRow(std::string_view("{}\0{\"K\":1}", 10)));
    EXPECT_FALSE(isRow(std::string_view("{\"K\":\"\0\"}", 9)));
}

TEST(InsertRowLine, DeepNestingIsNoDanger) {
    const std::string opened(1'000'000, '[');
    const std::string closed(1'000'000, ']');
    EXPECT_TRUE(isRow("{\"K\":" + opened + closed + "}"));
    EXPECT_FALSE(isRow("{\"K\":" + opened));
}

}  // namespace
}  // namespace ksqldb::test
