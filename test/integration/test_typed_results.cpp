// executeQuery<T>: whole results as the application's own types, which are read while rows arrive.
#include "watcher.h"

#include <atomic>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace ksqldb::test {

/// One that cannot be copied.
struct Owner {
    std::unique_ptr<int> number;
};

}  // namespace ksqldb::test

template <>
struct ksqldb::FromValue<ksqldb::test::Owner> {
    static test::Owner read(const ValueView& value) {
        return {std::make_unique<int>(value.asInt())};
    }
};

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT * FROM PRICES;";
const Columns priceColumns{{"SYMBOL", "STRING"}, {"PRICE", "DOUBLE"}};

using Price = std::tuple<std::string, std::optional<double>>;
using Number = std::tuple<std::int64_t>;

struct Quote {
    std::string symbol;
    double price = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("SYMBOL", &Quote::symbol), field("PRICE", &Quote::price));
    }
};

std::vector<Number> firstTuples(int count) {
    std::vector<Number> all;
    for (const std::int64_t number : firstNumbers(count)) all.emplace_back(number);
    return all;
}

class TypedResult : public testing::Test {
protected:
    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }
    void answerPrices(std::vector<std::string> rows) {
        answer([rows = std::move(rows)](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("query_1", priceColumns);
            for (const std::string& row : rows) answer.row(row);
            answer.end();
        });
    }
    /// And that the server is told at once.
    Error errorOfEndless(std::future<std::vector<Quote>> result) {
        const Error error = errorFrom(result);
        EXPECT_TRUE(server.waitForRunningQueries(0, patience));
        EXPECT_EQ(error.statement(), statement);
        EXPECT_EQ(error.endpoint().substr(0, 5), "POST ");
        return error;
    }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(TypedResult, IsWhatAResultHasAsThatType) {
    answerPrices({R"(["a",1.5])", R"(["b",2.0])", R"(["c",3.0])"});
    const QueryResult untyped = take(client.executeQuery(statement));
    EXPECT_EQ(take(client.executeQuery<Price>(statement)), untyped.as<Price>());
    const std::vector<Quote> quotes = take(client.executeQuery<Quote>(statement));
    ASSERT_EQ(quotes.size(), 3u);
    for (std::size_t i = 0; i < quotes.size(); ++i) {
        EXPECT_EQ(quotes[i].symbol, untyped.as<Quote>()[i].symbol);
        EXPECT_EQ(quotes[i].price, untyped.as<Quote>()[i].price);
    }
}

TEST_F(TypedResult, MayBeLarge) {
    constexpr int rows = 20'000;
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1", {{"N", "BIGINT"}, {"TEXT", "STRING"}});
        const std::string text(200, 'x');
        std::string some;
        for (int i = 0; i < rows; ++i) {
            some += answer.rowLine("[" + std::to_string(i) + ",\"" + text + "\"]");
            if (i % 100 == 99) exchange.chunk(std::exchange(some, {}));
        }
        answer.end();
    });
    using Row = std::tuple<std::int64_t, std::string>;
    const auto all = take(client.executeQuery<Row>(statement, QueryOptions().maxRows(0)));
    ASSERT_EQ(all.size(), static_cast<std::size_t>(rows));
    for (int i = 0; i < rows; ++i)
        ASSERT_EQ(all[static_cast<std::size_t>(i)], Row(i, std::string(200, 'x')));
}

TEST_F(TypedResult, OfNoRowsIsEmpty) {
    answerPrices({});
    EXPECT_TRUE(take(client.executeQuery<Price>(statement)).empty());
}

