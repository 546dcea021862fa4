// The longest duration there is as a limit: as good as none.
#include "support.h"

#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";
constexpr milliseconds endlessly = milliseconds::max();

class EndlessLimits : public testing::Test {
protected:
    EndlessLimits() {
        server.on("/query-stream", "", [this](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("transient_1");
            answer.numbers(0, 2);
            exchange.waitFor(more);
            answer.numbers(2, 4);
            answer.end();
        });
    }

    Event more;
    LocalServer server;
    Client client{
        clientOptions(server).connectTimeout(endlessly).headerTimeout(endlessly).requestTimeout(
            endlessly)};
    Recorder recorder;
};

TEST_F(EndlessLimits, OfACallDoNotStrike) {
    more.set();
    EXPECT_EQ(numbersOf(take(client.executeQuery(statement, QueryOptions().timeout(endlessly)))),
              firstNumbers(4));
    EXPECT_FALSE(take(client.serverInfo()).version.empty());
}

/// What the statement allows the server is added to the limit.
TEST_F(EndlessLimits, OfAnAssertionDoNotStrike) {
    server.on("/ksql", "", [](Exchange& exchange) {
        exchange.respond(200, R"([{"@type":"assert_topic","topicName":"t","exists":true}])");
    });
    EXPECT_TRUE(take(client.execute(assertTopic("t", 5s))).exists);
}

TEST_F(EndlessLimits, OfAStreamDoNotStrike) {
    Subscription query =
        client.streamQuery(statement, recorder.callbacks(), StreamOptions().idleTimeout(endlessly));
    ASSERT_TRUE(recorder.waitForRows(2));
    more.set();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.numbers(), firstNumbers(4));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
}

TEST_F(EndlessLimits, OfAWaitWait) {
    ResultStream polled = client.streamQuery(statement);
    Subscription subscribed = client.streamQuery(statement, recorder.callbacks());
    RowView row;
    RowBatch batch;
    ASSERT_EQ(polled.next(row, endlessly), Next::Row);
    ASSERT_EQ(polled.next(row, endlessly), Next::Row);
    ASSERT_TRUE(recorder.waitForRows(2));
    std::thread later([this] { more.set(); });
    EXPECT_EQ(polled.nextBatch(batch, endlessly), Next::Row);
    EXPECT_TRUE(subscribed.waitFor(endlessly));
    later.join();
}

TEST_F(EndlessLimits, OfAnIntervalAllowOneCall) {
    Event called;
    std::size_t calls = 0;
    std::optional<Ending> ending;
    StreamCallbacks callbacks;
    callbacks.onRows = [&](StreamControl&, const RowBatch&) {
        ++calls;
        called.set();
    };
    callbacks.onEnd = [&](const Ending& end) { ending = end; };
    Subscription query =
        client.streamQuery(statement, std::move(callbacks), StreamOptions().minInterval(endlessly));
    ASSERT_TRUE(called.wait(patience));
    more.set();
    query.cancel();
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(calls, 1u);
    EXPECT_EQ(ending->kind(), Ending::Kind::Cancelled);
}

}  // namespace
}  // namespace ksqldb::test
