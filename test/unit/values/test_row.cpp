#include "row_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace ksqldb::test {
namespace {

// From recordings/values/every-type-v1.json.
const char* const everyType =
    "`ID` STRING, `B` BOOLEAN, `I` INTEGER, `L` BIGINT, `D` DOUBLE, `DEC` DECIMAL(38, 10), `SMALL` "
    "DECIMAL(4, 2), `S` STRING, `RAW` BYTES, `DT` DATE, `TM` TIME, `TS` TIMESTAMP, `AI` "
    "ARRAY<INTEGER>, `ATS` ARRAY<TIMESTAMP>, `ADEC` ARRAY<DECIMAL(4, 2)>, `MSI` MAP<STRING, "
    "INTEGER>, `MSTS` MAP<STRING, TIMESTAMP>, `ST` STRUCT<`X` BIGINT, `Y` DECIMAL(10, 2), `BIG` "
    "DECIMAL(38, 10), `DT` DATE, `TM` TIME, `TS` TIMESTAMP, `RAW` BYTES, `lower case` STRING, "
    "`SUB` STRUCT<`Z` ARRAY<STRING>, `M` MAP<STRING, DOUBLE>>>, `DEEP` ARRAY<STRUCT<`A` "
    "MAP<STRING, ARRAY<INTEGER>>, `D` DECIMAL(4, 2), `T` TIME>>";
const char* const usual =
    R"(["usual",true,42,9007199254740993,3.5,1234567890.0123456789,10.10,"text","+/8B",)"
    R"("2020-05-26","10:30:05","2020-05-26T23:59:58.123",[1,null,3],["2020-05-26T23:59:58.123"],)"
    R"([1.10,2.00],{"a":1,"b":null},{"t":"2020-05-26T23:59:58.000"},)"
    R"({"X":5,"Y":10.1,"BIG":1.2345678900123458E9,"DT":18408,"TM":37800000,"TS":1590537598123,)"
    R"("RAW":"+/8B","lower case":"l","SUB":{"Z":["p","q"],"M":{"pi":3.14}}},)"
    R"([{"A":{"k":[1,2]},"D":3.0,"T":37800000}]])";
const char* const nulls =
    R"(["nulls",null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,)"
    R"(null,null])";
const char* const limitsLow =
    R"(["limits low",false,-2147483648,-9223372036854775808,4.9E-324,)"
    R"(-9999999999999999999999999999.9999999999,-99.99,)"
    R"("quote ' \" back\\\\slash tab\t é 漢字 \uD83D\uDE00","AAECAwQFBgcICQ==","0001-01-01",)"
    R"("00:00","1970-01-01T00:00:00.000",null,null,null,null,null,null,null])";

const char* const usualJson =
    R"({"ID":"usual","B":true,"I":42,"L":9007199254740993,"D":3.5,)"
    R"("DEC":"1234567890.0123456789","SMALL":"10.10","S":"text","RAW":"+/8B",)"
    R"("DT":"2020-05-26","TM":"10:30:05","TS":"2020-05-26T23:59:58.123","AI":[1,null,3],)"
    R"("ATS":["2020-05-26T23:59:58.123"],"ADEC":["1.10","2.00"],"MSI":{"a":1,"b":null},)"
    R"("MSTS":{"t":"2020-05-26T23:59:58.000"},"ST":{"X":5,"Y":"10.1",)"
    R"("BIG":"1234567890.0123458","DT":"2020-05-26","TM":"10:30:00",)"
    R"("TS":"2020-05-26T23:59:58.123","RAW":"+/8B","`lower case`":"l",)"
    R"("SUB":{"Z":["p","q"],"M":{"pi":3.14}}},"DEEP":[{"A":{"k":[1,2]},"D":"3.0",)"
    R"("T":"10:30:00"}]})";

TEST(RowView, GivesColumnsByIndexAndName) {
    const BuiltRows rows("`USER_ID` STRING, `RATINGS` BIGINT", {R"(["alice",2])", R"(["bob",3])"});
    const RowView row = rows[1];
    EXPECT_EQ(row.size(), 2U);
    EXPECT_EQ(row.schema().toString(), "`USER_ID` STRING, `RATINGS` BIGINT");
    EXPECT_EQ(row[0].asString(), "bob");
    EXPECT_EQ(row[std::size_t{1}].asBigint(), 3);
    EXPECT_EQ(row["RATINGS"].asBigint(), 3);
    EXPECT_EQ(row[std::string_view("USER_ID")].asString(), "bob");
    EXPECT_EQ(row.get<int>("RATINGS"), 3);
    EXPECT_EQ(row.get<std::string>(0), "bob");
    expectError(ErrorCode::UnknownColumn,
                "no column named ratings in a row of 2 columns; there is RATINGS, and case counts",
                [&] { (void)row["ratings"]; });
    expectError(ErrorCode::UnknownColumn, "no column with index 2 in a row of 2 columns",
                [&] { (void)row[2]; });
    EXPECT_THROW((void)row[-1], Error);
}

TEST(RowView, IsARangeOfItsValues) {
    const BuiltRows rows("`A` INTEGER, `B` INTEGER, `C` INTEGER", {"[1,2,3]"});
    std::vector<int> values;
    for (const ValueView value : rows[0]) values.push_back(value.asInt());
    EXPECT_EQ(values, (std::vector<int>{1, 2, 3}));
    // An iterator is no view of the RowView that it came from.
    const auto at = RowView(rows[0]).begin() + 1;
    EXPECT_EQ((*at).asInt(), 2);
    EXPECT_EQ(at->asInt(), 2);
    EXPECT_EQ(at[1].asInt(), 3);
    EXPECT_EQ(rows[0].end() - at, 2);
    static_assert(std::ranges::random_access_range<RowView>);
    static_assert(std::ranges::sized_range<RowView>);
}

TEST(RowBatch, IsARandomAccessRange) {
    const BuiltRows rows("`A` INTEGER", {"[1]", "[2]", "[3]"});
    const RowBatch batch = rows.batch();
    std::vector<int> values;
    for (const RowView row : batch) values.push_back(row.get<int>(0));
    EXPECT_EQ(values, (std::vector<int>{1, 2, 3}));
    const auto found = std::ranges::lower_bound(
        batch, 2, {}, [](const RowView& row) { return row.get<int>("A"); });
    EXPECT_EQ(found - batch.begin(), 1);
    static_assert(std::ranges::random_access_range<RowBatch>);
    static_assert(std::ranges::sized_range<RowBatch>);
    EXPECT_TRUE(RowBatch().begin() == RowBatch().end());
}

TEST(RowView, KnowsTombstones) {
    EXPECT_FALSE(RowView().isTombstone());
    EXPECT_FALSE(BuiltRows("`A` INTEGER", {"[1]"})[0].isTombstone());
    const BuiltRows deleted("`K` STRING, `A` INTEGER", {R"(["k",null])"}, true);
    EXPECT_TRUE(deleted[0].isTombstone());
    EXPECT_TRUE(Row(deleted[0]).isTombstone());
    EXPECT_TRUE(deleted[0]["A"].isNull());
}

TEST(RowView, IsPrintedForPeople) {
    const BuiltRows rows("`USER_ID` STRING, `RATINGS` INTEGER, `L` ARRAY<STRING>, `RAW` BYTES",
                         {R"(["alice",2,["a",null],"AQID"])", "[null,null,null,null]"});
    EXPECT_EQ(rows[0].toString(), R"(USER_ID: alice, RATINGS: 2, L: ["a", null], RAW: 0x010203)");
    EXPECT_EQ(rows[1].toString(), "USER_ID: null, RATINGS: null, L: null, RAW: null");
    std::ostringstream out;
    out << rows[0] << '|' << Row(rows[1]);
    EXPECT_EQ(out.str(), rows[0].toString() + '|' + rows[1].toString());
}

TEST(RowView, WritesARecordedRowForInserts) {
    const BuiltRows rows(everyType, {usual, nulls, limitsLow});
    EXPECT_EQ(rows[0].toJson(), usualJson);
    EXPECT_EQ(rows[0].toRow().toJson(), usualJson);
    EXPECT_EQ(rows[2]["S"].asString(), "quote ' \" back\\\\slash tab\t é 漢字 😀");
    EXPECT_EQ(rows[2]["DEC"].asDecimal().precision(), 38);
    EXPECT_EQ(rows[2]["RAW"].toString(), "0x00010203040506070809");
    for (std::size_t i = 1; i < rows[1].size(); ++i) EXPECT_TRUE(rows[1][i].isNull());
}

TEST(RowView, QuotesOddNamesInJson) {
    const BuiltRows rows(
        "`k 1` STRING, `a, b` INTEGER, `OK_1` INTEGER, `a`b` INTEGER, `KEY` INTEGER",
        {R"(["k",1,2,3,4])"});
    EXPECT_EQ(rows[0].toJson(), R"({"`k 1`":"k","`a, b`":1,"OK_1":2,"`a``b`":3,"KEY":4})");
    EXPECT_EQ(rows[0].toString(), "k 1: k, a, b: 1, OK_1: 2, a`b: 3, KEY: 4");
}

TEST(RowView, KeepsRecordedSpecials) {
    const BuiltRows rows(
        "`NAN` DOUBLE, `INF` DOUBLE, `NINF` DOUBLE, `SNAN` STRUCT<`N` DOUBLE>, `NZERO` DOUBLE, "
        "`SMALL` DOUBLE, `MINT` MAP<INTEGER, STRING>, `MDEC` MAP<DECIMAL(2, 1), STRING>, `SM` "
        "STRUCT<`M` MAP<INTEGER, STRING>>, `AST` ARRAY<STRUCT<`Q` DECIMAL(4, 2)>>",
        {R"(["NaN","Infinity","-Infinity",{"N":"NaN"},-0.0,1.0E-5,{"1":"a","2":"b"},{"1.5":"x"},)"
         R"({"M":[[1,"a"]]},[{"Q":1.1}]])"});
    const RowView row = rows[0];
    EXPECT_TRUE(std::isnan(row["SNAN"]["N"].asDouble()));
    EXPECT_TRUE(std::signbit(row["NZERO"].asDouble()));
    EXPECT_EQ(row["MDEC"].key(0).asDecimal(), Decimal("1.5"));
    EXPECT_EQ(row["SM"]["M"].key(0).asInt(), 1);
    EXPECT_EQ(row["SM"]["M"]["1"].asString(), "a");
    EXPECT_EQ(row.toJson(),
              R"({"NAN":"NaN","INF":"Infinity","NINF":"-Infinity","SNAN":{"N":"NaN"},)"
              R"("NZERO":-0.0,"SMALL":1.0E-5,"MINT":{"1":"a","2":"b"},"MDEC":{"1.5":"x"},)"
              R"("SM":{"M":{"1":"a"}},"AST":[{"Q":"1.1"}]})");
}

TEST(Row, IsACopyOfItsOwn) {
    std::vector<Row> kept;
    {
        const BuiltRows rows(everyType, {nulls, usual, limitsLow});
        for (std::size_t i = 0; i < 3; ++i) kept.push_back(rows[i].toRow());
        // Tidy: what the copy holds is what the row holds.
        const Row again(kept[1]);
        EXPECT_EQ(again.view().toJson(), usualJson);
    }
    EXPECT_EQ(kept[1].view().toJson(), usualJson);
    EXPECT_EQ(kept[0]["ID"].asString(), "nulls");
    EXPECT_EQ(kept[1].get<int>("I"), 42);
    EXPECT_EQ(kept[1][0].asString(), "usual");
    const Row shared = kept[2];
    kept.clear();
    EXPECT_EQ(shared["ID"].asString(), "limits low");
    EXPECT_EQ(shared.view().schema().size(), 19U);
    static_assert(std::is_convertible_v<const Row&, RowView>);
    static_assert(!std::is_convertible_v<Row, RowView>);
}

/// Rows of one row each, compared.
bool areEqual(std::string_view schema, std::string_view json, std::string_view otherSchema,
              std::string_view otherJson, bool otherIsDelete = false) {
    const Row a(BuiltRows(schema, {json})[0]);
    const Row b(BuiltRows(otherSchema, {otherJson}, otherIsDelete)[0]);
    EXPECT_EQ(a != b, !(a == b));
    EXPECT_EQ(a == b, b == a);
    return a == b;
}

TEST(Row, EqualIffNamesTypesAndValuesAre) {
    EXPECT_TRUE(areEqual(everyType, usual, everyType, usual));
    EXPECT_TRUE(areEqual(everyType, nulls, everyType, nulls));
    EXPECT_FALSE(areEqual(everyType, usual, everyType, limitsLow));
    EXPECT_FALSE(areEqual(everyType, usual, everyType, nulls));
    // One thing differs.
    const std::string_view one = R"([1,"a"])";
    const std::string_view schema = "`A` INTEGER, `B` STRING";
    EXPECT_TRUE(areEqual(schema, one, schema, one));
    EXPECT_FALSE(areEqual(schema, one, "`A` INTEGER, `C` STRING", one));
    EXPECT_FALSE(areEqual(schema, one, "`A` BIGINT, `B` STRING", one));
    EXPECT_FALSE(areEqual(schema, one, "`A` INTEGER KEY, `B` STRING", one));
    EXPECT_FALSE(areEqual(schema, one, "`A` INTEGER", "[1]"));
    EXPECT_FALSE(areEqual(schema, one, schema, R"([2,"a"])"));
    EXPECT_FALSE(areEqual(schema, one, schema, R"([1,"A"])"));
    EXPECT_FALSE(areEqual(schema, one, schema, R"([1,null])"));
    EXPECT_FALSE(areEqual(schema, one, schema, one, true));
    EXPECT_FALSE(areEqual("`D` DECIMAL(4, 2)", "[1.1]", "`D` DECIMAL(4, 2)", "[1.10]"));
    EXPECT_FALSE(areEqual("`S` STRING", R"(["1"])", "`S` STRING", "[1]"));
}

TEST(Row, EqualInItsParts) {
    const std::string_view array = "`X` ARRAY<ARRAY<INTEGER>>";
    EXPECT_TRUE(areEqual(array, "[[[1],[]]]", array, "[[[1],[]]]"));
    EXPECT_FALSE(areEqual(array, "[[[1],[]]]", array, "[[[],[1]]]"));
    EXPECT_FALSE(areEqual(array, "[[[1],[]]]", array, "[[[1]]]"));
    EXPECT_FALSE(areEqual(array, "[[[1],[]]]", array, "[[[1],null]]"));
    const std::string_view map = "`X` MAP<STRING, INTEGER>";
    EXPECT_TRUE(areEqual(map, R"([{"a":1,"b":2}])", map, R"([{"b":2,"a":1}])"));
    EXPECT_FALSE(areEqual(map, R"([{"a":1,"b":2}])", map, R"([{"a":2,"b":1}])"));
    EXPECT_FALSE(areEqual(map, R"([{"a":1,"b":2}])", map, R"([{"a":1,"c":2}])"));
    EXPECT_FALSE(areEqual(map, "[{}]", map, "[[]]"));
    const Row row(BuiltRows(map, {R"([{"a":1}])"})[0]);
    const Row shared = row;
    EXPECT_TRUE(row == shared);
}

TEST(RowView, TakesAnyIntegerAsAnIndex) {
    const BuiltRows rows("`A` ARRAY<INTEGER>, `B` INTEGER", {"[[7,8],9]"});
    const RowView row = rows[0];
    const Row copy(row);
    const auto expectAt = [&](auto one) {
        EXPECT_EQ(row[one].asInt(), 9);
        EXPECT_EQ(copy[one].asInt(), 9);
        EXPECT_EQ(row["A"][one].asInt(), 8);
    };
    expectAt(1);
    expectAt(1U);
    expectAt(1L);
    expectAt(1ULL);
    expectAt(std::uint8_t{1});
    expectAt(std::uint32_t{1});
    expectAt(std::ptrdiff_t{1});
    expectAt(std::size_t{1});
    EXPECT_EQ(row[0][0].asInt(), 7);
    EXPECT_EQ(row[std::string("B")].asInt(), 9);
    EXPECT_EQ(row[std::string_view("B")].asInt(), 9);
    enum Columns { a, b };
    EXPECT_EQ(row[b].asInt(), 9);
    expectError(ErrorCode::UnknownColumn, "no column with index -1 in a row of 2 columns",
                [&] { (void)row[-1]; });
    expectError(ErrorCode::UnknownColumn, "no column with index -2 in a row of 2 columns",
                [&] { (void)row[std::ptrdiff_t{-2}]; });
    expectError(ErrorCode::OutOfRange,
                "column A (ARRAY<INTEGER>): asked for part -1, but there are 2",
                [&] { (void)row[0][-1]; });
}

TEST(Row, CopiesEmptyAndLargeParts) {
    const std::string large(1 << 20, 'x');
    const BuiltRows rows("`A` ARRAY<INTEGER>, `M` MAP<STRING, STRING>, `S` STRING, `L` STRING",
                         {"[[],{},\"\",\"" + large + "\"]"});
    const Row row(rows[0]);
    EXPECT_EQ(row["A"].size(), 0U);
    EXPECT_EQ(row["M"].size(), 0U);
    EXPECT_EQ(row["S"].asString(), "");
    EXPECT_EQ(row["L"].asString(), large);
    const Row none(BuiltRows("", {"[]"})[0]);
    EXPECT_EQ(none.view().size(), 0U);
}

TEST(Row, CopiesDeepNesting) {
    std::string type = "INTEGER";
    std::string json = "7";
    for (int i = 0; i < 60; ++i) {
        type = i % 2 == 0 ? "ARRAY<" + type + ">" : "STRUCT<`A` " + type + ", `B` STRING>";
        json = i % 2 == 0 ? "[" + json + "]" : "{\"A\":" + json + ",\"B\":\"b\"}";
    }
    const BuiltRows rows("`X` " + type, {"[" + json + "]"});
    const Row row(rows[0]);
    EXPECT_EQ(row[0].toJson(), json);
    EXPECT_EQ(row[0].toJson(), rows[0][0].toJson());
}

TEST(RowBatch, GivesItsRows) {
    const BuiltRows rows("`A` INTEGER", {"[1]", "[2]", "[3]"});
    const RowBatch batch = rows.batch();
    EXPECT_EQ(batch.size(), 3U);
    EXPECT_EQ(batch[2][0].asInt(), 3);
    int sum = 0;
    for (const RowView row : batch) sum += row[0].asInt();
    EXPECT_EQ(sum, 6);
    const RowBatch tail = detail::RowBlock::batch(rows.block(), 1, 3);
    EXPECT_EQ(tail.size(), 2U);
    EXPECT_EQ(tail[0][0].asInt(), 2);
    EXPECT_TRUE(RowBatch().empty());
    EXPECT_EQ(RowBatch().begin(), RowBatch().end());
}

}  // namespace
}  // namespace ksqldb::test
