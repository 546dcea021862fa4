// InsertRow: the JSON of every kind of value, of names, and what it refuses.
#include "row_builder.h"

#include <ksqldb/insert_row.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using Names = InsertRow::Names;

template <class T>
std::string jsonOf(const T& value) {
    return std::string(InsertRow().set("X", value).json());
}
std::string x(std::string_view value) { return R"({"X":)" + std::string(value) + "}"; }

struct Point {
    double x;
    double y;
    static constexpr auto ksqldbFields() {
        return fields(field("X", &Point::x), field("y", &Point::y));
    }
};
struct Track {
    std::string name;
    std::vector<Point> points;
    std::optional<Point> last;
    static constexpr auto ksqldbFields() {
        return fields(key("NAME", &Track::name), field("POINTS", &Track::points),
                      field("LAST", &Track::last));
    }
};

TEST(InsertRow, IsEmptyAtFirst) { EXPECT_EQ(InsertRow().json(), "{}"); }

TEST(InsertRow, TextIsNoBool) {
    EXPECT_EQ(jsonOf("s1"), x(R"("s1")"));
    const char* pointer = "s2";
    EXPECT_EQ(jsonOf(pointer), x(R"("s2")"));
    char array[] = "s3";
    EXPECT_EQ(jsonOf(array), x(R"("s3")"));
    char* changeable = array;
    EXPECT_EQ(jsonOf(changeable), x(R"("s3")"));
    EXPECT_EQ(jsonOf(std::string("s4")), x(R"("s4")"));
    EXPECT_EQ(jsonOf(std::string_view("s5")), x(R"("s5")"));
    EXPECT_EQ(jsonOf(std::string(1, '\0')), x(R"("\u0000")"));
    EXPECT_EQ(jsonOf(std::string(64, '\x1A')).find('\x1A'), std::string::npos);
    EXPECT_EQ(jsonOf(""), x(R"("")"));
    EXPECT_EQ(jsonOf("\"\\\n😀é"), x(R"("\"\\\n😀é")"));
}

TEST(InsertRow, Bools) {
    EXPECT_EQ(jsonOf(true), x("true"));
    EXPECT_EQ(jsonOf(false), x("false"));
}

TEST(InsertRow, Integers) {
    EXPECT_EQ(jsonOf(-1), x("-1"));
    EXPECT_EQ(jsonOf(4294967295u), x("4294967295"));
    EXPECT_EQ(jsonOf(std::numeric_limits<std::int64_t>::min()), x("-9223372036854775808"));
    EXPECT_EQ(jsonOf(std::uint64_t{9223372036854775807u}), x("9223372036854775807"));
    EXPECT_EQ(jsonOf(std::int8_t{-128}), x("-128"));
    EXPECT_EQ(jsonOf(static_cast<unsigned char>(65)), x("65"));
    EXPECT_EQ(jsonOf(short{7}), x("7"));
    EXPECT_EQ(jsonOf(7LL), x("7"));
    EXPECT_EQ(jsonOf(7ULL), x("7"));
    EXPECT_EQ(jsonOf(7L), x("7"));
}

TEST(InsertRow, DoublesAreShortAndMarkedAsSuch) {
    EXPECT_EQ(jsonOf(0.5), x("0.5"));
    EXPECT_EQ(jsonOf(3.0), x("3.0"));
    EXPECT_EQ(jsonOf(-0.0), x("-0.0"));
    EXPECT_EQ(jsonOf(0.1), x("0.1"));
    EXPECT_EQ(jsonOf(0.5f), x("0.5"));
    for (const double value : {4.9E-324, 1e300, -1.7976931348623157e308, 0.1 + 0.2}) {
        const std::string json = jsonOf(value);
        EXPECT_EQ(std::strtod(json.c_str() + 5, nullptr), value) << json;
    }
}

TEST(InsertRow, NullsAndOptionals) {
    EXPECT_EQ(jsonOf(nullptr), x("null"));
    EXPECT_EQ(jsonOf(std::optional<int>()), x("null"));
    EXPECT_EQ(jsonOf(std::optional<int>(0)), x("0"));
    EXPECT_EQ(jsonOf(std::optional<bool>(false)), x("false"));
    EXPECT_EQ(jsonOf(std::optional<std::string>("")), x(R"("")"));
    EXPECT_EQ(jsonOf(std::optional<std::vector<int>>()), x("null"));
}

TEST(InsertRow, VectorsAndMaps) {
    EXPECT_EQ(jsonOf(std::vector<int>()), x("[]"));
    EXPECT_EQ(jsonOf(std::vector<bool>{true, false}), x("[true,false]"));
    EXPECT_EQ(jsonOf(std::vector<const char*>{"a", "b"}), x(R"(["a","b"])"));
    EXPECT_EQ(jsonOf(std::vector<std::optional<double>>{1.0, {}}), x("[1.0,null]"));
    EXPECT_EQ(jsonOf(std::vector<std::vector<int>>{{1}, {}, {2, 3}}), x("[[1],[],[2,3]]"));
    using Counts = std::map<std::string, std::int64_t>;
    EXPECT_EQ(jsonOf(Counts()), x("{}"));
    // A MAP's keys are taken literally, so they are never quoted as names are.
    EXPECT_EQ(jsonOf(Counts{{"b c", 2}, {"A", 1}, {"\"", 3}}), x(R"({"\"":3,"A":1,"b c":2})"));
    EXPECT_EQ(jsonOf(std::map<std::string, std::vector<std::optional<int>>>{{"k", {1, {}}}}),
              x(R"({"k":[1,null]})"));
}

TEST(InsertRow, DecimalsBytesAndTimes) {
    EXPECT_EQ(jsonOf(Decimal("-0012345678901234567890.10")), x(R"("-12345678901234567890.10")"));
    EXPECT_EQ(jsonOf(Bytes{std::byte{0xFB}, std::byte{0xFF}}), x(R"("+/8=")"));  // W11
    EXPECT_EQ(jsonOf(Bytes()), x(R"("")"));
    EXPECT_EQ(jsonOf(Date(Days(18408))), x(R"("2020-05-26")"));
    EXPECT_EQ(jsonOf(TimeOfDay{10h + 30min}), x(R"("10:30:00")"));
    EXPECT_EQ(jsonOf(TimeOfDay{5250ms}), x(R"("00:00:05.250")"));
    EXPECT_EQ(jsonOf(Timestamp(1590537598123ms)), x(R"("2020-05-26T23:59:58.123")"));
    EXPECT_EQ(jsonOf(Timestamp(-1ms)), x(R"("1969-12-31T23:59:59.999")"));
}

TEST(InsertRow, StructsHaveExactNames) {
    EXPECT_EQ(jsonOf(Point{1, 2}), x(R"({"X":1.0,"`y`":2.0})"));
    EXPECT_EQ(jsonOf(std::vector<Point>{{1, 2}}), x(R"([{"X":1.0,"`y`":2.0}])"));
    EXPECT_EQ(jsonOf(std::map<std::string, Point>{{"a", {1, 2}}}),
              x(R"({"a":{"X":1.0,"`y`":2.0}})"));
}

TEST(InsertRow, OfAWholeStruct) {
    InsertRow row;
    EXPECT_EQ(row.set(Track{"t", {{1, 2}, {3, 4}}, {}}).json(),
              R"({"NAME":"t","POINTS":[{"X":1.0,"`y`":2.0},{"X":3.0,"`y`":4.0}],"LAST":null})");
    EXPECT_EQ(row.clear().set("ID", 1).set(Point{0, 0}).set("z", 2).json(),
              R"({"ID":1,"X":0.0,"`y`":0.0,"z":2})");
}

// Names.

TEST(InsertRow, SqlNamesAreGivenAsTheyAre) {
    // ksqlDB makes them upper-case unless they are quoted.
    InsertRow row;
    EXPECT_EQ(row.set("sensor", 1).set("`My Col`", 2).json(), R"({"sensor":1,"`My Col`":2})");
}

TEST(InsertRow, ExactNamesAreQuotedWhereSqlWouldChangeThem) {
    InsertRow row(Names::Exact);
    row.set("SENSOR_1", 1).set("sensor", 2).set("My Col", 3).set("a`b", 4).set("1A", 5);
    EXPECT_EQ(row.json(), R"({"SENSOR_1":1,"`sensor`":2,"`My Col`":3,"`a``b`":4,"`1A`":5})");
    EXPECT_EQ(InsertRow(Names::Exact).set("\"", 1).set("", 2).json(), R"({"`\"`":1,"``":2})");
}

// One object again and again.

TEST(InsertRow, ClearStartsAnew) {
    InsertRow row;
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(row.clear().set("N", i).json(), R"({"N":)" + std::to_string(i) + "}");
    EXPECT_EQ(row.clear().json(), "{}");
    row.clear().set("A", 1).clear().set("B", 2);
    EXPECT_EQ(row.json(), R"({"B":2})");
}

TEST(InsertRow, UsesItsMemoryAgain) {
    InsertRow row;
    const std::string text(100'000, 'x');
    const char* const buffer = row.set("A", text).json().data();
    for (int i = 0; i < 1000; ++i)
        ASSERT_EQ(static_cast<const void*>(row.clear().set("A", text).json().data()), buffer);
}

TEST(InsertRow, SetAfterJsonNeedsClear) {
    InsertRow row;
    row.set("A", 1).json();
    EXPECT_EQ(row.json(), R"({"A":1})");  // twice is no harm
    const char* const what = "InsertRow::set() after json(): clear() it first";
    expectError(ErrorCode::InvalidArgument, what, [&] { row.set("B", 2); });
    expectError(ErrorCode::InvalidArgument, what, [&] { row.set(Point{1, 2}); });
    EXPECT_EQ(row.json(), R"({"A":1})");
    EXPECT_EQ(row.clear().set("B", 2).json(), R"({"B":2})");
}

TEST(InsertRow, MovesWithWhatItHas) {
    InsertRow row;
    row.set("A", 1);
    InsertRow other = std::move(row);
    EXPECT_EQ(other.set("B", 2).json(), R"({"A":1,"B":2})");
    row = InsertRow(Names::Exact);
    EXPECT_EQ(row.set("c", 3).json(), R"({"`c`":3})");
}

// What it refuses.

template <class T>
void expectRefused(const T& value, ErrorCode code, std::string_view what) {
    InsertRow row;
    row.set("A", 1);
    expectError(code, what, [&] { row.set("X", value); });
    // Half a value stands there: nothing may come of it.
    const char* const broken = "an InsertRow after an error: clear() it first";
    expectError(ErrorCode::InvalidArgument, broken, [&] { row.json(); });
    expectError(ErrorCode::InvalidArgument, broken, [&] { row.set("B", 2); });
    EXPECT_EQ(row.clear().set("B", 2).json(), R"({"B":2})");
}

TEST(InsertRow, RefusesWhatIsNotFinite) {
    const char* const what = "ksqlDB takes no NaN and no infinity in an insert";
    const double infinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double value : {nan, infinity, -infinity}) {
        expectRefused(value, ErrorCode::InvalidArgument, what);
        expectRefused(std::vector<double>{1, value}, ErrorCode::InvalidArgument, what);
        expectRefused(Track{"t", {{1, value}}, {}}, ErrorCode::InvalidArgument, what);
    }
}

TEST(InsertRow, RefusesIntegersBeyondBigint) {
    expectRefused(std::uint64_t{9223372036854775808u}, ErrorCode::OutOfRange,
                  "9223372036854775808 is beyond BIGINT");
    expectRefused(std::map<std::string, std::uint64_t>{{"k", ~std::uint64_t{0}}},
                  ErrorCode::OutOfRange, "18446744073709551615 is beyond BIGINT");
}

TEST(InsertRow, RefusesTextThatIsNotUtf8) {
    const char* const what = "text that is not UTF-8";
    for (const char* text : {"\xFF", "a\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
        expectRefused(text, ErrorCode::InvalidArgument, what);
        expectRefused(std::map<std::string, int>{{text, 1}}, ErrorCode::InvalidArgument, what);
        for (const Names names : {Names::Sql, Names::Exact})
            expectError(ErrorCode::InvalidArgument, what, [&] { InsertRow(names).set(text, 1); });
    }
}

}  // namespace
}  // namespace ksqldb::test
