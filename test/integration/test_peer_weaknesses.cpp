// Where the official Java client goes wrong with values: the weaknesses W7 to W12 of
// the list in test/README.md, and the test that shows that this client does not. In both forms of
// answer.
#include "peer_table.h"
#include "support.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT * FROM S EMIT CHANGES LIMIT 1;";

class PeerWeaknesses : public testing::Test {
protected:
    /// Has `look` see the one row of an answer, by each way to ask for it.
    template <class Look>
    void see(const Columns& columns, const std::string& values, Look look) {
        server.clearScripts();
        server.on("/query-stream", "", [&](Exchange& exchange) {
            Answer answer(exchange);
            forms[answer.isDelimited()]++;
            answer.header("q", columns);
            answer.row(values);
            answer.end();
        });
        const QueryResult result = take(client.executeQuery(statement));
        ASSERT_EQ(result.size(), 1u);
        look(result[0]);

        int rows = 0;
        std::optional<Ending> ending;
        StreamCallbacks callbacks;
        callbacks.onRow = [&](StreamControl&, RowView row) {
            ++rows;
            look(row);
        };
        callbacks.onEnd = [&](const Ending& end) { ending = end; };
        Subscription query = client.streamQuery(statement, std::move(callbacks));
        ASSERT_TRUE(query.waitFor(patience));
        EXPECT_EQ(ending->error(), nullptr) << ending->error()->what();
        EXPECT_EQ(rows, 1);
    }
    /// The value of the only column.
    template <class Look>
    void seeOne(const std::string& type, const std::string& json, Look look) {
        SCOPED_TRACE(type + " " + json);
        see({{"X", type}}, "[" + json + "]", [&](const RowView& row) { look(row[0]); });
    }
    void TearDown() override { EXPECT_EQ(forms.size(), 2u) << "one form was never asked for"; }

    LocalServer server;
    Client client{clientOptions(server)};
    std::map<bool, int> forms;
};

TEST_F(PeerWeaknesses, NamesThatOtherClientsMisread) {
    const Columns columns{{"MY COL", "INTEGER"},  {"A,B", "INTEGER"},   {"A KEY", "INTEGER"},
                          {"(C) <D>", "INTEGER"}, {"a`b", "INTEGER"},   {"", "INTEGER"},
                          {"漢字", "INTEGER"},    {"STRING", "INTEGER"}};
    see(columns, "[0,1,2,3,4,5,6,7]", [&](const RowView& row) {
        ASSERT_EQ(row.size(), columns.size());
        int i = 0;
        for (const auto& [name, type] : columns) {
            EXPECT_EQ(row.schema()[static_cast<std::size_t>(i)].name, name);
            EXPECT_EQ(row.schema()[static_cast<std::size_t>(i)].type.toString(), type);
            EXPECT_EQ(row[name].asInt(), i++);
        }
    });
}

TEST_F(PeerWeaknesses, UnknownTypesNeitherHangNorFail) {
    const Columns columns{{"A", "INTERVAL(3, 'x')"},
                          {"B", "ARRAY<GEO>"},
                          {"C", "STRUCT<`P` GEO, `N` DECIMAL(4, 2)>"},
                          {"D", "BIGINT"}};
    see(columns, R"(["P1D",[{"LAT":1.0}],{"P":[1,2],"N":1.5},7])", [&](const RowView& row) {
        EXPECT_EQ(row.schema()[0].type.kind(), TypeKind::Unknown);
        for (std::size_t i = 0; i < columns.size(); ++i)
            EXPECT_EQ(row.schema()[i].type.toString(), columns[i].second);
        EXPECT_EQ(row["A"].asString(), "P1D");
        EXPECT_EQ(row["B"][0]["LAT"].asDouble(), 1.0);
        EXPECT_EQ(row["C"]["P"][1].asInt(), 2);
        EXPECT_EQ(row["C"]["N"].type().precision(), 4);
        EXPECT_EQ(row["C"]["N"].type().scale(), 2);
        EXPECT_EQ(row["D"].asBigint(), 7);
        EXPECT_EQ(row.toJson(), R"({"A":"P1D","B":[{"LAT":1.0}],"C":{"P":[1,2],"N":"1.5"},"D":7})");
    });
}

