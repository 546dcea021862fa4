// Rows as structs and tuples: how they are matched, read, and refused.
#include "row_builder.h"

#include <ksqldb/result.h>
#include <ksqldb/typed.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace ksqldb::test {

struct Place {
    double lat = 0;
    std::optional<std::string> name;
    static constexpr auto ksqldbFields() {
        return fields(field("LAT", &Place::lat), field("NAME", &Place::name));
    }
};

struct Scalars {
    bool flag = false;
    std::int32_t small = 0;
    std::int64_t big = 0;
    double number = 0;
    Decimal price;
    std::string text;
    Bytes bytes;
    Date date;
    TimeOfDay time;
    Timestamp when;
    static constexpr auto ksqldbFields() {
        return fields(key("FLAG", &Scalars::flag), field("SMALL", &Scalars::small),
                      field("BIG", &Scalars::big), field("NUMBER", &Scalars::number),
                      field("PRICE", &Scalars::price), field("TEXT", &Scalars::text),
                      field("BYTES", &Scalars::bytes), field("DATE", &Scalars::date),
                      field("TIME", &Scalars::time), field("WHEN", &Scalars::when));
    }
};

struct Foreign {  // a struct that knows nothing of ksqlDB
    std::string symbol;
    std::vector<Place> places;
};

}  // namespace ksqldb::test

template <>
struct ksqldb::RowMapping<ksqldb::test::Foreign> {
    static constexpr auto get() {
        return fields(field("SYMBOL", &test::Foreign::symbol),
                      field("PLACES", &test::Foreign::places));
    }
};

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;

template <class T>
T read(const BuiltRows& rows, std::size_t row = 0) {
    return RowReader<T>(rows[row].schema())(rows[row]);
}
/// The only column, as a T.
template <class T>
T readOne(std::string_view type, std::string_view json) {
    return std::get<0>(read<std::tuple<T>>(
        BuiltRows("`X` " + std::string(type), {"[" + std::string(json) + "]"})));
}

template <class T>
void expectMismatch(std::string_view schema, const std::string& what) {
    std::vector<Column> columns;
    ASSERT_TRUE(values::parseSchema(schema, columns));
    const Schema parsed(columns);
    expectError(ErrorCode::RowMismatch,
                "the row's type does not fit the header " + parsed.toString() + ": " + what,
                [&] { const RowReader<T> reader(parsed); });
}

const char* const scalarSchema =
    "`FLAG` BOOLEAN, `SMALL` INTEGER, `BIG` BIGINT, `NUMBER` DOUBLE, `PRICE` DECIMAL(4, 2), `TEXT` "
    "STRING, `BYTES` BYTES, `DATE` DATE, `TIME` TIME, `WHEN` TIMESTAMP";

TEST(TypedRow, EveryScalar) {
    const BuiltRows rows(scalarSchema, {R"([true,-1,9223372036854775807,1.5,1.10,"t","+/8=",)"
                                        R"("2020-05-26","10:30","1999-11-30T11:00:00.123"])"});
    const auto row = read<Scalars>(rows);
    EXPECT_EQ(row.flag, true);
    EXPECT_EQ(row.small, -1);
    EXPECT_EQ(row.big, 9223372036854775807);
    EXPECT_EQ(row.number, 1.5);
    EXPECT_EQ(row.price.toString(), "1.10");
    EXPECT_EQ(row.text, "t");
    EXPECT_EQ(row.bytes, (Bytes{std::byte{0xFB}, std::byte{0xFF}}));  // W11
    EXPECT_EQ(toString(row.date), "2020-05-26");
    EXPECT_EQ(row.time, TimeOfDay{10h + 30min});
    EXPECT_EQ(toString(row.when), "1999-11-30T11:00:00.123");
}

