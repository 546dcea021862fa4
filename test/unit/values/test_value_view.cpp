#include "row_builder.h"
#include "values/base64.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

using std::chrono::milliseconds;

Date day(std::int32_t days) { return Date(Days(days)); }
TimeOfDay clock(std::int64_t ms) { return {milliseconds(ms)}; }
Timestamp point(std::int64_t ms) { return Timestamp(milliseconds(ms)); }

constexpr auto int32Max = std::numeric_limits<std::int32_t>::max();
constexpr auto int32Min = std::numeric_limits<std::int32_t>::min();
constexpr auto int64Max = std::numeric_limits<std::int64_t>::max();
constexpr auto int64Min = std::numeric_limits<std::int64_t>::min();
constexpr auto infinity = std::numeric_limits<double>::infinity();

// One type, one value in its two wire forms, and how to ask for it. Every such value is then put
// wherever a value can stand.
struct Sample {
    const char* type;
    const char* json;      // at top level, in ARRAY and in MAP values
    const char* inStruct;  // inside a STRUCT
    const char* key;       // as a MAP's key: what an object's name is
    void (*check)(const ValueView&);
    TypeKind kind;
};

const Sample samples[] = {
    {"BOOLEAN", "true", "true", "true", [](const ValueView& v) { EXPECT_TRUE(v.asBool()); },
     TypeKind::Boolean},
    {"BOOLEAN", "false", "false", "false", [](const ValueView& v) { EXPECT_FALSE(v.asBool()); },
     TypeKind::Boolean},
    {"INTEGER", "-42", "-42", "-42",
     [](const ValueView& v) {
         EXPECT_EQ(v.asInt(), -42);
         EXPECT_EQ(v.asBigint(), -42);
     },
     TypeKind::Integer},
    {"INTEGER", "2147483647", "2147483647", "2147483647",
     [](const ValueView& v) { EXPECT_EQ(v.asInt(), int32Max); }, TypeKind::Integer},
    {"INTEGER", "-2147483648", "-2147483648", "-2147483648",
     [](const ValueView& v) { EXPECT_EQ(v.asInt(), int32Min); }, TypeKind::Integer},
    {"BIGINT", "9007199254740993", "9007199254740993", "9007199254740993",
     [](const ValueView& v) { EXPECT_EQ(v.asBigint(), 9007199254740993); }, TypeKind::Bigint},
    {"BIGINT", "9223372036854775807", "9223372036854775807", "9223372036854775807",
     [](const ValueView& v) { EXPECT_EQ(v.asBigint(), int64Max); }, TypeKind::Bigint},
    {"BIGINT", "-9223372036854775808", "-9223372036854775808", "-9223372036854775808",
     [](const ValueView& v) { EXPECT_EQ(v.asBigint(), int64Min); }, TypeKind::Bigint},
    {"DOUBLE", "3.5", "3.5", "3.5", [](const ValueView& v) { EXPECT_EQ(v.asDouble(), 3.5); },
     TypeKind::Double},
    {"DOUBLE", "1.0E10", "1.0E10", "1.0E10",
     [](const ValueView& v) { EXPECT_EQ(v.asDouble(), 1e10); }, TypeKind::Double},
    {"DOUBLE", "1.7976931348623157E308", "1.7976931348623157E308", "1.7976931348623157E308",
     [](const ValueView& v) { EXPECT_EQ(v.asDouble(), std::numeric_limits<double>::max()); },
     TypeKind::Double},
    {"DOUBLE", "4.9E-324", "4.9E-324", "4.9E-324",
     [](const ValueView& v) { EXPECT_EQ(v.asDouble(), std::numeric_limits<double>::denorm_min()); },
     TypeKind::Double},
    {"DOUBLE", "-0.0", "-0.0", "-0.0",
     [](const ValueView& v) {
         EXPECT_EQ(v.asDouble(), 0.0);
         EXPECT_TRUE(std::signbit(v.asDouble()));
     },
     TypeKind::Double},
    {"DOUBLE", "\"NaN\"", "\"NaN\"", "NaN",
     [](const ValueView& v) { EXPECT_TRUE(std::isnan(v.asDouble())); }, TypeKind::Double},
    {"DOUBLE", "\"Infinity\"", "\"Infinity\"", "Infinity",
     [](const ValueView& v) { EXPECT_EQ(v.asDouble(), infinity); }, TypeKind::Double},
    {"DOUBLE", "\"-Infinity\"", "\"-Infinity\"", "-Infinity",
     [](const ValueView& v) { EXPECT_EQ(v.asDouble(), -infinity); }, TypeKind::Double},
    {"DECIMAL(38, 10)", "9999999999999999999999999999.9999999999",
     "\"9999999999999999999999999999.9999999999\"", "9999999999999999999999999999.9999999999",
     [](const ValueView& v) {
         EXPECT_EQ(v.asDecimal().toString(), "9999999999999999999999999999.9999999999");
     },
     TypeKind::Decimal},
    {"DECIMAL(38, 10)", "1234567890.0123458", "1.2345678900123458E9", "1234567890.0123458",
     [](const ValueView& v) { EXPECT_EQ(v.asDecimal().toString(), "1234567890.0123458"); },
     TypeKind::Decimal},
    {"DECIMAL(4, 2)", "-10.10", "-10.10", "-10.10",
     [](const ValueView& v) { EXPECT_EQ(v.asDecimal().toString(), "-10.10"); }, TypeKind::Decimal},
    {"STRING", "\"text\"", "\"text\"", "text",
     [](const ValueView& v) { EXPECT_EQ(v.asString(), "text"); }, TypeKind::String},
    {"STRING", "\"\"", "\"\"", "", [](const ValueView& v) { EXPECT_EQ(v.asString(), ""); },
     TypeKind::String},
    {"STRING", R"("q ' \" b\\ t\t \u0000 é 漢字 \uD83D\uDE00")",
     R"("q ' \" b\\ t\t \u0000 é 漢字 \uD83D\uDE00")",
     R"(q ' \" b\\ t\t \u0000 é 漢字 \uD83D\uDE00)",
     [](const ValueView& v) {
         EXPECT_EQ(v.asString(), std::string_view("q ' \" b\\ t\t \0 é 漢字 😀", 28));
     },
     TypeKind::String},
    {"BYTES", "\"+/8B\"", "\"+/8B\"", "+/8B",
     [](const ValueView& v) {
         EXPECT_EQ(v.asBytes(), (Bytes{std::byte{0xFB}, std::byte{0xFF}, std::byte{0x01}}));
     },
     TypeKind::Bytes},
    {"BYTES", "\"\"", "\"\"", "", [](const ValueView& v) { EXPECT_TRUE(v.asBytes().empty()); },
     TypeKind::Bytes},
    {"DATE", "\"2020-05-26\"", "18408", "2020-05-26T00:00:00.000",
     [](const ValueView& v) { EXPECT_EQ(v.asDate(), day(18408)); }, TypeKind::Date},
    {"DATE", "\"1969-12-31\"", "-1", "1969-12-31T00:00:00.000",
     [](const ValueView& v) { EXPECT_EQ(v.asDate(), day(-1)); }, TypeKind::Date},
    {"DATE", "\"+10000-01-01\"", "2932897", "+10000-01-01",
     [](const ValueView& v) { EXPECT_EQ(v.asDate(), day(2932897)); }, TypeKind::Date},
    {"DATE", "\"0001-01-01\"", "-719162", "0001-01-01",
     [](const ValueView& v) { EXPECT_EQ(v.asDate(), day(-719162)); }, TypeKind::Date},
    {"TIME", "\"10:30\"", "37800000", "1970-01-01T10:30:00.000",
     [](const ValueView& v) { EXPECT_EQ(v.asTime(), clock(37'800'000)); }, TypeKind::Time},
    {"TIME", "\"23:59:59.999\"", "86399999", "23:59:59.999",
     [](const ValueView& v) { EXPECT_EQ(v.asTime(), clock(86'399'999)); }, TypeKind::Time},
    {"TIME", "\"00:00\"", "0", "00:00", [](const ValueView& v) { EXPECT_EQ(v.asTime(), clock(0)); },
     TypeKind::Time},
    {"TIMESTAMP", "\"2020-05-26T23:59:58.123\"", "1590537598123", "2020-05-26T23:59:58.123",
     [](const ValueView& v) { EXPECT_EQ(v.asTimestamp(), point(1'590'537'598'123)); },
     TypeKind::Timestamp},
    {"TIMESTAMP", "\"1969-12-31T23:59:59.999\"", "-1", "1969-12-31T23:59:59.999Z",
     [](const ValueView& v) { EXPECT_EQ(v.asTimestamp(), point(-1)); }, TypeKind::Timestamp},
};

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

