#include "row_builder.h"
#include "values/value_json.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <sstream>
#include <string>

namespace ksqldb::test {
namespace {

TEST(ValueJson, WritesJsonThatTheServerTakesBack) {
    struct Case {
        const char* type;
        const char* wire;
        const char* json;
        const char* text;
    };
    const Case cases[] = {
        {"BOOLEAN", "false", "false", "false"},
        {"INTEGER", "-7", "-7", "-7"},
        {"BIGINT", "-9223372036854775808", "-9223372036854775808", "-9223372036854775808"},
        {"DOUBLE", "4.9E-324", "4.9E-324", "4.9E-324"},
        {"DOUBLE", "-0.0", "-0.0", "-0.0"},
        {"DOUBLE", "\"NaN\"", "\"NaN\"", "NaN"},
        {"DOUBLE", "\"-Infinity\"", "\"-Infinity\"", "-Infinity"},
        {"ARRAY<DOUBLE>", "[\"NaN\",1.0E10]", "[\"NaN\",1.0E10]", "[NaN, 1.0E10]"},
        {"STRUCT<`N` DOUBLE>", "{\"N\":\"NaN\"}", "{\"N\":\"NaN\"}", "{N: NaN}"},
        {"DECIMAL(4, 2)", "1.10", "\"1.10\"", "1.10"},
        {"STRUCT<`D` DECIMAL(4, 2)>", "{\"D\":1.1E1}", "{\"D\":\"11\"}", "{D: 11}"},
        {"STRING", R"("é 漢字 \uD83D\uDE00 \" \\ \n \u0000")", R"("é 漢字 😀 \" \\ \n \u0000")",
         nullptr},
        {"STRING", "\"a \\\"b\\\"\"", "\"a \\\"b\\\"\"", "a \"b\""},
        {"ARRAY<STRING>", "[\"a \\\"b\\\"\",null]", "[\"a \\\"b\\\"\",null]",
         "[\"a \\\"b\\\"\", null]"},
        {"BYTES", "\"+/8B\"", "\"+/8B\"", "0xfbff01"},
        {"BYTES", "\"\"", "\"\"", "0x"},
        {"DATE", "18408", "\"2020-05-26\"", "2020-05-26"},
        {"TIME", "\"10:30\"", "\"10:30:00\"", "10:30:00"},
        {"TIME", "37805250", "\"10:30:05.250\"", "10:30:05.250"},
        {"TIMESTAMP", "0", "\"1970-01-01T00:00:00.000\"", "1970-01-01T00:00:00.000"},
        {"MAP<STRING, DATE>", R"({"a b":"2020-05-26","c`":null})",
         R"({"a b":"2020-05-26","c`":null})", R"({"a b": 2020-05-26, "c`": null})"},
        {"STRUCT<`A_1` INTEGER, `a` INTEGER, `1A` INTEGER, `_X` INTEGER, `É` INTEGER>",
         R"({"A_1":1,"a":2,"1A":3,"_X":4,"É":5})", R"({"A_1":1,"`a`":2,"`1A`":3,"_X":4,"`É`":5})",
         "{A_1: 1, a: 2, 1A: 3, _X: 4, É: 5}"},
        {"STRUCT<`S` STRUCT<`b`` c` INTEGER>>", R"({"S":{"b`` c":1}})", R"({"S":{"`b```` c`":1}})",
         "{S: {b`` c: 1}}"},
        {"ARRAY<INTEGER>", "[]", "[]", "[]"},
        {"MAP<STRING, INTEGER>", "{}", "{}", "{}"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(std::string(c.type) + " " + c.wire);
        const BuiltValue value(c.type, c.wire);
        EXPECT_EQ(value->toJson(), c.json);
        if (c.text != nullptr) {
            EXPECT_EQ(value->toString(), c.text);
        }
    }
    std::ostringstream out;
    out << *BuiltValue("ARRAY<STRING>", "[\"a\"]");
    EXPECT_EQ(out.str(), "[\"a\"]");
}

TEST(ValueJson, HasNoFormForAKeyThatIsNull) {
    const BuiltValue value("MAP<STRING, INTEGER>", R"([[null,1],["null",2]])");
    expectError(ErrorCode::UnexpectedNull, "a part of column X (STRING): expected a key, got null",
                [&] { (void)value->toJson(); });
    EXPECT_EQ(value->toString(), R"({null: 1, "null": 2})");
    EXPECT_EQ((*value)["null"].asInt(), 2);
    const BuiltValue numbers("MAP<INTEGER, INTEGER>", "[[null,1]]");
    EXPECT_THROW((void)numbers->toJson(), Error);
    EXPECT_FALSE(numbers->contains("null"));
}

std::string jsonOf(double value) {
    rapidjson::StringBuffer buffer;
    values::JsonWriter writer(buffer);
    values::writeDouble(writer, value);
    return {buffer.GetString(), buffer.GetSize()};
}

TEST(ValueJson, WritesDoublesShortAndExact) {
    EXPECT_EQ(jsonOf(0.1), "0.1");
    EXPECT_EQ(jsonOf(3), "3.0");
    EXPECT_EQ(jsonOf(-0.0), "-0.0");
    EXPECT_EQ(jsonOf(std::numeric_limits<double>::quiet_NaN()), "\"NaN\"");
    EXPECT_EQ(jsonOf(std::numeric_limits<double>::infinity()), "\"Infinity\"");
    EXPECT_EQ(jsonOf(-std::numeric_limits<double>::infinity()), "\"-Infinity\"");
    for (const double value : {1e22, 1e300, 5e-324, 1.7976931348623157e308, 123456789.125, 1e-5})
        EXPECT_EQ(std::strtod(jsonOf(value).c_str(), nullptr), value) << jsonOf(value);
}

}  // namespace
}  // namespace ksqldb::test