TEST_F(TypedResult, LeavesOutDeletes) {
    // Whoever answers with the form that has them.
    answer([](Exchange& exchange) {
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
    EXPECT_EQ(take(client.executeQuery<Price>(statement)), (std::vector<Price>{{"a", 1.0}}));
}

TEST_F(TypedResult, MayHoldWhatCannotBeCopied) {
    answer(numbers(100));
    const auto all = take(client.executeQuery<std::tuple<Owner>>(statement));
    ASSERT_EQ(all.size(), 100u);
    EXPECT_EQ(*std::get<0>(all[99]).number, 99);
    std::promise<int> last;
    client.executeQuery<std::tuple<Owner>>(
        statement, {}, [&last](Outcome<std::vector<std::tuple<Owner>>> outcome) {
            last.set_value(*std::get<0>(outcome.value().back()).number);
        });
    EXPECT_EQ(take(last.get_future()), 99);
}

// What ends it.

TEST_F(TypedResult, AHeaderThatDoesNotFitEndsItThoughThereIsNoRow) {
    answerPrices({});
    const Error error = errorFrom(client.executeQuery<std::tuple<std::int32_t, bool>>(statement));
    EXPECT_EQ(error.code(), ErrorCode::RowMismatch);
    EXPECT_EQ(error.category(), ErrorCategory::Data);
    EXPECT_EQ(error.statement(), statement);
    EXPECT_EQ(error.what(),
              error.endpoint() +
                  ": the row's type does not fit the header `SYMBOL` STRING, `PRICE` DOUBLE: "
                  "SYMBOL: expected INTEGER, got STRING; PRICE: expected BOOLEAN, got DOUBLE");
}

TEST_F(TypedResult, AHeaderThatDoesNotFitEndsAQueryThatWouldNotEnd) {
    for (const int rows : {0, 3}) {
        answer(endless("transient_1", rows));
        EXPECT_EQ(errorOfEndless(client.executeQuery<Quote>(statement)).code(),
                  ErrorCode::RowMismatch);
    }
}

TEST_F(TypedResult, AValueThatCannotBeReadEndsAQueryThatWouldNotEnd) {
    answer([](Exchange& exchange) {
        const auto running = exchange.running("transient_1");
        Answer answer(exchange);
        answer.header("transient_1", priceColumns);
        answer.row(R"(["a",1.0])");
        answer.row(R"(["b",null])");
        exchange.stall();
    });
    const Error error = errorOfEndless(client.executeQuery<Quote>(statement));
    EXPECT_EQ(error.code(), ErrorCode::UnexpectedNull);
    EXPECT_EQ(error.what(),
              error.endpoint() + ": column PRICE (DOUBLE): expected a double, got null");
}

TEST_F(TypedResult, WhatTheServerSaysEndsIt) {
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1");
        answer.numbers(0, 3);
        answer.error(50000, "out of luck");
    });
    const Error error = errorFrom(client.executeQuery<Number>(statement));
    EXPECT_EQ(error.serverMessage(), "out of luck");
    EXPECT_EQ(error.statement(), statement);
}

TEST_F(TypedResult, LimitsHold) {
    answer(numbers(11));
    EXPECT_EQ(take(client.executeQuery<Number>(statement, QueryOptions().maxRows(11))),
              firstTuples(11));
    const Error rows =
        errorFrom(client.executeQuery<Number>(statement, QueryOptions().maxRows(10)));
    EXPECT_EQ(rows.code(), ErrorCode::TooManyRows);
    EXPECT_EQ(rows.statement(), statement);
    EXPECT_EQ(errorFrom(client.executeQuery<Number>(statement, QueryOptions().maxBytes(10))).code(),
              ErrorCode::TooManyBytes);
    answer(endless("transient_1", 2));
    EXPECT_EQ(
        errorFrom(client.executeQuery<Number>(statement, QueryOptions().timeout(50ms))).limitName(),
        "timeout");
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    answer(silent());
    EXPECT_EQ(errorFrom(client.executeQuery<Number>(statement, QueryOptions().headerTimeout(50ms)))
                  .limitName(),
              "headerTimeout");
    EXPECT_THROW((void)client.executeQuery<Number>(statement, QueryOptions().timeout(-1ms)), Error);
}