TEST(ValueView, ReadsEveryTypeAtTopLevelInEitherForm) {
    for (const Sample& s : samples) {
        SCOPED_TRACE(std::string(s.type) + " " + s.json);
        for (const char* json : {s.json, s.inStruct}) {
            const BuiltValue value(s.type, json);
            EXPECT_FALSE(value->isNull());
            EXPECT_EQ(value->type().kind(), s.kind);
            s.check(*value);
        }
    }
}

TEST(ValueView, ReadsEveryTypeAsElement) {
    for (const Sample& s : samples) {
        SCOPED_TRACE(std::string(s.type) + " " + s.json);
        const BuiltValue array("ARRAY<" + std::string(s.type) + ">",
                               std::string("[") + s.json + ", null, " + s.inStruct + "]");
        ASSERT_EQ(array->size(), 3U);
        s.check((*array)[0]);
        EXPECT_TRUE((*array)[1].isNull());
        s.check((*array)[2]);
    }
}

TEST(ValueView, ReadsEveryTypeAsMapValue) {
    for (const Sample& s : samples) {
        SCOPED_TRACE(std::string(s.type) + " " + s.json);
        const std::string type = "MAP<STRING, " + std::string(s.type) + ">";
        const BuiltValue object(type, "{\"a\":" + std::string(s.json) + ",\"b\":null}");
        const BuiltValue pairs(type, "[[\"a\"," + std::string(s.json) + "],[\"b\",null]]");
        for (const ValueView& map : {*object, *pairs}) {
            ASSERT_EQ(map.size(), 2U);
            s.check(map["a"]);
            s.check(map[0]);
            EXPECT_TRUE(map["b"].isNull());
            EXPECT_EQ(map.key(1).asString(), "b");
        }
    }
}

