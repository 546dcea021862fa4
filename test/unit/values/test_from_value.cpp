#include "row_builder.h"

#include <ksqldb/insert_row.h>
#include <ksqldb/typed.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

enum class Stars : std::uint8_t { None, One, Two };
enum Plain { A = -1, B = 70'000 };

struct Color {
    int rgb = 0;
    friend bool operator==(Color a, Color b) { return a.rgb == b.rgb; }
};

struct Address {
    std::string city;
    std::optional<int> number;
    static constexpr auto ksqldbFields() {
        return fields(field("CITY", &Address::city), field("NUMBER", &Address::number));
    }
};

}  // namespace
}  // namespace ksqldb::test

template <>
struct ksqldb::FromValue<ksqldb::test::Color> {
    static ksqldb::test::Color read(const ksqldb::ValueView& value) {
        return {value.asString() == "red" ? 0xFF0000 : 0};
    }
};
template <>
struct ksqldb::ToValue<ksqldb::test::Color> {
    static std::string write(const ksqldb::test::Color& color) {
        return color.rgb == 0xFF0000 ? "red" : "black";
    }
};

namespace ksqldb::test {
namespace {

template <class T>
T read(const char* type, const char* json) {
    return BuiltValue(type, json)->get<T>();
}

template <class T>
std::tuple<T> readRow(const char* type, const char* json) {
    const BuiltRows rows(std::string("`X` ") + type, {std::string("[") + json + "]"});
    return RowReader<std::tuple<T>>(rows[0].schema())(rows[0]);
}

/// What get<T>() and a member of a typed row read; they have to be the same.
template <class T>
T readBoth(const char* type, const char* json) {
    const T one = read<T>(type, json);
    EXPECT_TRUE(std::get<0>(readRow<T>(type, json)) == one) << type << ' ' << json;
    return one;
}

template <class T>
std::string written(const T& value) {
    return std::string(InsertRow().set("X", value).json());
}

template <class F>
ErrorCode codeOf(F call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "no error";
    return ErrorCode::Cancelled;
}

TEST(FromValue, ReadsIntegersAlikeEverywhere) {
    EXPECT_EQ(readBoth<int>("BIGINT", "7"), 7);
    EXPECT_EQ(readBoth<int>("INTEGER", "-7"), -7);
    EXPECT_EQ(readBoth<std::int64_t>("INTEGER", "7"), 7);
    EXPECT_EQ(readBoth<std::uint16_t>("BIGINT", "65535"), 65535);
    EXPECT_EQ(codeOf([] { read<int>("BIGINT", "2147483648"); }), ErrorCode::OutOfRange);
    EXPECT_EQ(codeOf([] { readRow<int>("BIGINT", "2147483648"); }), ErrorCode::OutOfRange);
    EXPECT_EQ(codeOf([] { readRow<int>("DOUBLE", "2"); }), ErrorCode::RowMismatch);
}

TEST(FromValue, ReadsAnIntegerAsADouble) {
    EXPECT_EQ(readBoth<double>("INTEGER", "-2147483648"), -2147483648.0);
    EXPECT_EQ(readBoth<float>("INTEGER", "3"), 3.0F);
    EXPECT_EQ(read<double>("FANCY", "3"), 3.0);
    EXPECT_EQ(codeOf([] { read<double>("BIGINT", "3"); }), ErrorCode::WrongType);
    EXPECT_EQ(codeOf([] { readRow<double>("BIGINT", "3"); }), ErrorCode::RowMismatch);
    EXPECT_EQ(codeOf([] { read<double>("INTEGER", "1.5"); }), ErrorCode::MalformedResponse);
    EXPECT_EQ(codeOf([] { read<double>("INTEGER", "\"NaN\""); }), ErrorCode::MalformedResponse);
}

TEST(FromValue, ReadsFloatsAsTheyAreWritten) {
    for (const float value : {0.1F, -0.0F, 1e-45F, std::numeric_limits<float>::max()}) {
        const std::string json = written(value);
        const std::string digits = json.substr(5, json.size() - 6);
        EXPECT_EQ(readBoth<float>("DOUBLE", digits.c_str()), value) << json;
    }
    EXPECT_EQ(read<float>("DOUBLE", "0.1"), 0.1F);
    EXPECT_EQ(read<float>("DOUBLE", "\"-Infinity\""), -std::numeric_limits<float>::infinity());
    EXPECT_EQ(codeOf([] { read<float>("DOUBLE", "1E39"); }), ErrorCode::OutOfRange);
}

TEST(FromValue, ReadsAndWritesEnumsByTheirIntegers) {
    EXPECT_EQ(readBoth<Stars>("INTEGER", "2"), Stars::Two);
    EXPECT_EQ(readBoth<Plain>("BIGINT", "70000"), B);
    EXPECT_EQ(codeOf([] { read<Stars>("INTEGER", "256"); }), ErrorCode::OutOfRange);
    EXPECT_EQ(codeOf([] { readRow<Stars>("STRING", "\"1\""); }), ErrorCode::RowMismatch);
    EXPECT_EQ(written(Stars::One), R"({"X":1})");
    EXPECT_EQ(written(std::vector<Plain>{A, B}), R"({"X":[-1,70000]})");
}

TEST(FromValue, ReadsAndWritesUnorderedMaps) {
    using Map = std::unordered_map<std::string, int>;
    const Map map = readBoth<Map>("MAP<STRING, INTEGER>", R"({"a":1,"b":2})");
    EXPECT_EQ(map, (Map{{"a", 1}, {"b", 2}}));
    EXPECT_EQ(written(Map{{"a", 1}}), R"({"X":{"a":1}})");
    EXPECT_EQ(codeOf([] { readRow<Map>("ARRAY<INTEGER>", "[1]"); }), ErrorCode::RowMismatch);
}

TEST(FromValue, ReadsOtherTimePointsWhereTheyHoldTheValue) {
    using std::chrono::system_clock;
    const auto noon = Timestamp(std::chrono::hours(12));
    EXPECT_EQ(readBoth<system_clock::time_point>("TIMESTAMP", "43200000"),
              system_clock::time_point(noon));
    EXPECT_EQ(readBoth<Timestamp>("TIMESTAMP", "43200000"), noon);
    EXPECT_EQ(readBoth<std::chrono::sys_days>("DATE", "3"),
              std::chrono::sys_days(std::chrono::days(3)));
    EXPECT_EQ(readBoth<Date>("DATE", "3"), Date(Days(3)));
    for (const char* json : {"\"2262-04-12T00:00:00.000\"", "\"1677-09-20T00:00:00.000\""})
        EXPECT_EQ(codeOf([&] { read<system_clock::time_point>("TIMESTAMP", json); }),
                  ErrorCode::OutOfRange)
            << json;
    EXPECT_EQ(read<system_clock::time_point>("TIMESTAMP", "\"2262-04-11T00:00:00.000\""),
              system_clock::time_point(Timestamp(
                  std::chrono::sys_days(std::chrono::year(2262) / std::chrono::April / 11))));
}

TEST(FromValue, WritesDaysAsADate) {
    EXPECT_EQ(written(std::chrono::sys_days(std::chrono::days(1))), R"({"X":"1970-01-02"})");
    EXPECT_EQ(written(Timestamp(std::chrono::milliseconds(1))),
              R"({"X":"1970-01-01T00:00:00.001"})");
    EXPECT_EQ(
        codeOf([] { written(std::chrono::sys_days(std::chrono::days(std::int64_t{1} << 31))); }),
        ErrorCode::OutOfRange);
}

TEST(FromValue, ReadsAMappedStructByItself) {
    const BuiltValue value("STRUCT<`CITY` STRING, `NUMBER` INTEGER>", R"({"CITY":"Ulm"})");
    const auto address = value->get<Address>();
    EXPECT_EQ(address.city, "Ulm");
    EXPECT_FALSE(address.number);
    const BuiltValue list("ARRAY<STRUCT<`CITY` STRING, `NUMBER` INTEGER>>",
                          R"([{"CITY":"Ulm","NUMBER":5}])");
    EXPECT_EQ(list->get<std::vector<Address>>().at(0).number, 5);
    expectError(ErrorCode::UnknownColumn,
                "column X (STRUCT<`city` STRING>): no field named CITY; there is city, and case "
                "counts",
                [] { read<Address>("STRUCT<`city` STRING>", R"({"city":"Ulm"})"); });
}

TEST(FromValue, OnesOwnTypesAreReadAndWritten) {
    const Color red{0xFF0000};
    EXPECT_EQ(readBoth<Color>("STRING", "\"red\""), red);
    EXPECT_EQ(readBoth<std::optional<Color>>("STRING", "null"), std::nullopt);
    EXPECT_EQ((readBoth<std::map<std::string, Color>>("MAP<STRING, STRING>", R"({"a":"red"})")),
              (std::map<std::string, Color>{{"a", red}}));
    EXPECT_EQ(written(red), R"({"X":"red"})");
    EXPECT_EQ(written(std::vector<Color>{red, Color()}), R"({"X":["red","black"]})");
}

TEST(FromValue, PartsCanBeIterated) {
    const BuiltValue array("ARRAY<INTEGER>", "[1,2,3]");
    int sum = 0;
    for (const ValueView element : *array) sum += element.asInt();
    EXPECT_EQ(sum, 6);
    EXPECT_EQ((*(array->begin() + 2)).asInt(), 3);
    const BuiltValue record("STRUCT<`A` INTEGER, `B` STRING>", R"({"A":1,"B":"b"})");
    std::string text;
    for (const ValueView field : *record) text += field.toString();
    EXPECT_EQ(text, "1b");
    for (const auto& [type, json] :
         {std::pair("MAP<STRING, INTEGER>", R"({"a":1,"b":2})"),
          std::pair("STRUCT<`M` MAP<INTEGER, INTEGER>>", R"({"M":[[7,1],[8,2]]})")}) {
        const BuiltValue whole(type, json);
        const ValueView map = whole->type().kind() == TypeKind::Struct ? (*whole)["M"] : *whole;
        std::string entries;
        for (const auto [key, value] : map.entries())
            entries += key.toString() + '=' + value.toString() + ' ';
        EXPECT_EQ(entries, type[0] == 'M' ? "a=1 b=2 " : "7=1 8=2 ");
        EXPECT_EQ(map.entries().size(), 2U);
    }
    EXPECT_EQ(codeOf([&] { (void)array->entries(); }), ErrorCode::WrongType);
    EXPECT_EQ(codeOf([] { (void)BuiltValue("ARRAY<INTEGER>", "null")->end(); }),
              ErrorCode::UnexpectedNull);
    static_assert(std::ranges::random_access_range<ValueView>);
    static_assert(std::ranges::random_access_range<MapEntries>);
}

}  // namespace
}  // namespace ksqldb::test
