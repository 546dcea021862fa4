// What the official Java client asserts about rows and values, for this client: the ids of
// a checklist made of its tests (test/README.md), and the test that stands for each.
#include "peer_server.h"
#include "peer_table.h"

#include <map>
#include <vector>

namespace ksqldb::test {
namespace {

/// The Java client's RowImplTest row.
class PeerRowValues : public testing::Test {
protected:
    PeerRowValues() {
        server.on("/query-stream", "", [](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("q", columns());
            answer.row(R"(["foo",2,1234,34.43,false,12.21,"AAEC",["e1","e2"],)"
                       R"({"k1":"v1","k2":"v2"},{"f1":"baz","f2":12},null,)"
                       R"("2020-01-01T04:40:34.789","2020-01-01","04:40:34.789"])");
            answer.end();
        });
        result = take(client.executeQuery("SELECT * FROM S;"));
        row = result[0];
    }
    static const Columns& columns() {
        static const Columns all{{"f_str", "STRING"},
                                 {"f_int", "INTEGER"},
                                 {"f_long", "BIGINT"},
                                 {"f_double", "DOUBLE"},
                                 {"f_bool", "BOOLEAN"},
                                 {"f_decimal", "DECIMAL(4, 2)"},
                                 {"f_bytes", "BYTES"},
                                 {"f_array", "ARRAY<STRING>"},
                                 {"f_map", "MAP<STRING, STRING>"},
                                 {"f_struct", "STRUCT<`f1` STRING, `f2` INTEGER>"},
                                 {"f_null", "STRING"},
                                 {"f_timestamp", "TIMESTAMP"},
                                 {"f_date", "DATE"},
                                 {"f_time", "TIME"}};
        return all;
    }

