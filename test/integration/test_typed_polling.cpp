// Rows as the application's own type, as they are asked for.
#include "support.h"

#include <tuple>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT * FROM QUOTES EMIT CHANGES;";

struct Quote {
    std::string symbol;
    double price = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("SYMBOL", &Quote::symbol), field("PRICE", &Quote::price));
    }
};

using Texts = std::vector<std::string>;

class TypedPolling : public testing::Test {
protected:
    void answer(std::function<void(Answer&)> rows) {
        server.on("/query-stream", "", [rows = std::move(rows)](Exchange& exchange) {
            const auto running = exchange.running("transient_1");
            Answer answer(exchange);
            answer.header("transient_1", {{"SYMBOL", "STRING"}, {"PRICE", "DOUBLE"}});
            rows(answer);
            answer.end();
        });
    }
    static void pricesAndDeletes(Answer& answer) {
        answer.row(R"(["a",1.0])");
        answer.tombstone(R"(["a",null])");
        answer.row(R"(["b",2.0])");
        answer.tombstone(R"(["c",null])");
        answer.row(R"(["c",3.0])");
    }

    Event never;  // outlives the server, whose scripts wait for it
    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(TypedPolling, RangeForTakesAllRows) {
    answer(pricesAndDeletes);
    Texts seen;
    for (const Quote& quote : client.streamQuery<Quote>(statement)) seen.push_back(quote.symbol);
    EXPECT_EQ(seen, (Texts{"a", "b", "c"}));
}

TEST_F(TypedPolling, RowsMayBeMovedAway) {
    answer(pricesAndDeletes);
    std::vector<Quote> all;
    auto query = client.streamQuery<Quote>(statement, {});
    for (Quote& quote : query) all.push_back(std::move(quote));
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[2].symbol, "c");
    EXPECT_EQ(all[2].price, 3.0);
    EXPECT_EQ(query.counts().delivered, 3u);
}

TEST_F(TypedPolling, NextGivesRowsThenTheEnd) {
    answer(pricesAndDeletes);
    auto query = client.streamQuery<std::tuple<std::string, double>>(
        statement, StreamOptions().tombstones(Tombstones::Deliver));
    EXPECT_EQ(query.header().queryId(), "transient_1");
    std::tuple<std::string, double> row;
    for (const char* symbol : {"a", "b", "c"}) {
        ASSERT_EQ(query.next(row, patience), Next::Row);
        EXPECT_EQ(std::get<0>(row), symbol);
    }
    EXPECT_EQ(query.next(row), Next::End);
    EXPECT_EQ(std::get<0>(row), "c");
    EXPECT_TRUE(query.isComplete());
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Finished);
    EXPECT_EQ(query.counts().tombstones, 2u);
}

TEST_F(TypedPolling, AHeaderThatDoesNotFitIsThrownInPlaceOfARow) {
    answer(pricesAndDeletes);
    auto query = client.streamQuery<std::tuple<int>>(statement);
    std::tuple<int> row;
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(errorFrom([&] { return query.next(row, patience); }).code(),
                  ErrorCode::RowMismatch);
    EXPECT_EQ(query.next(row, patience), Next::End);
}

TEST_F(TypedPolling, AValueThatDoesNotFitIsThrownInPlaceOfItsRow) {
    answer([](Answer& answer) {
        answer.row(R"(["a",1.0])");
        answer.row(R"(["b",null])");
        answer.row(R"(["c",3.0])");
    });
    auto query = client.streamQuery<Quote>(statement);
    Quote quote;
    ASSERT_EQ(query.next(quote, patience), Next::Row);
    EXPECT_EQ(errorFrom([&] { return query.next(quote, patience); }).code(),
              ErrorCode::UnexpectedNull);
    ASSERT_EQ(query.next(quote, patience), Next::Row);
    EXPECT_EQ(quote.symbol, "c");
}

TEST_F(TypedPolling, CancellingEndsIt) {
    server.on("/query-stream", "", [&](Exchange& exchange) {
        const auto running = exchange.running("transient_1");
        Answer answer(exchange);
        answer.header("transient_1", {{"SYMBOL", "STRING"}, {"PRICE", "DOUBLE"}});
        answer.row(R"(["a",1.0])");
        exchange.waitFor(never);
    });
    auto query = client.streamQuery<Quote>(statement);
    Quote quote;
    ASSERT_EQ(query.next(quote, patience), Next::Row);
    query.cancel();
    EXPECT_EQ(query.next(quote, patience), Next::End);
    EXPECT_EQ(query.ending().kind(), Ending::Kind::Cancelled);
}

}  // namespace
}  // namespace ksqldb::test