TEST(TypedRow, StructsAreReadByNameInAnyOrder) {
    const BuiltRows rows("`NAME` STRING, `OTHER` MAP<INTEGER, BYTES>, `LAT` DOUBLE",
                         {R"(["a",{"1":"AA=="},0.5])", "[null,null,-0.0]"});
    const auto first = read<Place>(rows);
    EXPECT_EQ(first.name, "a");
    EXPECT_EQ(first.lat, 0.5);
    const auto second = read<Place>(rows, 1);
    EXPECT_EQ(second.name, std::nullopt);
    EXPECT_TRUE(std::signbit(second.lat));
}

TEST(TypedRow, NamesThatOtherClientsMisread) {  // W7
    struct Odd {
        int a;
        int b;
        static constexpr auto ksqldbFields() {
            return fields(field("A,B (c) <d> KEY", &Odd::a), field("my col", &Odd::b));
        }
    };
    const auto row = read<Odd>(BuiltRows("`A,B (c) <d> KEY` INTEGER, `my col` INTEGER", {"[1,2]"}));
    EXPECT_EQ(row.a, 1);
    EXPECT_EQ(row.b, 2);
}

TEST(TypedRow, TuplesAreReadByPosition) {
    const BuiltRows rows("`A` STRING, `A` STRING, `N` INTEGER", {R"(["x","y",3])"});
    using Tuple = std::tuple<std::string, std::optional<std::string>, std::int64_t>;
    EXPECT_EQ(read<Tuple>(rows), Tuple("x", "y", 3));  // two columns of one name are no trouble
    EXPECT_EQ(read<std::tuple<>>(BuiltRows("", {"[]"})), std::tuple<>());
}

TEST(TypedRow, EveryIntegerType) {
    EXPECT_EQ(readOne<std::int8_t>("INTEGER", "-128"), -128);
    EXPECT_EQ(readOne<std::uint8_t>("INTEGER", "255"), 255);
    EXPECT_EQ(readOne<short>("INTEGER", "-32768"), -32768);
    EXPECT_EQ(readOne<unsigned>("INTEGER", "2147483647"), 2147483647u);
    EXPECT_EQ(readOne<std::int64_t>("INTEGER", "-2147483648"), -2147483648);
    EXPECT_EQ(readOne<unsigned long long>("BIGINT", "9223372036854775807"), 9223372036854775807ULL);
}

TEST(TypedRow, DoublesThatAreNoNumbers) {
    EXPECT_TRUE(std::isnan(readOne<double>("DOUBLE", R"("NaN")")));
    EXPECT_EQ(readOne<double>("DOUBLE", R"("-Infinity")"), -HUGE_VAL);
    EXPECT_EQ(readOne<double>("DOUBLE", "4.9E-324"), 4.9E-324);
}

TEST(TypedRow, VectorsAndOptionals) {
    using Strings = std::vector<std::optional<std::string>>;
    EXPECT_EQ(readOne<Strings>("ARRAY<STRING>", R"(["a",null,""])"), (Strings{"a", {}, ""}));
    EXPECT_EQ(readOne<Strings>("ARRAY<STRING>", "[]"), Strings());
    EXPECT_EQ(readOne<std::optional<Strings>>("ARRAY<STRING>", "null"), std::nullopt);
    using Nested = std::vector<std::vector<std::int64_t>>;
    EXPECT_EQ(readOne<Nested>("ARRAY<ARRAY<INTEGER>>", "[[1],[],[2,3]]"),
              (Nested{{1}, {}, {2, 3}}));
    EXPECT_EQ(readOne<std::vector<bool>>("ARRAY<BOOLEAN>", "[true,false]"),
              (std::vector<bool>{true, false}));
    EXPECT_EQ(readOne<std::vector<Bytes>>("ARRAY<BYTES>", R"(["/w=="])"),
              (std::vector<Bytes>{{std::byte{0xFF}}}));
}