TEST(ValueView, ReadsEveryTypeAsKey) {
    for (const Sample& s : samples) {
        SCOPED_TRACE(std::string(s.type) + " " + s.key);
        const std::string type = "MAP<" + std::string(s.type) + ", INTEGER>";
        const BuiltValue object(type, std::string("{") + inQuotes(s.key) + ":1}");
        const BuiltValue pairs(type, "[[" + std::string(s.inStruct) + ",1]]");
        const BuiltValue plainPairs(type, "[[" + std::string(s.json) + ",1]]");
        for (const ValueView& map : {*object, *pairs, *plainPairs}) {
            EXPECT_EQ(map.key(0).type().kind(), s.kind);
            s.check(map.key(0));
            EXPECT_EQ(map[0].asInt(), 1);
        }
    }
}

TEST(ValueView, ReadsEveryTypeInsideAStruct) {
    for (const Sample& s : samples) {
        SCOPED_TRACE(std::string(s.type) + " " + s.inStruct);
        const std::string type = s.type;
        const BuiltValue value("STRUCT<`A` " + type + ", `L` ARRAY<" + type +
                                   ">, `M` MAP<STRING, " + type + ">, `K` MAP<" + type +
                                   ", STRING>, `S` STRUCT<`A` " + type + ", `N` " + type + ">>",
                               "{\"A\":" + std::string(s.inStruct) + ",\"L\":[" + s.inStruct +
                                   "],\"M\":{\"k\":" + s.inStruct + "},\"K\":[[" + s.inStruct +
                                   ",\"v\"]],\"S\":{\"A\":" + s.inStruct + ",\"N\":null}}");
        s.check((*value)["A"]);
        s.check((*value)["L"][0]);
        s.check((*value)["M"]["k"]);
        s.check((*value)["K"].key(0));
        s.check((*value)["S"]["A"]);
        EXPECT_TRUE((*value)["S"]["N"].isNull());
        if (s.kind == TypeKind::Decimal) {
            EXPECT_TRUE((*value)["A"].asDecimal().mayBeRounded());
            EXPECT_TRUE((*value)["L"][0].asDecimal().mayBeRounded());
            EXPECT_TRUE((*value)["M"]["k"].asDecimal().mayBeRounded());
            EXPECT_TRUE((*value)["K"].key(0).asDecimal().mayBeRounded());
        }
    }
}