TEST_F(PeerWeaknesses, Decimals) {
    const std::string digits = "9999999999999999999999999999.9999999999";
    seeOne("DECIMAL(38, 10)", digits, [&](const ValueView& value) {
        EXPECT_EQ(value.asDecimal().toString(), digits);
        EXPECT_EQ(value.toJson(), '"' + digits + '"');
    });
    seeOne("DECIMAL(4, 2)", "1.10", [](const ValueView& value) {
        EXPECT_EQ(value.asDecimal().toString(), "1.10");
        EXPECT_EQ(value.asDecimal().unscaled(), 110);
    });
}

TEST_F(PeerWeaknesses, ChecksTheRangeOfIntegers) {
    const auto expectCode = [](ErrorCode code, auto get) {
        EXPECT_EQ(errorFrom(get).code(), code);
    };
    seeOne("BIGINT", "5000000000", [&](const ValueView& value) {
        EXPECT_EQ(value.asBigint(), 5'000'000'000);
        expectCode(ErrorCode::OutOfRange, [&] { (void)value.asInt(); });
        expectCode(ErrorCode::OutOfRange, [&] { (void)value.get<std::uint32_t>(); });
    });
    seeOne("INTEGER", "-1", [&](const ValueView& value) {
        expectCode(ErrorCode::OutOfRange, [&] { (void)value.get<std::uint64_t>(); });
    });
    seeOne("DOUBLE", "1.7", [&](const ValueView& value) {
        expectCode(ErrorCode::WrongType, [&] { (void)value.asInt(); });
        expectCode(ErrorCode::WrongType, [&] { (void)value.asBigint(); });
    });
}

TEST_F(PeerWeaknesses, UsesTheStandardAlphabet) {
    const Bytes bytes{std::byte{0xFB}, std::byte{0xFF}};
    seeOne("BYTES", R"("+/8=")", [&](const ValueView& value) {
        EXPECT_EQ(value.asBytes(), bytes);
        EXPECT_EQ(value.toJson(), R"("+/8=")");
    });
    EXPECT_EQ(InsertRow().set("X", bytes).json(), R"({"X":"+/8="})");
}

TEST_F(PeerWeaknesses, EveryNullIsNamed) {
    const Columns columns{
        {"A", "BYTES"},         {"B", "ARRAY<STRING>"},        {"C", "STRUCT<`F` INTEGER>"},
        {"D", "DECIMAL(4, 2)"}, {"E", "MAP<STRING, INTEGER>"}, {"F", "DATE"}};
    see(columns, "[null,null,null,null,null,null]", [](const RowView& row) {
        EXPECT_EQ(row["A"].get<std::optional<Bytes>>(), std::nullopt);
        EXPECT_EQ(row["B"].get<std::optional<std::vector<std::string>>>(), std::nullopt);
        EXPECT_EQ(row["D"].get<std::optional<Decimal>>(), std::nullopt);
        EXPECT_EQ((row["E"].get<std::optional<std::map<std::string, int>>>()), std::nullopt);
        EXPECT_EQ(row["F"].get<std::optional<Date>>(), std::nullopt);
        const auto expectNamed = [](const std::string& column, auto get) {
            const Error error = errorFrom(get);
            EXPECT_EQ(error.code(), ErrorCode::UnexpectedNull);
            EXPECT_EQ(std::string(error.what()).find("column " + column + " ("), 0u)
                << error.what();
        };
        expectNamed("A", [&] { (void)row["A"].asBytes(); });
        expectNamed("B", [&] { (void)row["B"].size(); });
        expectNamed("C", [&] { (void)row["C"]["F"]; });
        expectNamed("D", [&] { (void)row["D"].asDecimal(); });
        expectNamed("E", [&] { (void)row["E"].key(0); });
        expectNamed("F", [&] { (void)row["F"].asDate(); });
    });
}

// The table.

const PeerTable tests{
    {"W7", "PeerWeaknesses.NamesThatOtherClientsMisread"},
    {"W8", "PeerWeaknesses.UnknownTypesNeitherHangNorFail"},
    {"W9", "PeerWeaknesses.Decimals"},
    {"W10", "PeerWeaknesses.ChecksTheRangeOfIntegers"},
    {"W11", "PeerWeaknesses.UsesTheStandardAlphabet"},
    {"W12", "PeerWeaknesses.EveryNullIsNamed"},
};

TEST(PeerWeaknessesTable, EveryIdHasATest) {
    expectEveryId({"W7", "W8", "W9", "W10", "W11", "W12"}, tests, {});
}
TEST(PeerWeaknessesTable, EveryNamedTestExists) { expectEveryTest(tests); }

}  // namespace
}  // namespace ksqldb::test
