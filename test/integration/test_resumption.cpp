// Push queries that lose their server and go on.
#include "helpers/resumed.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

TEST_F(Resumed, WithATokenNothingIsLost) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    serve({answering("q1",
                     [](Exchange& exchange, Answer& answer) {
                         answer.numbers(0, 2);
                         answer.token("t1");
                         answer.numbers(2, 3);
                         exchange.resetConnection();
                     }),
           refusal(), answering("q2", [](Exchange& exchange, Answer& answer) {
               answer.numbers(2, 4);
               exchange.stall();
           })});
    Subscription stream =
        client_.streamQuery(push, words_.callbacks(), StreamOptions().resume(quick));
    ASSERT_TRUE(words_.waitFor("3"));
    stream.cancel();
    ASSERT_TRUE(words_.waitForEnd());
    EXPECT_EQ(words_.words(), (Strings{"header q1", "0", "1", "2", "Disconnected", "Waiting",
                                       "Waiting", "Resumed q2", "2", "3", "Cancelled"}));
    EXPECT_TRUE(asks(1, R"("request.ksql.query.push.continuation.token":"t1")")) << body(1);
    EXPECT_TRUE(asks(2, R"("request.ksql.query.push.continuation.token":"t1")")) << body(2);
}

TEST_F(Resumed, WithoutATokenAGapIsTold) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    serve({answering("q1", rowsAndReset(0, 2)),
           answering("q2", [](Exchange& exchange, Answer& answer) {
               answer.numbers(5, 6);
               exchange.stall();
           })});
    Subscription stream = client_.streamQuery(
        push, words_.callbacks(), StreamOptions().resume(quick).offsetReset(OffsetReset::Earliest));
    ASSERT_TRUE(words_.waitFor("5"));
    EXPECT_EQ(words_.words(), (Strings{"header q1", "0", "1", "Disconnected", "Waiting",
                                       "Resumed q2", "Gap", "5"}));
    EXPECT_TRUE(asks(0, R"("auto.offset.reset":"earliest")")) << body(0);
    EXPECT_TRUE(asks(1, R"("auto.offset.reset":"latest")")) << body(1);
}

TEST_F(Resumed, RowsThatWereSeenAreSkippedByTheirNumber) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    // The third attempt ends while it still skips.
    serve({answering("q1", rowsAndReset(0, 3)), answering("q2", rowsAndReset(0, 5)),
           answering("q3", rowsAndReset(0, 2)),
           answering("q4", [](Exchange& exchange, Answer& answer) {
               answer.numbers(0, 7);
               exchange.stall();
           })});
    Subscription stream = client_.streamQuery(
        push, words_.callbacks(),
        StreamOptions().resume(quick, ResumeFrom::SkipSeen).offsetReset(OffsetReset::Earliest));
    ASSERT_TRUE(words_.waitFor("6"));
    Strings numbers;
    for (const std::string& word : words_.words())
        if (word.size() == 1) numbers.push_back(word);
    EXPECT_EQ(numbers, (Strings{"0", "1", "2", "3", "4", "5", "6"}));
}

TEST_F(Resumed, AnEndThatNobodyHereAskedForIsNone) {
    serve({answering("q1",
                     [](Exchange&, Answer& answer) {
                         answer.numbers(0, 1);
                         answer.end();
                     }),
           answering("q2", [](Exchange& exchange, Answer& answer) {
               answer.numbers(1, 2);
               exchange.stall();
           })});
    Subscription stream =
        client_.streamQuery(push, words_.callbacks(), StreamOptions().resume(quick));
    EXPECT_TRUE(words_.waitFor("1"));
}

TEST_F(Resumed, OtherColumnsEndIt) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    serve({answering("q1", rowsAndReset(0, 1)), [](Exchange& exchange) {
               const Answer answer(exchange);
               exchange.head(200, {});
               // Together: the row must not be taken for one that fits.
               exchange.chunk(answer.headerLine("q2", {{"M", "STRING"}}) +
                              answer.rowLine(R"(["x"])"));
               exchange.stall();
           }});
    Recorder recorder;
    const Subscription stream =
        client_.streamQuery(push, recorder.callbacks(), StreamOptions().resume(quick));
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.error().code(), ErrorCode::SchemaChanged) << recorder.error().what();
    EXPECT_EQ(recorder.numbers(), firstNumbers(1));
}

TEST_F(Resumed, GivesUpWithTheLastError) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    serve({answering("q1", rowsAndReset(0, 1)), refusal()});
    Recorder recorder;
    const RetryPolicy three = RetryPolicy().attempts(3).delay(1ms, 1ms);
    const Subscription stream =
        client_.streamQuery(push, recorder.callbacks(), StreamOptions().resume(three));
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.error().serverCode(), 50302);
    EXPECT_FALSE(recorder.error().isRetryable()) << "rows of the first attempt would come again";
    EXPECT_EQ(server_.requests().size(), 4U);
}

TEST_F(Resumed, WaitingEndsWithACancelAndWithTheClient) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    const RetryPolicy patient = RetryPolicy().attempts(3).delay(1h, 1h).within(0ms);
    serve({answering("q1", rowsAndReset(0, 1))});
    Subscription stream =
        client_.streamQuery(push, words_.callbacks(), StreamOptions().resume(patient));
    ASSERT_TRUE(words_.waitFor("Waiting"));
    stream.cancel();
    ASSERT_TRUE(words_.waitForEnd());

    Words others;
    Subscription other;
    {
        serve({answering("q1", rowsAndReset(0, 1))});
        Client client(clientOptions(server_));
        other = client.streamQuery(push, others.callbacks(), StreamOptions().resume(patient));
        ASSERT_TRUE(others.waitFor("Waiting"));
    }
    EXPECT_TRUE(others.waitForEnd());
}