TEST(TypedRow, MapsOfBothWireForms) {
    using Counts = std::map<std::string, std::int64_t>;
    EXPECT_EQ(readOne<Counts>("MAP<STRING, BIGINT>", R"({"b":2,"a":1})"),
              (Counts{{"a", 1}, {"b", 2}}));
    // Keys that are no strings come as texts, or inside a STRUCT as pairs.
    using Names = std::map<std::int64_t, std::optional<std::string>>;
    const Names names{{-1, "a"}, {9223372036854775807, std::nullopt}};
    EXPECT_EQ(readOne<Names>("MAP<BIGINT, STRING>", R"({"-1":"a","9223372036854775807":null})"),
              names);
    EXPECT_EQ(readOne<Names>("MAP<BIGINT, STRING>", R"([[-1,"a"],[9223372036854775807,null]])"),
              names);
    EXPECT_EQ((readOne<std::map<double, bool>>("MAP<DOUBLE, BOOLEAN>", R"({"2.5":true})")),
              (std::map<double, bool>{{2.5, true}}));
    EXPECT_EQ((readOne<std::map<bool, int>>("MAP<BOOLEAN, INTEGER>", R"({"true":1})")),
              (std::map<bool, int>{{true, 1}}));
    EXPECT_EQ(
        (readOne<std::map<Decimal, int>>("MAP<DECIMAL(3, 1), INTEGER>", R"({"10.0":2,"9.9":1})")),
        (std::map<Decimal, int>{{Decimal("9.9"), 1}, {Decimal("10.0"), 2}}));
    EXPECT_EQ((readOne<std::map<Date, int>>("MAP<DATE, INTEGER>", "[[18408,1]]")),
              (std::map<Date, int>{{Date(Days(18408)), 1}}));
}

TEST(TypedRow, NestedStructsHaveTheirFieldsInAnyOrder) {
    const BuiltRows rows(
        "`PLACES` ARRAY<STRUCT<`NAME` STRING, `X` DATE, `LAT` DOUBLE>>, `SYMBOL` STRING",
        {R"([[{"NAME":"a","X":1,"LAT":1.0},{"LAT":2.0,"NAME":null,"X":null}],"s"])"});
    const auto row = read<Foreign>(rows);
    EXPECT_EQ(row.symbol, "s");
    ASSERT_EQ(row.places.size(), 2u);
    EXPECT_EQ(row.places[0].name, "a");
    EXPECT_EQ(row.places[0].lat, 1.0);
    EXPECT_EQ(row.places[1].name, std::nullopt);
    EXPECT_EQ(row.places[1].lat, 2.0);
    // As a column of its own, and optional.
    EXPECT_EQ(
        readOne<Place>("STRUCT<`NAME` STRING, `LAT` DOUBLE>", R"({"NAME":"b","LAT":3.0})").lat,
        3.0);
    EXPECT_FALSE(readOne<std::optional<Place>>("STRUCT<`NAME` STRING, `LAT` DOUBLE>", "null"));
    EXPECT_EQ(
        (readOne<std::map<std::string, Place>>("MAP<STRING, STRUCT<`NAME` STRING, `LAT` DOUBLE>>",
                                               R"({"k":{"NAME":"b","LAT":3.0}})")
             .at("k")
             .name),
        "b");
}

TEST(TypedRow, ScalarsInAStructHaveTheirOtherForm) {
    const auto row = readOne<Scalars>(
        "STRUCT<" + std::string(scalarSchema) + ">",
        R"({"FLAG":false,"SMALL":1,"BIG":2,"NUMBER":3.0,"PRICE":1.1,"TEXT":"t","BYTES":"",)"
        R"("DATE":18408,"TIME":37805250,"WHEN":-1})");
    EXPECT_EQ(row.price.toString(), "1.1");
    EXPECT_TRUE(row.price.mayBeRounded());
    EXPECT_EQ(toString(row.date), "2020-05-26");
    EXPECT_EQ(toString(row.time), "10:30:05.250");
    EXPECT_EQ(row.when, Timestamp(-1ms));
}

