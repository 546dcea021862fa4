// executeQuery's bounds: time, rows, bytes; and the early header.
#include "support.h"

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT * FROM T;";

enum class Arrival { RowByRow, AllAtOnce, Endless };
void PrintTo(Arrival arrival, std::ostream* out) {
    static constexpr const char* names[] = {"RowByRow", "AllAtOnce", "Endless"};
    *out << names[static_cast<int>(arrival)];
}

class RowLimit : public testing::TestWithParam<Arrival> {
protected:
    void answerWith(int rows) {
        server.on("/query-stream", "", [rows, arrival = GetParam()](Exchange& exchange) {
            Answer answer(exchange);
            const auto running = exchange.running("transient_1");
            if (arrival == Arrival::AllAtOnce) {
                std::string all = answer.headerLine("query_1");
                for (int i = 0; i < rows; ++i) all += answer.rowLine("[" + std::to_string(i) + "]");
                exchange.head(200);
                exchange.chunk(all);
            } else {
                answer.header("query_1");
                answer.numbers(0, rows);
                if (arrival == Arrival::Endless) exchange.stall();
            }
            answer.end();
        });
    }

    void expectTooMany(const Error& error, ErrorCode code, const char* limit) {
        EXPECT_EQ(error.code(), code);
        EXPECT_EQ(error.category(), ErrorCategory::Limit);
        EXPECT_EQ(error.limitName(), limit);
        EXPECT_EQ(error.httpStatus(), 200);
        EXPECT_FALSE(error.isRetryable());
        EXPECT_NE(std::string(error.what()).find(limit), std::string::npos) << error.what();
        // Nobody waits for the rest.
        EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_P(RowLimit, IsReachedByOneRowMore) {
    for (const int limit : {1, 10, 1000}) {
        answerWith(limit + 1);
        expectTooMany(errorFrom(client.executeQuery(
                          statement, QueryOptions().maxRows(static_cast<std::size_t>(limit)))),
                      ErrorCode::TooManyRows, "maxRows");
    }
}

TEST_P(RowLimit, IsNotReachedByExactlyThatMany) {
    if (GetParam() == Arrival::Endless) {
        answerWith(10);
        const Error error =
            errorFrom(client.executeQuery(statement, QueryOptions().maxRows(10).timeout(100ms)));
        EXPECT_EQ(error.code(), ErrorCode::TotalTimeout);
        return;
    }
    for (const int limit : {1, 10, 1000}) {
        answerWith(limit);
        const QueryResult result = take(client.executeQuery(
            statement, QueryOptions().maxRows(static_cast<std::size_t>(limit))));
        EXPECT_EQ(numbersOf(result), firstNumbers(limit));
    }
}

TEST_P(RowLimit, IsTenThousandByDefault) {
    answerWith(10'001);
    expectTooMany(errorFrom(client.executeQuery(statement)), ErrorCode::TooManyRows, "maxRows");
}

TEST_P(RowLimit, InBytesCountsTheRowsText) {
    answerWith(1000);
    expectTooMany(errorFrom(client.executeQuery(statement, QueryOptions().maxBytes(2000))),
                  ErrorCode::TooManyBytes, "maxBytes");
    if (GetParam() != Arrival::Endless) {
        EXPECT_EQ(take(client.executeQuery(statement, QueryOptions().maxBytes(20'000))).size(),
                  1000u);
    }
}

INSTANTIATE_TEST_SUITE_P(All, RowLimit,
                         testing::Values(Arrival::RowByRow, Arrival::AllAtOnce, Arrival::Endless));

class TimeLimit : public testing::Test {
protected:
    /// On a busy machine silence may strike by chance, in wrong code it always does.
    template <class Attempt>
    static bool untilItHolds(Attempt attempt) {
        for (int i = 0; i < 20; ++i) {
            try {
                if (attempt()) return true;
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::IdleTimeout) << error.what();
            }
        }
        return false;
    }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(TimeLimit, EndsACallThatTakesTooLong) {
    server.on("/query-stream", "", endless("transient_1", 2));
    const auto start = Clock::now();
    const Error error = errorFrom(client.executeQuery(statement, QueryOptions().timeout(100ms)));
    EXPECT_GE(Clock::now() - start, 100ms);
    EXPECT_EQ(error.code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(error.category(), ErrorCategory::Timeout);
    EXPECT_EQ(error.limitName(), "timeout");
    EXPECT_TRUE(error.isRetryable());
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(TimeLimit, EndsACallThatTrickles) {
    // Rows keep coming, so that no silence ends it.
    server.on("/query-stream", "", [](Exchange& exchange) {
        const auto running = exchange.running("transient_1");
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0;; ++i) {
            answer.numbers(i, i + 1);
            if (exchange.pause(5ms) != Woke::Time) return;
        }
    });
    const Error error = errorFrom(client.executeQuery(statement, QueryOptions().timeout(200ms)));
    EXPECT_EQ(error.code(), ErrorCode::TotalTimeout);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(TimeLimit, LeavesOthersAlone) {
    server.on("/query-stream", "", endless("transient_1"));
    ResultStream other = client.streamQuery(statement);
    other.header();
    EXPECT_EQ(errorFrom(client.executeQuery(statement, QueryOptions().timeout(50ms))).code(),
              ErrorCode::TotalTimeout);
    EXPECT_TRUE(server.waitForRunningQueries(1, patience));
    RowView row;
    EXPECT_EQ(other.next(row, 0ms), Next::Timeout);
}

TEST_F(TimeLimit, OfShortRequestsIsTheClients) {
    server.onAny(silent());
    Client hasty(clientOptions(server).requestTimeout(50ms));
    for (const Error& error :
         {errorFrom(hasty.serverInfo()), errorFrom(hasty.healthCheck()),
          errorFrom(hasty.closeQuery("transient_1")), errorFrom(hasty.closeQuery("query_1"))}) {
        EXPECT_EQ(error.code(), ErrorCode::TotalTimeout);
        EXPECT_EQ(error.limitName(), "requestTimeout");
        EXPECT_TRUE(error.isRetryable());
    }
}

TEST_F(TimeLimit, AnAnswerOfAnySizeIsNotTaken) {
    // A short request's answer is held whole, so its size is bounded.
    server.onAny([](Exchange& exchange) {
        exchange.head(200);
        while (!exchange.ended() && exchange.bytesWritten() < (std::uint64_t{64} << 20))
            exchange.chunk(std::string(std::size_t{1} << 20, ' '));
    });
    for (const Error& error :
         {errorFrom(client.serverInfo()), errorFrom(client.closeQuery("transient_1"))}) {
        EXPECT_EQ(error.code(), ErrorCode::TooManyBytes);
        EXPECT_EQ(error.limitName(), "maxAnswerBytes");
        EXPECT_FALSE(error.isRetryable());
    }
}

TEST_F(TimeLimit, AnAnswerOfJustTheSizeIsTaken) {
    constexpr std::size_t most = std::size_t{16} << 20;
    for (const std::size_t size : {most, most + 1}) {
        server.onAny([size](Exchange& exchange) { exchange.respond(200, std::string(size, ' ')); });
        auto answer = client.execute(rawRequest({"GET", "/info", {}, {}}));
        if (size == most)
            EXPECT_EQ(take(answer).body.size(), most);
        else
            EXPECT_EQ(errorFrom(answer).limitName(), "maxAnswerBytes");
        server.clearScripts();
    }
}

TEST_F(TimeLimit, OfSilenceDoesNotStrikeWhileTheConsumerIsSlow) {
    // The stream is paused, so it is not the server that is silent.
    server.on("/query-stream", "", numbers(2000));
    const bool isWhole = untilItHolds([&] {
        ResultStream query =
            client.streamQuery(statement, StreamOptions().bufferBytes(100).idleTimeout(200ms));
        RowView row;
        (void)query.next(row, patience);
        std::this_thread::sleep_for(400ms);  // the slow consumer
        return numbersOf(query).size() == 1999u;
    });
    EXPECT_TRUE(isWhole);
}

TEST_F(TimeLimit, OfSilenceBeginsAgainWithEachRow) {
    server.on("/query-stream", "", [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0; i < 8; ++i) {
            answer.numbers(i, i + 1);
            exchange.pause(50ms);
        }
        answer.end();
    });
    EXPECT_TRUE(untilItHolds([&] {
        ResultStream query = client.streamQuery(statement, StreamOptions().idleTimeout(300ms));
        return numbersOf(query) == firstNumbers(8);
    }));
}

TEST(EarlyHeader, ThatNobodyCanBeToldIsNoObstacle) {
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    Client client(clientOptions(server));
    std::promise<Header> satisfied;
    satisfied.set_value(Header());
    EXPECT_EQ(numbersOf(take(client.executeQuery(statement, {}, std::move(satisfied)))),
              firstNumbers(3));
    std::promise<Header> empty;
    std::promise<Header> taken(std::move(empty));
    EXPECT_EQ(numbersOf(take(client.executeQuery(statement, {}, std::move(empty)))),
              firstNumbers(3));
    client.close();
    std::promise<Header> late;
    late.set_value(Header());
    EXPECT_EQ(errorFrom(client.executeQuery(statement, {}, std::move(late))).code(),
              ErrorCode::ClientClosed);
}

TEST_F(TimeLimit, HeaderComesEarly) {
    const auto more = std::make_shared<Event>();
    server.on("/query-stream", "", [more](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        exchange.waitFor(*more);
        answer.numbers(0, 1);
        answer.end();
    });
    std::promise<Header> header;
    std::future<Header> early = header.get_future();
    std::future<QueryResult> result = client.executeQuery(statement, {}, std::move(header));
    EXPECT_EQ(take(early).queryId(), "transient_1");
    EXPECT_EQ(result.wait_for(0ms), std::future_status::timeout);
    more->set();
    EXPECT_EQ(take(result).size(), 1u);
}

}  // namespace
}  // namespace ksqldb::test
