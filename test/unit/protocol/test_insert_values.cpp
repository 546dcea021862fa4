#include "protocol/insert_values.h"
#include "values/sql_literal.h"
#include "values/written_type.h"

#include <ksqldb/inserts.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb {

namespace {
struct Sensor {
    std::string name;
    std::map<std::string, double> values;
    std::optional<Decimal> price;
};
struct Room {
    std::int64_t id = 0;
    std::vector<Sensor> sensors;
    Bytes raw;
};
}  // namespace

template <>
struct RowMapping<Sensor> {
    static auto get() {
        return std::make_tuple(field("NAME", &Sensor::name), field("a `b", &Sensor::values),
                               field("PRICE", &Sensor::price));
    }
};
template <>
struct RowMapping<Room> {
    static auto get() {
        return std::make_tuple(field("ID", &Room::id), field("sensors", &Room::sensors),
                               field("RAW", &Room::raw));
    }
};

namespace protocol {
namespace {

/// The statement for a row of one column.
template <class T>
std::string sqlOf(const T& value) {
    detail::InsertWriter writer;
    writer.name("V", false);
    detail::writeValue(writer, value);
    return insertValuesSql("T", writer.finishTyped());
}

template <class T>
void expectLiteral(const T& value) {
    EXPECT_EQ(sqlOf(value), "INSERT INTO `T` (`V`) VALUES (" + values::sqlLiteral(value) + ");");
}

TEST(InsertValues, EveryTypeIsWrittenAsItIsBound) {
    expectLiteral(nullptr);
    expectLiteral(true);
    expectLiteral(false);
    expectLiteral(-1);
    expectLiteral(std::numeric_limits<std::int64_t>::min());
    expectLiteral(std::numeric_limits<std::int64_t>::max());
    for (const double value : {0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, 1.7976931348623157e308})
        expectLiteral(value);
    expectLiteral("it's \"${x}\"\n\xF0\x9F\x98\x80");
    expectLiteral("");
    expectLiteral(Decimal("-1.10"));
    expectLiteral(Decimal("5"));
    expectLiteral(Bytes{std::byte{0xFF}, std::byte{0}});
    expectLiteral(Bytes{});
    expectLiteral(Date(Days(-1)));
    expectLiteral(TimeOfDay{std::chrono::milliseconds(86'399'999)});
    expectLiteral(Timestamp(std::chrono::milliseconds(-1)));
}

TEST(InsertValues, WhatHasParts) {
    expectLiteral(std::vector<std::optional<Date>>{Date(Days(1)), std::nullopt});
    expectLiteral(std::map<std::string, Timestamp>{{"it's", Timestamp()}, {"`", Timestamp()}});
    expectLiteral(std::vector<std::map<std::string, std::vector<Decimal>>>{
        {{"a", {Decimal("1.0")}}, {"b", {Decimal("2"), Decimal("3")}}}});
    expectLiteral(Sensor{"n", {{"x", 0.5}}, std::nullopt});
}

/// A struct's fields are its columns, and the types of its parts stay in step.
TEST(InsertValues, AMappedStruct) {
    const Room room{7, {{"a", {{"k", 1.0}}, Decimal("1.5")}, {"b", {{"l", 2.0}}, {}}}, {}};
    EXPECT_EQ(insertValuesSql("`my rooms`", detail::writtenRow(room)),
              "INSERT INTO `my rooms` (`ID`, `sensors`, `RAW`) VALUES (7, ARRAY["
              "STRUCT(`NAME` := 'a', `a ``b` := MAP('k' := 1.0E+00), `PRICE` := 1.5), "
              "STRUCT(`NAME` := 'b', `a ``b` := MAP('l' := 2.0E+00))], "
              "TO_BYTES('', 'base64'));");
}

TEST(InsertValues, NullsKeepTheTypesOfTheOthersInStep) {
    using Days = std::vector<std::optional<Date>>;
    expectLiteral(Days{std::nullopt, Date()});
    expectLiteral(Days{std::nullopt, std::nullopt});
    expectLiteral(std::vector<Days>{{std::nullopt}, {Date()}, {std::nullopt, Date()}});
    expectLiteral(std::map<std::string, std::optional<Decimal>>{{"a", {}}});
    expectLiteral(std::vector<std::optional<Sensor>>{std::nullopt});
    expectLiteral(std::vector<std::optional<Sensor>>{std::nullopt, Sensor{"n", {{"x", 1}}, {}}});
    detail::InsertWriter row;
    row.name("A", true);
    row.writeNull(TypeKind::Date);
    row.name("B", true);
    row.write(Date());
    EXPECT_EQ(insertValuesSql("T", row.finishTyped()),
              "INSERT INTO `T` (`A`, `B`) VALUES (NULL, '1970-01-01');");
}

TEST(InsertValues, NamesAreTheServers) {
    const auto sql = [](const char* target, const char* column) {
        detail::InsertWriter writer;
        writer.name(column, false);
        writer.write(nullptr);
        return insertValuesSql(target, writer.finishTyped());
    };
    EXPECT_EQ(sql("my_rows", "a1"), "INSERT INTO `MY_ROWS` (`A1`) VALUES (NULL);");
    EXPECT_EQ(sql("`a``b c`", "\"x\"\"y`\""), "INSERT INTO `a``b c` (`x\"y```) VALUES (NULL);");
    EXPECT_EQ(sql("t; DROP", "a) --"), "INSERT INTO `T; DROP` (`A) --`) VALUES (NULL);");
    for (const char* const bad : {"", "`", "``", "`a", "`a`b`", "`a``", "${x}"}) {
        EXPECT_THROW(sql(bad, "a"), Error) << bad;
        EXPECT_THROW(sql("t", bad), Error) << bad;
    }
}

TEST(InsertValues, WhatHasNoLiteralIsRefusedAsWhenBound) {
    const auto refusal = [](auto&& call) {
        try {
            call();
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("no Error");
    };
    const std::vector<int> empty;
    const std::string zero(1, '\0');
    EXPECT_EQ(refusal([&] { sqlOf(empty); }), refusal([&] { Statement("?").bind(empty); }));
    EXPECT_EQ(refusal([&] { sqlOf(zero); }), refusal([&] { Statement("?").bind(zero); }));
    EXPECT_NE(refusal([&] { sqlOf(std::map<std::string, int>()); }), "no Error");

    detail::InsertWriter none;
    EXPECT_THROW(insertValuesSql("T", none.finishTyped()), Error);
    EXPECT_THROW(insertValuesSql("T", {R"({"A":1})", "?"}), Error);
    EXPECT_THROW(
        insertValuesSql("T", {"{\"A\":" + std::string(300, '[') + std::string(300, ']') + "}", ""}),
        Error);
}

TEST(InsertValues, Many) {
    const auto sqls =
        insertValuesSqls("T", "{\"A\":\"x\"}\n{\"A\":1}\n{\"A\":\"1.5\"}\n", "s\n\nd\n");
    EXPECT_EQ(sqls, (std::vector<std::string>{"INSERT INTO `T` (`A`) VALUES ('x');",
                                              "INSERT INTO `T` (`A`) VALUES (1);",
                                              "INSERT INTO `T` (`A`) VALUES (1.5);"}));
    EXPECT_TRUE(insertValuesSqls("T", "", "").empty());
}

}  // namespace
}  // namespace protocol
}  // namespace ksqldb
