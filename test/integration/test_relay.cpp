// The relay that the fault matrix stands on.
#include "helpers/relay.h"
#include "helpers/support.h"

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::test {
namespace {

class Relayed : public testing::Test {
protected:
    Relayed() {
        server.on("/query-stream", "", [last = last](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("q");
            answer.numbers(0, 2);
            exchange.waitFor(*last);
            answer.numbers(2, 3);
            answer.end();
        });
    }

    std::shared_ptr<Event> last = std::make_shared<Event>();
    LocalServer server;
    ClientOptions byRelay() {
        ClientOptions options(server.urlBy("127.0.0.1", relay.port()));
        return reach(options, {&server});
    }
    Relay relay{server.wirePort()};
    Client client{byRelay()};
    Recorder recorder;
};

TEST_F(Relayed, BytesPass) {
    const Subscription stream = client.streamQuery("SELECT 1;", recorder.callbacks());
    ASSERT_TRUE(recorder.waitForRows(2));
    last->set();
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.numbers(), firstNumbers(3));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
}

TEST_F(Relayed, NothingPassesWhatIsFrozenNotEvenTheEnd) {
    Client other{byRelay()};
    const Subscription stream =
        client.streamQuery("SELECT 1;", recorder.callbacks(), StreamOptions().idleTimeout(1s));
    ASSERT_TRUE(recorder.waitForRows(2));
    relay.freeze();
    last->set();
    auto waiting = other.executeQuery("SELECT 1;");
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.error().code(), ErrorCode::IdleTimeout);
    EXPECT_EQ(recorder.numbers(), firstNumbers(2));
    EXPECT_EQ(server.requests().size(), 1U) << "the other one waits";
    relay.thaw();
    EXPECT_EQ(numbersOf(take(waiting)), firstNumbers(3));
    // The server does not know that its client has gone, and neither does the relay.
    EXPECT_GE(relay.openConnections(), 1U);
}

TEST_F(Relayed, AResetIsSeenOnBothSides) {
    const Subscription stream = client.streamQuery("SELECT 1;", recorder.callbacks());
    ASSERT_TRUE(recorder.waitForRows(2));
    relay.reset();
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.error().code(), ErrorCode::ConnectionLost);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Relayed, ATrickleBringsAll) {
    last->set();
    relay.slowDown(16);
    const auto begun = Clock::now();
    EXPECT_EQ(numbersOf(take(client.executeQuery("SELECT 1;"))), firstNumbers(3));
    EXPECT_GE(Clock::now() - begun, 10ms) << "some 300 bytes";
}

}  // namespace
}  // namespace ksqldb::test