TEST_F(TypedResult, ATokenCancelsIt) {
    answer(endless("transient_1", 2));
    CancelSource source;
    auto result =
        client.executeQuery<Number>(statement, QueryOptions().cancelToken(source.token()));
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    source.cancel();
    const Error error = errorFrom(result);
    EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    EXPECT_EQ(error.statement(), statement);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(TypedResult, ACallThatIsRepeatedHasItsRowsOnce) {
    const auto refusals = std::make_shared<std::atomic<int>>(2);
    answer([refusals](Exchange& exchange) {
        if ((*refusals)-- > 0)
            exchange.respond(503, R"({"@type":"generic_error","error_code":50302,"message":"x"})");
        else
            numbers(3)(exchange);
    });
    const QueryOptions options = QueryOptions().retry(RetryPolicy().attempts(3).delay(1ms, 5ms));
    EXPECT_EQ(take(client.executeQuery<Number>(statement, options)), firstTuples(3));
    EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(TypedResult, EndsWithItsClient) {
    answer(endless("transient_1", 2));
    auto running = client.executeQuery<Number>(statement);
    std::atomic<int> ends{0};
    const auto note = [&ends](Outcome<std::vector<Number>> outcome) {
        EXPECT_EQ(outcome.error().code(), ErrorCode::ClientClosed);
        ++ends;
    };
    client.executeQuery<Number>(statement, {}, note);
    ASSERT_TRUE(server.waitForRunningQueries(2, patience));
    client.close();
    EXPECT_EQ(running.wait_for(0ms), std::future_status::ready);
    EXPECT_EQ(errorFrom(running).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(errorFrom(client.executeQuery<Number>(statement)).code(), ErrorCode::ClientClosed);
    client.executeQuery<Number>(statement, {}, note);
    client.close();
    EXPECT_EQ(ends, 2);
}

// How it comes, and what is told of it.

TEST_F(TypedResult, ComesToAFunctionOnADeliveryThread) {
    for (int i = 0; i < 20; ++i) {
        const bool isGood = i % 2 == 0;
        answer(numbers(isGood ? 5 : 6));
        std::promise<std::string> died;
        std::promise<std::string> ran;
        client.executeQuery<Number>(statement, QueryOptions().maxRows(5),
                                    [captured = tellsWhereItDies(died), &ran,
                                     isGood](Outcome<std::vector<Number>> outcome) {
                                        EXPECT_EQ(outcome.ok(), isGood);
                                        if (isGood) {
                                            EXPECT_EQ(outcome.value(), firstTuples(5));
                                        }
                                        ran.set_value(threadName());
                                    });
        EXPECT_EQ(take(ran.get_future()), "ksqldb-deliver");
        EXPECT_EQ(take(died.get_future()), "ksqldb-deliver");
    }
}

TEST_F(TypedResult, ComesToAFunctionOnAnExecutor) {
    answer(numbers(5));
    TaskQueue gui;
    std::promise<std::string> died;
    std::vector<std::vector<Number>> outcomes;
    client.executeQuery<Number>(
        statement, {},
        [captured = tellsWhereItDies(died), &outcomes](Outcome<std::vector<Number>> outcome) {
            outcomes.push_back(outcome.value());
        },
        gui.executor());
    ASSERT_TRUE(gui.runOne());
    EXPECT_EQ(outcomes, std::vector<std::vector<Number>>{firstTuples(5)});
    EXPECT_EQ(take(died.get_future()), threadName());
}

TEST_F(TypedResult, AnExecutorThatThrowsIsTold) {
    answer(numbers(5));
    std::promise<Error> told;
    client.executeQuery<Number>(
        statement, {},
        [&told](Outcome<std::vector<Number>> outcome) { told.set_value(outcome.error()); },
        [](const auto&) { throw 1; });
    const Error error = take(told.get_future());
    EXPECT_EQ(error.code(), ErrorCode::ExecutorRejected);
    EXPECT_STREQ(error.what(), "the executor of executeQuery threw");
}

TEST_F(TypedResult, MayBeWaitedForInsideACallback) {
    answer(numbers(5));
    std::vector<Number> inside;
    StreamCallbacks callbacks;
    callbacks.onEnd = [&](const Ending&) { inside = take(client.executeQuery<Number>(statement)); };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(inside, firstTuples(5));
}

TEST_F(TypedResult, IsObservedAsAnyOther) {
    answer(numbers(5));
    const auto watcher = std::make_shared<Watcher>();
    Client observed(clientOptions(server).observer(watcher));
    take(observed.executeQuery(statement));
    take(observed.executeQuery<Number>(statement));
    observed.close();
    ASSERT_TRUE(watcher->isSound());
    EXPECT_EQ(watcher->story(),
              "Query 1 POST /query-stream 200 ok, ok\n"
              "Query 1 POST /query-stream 200 ok, ok\n");
    ASSERT_EQ(watcher->calls().size(), 2u);
    for (const auto& call : watcher->calls()) EXPECT_EQ(call->result.query.value().rows, 5u);
}

}  // namespace
}  // namespace ksqldb::test
