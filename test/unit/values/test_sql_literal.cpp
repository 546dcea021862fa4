// Every kind of value as a literal of ksqlDB's SQL, and what has none.
#include "values/sql_literal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::values {
namespace {

using namespace std::chrono_literals;

struct Point {
    int x;
    std::optional<Date> day;
    static constexpr auto ksqldbFields() {
        return fields(field("X", &Point::x), field("the `day`", &Point::day));
    }
};
struct Track {
    std::vector<Point> points;
    std::map<std::string, Timestamp> times;
    static constexpr auto ksqldbFields() {
        return fields(field("POINTS", &Track::points), field("TIMES", &Track::times));
    }
};

template <class T>
std::string refusal(const T& value, ErrorCode code = ErrorCode::InvalidArgument) {
    try {
        return "taken: " + sqlLiteral(value);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), code);
        return error.what();
    }
}

TEST(SqlLiteral, NullAndBooleans) {
    EXPECT_EQ(sqlLiteral(nullptr), "NULL");
    EXPECT_EQ(sqlLiteral(std::nullopt), "NULL");
    EXPECT_EQ(sqlLiteral(true), "TRUE");
    EXPECT_EQ(sqlLiteral(false), "FALSE");
}

TEST(SqlLiteral, TextIsNoBool) {
    const char* pointer = "a";
    EXPECT_EQ(sqlLiteral(pointer), "'a'");
    char array[] = "b";
    EXPECT_EQ(sqlLiteral(array), "'b'");
    EXPECT_EQ(sqlLiteral("c"), "'c'");
    EXPECT_EQ(sqlLiteral(std::string("d")), "'d'");
    EXPECT_EQ(sqlLiteral(std::string_view("e")), "'e'");
    EXPECT_EQ(sqlLiteral(""), "''");
}

TEST(SqlLiteral, QuotesAreDoubledAndNothingElse) {
    EXPECT_EQ(sqlLiteral("it's"), "'it''s'");
    EXPECT_EQ(sqlLiteral("''"), "''''''");
    EXPECT_EQ(sqlLiteral("\"`\\\n\t;--/*é😀 ? :a"), "'\"`\\\n\t;--/*é😀 ? :a'");
}

TEST(SqlLiteral, NoTextHasASessionVariable) {
    EXPECT_EQ(sqlLiteral("$ {a} $x }"), "'$ {a} $x }'");
    EXPECT_EQ(sqlLiteral("${a}"), "CONCAT('$', '{a}')");
    EXPECT_EQ(sqlLiteral("it's ${a} $${b:-c'}"), "CONCAT('it''s $', '{a} $$', '{b:-c''}')");
    EXPECT_EQ(sqlLiteral("${"), "CONCAT('$', '{')");
}

TEST(SqlLiteral, TextThatCannotBeSentIsRefused) {
    EXPECT_EQ(refusal("\xFF"), "value 1 of a Statement: text that is not UTF-8");
    EXPECT_EQ(refusal(std::string(1, '\0')), "value 1 of a Statement: text that holds a NUL");
    const char* null = nullptr;
    EXPECT_EQ(refusal(null), "a null pointer where a text is expected");
}

TEST(SqlLiteral, IntegersToTheirLimits) {
    EXPECT_EQ(sqlLiteral(0), "0");
    EXPECT_EQ(sqlLiteral(std::int8_t{-1}), "-1");
    EXPECT_EQ(sqlLiteral(std::uint16_t{65535}), "65535");
    EXPECT_EQ(sqlLiteral(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(sqlLiteral(std::uint64_t{9223372036854775807U}), "9223372036854775807");
    EXPECT_EQ(refusal(std::uint64_t{9223372036854775808U}, ErrorCode::OutOfRange),
              "value 1 of a Statement: 9223372036854775808 is beyond BIGINT");
}

TEST(SqlLiteral, ADoubleHasAPointAndAnExponent) {
    EXPECT_EQ(sqlLiteral(0.0), "0.0E+00");
    EXPECT_EQ(sqlLiteral(-0.0), "-0.0E+00");
    EXPECT_EQ(sqlLiteral(1.0), "1.0E+00");
    EXPECT_EQ(sqlLiteral(0.1), "1.0E-01");
    EXPECT_EQ(sqlLiteral(1.5F), "1.5E+00");
    EXPECT_EQ(sqlLiteral(12345678.9), "1.23456789E+07");
    EXPECT_EQ(sqlLiteral(std::numeric_limits<double>::max()), "1.7976931348623157E+308");
    EXPECT_EQ(sqlLiteral(std::numeric_limits<double>::denorm_min()), "5.0E-324");
}

TEST(SqlLiteral, DoublesComeBackToTheBit) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        double value = 0;
        const std::uint64_t bits = random();
        static_assert(sizeof value == sizeof bits);
        std::memcpy(&value, &bits, sizeof value);
        if (!std::isfinite(value)) continue;
        const double back = std::strtod(sqlLiteral(value).c_str(), nullptr);
        ASSERT_EQ(std::memcmp(&back, &value, sizeof value), 0) << sqlLiteral(value);
    }
}