class ResumedPolled : public Resumed {
protected:
    ResumedPolled() {
        serve({answering("q1", rowsAndReset(0, 2)), answering("q2", rowsAndReset(2, 3))});
    }
    const StreamOptions options_ =
        StreamOptions().resume(RetryPolicy().attempts(1).delay(1ms, 1ms), ResumeFrom::Latest);
};

TEST_F(ResumedPolled, AnswersEventsIfItIsToldTo) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    ResultStream stream = client_.streamQuery(push, StreamOptions(options_).reportEvents());
    Strings seen;
    RowView row;
    while (seen.size() < 6) {
        const Next found = stream.next(row, patience);
        ASSERT_NE(found, Next::Timeout);
        seen.push_back(found == Next::Event ? std::string(toString(stream.event().kind))
                                            : std::to_string(row.get<int>("N")));
    }
    EXPECT_EQ(seen, (Strings{"0", "1", "Disconnected", "Waiting", "Resumed", "Gap"}));
}

TEST_F(ResumedPolled, IsSilentOfThemElse) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    ResultStream stream = client_.streamQuery(push, options_);
    std::vector<int> rows;
    RowView row;
    while (rows.size() < 3 && stream.next(row, patience) == Next::Row)
        rows.push_back(row.get<int>("N"));
    EXPECT_EQ(rows, (std::vector<int>{0, 1, 2}));
}

/// More attempts than the channel has places end before anybody looks: the last batch of one goes
/// to the next, with its events.
TEST_F(Resumed, WhatFindsNoPlaceGoesToTheNextAttempt) {
    constexpr int rounds = 100;
    std::vector<Script> scripts;
    for (int i = 0; i < rounds; ++i)
        scripts.push_back(answering("q", [i](Exchange&, Answer& answer) {
            answer.numbers(i, i + 1);
            answer.end();
        }));
    scripts.push_back(answering("q", [](Exchange& exchange, Answer&) { exchange.stall(); }));
    serve(std::move(scripts));
    ResultStream stream = client_.streamQuery(
        push, StreamOptions().resume(RetryPolicy().attempts(5).delay(0ms, 0ms)).reportEvents());
    ASSERT_TRUE(server_.waitForRequests(rounds + 1, patience));
    int resumed = 0;
    int disconnected = 0;
    std::vector<std::int64_t> rows;
    RowView row;
    while (resumed < rounds) {
        const Next found = stream.next(row, patience);
        ASSERT_TRUE(found == Next::Row || found == Next::Event) << found;
        if (found == Next::Row)
            rows.push_back(row.get<std::int64_t>("N"));
        else if (stream.event().kind == StreamEvent::Kind::Disconnected)
            ++disconnected;
        else if (stream.event().kind == StreamEvent::Kind::Resumed)
            ++resumed;
    }
    EXPECT_EQ(rows, firstNumbers(rounds));
    EXPECT_EQ(disconnected, rounds);
}

/// Also once there are more events before one row than are kept.
TEST_F(Resumed, EachAttemptIsLogged) {
    constexpr int rounds = 300;
    std::vector<Script> scripts(rounds,
                                answering("q", [](Exchange&, Answer& answer) { answer.end(); }));
    scripts.push_back(answering("q", [](Exchange& exchange, Answer&) { exchange.stall(); }));
    serve(std::move(scripts));
    std::atomic<int> logged{0};
    Client client(clientOptions(server_).log(LogLevel::Info, [&](LogLevel, std::string_view line) {
        if (line.find("Waiting") != std::string_view::npos) ++logged;
    }));
    const ResultStream stream = client.streamQuery(
        push, StreamOptions().resume(RetryPolicy().attempts(rounds).delay(0ms, 0ms)));
    ASSERT_TRUE(server_.waitForRequests(rounds + 1, patience));
    EXPECT_EQ(logged, rounds);
}

/// Each attempt brings a thousand rows, while the consumer stands still for a time.
TEST_F(Resumed, ASlowConsumerMissesNothing) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    constexpr int rounds = 20;
    constexpr int each = 1000;
    std::vector<Script> scripts;
    for (int i = 0; i < rounds; ++i)
        scripts.push_back(answering("q", rowsAndReset(i * each, (i + 1) * each)));
    scripts.push_back([](Exchange& exchange) { exchange.stall(); });
    serve(std::move(scripts));
    ResultStream stream =
        client_.streamQuery(push, StreamOptions().resume(quick).bufferBytes(2000).reportEvents());
    ASSERT_TRUE(server_.waitForRequests(1, patience));
    int next = 0;
    int resumed = 0;
    RowView row;
    while (next < rounds * each) {
        const Next found = stream.next(row, patience);
        ASSERT_TRUE(found == Next::Row || found == Next::Event);
        if (found == Next::Row) {
            // What lies unread in a connection that is reset is lost, as the gap says.
            ASSERT_GE(row.get<int>("N"), next);
            next = row.get<int>("N") + 1;
        } else if (stream.event().kind == StreamEvent::Kind::Resumed) {
            ++resumed;
        }
        if (next >= (rounds - 1) * each && resumed == rounds - 1) break;
    }
    EXPECT_EQ(resumed, rounds - 1);
}

}  // namespace
}  // namespace ksqldb::test
