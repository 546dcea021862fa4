// executeQuery, ending push queries and schemas, as the official Java client tests its own.
// test_peer_rows.cpp has the table.
#include "peer_server.h"

#include <string>

namespace ksqldb::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Transports, QueryRows, testing::Values(Wire::Plain, Wire::Tls), wireName);

void expectTenRows(const QueryResult& result) {
    ASSERT_EQ(result.size(), static_cast<std::size_t>(peerRows));
    int i = 0;
    for (const RowView row : result) verifyRow(row, i++);
    for (int j = 0; j < peerRows; ++j) verifyRow(result[static_cast<std::size_t>(j)], j);
}

TEST_P(QueryRows, ExecutesAPullQuery) {
    std::promise<Header> header;
    std::future<Header> early = header.get_future();
    const QueryResult result = take(client.executeQuery(pullQuery, {}, std::move(header)));
    expectPeerHeader(take(early));
    expectPeerHeader(result.header());
    expectTenRows(result);
    peer.expectLastQuery(pullQuery, false);
    EXPECT_TRUE(server.runningQueries().empty());
}

TEST_P(QueryRows, ExecutesAPushQueryWithLimit) {
    const QueryResult result =
        take(client.executeQuery(pushQueryWithLimit, pushProperties<QueryOptions>()));
    EXPECT_EQ(result.header().queryId(), "queryId");
    expectTenRows(result);
    peer.expectLastQuery(pushQueryWithLimit, true);
}

TEST_P(QueryRows, RefusalFailsRowsAndHeader) {
    peer.refuseQueries();
    std::promise<Header> header;
    std::future<Header> early = header.get_future();
    std::future<QueryResult> rows = client.executeQuery("bad query", {}, std::move(header));
    for (const Error& error : {errorFrom(rows), errorFrom(early)}) {
        EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
        EXPECT_EQ(error.httpStatus(), 400);
        EXPECT_NE(std::string(error.what()).find("invalid query blah"), std::string::npos);
    }
}

TEST_P(QueryRows, EndsAStreamedPushQueryById) {
    ResultStream query = client.streamQuery(pushQuery);
    const std::string id = query.header().queryId().value();
    ASSERT_EQ(server.runningQueries(), std::vector<std::string>{id});
    EXPECT_FALSE(query.isComplete());
    take(client.closeQuery(id));
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    RowView row;
    for (int i = 0; i < peerRows; ++i) ASSERT_EQ(query.next(row, patience), Next::Row);
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Finished);
}

TEST_P(QueryRows, EndsAnExecutedPushQueryById) {
    std::promise<Header> header;
    std::future<Header> early = header.get_future();
    std::future<QueryResult> rows = client.executeQuery(pushQuery, {}, std::move(header));
    const std::string id = take(early).queryId().value();
    EXPECT_EQ(rows.wait_for(0ms), std::future_status::timeout);
    take(client.closeQuery(id));
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    expectTenRows(take(rows));
}

TEST_P(QueryRows, EndingAnUnknownQueryFails) {
    const Error error = errorFrom(client.closeQuery("nonexistent query ID"));
    EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(error.httpStatus(), 400);
    EXPECT_EQ(error.serverCode(), 40000);
    EXPECT_EQ(error.serverMessage(), "No query with id nonexistent query ID");
}

TEST_P(QueryRows, SchemaHasEveryType) {
    const Columns columns{{"A", "STRING"},
                          {"B", "INTEGER"},
                          {"C", "BIGINT"},
                          {"D", "BOOLEAN"},
                          {"E", "DOUBLE"},
                          {"F", "ARRAY<STRING>"},
                          {"G", "MAP<STRING, STRING>"},
                          {"H", "DECIMAL(4, 2)"},
                          {"I", "STRUCT<`F1` STRING, `F2` INTEGER>"},
                          {"J", "TIMESTAMP"},
                          {"K", "DATE"},
                          {"L", "TIME"}};
    const TypeKind kinds[] = {TypeKind::String,    TypeKind::Integer, TypeKind::Bigint,
                              TypeKind::Boolean,   TypeKind::Double,  TypeKind::Array,
                              TypeKind::Map,       TypeKind::Decimal, TypeKind::Struct,
                              TypeKind::Timestamp, TypeKind::Date,    TypeKind::Time};
    server.on("/query-stream", "", [&](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1", columns);
        answer.end();
    });
    const auto expectTypes = [&](const Schema& schema) {
        ASSERT_EQ(schema.size(), std::size(kinds));
        for (std::size_t i = 0; i < schema.size(); ++i) {
            EXPECT_EQ(schema[i].type.kind(), kinds[i]) << columns[i].second;
            EXPECT_EQ(schema[i].type.toString(), columns[i].second);
        }
    };
    expectTypes(take(client.executeQuery(pullQuery)).schema());
    ResultStream stream = client.streamQuery(pullQuery);
    expectTypes(stream.header().schema());
}