TEST(ValueView, SaysWhichDecimalsAreExact) {
    EXPECT_FALSE(BuiltValue("DECIMAL(4, 2)", "1.10")->asDecimal().mayBeRounded());
    EXPECT_FALSE((*BuiltValue("ARRAY<DECIMAL(4, 2)>", "[1.10]"))[0].asDecimal().mayBeRounded());
    const BuiltValue array("ARRAY<STRUCT<`D` DECIMAL(4, 2)>>", "[{\"D\":1.1}]");
    EXPECT_TRUE((*array)[0]["D"].asDecimal().mayBeRounded());
    EXPECT_EQ((*array)[0]["D"].asDecimal(), Decimal("1.1"));
}

TEST(ValueView, ReadsLargeValues) {
    const std::string large(1 << 20, 'x');
    EXPECT_EQ(BuiltValue("STRING", inQuotes(large))->asString(), large);
    Bytes bytes;
    for (unsigned i = 0; i < 1 << 20; ++i) bytes.push_back(static_cast<std::byte>(i * 7 >> 3));
    EXPECT_EQ(BuiltValue("BYTES", inQuotes(values::encodeBase64(bytes)))->asBytes(), bytes);
}

TEST(ValueView, FindsStructFieldsInAnyOrder) {
    const char* type = "STRUCT<`A` INTEGER, `b c` STRING, `D` DOUBLE, `E` ARRAY<INTEGER>>";
    const BuiltValue value(type, R"({"D":0.5,"other":[1],"b c":"x","A":7})");
    EXPECT_EQ(value->size(), 4U);
    EXPECT_EQ((*value)[0].asInt(), 7);
    EXPECT_EQ((*value)[1].asString(), "x");
    EXPECT_EQ((*value)["D"].asDouble(), 0.5);
    EXPECT_TRUE((*value)["E"].isNull());
    EXPECT_EQ((*value)["E"].type().kind(), TypeKind::Array);
    EXPECT_TRUE(value->contains("E"));
    EXPECT_TRUE(value->contains("b c"));
    EXPECT_FALSE(value->contains("other"));
    EXPECT_FALSE(value->contains("a"));
    EXPECT_EQ(value->toJson(), R"({"A":7,"`b c`":"x","D":0.5,"E":null})");
    expectError(
        ErrorCode::UnknownColumn,
        "column X (" + std::string(type) + "): no field named a; there is A, and case counts",
        [&] { (void)(*value)["a"]; });
    expectError(ErrorCode::OutOfRange,
                "column X (" + std::string(type) + "): asked for part 4, but there are 4",
                [&] { (void)(*value)[4]; });
    EXPECT_THROW((void)(*value)[-1], Error);
    EXPECT_EQ(BuiltValue("STRUCT< >", "{}")->size(), 0U);
    EXPECT_EQ(BuiltValue("STRUCT< >", "{}")->toJson(), "{}");
}

