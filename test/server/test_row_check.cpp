#include "row_check.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace ksqldb::server {
namespace {

/// The refusal of a row whose one column has this type; empty if there is none.
std::string refused(const std::string& type, const std::string& value) {
    const Source source{"S", parsedColumns("v " + type)};
    const auto refusal = refusalOf("{\"v\":" + value + '}', source);
    return refusal ? std::to_string(refusal->code) + ' ' + refusal->message : "";
}

std::string cannotCoerce(const std::string& java, const std::string& type) {
    return "40000 Can't coerce a field of type class java.lang." + java + " into type " + type;
}

const std::string internal = "50000 Error in processing inserts. Check server logs for details.";

TEST(RowCheck, TakesWhatFitsTheType) {
    const std::vector<std::pair<const char*, std::vector<const char*>>> fitting{
        {"BOOLEAN", {"true", "false", "null"}},
        {"INTEGER", {"0", "-2147483648", "2147483647"}},
        {"BIGINT", {"9223372036854775807", "-9223372036854775808"}},
        {"DOUBLE", {"1", "1.5", "-1e300"}},
        {"DECIMAL(4,2)", {"\"1.239\"", "\"-1e1\"", "99", "1.5"}},
        {"STRING", {"\"\"", "\"é\\n\""}},
        {"BYTES", {"\"\"", "\"+/8B\"", "\"AA==\""}},
        {"DATE", {"\"2020-05-26\"", "\"2020-05\"", "\"2020\""}},
        {"TIME", {"\"10:30\"", "\"10:30:05\"", "\"10:30:05.123\""}},
        {"TIMESTAMP",
         {"\"2020-05-26T23:59:58.123\"", "\"2020-05-26T23:59:58Z\"", "\"2020-05-26T23:59+0200\"",
          "\"2020-05-26\""}},
        {"ARRAY<INTEGER>", {"[]", "[1, null]"}},
        {"MAP<STRING, INTEGER>", {"{}", "{\"a\":1}"}},
        {"STRUCT<x INTEGER, `y` STRING>",
         {"{}", "{\"X\":1,\"`y`\":\"a\"}", "{\"x\":null,\"other\":[]}"}}};
    for (const auto& [type, values] : fitting) {
        for (const char* value : values) EXPECT_EQ(refused(type, value), "") << type << value;
    }
}

TEST(RowCheck, RefusesWhatDoesNotFitTheType) {
    EXPECT_EQ(refused("BOOLEAN", "\"true\""), cannotCoerce("String", "BOOLEAN"));
    EXPECT_EQ(refused("INTEGER", "2147483648"), cannotCoerce("Long", "INTEGER"));
    EXPECT_EQ(refused("INTEGER", "1.0"), cannotCoerce("Double", "INTEGER"));
    EXPECT_EQ(refused("BIGINT", "9223372036854775808"), internal);
    EXPECT_EQ(refused("BIGINT", "true"), cannotCoerce("Boolean", "BIGINT"));
    EXPECT_EQ(refused("DOUBLE", "\"NaN\""), cannotCoerce("String", "DOUBLE"));
    EXPECT_EQ(refused("DECIMAL(4,2)", "100"), cannotCoerce("Integer", "DECIMAL(4, 2)"));
    EXPECT_EQ(refused("DECIMAL(4,2)", "\"much\""), cannotCoerce("String", "DECIMAL(4, 2)"));
    EXPECT_EQ(refused("STRING", "1"), cannotCoerce("Integer", "STRING"));
    EXPECT_EQ(refused("BYTES", "\"-_8B\""), internal);
    EXPECT_EQ(refused("DATE", "\"2020-13-01\""), cannotCoerce("String", "DATE"));
    EXPECT_EQ(refused("DATE", "18000"), cannotCoerce("Integer", "DATE"));
    EXPECT_EQ(refused("TIME", "\"24:00\""), cannotCoerce("String", "TIME"));
    EXPECT_EQ(refused("TIMESTAMP", "\"soon\""), cannotCoerce("String", "TIMESTAMP"));
    EXPECT_EQ(refused("ARRAY<INTEGER>", "[1,\"2\"]"), cannotCoerce("String", "INTEGER"));
    EXPECT_NE(refused("ARRAY<INTEGER>", "{}"), "");
    EXPECT_EQ(refused("MAP<STRING, INTEGER>", "{\"a\":\"b\"}"), cannotCoerce("String", "INTEGER"));
    EXPECT_NE(refused("MAP<STRING, INTEGER>", "[]"), "");
    EXPECT_EQ(refused("STRUCT<x INTEGER>", "{\"x\":\"1\"}"), cannotCoerce("String", "INTEGER"));
    EXPECT_EQ(refused("STRUCT<x INTEGER>", "{\"x\":1,\"X\":1}"),
              "40000 Found duplicate column / struct field name: X");
}

TEST(RowCheck, WantsEveryKeyAndNoColumnTwice) {
    const Source source{"S", parsedColumns("k STRING KEY, `v` INTEGER")};
    const auto message = [&](const std::string& row) {
        const auto refusal = refusalOf(row, source);
        return refusal ? refusal->message : "";
    };
    EXPECT_EQ(message(R"({"k":"a","`v`":1,"unknown":{}})"), "");
    EXPECT_EQ(message(R"({"K":"a"})"), "");
    EXPECT_EQ(message(R"({"`v`":1})"), "Key field must be specified: K");
    EXPECT_EQ(message(R"({"k":null})"), "Key field must be specified: K");
    EXPECT_EQ(message(R"({"`k`":"a"})"), "Key field must be specified: K");
    EXPECT_EQ(message(R"({"k":"a","K":"b"})"), "Found duplicate column / struct field name: K");
    EXPECT_EQ(message(R"({"k":"a","`v":1})").substr(0, 41),
              "Invalid column / struct field name. Name:");
    for (const char* row : {"", "nonsense", "[]", "1", R"({"k":"a")", R"({"k":"a"} {})"}) {
        EXPECT_EQ(message(row), "Invalid JSON in inserts stream") << row;
    }
    EXPECT_EQ(message("{\"k\":\"a\"}\r"), "");
}

}  // namespace
}  // namespace ksqldb::server