/// At every depth, by the first word of its text.
void expectKnown(const Type& type) {
    const std::string text = type.toString();
    SCOPED_TRACE(text);
    EXPECT_EQ(type.kind(), kindNamed(text.substr(0, text.find_first_of("<("))));
    if (type.kind() == TypeKind::Array) expectKnown(type.element());
    if (type.kind() == TypeKind::Map) {
        expectKnown(type.key());
        expectKnown(type.element());
    }
    for (std::size_t i = 0; i < type.fieldCount(); ++i) expectKnown(type.field(i));
}

TEST_P(QueryRows, SchemaHasNamesAndWholeTypes) {
    // Names that are type words, nested commas and brackets, and no blank behind one comma.
    static const std::string complex =
        "STRUCT<`DECIMAL` DECIMAL(2, 1), `STRUCT` STRUCT<`F1` STRING, `F2` INTEGER>, "
        "`ARRAY_ARRAY` ARRAY<ARRAY<STRING>>, `ARRAY_STRUCT` ARRAY<STRUCT<`F1` STRING>>, "
        "`ARRAY_MAP` ARRAY<MAP<STRING, INTEGER>>, `MAP_ARRAY` MAP<STRING, ARRAY<STRING>>, "
        "`MAP_MAP` MAP<STRING, MAP<STRING, INTEGER>>, `MAP_STRUCT` MAP<STRING, STRUCT<`F1` "
        "STRING>>>";
    const Columns columns{{"K", "STRUCT<`F1` ARRAY<STRING>>"},
                          {"STR", "STRING"},
                          {"LONG", "BIGINT"},
                          {"DEC", "DECIMAL(4, 2)"},
                          {"BYTES_", "BYTES"},
                          {"ARRAY", "ARRAY<STRING>"},
                          {"MAP", "MAP<STRING, STRING>"},
                          {"STRUCT", "STRUCT<`F1` INTEGER>"},
                          {"COMPLEX", complex},
                          {"TIMESTAMP", "TIMESTAMP"},
                          {"DATE", "DATE"},
                          {"TIME", "TIME"},
                          {"HEAD", "BYTES"}};
    server.on("/query-stream", "", [&](Exchange& exchange) {
        Answer answer(exchange);
        std::string line = answer.headerLine("query_1", columns);
        if (!answer.isDelimited()) line.replace(line.find("2), `BYTES_`") + 2, 2, ",");
        exchange.head(200);
        exchange.chunk(line);
        answer.end();
    });
    const auto expectColumns = [&](const Schema& schema) {
        ASSERT_EQ(schema.size(), columns.size());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            EXPECT_EQ(schema[i].name, columns[i].first);
            EXPECT_EQ(schema[i].type.toString(), columns[i].second);
            expectKnown(schema[i].type);
        }
    };
    const QueryResult delimited = take(client.executeQuery(pullQuery));
    expectColumns(delimited.schema());
    ResultStream streamedRow = client.streamQuery(pullQuery);
    expectColumns(streamedRow.header().schema());
    // Both forms give the same types.
    for (std::size_t i = 0; i < columns.size(); ++i)
        EXPECT_EQ(delimited.schema()[i].type, streamedRow.header().schema()[i].type);
}

TEST_P(QueryRows, TypesAreEqualWhereTheyAreTheSame) {
    const Schema schema = take(client.executeQuery(pullQuery)).schema();
    for (const Column& a : schema)
        for (const Column& b : schema)
            EXPECT_EQ(a.type == b.type, a.type.toString() == b.type.toString())
                << a.type.toString() << " and " << b.type.toString();
}

}  // namespace
}  // namespace ksqldb::test