TEST(ValueView, FindsMapEntriesInBothForms) {
    const char* type = "MAP<INTEGER, STRING>";
    const BuiltValue object(type, R"({"1":"a","-2":"b"})");
    const BuiltValue pairs(type, R"([[1,"a"],[-2,"b"]])");
    for (const ValueView& map : {*object, *pairs}) {
        EXPECT_EQ(map.size(), 2U);
        EXPECT_EQ(map["-2"].asString(), "b");
        EXPECT_TRUE(map.contains("1"));
        EXPECT_FALSE(map.contains("3"));
        EXPECT_EQ(map.key(1).asInt(), -2);
        EXPECT_EQ(map.toJson(), R"({"1":"a","-2":"b"})");
        EXPECT_EQ(map.toString(), R"({1: "a", -2: "b"})");
        EXPECT_EQ((map.get<std::map<int, std::string>>()),
                  (std::map<int, std::string>{{1, "a"}, {-2, "b"}}));
        expectError(ErrorCode::UnknownColumn, "column X (MAP<INTEGER, STRING>): no key 3",
                    [&] { (void)map["3"]; });
        expectError(ErrorCode::OutOfRange,
                    "column X (MAP<INTEGER, STRING>): asked for part 2, but there are 2",
                    [&] { (void)map[2]; });
        expectError(ErrorCode::OutOfRange,
                    "column X (MAP<INTEGER, STRING>): asked for key 2, but there are 2",
                    [&] { (void)map.key(2); });
        expectError(ErrorCode::WrongType, "a part of column X: expected a string, got INTEGER",
                    [&] { (void)map.key(0).asString(); });
    }
}