TEST(TypedRow, UnknownTypesAreReadByTheirForm) {
    EXPECT_EQ(readOne<std::int64_t>("INTERVAL", "5"), 5);
    EXPECT_EQ(readOne<std::vector<std::string>>("INTERVAL", R"(["a"])"),
              std::vector<std::string>{"a"});
    expectError(ErrorCode::WrongType, "column X (INTERVAL): expected a string, got a number",
                [] { readOne<std::string>("INTERVAL", "5"); });
}

TEST(TypedRow, StructsOfUnknownTypesAreReadByName) {
    struct Point {
        double lon = 0;
        double lat = 0;
        static constexpr auto ksqldbFields() {
            return fields(field("LON", &Point::lon), field("LAT", &Point::lat));
        }
    };
    const char* const json = R"({"LAT":1.0,"LON":2.0})";
    const auto point = readOne<Point>("GEO", json);
    EXPECT_EQ(point.lat, 1.0);
    EXPECT_EQ(point.lon, 2.0);
    const auto points = readOne<std::map<std::string, std::optional<Point>>>(
        "GEO", R"({"a":{"LAT":1.0,"LON":2.0},"b":null})");
    EXPECT_EQ(points.at("a")->lon, 2.0);
    EXPECT_EQ(points.at("b"), std::nullopt);
    EXPECT_EQ(readOne<std::vector<Point>>("ARRAY<GEO>", "[" + std::string(json) + "]")[0].lat, 1.0);
    expectError(ErrorCode::UnknownColumn, "column X (GEO): no key LON",
                [] { readOne<Point>("GEO", R"({"LAT":1.0})"); });
    expectError(ErrorCode::WrongType, "column X (GEO): expected a MAP or a STRUCT, got a number",
                [] { readOne<Point>("GEO", "5"); });
    expectError(ErrorCode::UnexpectedNull, "column X (GEO): expected a MAP or a STRUCT, got null",
                [] { readOne<Point>("GEO", "null"); });
}

// What does not fit the header.

TEST(TypedMismatch, ListsAll) {
    expectMismatch<Scalars>(
        "`FLAG` STRING, `SMALL` BIGINT, `BIG` STRUCT<`A` INTEGER>, `NUMBER` DECIMAL(4, 2), `PRICE` "
        "DOUBLE, `TEXT` STRING, `TEXT` STRING, `BYTES` STRING, `DATE` TIMESTAMP, `WHEN` DATE",
        "there are two columns TEXT; there is no TIME; FLAG: expected BOOLEAN, got STRING; BIG: "
        "expected BIGINT, got STRUCT<`A` INTEGER>; NUMBER: expected DOUBLE, got DECIMAL(4, 2); "
        "PRICE: expected DECIMAL, got DOUBLE; BYTES: expected BYTES, got STRING; DATE: expected "
        "DATE, got TIMESTAMP; WHEN: expected TIMESTAMP, got DATE");
}

TEST(TypedMismatch, InsideOfColumns) {
    expectMismatch<Foreign>("`SYMBOL` STRING, `PLACES` ARRAY<STRUCT<`lat` DOUBLE, `NAME` BYTES>>",
                            "there is no PLACES[]->LAT; there is lat, and case counts; "
                            "PLACES[]->NAME: expected STRING, got BYTES");
    expectMismatch<Foreign>("`SYMBOL` STRING, `PLACES` ARRAY<STRING>",
                            "PLACES[]: expected STRUCT, got STRING");
    expectMismatch<Foreign>("`SYMBOL` STRING, `PLACES` STRUCT<`LAT` DOUBLE>",
                            "PLACES: expected ARRAY, got STRUCT<`LAT` DOUBLE>");
    expectMismatch<std::tuple<std::map<std::string, std::vector<int>>>>(
        "`M` MAP<INTEGER, ARRAY<DOUBLE>>",
        "M's key: expected STRING, got INTEGER; M's value[]: expected INTEGER, got DOUBLE");
}

TEST(TypedMismatch, OfTuples) {
    expectMismatch<std::tuple<int, int>>("`A` INTEGER", "expected 2 columns, got 1");
    expectMismatch<std::tuple<std::string>>(
        "`A` INTEGER, `B` INTEGER", "A: expected STRING, got INTEGER; expected 1 column, got 2");
    expectMismatch<std::tuple<>>("`A` INTEGER", "expected 0 columns, got 1");
}