    LocalServer server;
    Client client{clientOptions(server)};
    QueryResult result;
    RowView row;
};

TEST_F(PeerRowValues, AllInOrderAsJson) {
    // Decimals as text, times as text, struct fields by exact name: what an insert takes back.
    const char* const json[] = {R"("foo")",
                                "2",
                                "1234",
                                "34.43",
                                "false",
                                R"("12.21")",
                                R"("AAEC")",
                                R"(["e1","e2"])",
                                R"({"k1":"v1","k2":"v2"})",
                                R"({"`f1`":"baz","`f2`":12})",
                                "null",
                                R"("2020-01-01T04:40:34.789")",
                                R"("2020-01-01")",
                                R"("04:40:34.789")"};
    ASSERT_EQ(row.size(), std::size(json));
    for (std::size_t i = 0; i < row.size(); ++i) EXPECT_EQ(row[i].toJson(), json[i]);
    std::string whole;
    for (std::size_t i = 0; i < row.size(); ++i)
        whole += (i == 0 ? "{\"`" : ",\"`") + columns()[i].first + "`\":" + json[i];
    EXPECT_EQ(row.toJson(), whole + "}");
}

TEST_F(PeerRowValues, Strings) { EXPECT_EQ(row["f_str"].asString(), "foo"); }
TEST_F(PeerRowValues, Integers) { EXPECT_EQ(row["f_int"].asInt(), 2); }
TEST_F(PeerRowValues, Bigints) {
    EXPECT_EQ(row["f_long"].asBigint(), 1234);
    EXPECT_EQ(row["f_int"].asBigint(), 2);
    EXPECT_EQ(row["f_long"].asInt(), 1234) << "where it fits";
}
TEST_F(PeerRowValues, Doubles) { EXPECT_EQ(row["f_double"].asDouble(), 34.43); }
TEST_F(PeerRowValues, Booleans) { EXPECT_FALSE(row["f_bool"].asBool()); }
TEST_F(PeerRowValues, Decimals) {
    const Decimal decimal = row["f_decimal"].asDecimal();
    EXPECT_EQ(decimal.toString(), "12.21");  // never through double
    EXPECT_EQ(decimal.scale(), 2);
}
TEST_F(PeerRowValues, ByteArrays) {
    EXPECT_EQ(row["f_bytes"].asBytes(), (Bytes{std::byte{0}, std::byte{1}, std::byte{2}}));
}
TEST_F(PeerRowValues, Arrays) {
    EXPECT_EQ(row["f_array"].get<std::vector<std::string>>(),
              (std::vector<std::string>{"e1", "e2"}));
}
TEST_F(PeerRowValues, MapsAndStructs) {
    EXPECT_EQ((row["f_map"].get<std::map<std::string, std::string>>()),
              (std::map<std::string, std::string>{{"k1", "v1"}, {"k2", "v2"}}));
    EXPECT_EQ(row["f_struct"]["f1"].asString(), "baz");
    EXPECT_EQ(row["f_struct"]["f2"].asInt(), 12);
}
TEST_F(PeerRowValues, Nulls) {
    EXPECT_TRUE(row["f_null"].isNull());
    EXPECT_FALSE(row["f_bool"].isNull());
    EXPECT_FALSE(row["f_struct"].isNull());
    EXPECT_EQ(row["f_null"].get<std::optional<std::string>>(), std::nullopt);
}
TEST_F(PeerRowValues, WrongTypesAreRefused) {
    EXPECT_EQ(errorFrom([&] { row["f_str"].asInt(); }).code(), ErrorCode::WrongType);
    EXPECT_EQ(errorFrom([&] { row["f_map"].asBytes(); }).code(), ErrorCode::WrongType);
}
TEST_F(PeerRowValues, ColumnNamesAndTypes) {
    ASSERT_EQ(row.schema().size(), columns().size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        EXPECT_EQ(row.schema()[i].name, columns()[i].first);
        EXPECT_EQ(row.schema()[i].type.toString(), columns()[i].second);
    }
}
TEST_F(PeerRowValues, TimesAreValues) {
    EXPECT_EQ(toString(row["f_timestamp"].asTimestamp()), "2020-01-01T04:40:34.789");
    EXPECT_EQ(toString(row["f_date"].asDate()), "2020-01-01");
    EXPECT_EQ(toString(row["f_time"].asTime()), "04:40:34.789");
}

/// The row that a server sends under these columns.
Row rowOf(const Columns& columns, const std::string& values) {
    LocalServer server;
    server.on("/query-stream", "", [&](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("q", columns);
        answer.row(values);
        answer.end();
    });
    Client client(clientOptions(server));
    return take(client.executeQuery("SELECT * FROM S;")).row(0);
}

TEST_F(PeerRowValues, EqualIffNamesTypesAndValuesAre) {
    const Row kept(row);
    EXPECT_EQ(kept, take(client.executeQuery("SELECT * FROM S;")).row(0));
    const Columns columns{{"A", "STRING"}, {"B", "ARRAY<INTEGER>"}};
    const Row one = rowOf(columns, R"(["foo",[1,2]])");
    EXPECT_EQ(one, rowOf(columns, R"(["foo",[1,2]])"));
    EXPECT_NE(one, rowOf(columns, R"(["bar",[1,2]])"));
    EXPECT_NE(one, rowOf(columns, R"(["foo",[2,1]])"));
    EXPECT_NE(one, rowOf({{"A", "STRING"}, {"C", "ARRAY<INTEGER>"}}, R"(["foo",[1,2]])"));
    EXPECT_NE(one, rowOf({{"A", "STRING"}, {"B", "ARRAY<BIGINT>"}}, R"(["foo",[1,2]])"));
    EXPECT_NE(one, kept);
}

class EveryPeerRow : public PeerRows {};
INSTANTIATE_TEST_SUITE_P(Over, EveryPeerRow, testing::Values(Wire::Plain, Wire::Tls), wireName);
TEST_P(EveryPeerRow, IsVerified) {
    const QueryResult result = take(client.executeQuery(pullQuery));
    ASSERT_EQ(result.size(), static_cast<std::size_t>(peerRows));
    for (int i = 0; i < peerRows; ++i) verifyRow(result[static_cast<std::size_t>(i)], i);
}

// The table.

const PeerTable tests{
    {"RW-00", "EveryPeerRow.IsVerified"},
    {"RW-01", "PeerRowValues.AllInOrderAsJson"},
    {"RW-02", "PeerRowValues.Strings"},
    {"RW-03", "PeerRowValues.Integers"},
    {"RW-04", "PeerRowValues.Bigints"},
    {"RW-05", "PeerRowValues.Doubles"},
    {"RW-06", "PeerRowValues.Booleans"},
    {"RW-07", "PeerRowValues.Decimals"},
    {"RW-08", "PeerRowValues.ByteArrays"},
    {"RW-09", "PeerRowValues.Arrays"},
    {"RW-10", "PeerRowValues.MapsAndStructs"},
    {"RW-11", "PeerRowValues.Nulls"},
    {"RW-12", "PeerRowValues.WrongTypesAreRefused"},
    {"RW-13", "PeerRowValues.ColumnNamesAndTypes"},
    {"RW-14", "PeerRowValues.ColumnNamesAndTypes"},
    {"RW-15", "PeerRowValues.AllInOrderAsJson"},
    {"RW-16", "TypedPeerRows.OfAResult"},
    {"RW-17", "PeerRowValues.EqualIffNamesTypesAndValuesAre"},
};

std::vector<std::string> ids() {
    std::vector<std::string> all;
    for (int i = 0; i <= 17; ++i) all.push_back((i < 10 ? "RW-0" : "RW-") + std::to_string(i));
    return all;
}

TEST(PeerRowValuesTable, EveryIdHasATest) { expectEveryId(ids(), tests, {}); }
TEST(PeerRowValuesTable, EveryNamedTestExists) { expectEveryTest(tests); }

}  // namespace
}  // namespace ksqldb::test