TEST(SqlLiteral, WhatIsNoNumberIsRefused) {
    for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL})
        EXPECT_EQ(refusal(value),
                  "value 1 of a Statement: SQL has no literal for NaN and the infinities");
}

TEST(SqlLiteral, ADecimalHasAPoint) {
    EXPECT_EQ(sqlLiteral(Decimal("1.10")), "1.10");
    EXPECT_EQ(sqlLiteral(Decimal("-0.5")), "-0.5");
    EXPECT_EQ(sqlLiteral(Decimal("5")), "5.");
    EXPECT_EQ(sqlLiteral(Decimal("12345678901234567890123")), "12345678901234567890123.");
}

TEST(SqlLiteral, BytesAreBase64) {
    EXPECT_EQ(sqlLiteral(Bytes{std::byte{0xFB}, std::byte{0xFF}, std::byte{1}}),
              "TO_BYTES('+/8B', 'base64')");
    EXPECT_EQ(sqlLiteral(Bytes{}), "TO_BYTES('', 'base64')");
}

TEST(SqlLiteral, TimesAreTextAndInsideOthersTheirType) {
    const Date day{Days(18408)};
    const TimeOfDay time{10h + 30min + 5s + 250ms};
    const Timestamp instant{1590537598123ms};
    EXPECT_EQ(sqlLiteral(day), "'2020-05-26'");
    EXPECT_EQ(sqlLiteral(time), "'10:30:05.250'");
    EXPECT_EQ(sqlLiteral(instant), "'2020-05-26T23:59:58.123'");
    EXPECT_EQ(sqlLiteral(std::chrono::time_point_cast<std::chrono::seconds>(instant)),
              "'2020-05-26T23:59:58.000'");
    EXPECT_EQ(sqlLiteral(std::optional(day)), "'2020-05-26'");
    EXPECT_EQ(sqlLiteral(std::vector{day}), "ARRAY[CAST('2020-05-26' AS DATE)]");
    EXPECT_EQ(sqlLiteral(std::vector{time}), "ARRAY[CAST('10:30:05.250' AS TIME)]");
    EXPECT_EQ(sqlLiteral(std::map<Date, Timestamp>{{day, instant}}),
              "MAP(CAST('2020-05-26' AS DATE) := CAST('2020-05-26T23:59:58.123' AS TIMESTAMP))");
}

TEST(SqlLiteral, ArraysMapsAndStructsNest) {
    EXPECT_EQ(sqlLiteral(std::vector{1, 2, 3}), "ARRAY[1, 2, 3]");
    EXPECT_EQ(sqlLiteral(std::vector{true, false}), "ARRAY[TRUE, FALSE]");
    EXPECT_EQ(sqlLiteral(std::vector<std::optional<std::string>>{"(", std::nullopt, "["}),
              "ARRAY['(', NULL, '[']");
    EXPECT_EQ(sqlLiteral(std::vector<std::vector<double>>{{0.5}, {1, 2}}),
              "ARRAY[ARRAY[5.0E-01], ARRAY[1.0E+00, 2.0E+00]]");
    EXPECT_EQ(sqlLiteral(std::map<std::string, int>{{"a'", 1}, {"b", 2}}),
              "MAP('a''' := 1, 'b' := 2)");
    EXPECT_EQ(sqlLiteral(std::map<int, std::vector<int>>{{1, {2}}}), "MAP(1 := ARRAY[2])");
    EXPECT_EQ(
        sqlLiteral(Track{{{1, Date{Days(0)}}, {2, {}}}, {{"${t}", Timestamp{}}}}),
        "STRUCT(`POINTS` := ARRAY["
        "STRUCT(`X` := 1, `the ``day``` := CAST('1970-01-01' AS DATE)), "
        "STRUCT(`X` := 2)], "
        "`TIMES` := MAP(CONCAT('$', '{t}') := CAST('1970-01-01T00:00:00.000' AS TIMESTAMP)))");
}