TEST(TypedMismatch, NamesAreExact) {
    expectMismatch<Place>("`Lat` DOUBLE, `NAME` STRING",
                          "there is no LAT; there is Lat, and case counts");
}

// Values that cannot be read.

TEST(TypedValue, NullWhereNoneIsExpected) {
    const BuiltRows rows("`LAT` DOUBLE, `NAME` STRING", {R"([null,"a"])"});
    expectError(ErrorCode::UnexpectedNull, "column LAT (DOUBLE): expected a double, got null",
                [&] { read<Place>(rows); });
    expectError(ErrorCode::UnexpectedNull,
                "a part of column X (STRING): expected a string, got null",
                [] { readOne<std::vector<std::string>>("ARRAY<STRING>", R"(["a",null])"); });
    for (const char* type : {"ARRAY<STRING>", "INTERVAL"})
        EXPECT_THROW((void)readOne<std::vector<std::string>>(type, "null"), Error);
    expectError(ErrorCode::UnexpectedNull,
                "column X (STRUCT<`LAT` DOUBLE, `NAME` STRING>): expected an ARRAY, a MAP or a "
                "STRUCT, got null",
                [] { readOne<Place>("STRUCT<`LAT` DOUBLE, `NAME` STRING>", "null"); });
}

TEST(TypedValue, IntegersThatDoNotFit) {  // W10
    const auto expectOutOfRange = [](auto sample, const char* type, const char* json) {
        using T = decltype(sample);
        try {
            (void)readOne<T>(type, json);
            ADD_FAILURE() << json << " was taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::OutOfRange) << json;
        }
    };
    expectOutOfRange(std::int8_t{}, "INTEGER", "128");
    expectOutOfRange(std::uint8_t{}, "INTEGER", "-1");
    expectOutOfRange(std::uint8_t{}, "INTEGER", "256");
    expectOutOfRange(std::int32_t{}, "INTEGER", "5000000000");
    expectOutOfRange(unsigned{}, "INTEGER", "-1");
    expectOutOfRange(std::uint64_t{}, "BIGINT", "-1");
    expectOutOfRange(std::int64_t{}, "BIGINT", "9223372036854775808");
    expectError(ErrorCode::MalformedResponse,
                "column X (INTEGER): expected an integer of 32 bits, got a number that is not an "
                "integer of 32 bits",
                [] { readOne<int>("INTEGER", "1.7"); });
}

// A whole result.

TEST(TypedResult, SkipsTombstones) {
    const BuiltRows rows("`LAT` DOUBLE, `NAME` STRING", {R"([1.0,"a"])", R"([2.0,null])"});
    const BuiltRows deleted("`LAT` DOUBLE, `NAME` STRING", {"[null,null]"}, true);
    const QueryResult result(Header("query_1", rows[0].schema()),
                             {rows.batch(), deleted.batch(), rows.batch()},
                             Ending(Ending::Kind::Finished));
    ASSERT_EQ(result.size(), 5u);
    std::vector<double> lats;
    for (const Place& place : result.as<Place>()) lats.push_back(place.lat);
    EXPECT_EQ(lats, (std::vector<double>{1, 2, 1, 2}));
}

TEST(TypedResult, IsCheckedWithoutRowsToo) {
    const BuiltRows rows("`LAT` STRING", {});
    const QueryResult empty(Header("query_1", rows.block()->schema), {},
                            Ending(Ending::Kind::Finished));
    expectError(ErrorCode::RowMismatch,
                "the row's type does not fit the header `LAT` STRING: there is no NAME; LAT: "
                "expected DOUBLE, got STRING",
                [&] { (void)empty.as<Place>(); });
    EXPECT_TRUE(empty.as<std::tuple<std::string>>().empty());
}

}  // namespace
}  // namespace ksqldb::test
