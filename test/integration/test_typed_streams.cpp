// Rows as the application's own types, over the wire.
#include "peer_server.h"

#include <map>
#include <tuple>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT * FROM PRICES EMIT CHANGES;";

struct Inner {
    std::string first;
    std::int32_t second = 0;
    static constexpr auto ksqldbFields() {
        return fields(field("F2", &Inner::second), field("F1", &Inner::first));
    }
};

/// The Java client's test row.
struct PeerRow {
    std::string str;
    std::int32_t number = 0;
    bool flag = false;
    std::int64_t wide = 0;
    double real = 0;
    Decimal decimal;
    Bytes bytes;
    std::vector<std::string> array;
    std::map<std::string, std::string> map;
    Inner inner;
    std::optional<std::int32_t> null;
    Timestamp timestamp;
    Date date;
    TimeOfDay time;
    static constexpr auto ksqldbFields() {
        return fields(field("f_str", &PeerRow::str), field("f_int", &PeerRow::number),
                      field("f_bool", &PeerRow::flag), field("f_long", &PeerRow::wide),
                      field("f_double", &PeerRow::real), field("f_decimal", &PeerRow::decimal),
                      field("f_bytes", &PeerRow::bytes), field("f_array", &PeerRow::array),
                      field("f_map", &PeerRow::map), field("f_struct", &PeerRow::inner),
                      field("f_null", &PeerRow::null), field("f_timestamp", &PeerRow::timestamp),
                      field("f_date", &PeerRow::date), field("f_time", &PeerRow::time));
    }
};

void verify(const PeerRow& row, int i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(row.str, "foo" + n);
    EXPECT_EQ(row.number, i);
    EXPECT_EQ(row.flag, i % 2 == 0);
    EXPECT_EQ(row.wide, std::int64_t{i} * i);
    EXPECT_DOUBLE_EQ(row.real, i + 0.1111);
    EXPECT_EQ(row.decimal, Decimal(n + ".1"));
    EXPECT_EQ(row.bytes.size(), 6u);
    EXPECT_EQ(row.array, (std::vector<std::string>{"s" + n, "t" + n}));
    EXPECT_EQ(row.map, (std::map<std::string, std::string>{{"k" + n, "v" + n}}));
    EXPECT_EQ(row.inner.first, "v" + n);
    EXPECT_EQ(row.inner.second, i);
    EXPECT_EQ(row.null, std::nullopt);
    EXPECT_EQ(toString(row.timestamp), "2020-01-01T04:40:34.789");
    EXPECT_EQ(toString(row.date), "2020-01-01");
    EXPECT_EQ(toString(row.time), "04:40:34.789");
}

class TypedPeerRows : public PeerRows {};
INSTANTIATE_TEST_SUITE_P(Over, TypedPeerRows, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(TypedPeerRows, OfAResult) {
    const auto rows = take(client.executeQuery(pullQuery)).as<PeerRow>();
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(peerRows));
    for (int i = 0; i < peerRows; ++i) verify(rows[static_cast<std::size_t>(i)], i);
}

TEST_P(TypedPeerRows, OfATypedResult) {
    for (const std::string& query : {pullQuery, pushQueryWithLimit}) {
        const auto rows = take(client.executeQuery<PeerRow>(query));
        ASSERT_EQ(rows.size(), static_cast<std::size_t>(peerRows));
        for (int i = 0; i < peerRows; ++i) verify(rows[static_cast<std::size_t>(i)], i);
    }
}

TEST_P(TypedPeerRows, OfAStream) {
    int next = 0;
    std::optional<Ending> ending;
    auto query = client.streamQuery<PeerRow>(
        pushQueryWithLimit,
        [&](StreamControl& control, PeerRow&& row) {
            EXPECT_EQ(control.header().queryId(), "queryId");
            EXPECT_EQ(threadName(), "ksqldb-deliver");
            const PeerRow mine = std::move(row);
            verify(mine, next++);
            EXPECT_EQ(control.counts().delivered, static_cast<std::uint64_t>(next));
        },
        [&](const Ending& end) { ending = end; });
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(next, peerRows);
    EXPECT_EQ(ending->error(), nullptr);
}