TEST(ValueView, GivesTimeKeysTheSameTextInBothForms) {
    const BuiltValue object("MAP<DATE, INTEGER>", R"({"2020-05-26T00:00:00.000":1})");
    const BuiltValue pairs("MAP<DATE, INTEGER>", R"([[18408,1]])");
    for (const ValueView& map : {*object, *pairs}) {
        EXPECT_EQ(map.toJson(), R"({"2020-05-26":1})");
        EXPECT_EQ(map["2020-05-26"].asInt(), 1);
        EXPECT_EQ(map.toString(), "{2020-05-26: 1}");
    }
    EXPECT_EQ((*object)["2020-05-26T00:00:00.000"].asInt(), 1);
    EXPECT_EQ(BuiltValue("MAP<TIME, INTEGER>", R"({"1970-01-01T10:30:00.000":1})")->toJson(),
              R"({"10:30:00":1})");
    EXPECT_EQ(BuiltValue("MAP<TIMESTAMP, INTEGER>", "[[-1,1]]")->toJson(),
              R"({"1969-12-31T23:59:59.999":1})");
    EXPECT_EQ(BuiltValue("MAP<DECIMAL(4, 2), INTEGER>", "[[1.5E1,1]]")->toJson(), R"({"15":1})");
    EXPECT_EQ(BuiltValue("MAP<BOOLEAN, INTEGER>", "[[true,1],[false,2]]")->toJson(),
              R"({"true":1,"false":2})");
    // BYTES keys are garbage on the wire.
    EXPECT_EQ(BuiltValue("MAP<BYTES, INTEGER>", R"({"[B@1f":1})")->toString(), "{[B@1f: 1}");
}

TEST(ValueView, ContainsAsksOnlyWhatHasNames) {
    EXPECT_FALSE(BuiltValue("MAP<STRING, INTEGER>", "null")->contains("a"));
    EXPECT_FALSE(BuiltValue("STRUCT<`a` INTEGER>", "null")->contains("a"));
    expectError(ErrorCode::WrongType, "column X: expected a MAP or a STRUCT, got INTEGER",
                [] { (void)BuiltValue("INTEGER", "1")->contains("a"); });
    EXPECT_THROW((void)(*BuiltValue("ARRAY<INTEGER>", "[1]"))["a"], Error);
}

TEST(ValueView, ReadsUnknownTypesByTheirWireForm) {
    EXPECT_TRUE(BuiltValue("FANCY", "true")->asBool());
    EXPECT_EQ(BuiltValue("FANCY", "5")->asInt(), 5);
    EXPECT_EQ(BuiltValue("FANCY", "5")->asDouble(), 5.0);
    EXPECT_EQ(BuiltValue("FANCY", "1.10")->asDecimal().toString(), "1.10");
    EXPECT_EQ(BuiltValue("FANCY", "\"a\"")->asString(), "a");
    EXPECT_EQ(BuiltValue("FANCY", "\"2020-05-26\"")->asDate(), day(18408));
    EXPECT_EQ(BuiltValue("FANCY", "\"10:30\"")->asTime(), clock(37'800'000));
    EXPECT_EQ(BuiltValue("FANCY", "-1")->asTimestamp(), point(-1));
    EXPECT_EQ(BuiltValue("FANCY", "\"+/8B\"")->asBytes().size(), 3U);
    EXPECT_TRUE(BuiltValue("FANCY", "null")->isNull());
    expectError(ErrorCode::WrongType, "column X (FANCY): expected a string, got a number",
                [] { (void)BuiltValue("FANCY", "5")->asString(); });
    expectError(ErrorCode::UnexpectedNull, "column X (FANCY): expected a string, got null",
                [] { (void)BuiltValue("FANCY", "null")->asString(); });

    const BuiltValue value("FANCY", R"({"a":[1,{"b":"x"}],"c":null})");
    EXPECT_EQ(value->size(), 2U);
    EXPECT_EQ(value->key(0).asString(), "a");
    EXPECT_EQ((*value)["a"][0].asBigint(), 1);
    EXPECT_EQ((*value)[0][1]["b"].asString(), "x");
    EXPECT_TRUE((*value)["c"].isNull());
    EXPECT_TRUE(value->contains("c"));
    EXPECT_FALSE(value->contains("d"));
    EXPECT_EQ(value->toJson(), R"({"a":[1,{"b":"x"}],"c":null})");
    EXPECT_EQ(value->toString(), R"({"a": [1, {"b": "x"}], "c": null})");
    expectError(ErrorCode::WrongType,
                "a part of column X (unknown type): expected a MAP or a STRUCT, got an array",
                [&] { (void)(*value)["a"]["b"]; });
    EXPECT_THROW((void)(*value)["a"].key(0), Error);
}

TEST(ValueView, GetReadsTheTypesOfTheApplication) {
    const BuiltValue array("ARRAY<INTEGER>", "[1,null,3]");
    EXPECT_EQ(array->get<std::vector<std::optional<int>>>(),
              (std::vector<std::optional<int>>{1, std::nullopt, 3}));
    EXPECT_THROW((void)array->get<std::vector<int>>(), Error);
    for (const char* type :
         {"BYTES", "DECIMAL(4, 2)", "ARRAY<INTEGER>", "MAP<STRING, INTEGER>", "INTEGER"}) {
        const BuiltValue null(type, "null");
        EXPECT_EQ(null->get<std::optional<Bytes>>(), std::nullopt);
        EXPECT_EQ(null->get<std::optional<Decimal>>(), std::nullopt);
        EXPECT_EQ(null->get<std::optional<std::vector<int>>>(), std::nullopt);
        EXPECT_EQ((null->get<std::optional<std::map<std::string, int>>>()), std::nullopt);
    }
    EXPECT_EQ(BuiltValue("STRING", "\"a\"")->get<std::string>(), "a");
    EXPECT_EQ(BuiltValue("BOOLEAN", "true")->get<bool>(), true);
    EXPECT_EQ(BuiltValue("DOUBLE", "1.5")->get<double>(), 1.5);
    EXPECT_EQ(BuiltValue("DATE", "0")->get<Date>(), day(0));
    EXPECT_EQ(BuiltValue("TIME", "0")->get<TimeOfDay>(), clock(0));
    EXPECT_EQ(BuiltValue("TIMESTAMP", "0")->get<Timestamp>(), point(0));
}

}  // namespace
}  // namespace ksqldb::test