/// ksqlDB makes no ARRAY and no MAP of NULLs alone, unless one of them has a type.
TEST(SqlLiteral, NullsAloneHaveAType) {
    const auto nulls = [](auto one) {
        return sqlLiteral(std::vector<std::optional<decltype(one)>>{std::nullopt, std::nullopt});
    };
    EXPECT_EQ(nulls(false), "ARRAY[CAST(NULL AS BOOLEAN), NULL]");
    EXPECT_EQ(nulls(std::uint16_t{}), "ARRAY[CAST(NULL AS INTEGER), NULL]");
    EXPECT_EQ(nulls(std::int64_t{}), "ARRAY[CAST(NULL AS INTEGER), NULL]");
    EXPECT_EQ(nulls(1.5F), "ARRAY[CAST(NULL AS DOUBLE), NULL]");
    EXPECT_EQ(nulls(Decimal("1")), "ARRAY[CAST(NULL AS DECIMAL(1, 0)), NULL]");
    EXPECT_EQ(nulls(std::string()), "ARRAY[CAST(NULL AS STRING), NULL]");
    EXPECT_EQ(nulls(Bytes()), "ARRAY[CAST(NULL AS BYTES), NULL]");
    EXPECT_EQ(nulls(Date()), "ARRAY[CAST(NULL AS DATE), NULL]");
    EXPECT_EQ(nulls(TimeOfDay()), "ARRAY[CAST(NULL AS TIME), NULL]");
    EXPECT_EQ(nulls(Timestamp()), "ARRAY[CAST(NULL AS TIMESTAMP), NULL]");
    EXPECT_EQ(nulls(std::chrono::time_point_cast<std::chrono::hours>(Timestamp())),
              "ARRAY[CAST(NULL AS TIMESTAMP), NULL]");
    EXPECT_EQ(nulls(std::vector<int>()), "ARRAY[CAST(NULL AS STRING), NULL]");
    EXPECT_EQ(nulls(Point()), "ARRAY[CAST(NULL AS STRING), NULL]");
    EXPECT_EQ(sqlLiteral(std::vector{nullptr}), "ARRAY[CAST(NULL AS STRING)]");
    EXPECT_EQ(sqlLiteral(std::map<std::string, std::optional<int>>{{"a", {}}, {"b", {}}}),
              "MAP('a' := CAST(NULL AS INTEGER), 'b' := NULL)");
    EXPECT_EQ(sqlLiteral(std::vector<std::vector<std::optional<int>>>{{std::nullopt}, {1}}),
              "ARRAY[ARRAY[CAST(NULL AS INTEGER)], ARRAY[1]]");
}

TEST(SqlLiteral, NullsBesideOthersHaveTheirType) {
    using Value = std::optional<std::int64_t>;
    EXPECT_EQ(sqlLiteral(std::vector<Value>{std::nullopt, 1}), "ARRAY[NULL, 1]");
    EXPECT_EQ(sqlLiteral(std::map<std::string, Value>{{"a", 1}, {"b", {}}}),
              "MAP('a' := 1, 'b' := NULL)");
    EXPECT_EQ(sqlLiteral(std::vector<std::optional<std::vector<int>>>{{{1}}, std::nullopt}),
              "ARRAY[ARRAY[1], NULL]");
}

struct Gaps {
    std::optional<int> first;
    std::optional<std::vector<std::optional<int>>> second;
    std::optional<Point> third;
    std::optional<std::string> fourth;
    static constexpr auto ksqldbFields() {
        return fields(field("A", &Gaps::first), field("B", &Gaps::second), field("C", &Gaps::third),
                      field("D", &Gaps::fourth));
    }
};

/// A NULL has no type there. What a STRUCT lacks is NULL.
TEST(SqlLiteral, AStructsNullsAreLeftOut) {
    EXPECT_EQ(sqlLiteral(Gaps{}), "STRUCT()");
    EXPECT_EQ(sqlLiteral(Gaps{1, {}, {}, {}}), "STRUCT(`A` := 1)");
    EXPECT_EQ(sqlLiteral(Gaps{{}, {}, {}, "d"}), "STRUCT(`D` := 'd')");
    EXPECT_EQ(sqlLiteral(Gaps{1, {}, Point{2, {}}, "d"}),
              "STRUCT(`A` := 1, `C` := STRUCT(`X` := 2), `D` := 'd')");
    Gaps inner;
    inner.second.emplace(1);
    EXPECT_EQ(sqlLiteral(std::vector<Gaps>{{}, inner}),
              "ARRAY[STRUCT(), STRUCT(`B` := ARRAY[CAST(NULL AS INTEGER)])]");
}

TEST(SqlLiteral, EmptyArraysAndMapsHaveNone) {
    EXPECT_EQ(refusal(std::vector<int>()),
              "value 1 of a Statement: SQL has no literal for an empty ARRAY");
    EXPECT_EQ(refusal(std::map<int, int>()),
              "value 1 of a Statement: SQL has no literal for an empty MAP");
    EXPECT_EQ(refusal(std::vector<std::vector<int>>{{}}),
              "value 1 of a Statement: SQL has no literal for an empty ARRAY");
}

TEST(Identifier, IsExactAndInBackQuotes) {
    EXPECT_EQ(Identifier("my column").quoted(), "`my column`");
    EXPECT_EQ(Identifier("a`; DROP--").quoted(), "`a``; DROP--`");
    EXPECT_EQ(Identifier("``").quoted(), "``````");
    EXPECT_EQ(Identifier("é\"'").name(), "é\"'");
}

TEST(Identifier, RefusesWhatIsNoName) {
    for (const std::string_view name : {std::string_view(), std::string_view("\0", 1),
                                        std::string_view("\xFF"), std::string_view("a${b}")})
        EXPECT_THROW(Identifier{name}, Error) << name;
}

}  // namespace
}  // namespace ksqldb::values