// A table of prices.

using Price = std::tuple<std::string, std::optional<double>>;

struct Quote {
    std::string symbol;
    double price = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("SYMBOL", &Quote::symbol), field("PRICE", &Quote::price));
    }
};

class TypedStream : public testing::Test {
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
    template <class T, class Note>
    void run(Note note, StreamOptions options = {},
             std::function<void(StreamControl&, RowView)> onDelete = {}) {
        auto query = client.streamQuery<T>(
            statement,
            [&](StreamControl& control, T&& row) {
                seen.push_back(note(row));
                counts = control.counts();
            },
            [&](const Ending& end) { ending = end; }, std::move(options), std::move(onDelete));
        ASSERT_TRUE(query.waitFor(patience));
    }
    void runQuotes(StreamOptions options = {},
                   std::function<void(StreamControl&, RowView)> onDelete = {}) {
        run<Quote>([](const Quote& quote) { return quote.symbol; }, std::move(options),
                   std::move(onDelete));
    }
    static void pricesAndDeletes(Answer& answer) {
        answer.row(R"(["a",1.0])");
        answer.tombstone(R"(["a",null])");
        answer.row(R"(["b",2.0])");
        answer.tombstone(R"(["c",null])");
        answer.tombstone(R"(["a",null])");
        answer.row(R"(["a",3.0])");
    }

    LocalServer server;
    Client client{clientOptions(server)};
    std::vector<std::string> seen;
    RowCounts counts;
    std::optional<Ending> ending;
};

using Texts = std::vector<std::string>;

TEST_F(TypedStream, OfTuples) {
    answer([](Answer& answer) {
        answer.row(R"(["a",1.5])");
        answer.row(R"(["b",null])");
    });
    run<Price>(
        [](const Price& price) { return std::get<0>(price) + (std::get<1>(price) ? "+" : "-"); });
    EXPECT_EQ(seen, (Texts{"a+", "b-"}));
    EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
}

TEST_F(TypedStream, DeletesAreNoRows) {
    answer(pricesAndDeletes);
    runQuotes(StreamOptions().tombstones(Tombstones::Deliver));
    EXPECT_EQ(seen, (Texts{"a", "b", "a"}));
    EXPECT_EQ(counts.delivered, 3u);
    EXPECT_EQ(counts.tombstones, 3u);
    EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
}

TEST_F(TypedStream, DeletesGoToOnDeleteInTheirPlace) {
    answer(pricesAndDeletes);
    runQuotes({}, [&](StreamControl&, RowView row) {
        EXPECT_TRUE(row.isTombstone());
        EXPECT_TRUE(row["PRICE"].isNull());
        seen.push_back("-" + row.get<std::string>("SYMBOL"));
    });
    EXPECT_EQ(seen, (Texts{"a", "-a", "b", "-c", "-a", "a"}));
    EXPECT_EQ(counts.delivered, 6u);
    EXPECT_EQ(counts.tombstones, 0u);
}

TEST_F(TypedStream, ItsErrorNamesTheFunctionThatThrew) {
    answer(pricesAndDeletes);
    runQuotes({}, [&](StreamControl&, RowView) { throw std::runtime_error("oh dear"); });
    EXPECT_EQ(seen, Texts{"a"});
    ASSERT_NE(ending->error(), nullptr);
    EXPECT_EQ(ending->error()->toString(), "CallbackThrew: onDelete threw: oh dear");
}

TEST_F(TypedStream, OfAResultSkipsDeletes) {
    // Whoever answers with the form that has them.
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.head(200, {{"content-type", "application/vnd.ksql.v1+json"}});
        exchange.chunk(R"([{"header":{"queryId":"q","schema":"`SYMBOL` STRING, `PRICE` DOUBLE"}},)"
                       "\n"
                       R"({"row":{"columns":["a",1.0]}},)"
                       "\n"
                       R"({"row":{"columns":["a",null],"tombstone":true}},)"
                       "\n"
                       R"({"finalMessage":"Limit Reached"}])");
        exchange.lastChunk();
    });
    const QueryResult result = take(client.executeQuery(statement));
    EXPECT_EQ(result.size(), 2u);
    ASSERT_EQ(result.as<Quote>().size(), 1u);
    EXPECT_EQ(result.as<Price>()[0], Price("a", 1.0));
}

TEST_F(TypedStream, AHeaderThatDoesNotFitEndsItBeforeAnyRow) {
    answer(pricesAndDeletes);
    run<std::tuple<std::int32_t, std::string, bool>>([](const auto&) { return "row"; });
    EXPECT_TRUE(seen.empty());
    ASSERT_EQ(ending->kind(), Ending::Kind::Failed);
    EXPECT_EQ(ending->error()->code(), ErrorCode::RowMismatch);
    EXPECT_EQ(ending->error()->category(), ErrorCategory::Data);
    EXPECT_STREQ(ending->error()->what(),
                 "the row's type does not fit the header `SYMBOL` STRING, `PRICE` DOUBLE: SYMBOL: "
                 "expected INTEGER, got STRING; PRICE: expected STRING, got DOUBLE; expected 3 "
                 "columns, got 2");
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(TypedStream, AMismatchEndsAQueryThatWouldNotEnd) {
    server.on("/query-stream", "", endless("transient_1", 3));
    runQuotes();
    EXPECT_EQ(ending->error()->code(), ErrorCode::RowMismatch);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(TypedStream, AValueThatDoesNotFitEndsItAfterTheRowsBefore) {
    answer([](Answer& answer) {
        answer.row(R"(["a",1.0])");
        answer.row(R"(["b",null])");
        answer.row(R"(["c",1.0])");
    });
    runQuotes();
    EXPECT_EQ(seen, Texts{"a"});
    ASSERT_EQ(ending->kind(), Ending::Kind::Failed);
    EXPECT_EQ(ending->error()->code(), ErrorCode::UnexpectedNull);
    EXPECT_STREQ(ending->error()->what(), "column PRICE (DOUBLE): expected a double, got null");
}

TEST_F(TypedStream, FunctionsMayBeEmpty) {
    answer(pricesAndDeletes);
    auto query = client.streamQuery<Quote>(statement, {}, {});
    ASSERT_TRUE(query.waitFor(patience));
    std::optional<Ending> mismatch;
    auto wrong = client.streamQuery<std::tuple<int>>(statement, {},
                                                     [&](const Ending& end) { mismatch = end; });
    ASSERT_TRUE(wrong.waitFor(patience));
    EXPECT_EQ(mismatch->error()->code(), ErrorCode::RowMismatch);
}

TEST_F(TypedStream, OptionsHold) {
    answer([](Answer& answer) {
        for (int i = 0; i < 300; ++i)
            answer.row("[\"" + std::to_string(i) + "\"," + std::to_string(i) + ".0]");
    });
    TaskQueue gui;
    auto query = client.streamQuery<Quote>(
        statement,
        [&](StreamControl& control, Quote&& quote) {
            EXPECT_EQ(quote.symbol + ".000000", std::to_string(quote.price));
            seen.push_back(quote.symbol);
            counts = control.counts();
        },
        [&](const Ending& end) { ending = end; },
        StreamOptions()
            .executor(gui.executor())
            .minInterval(2ms)
            .maxRowsPerCall(10)
            .overflow(Overflow::KeepLatest));
    ASSERT_TRUE(gui.runUntil([&] { return ending.has_value(); }));
    EXPECT_EQ(seen.back(), "299");
    EXPECT_EQ(counts.delivered + counts.dropped, 300u);
    EXPECT_EQ(gui.mostAtOnce(), 1u);
}

TEST_F(TypedStream, WhatItCapturedDiesWithTheEnd) {
    answer(pricesAndDeletes);
    auto captured = std::make_shared<int>();
    const std::weak_ptr<int> alive = captured;
    auto query = client.streamQuery<Quote>(
        statement, [captured](StreamControl&, Quote&&) {}, [captured](const Ending&) {}, {},
        [captured](StreamControl&, RowView) {});
    captured.reset();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_TRUE(alive.expired());
}

}  // namespace
}  // namespace ksqldb::test
