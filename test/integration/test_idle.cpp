// A Client that has nothing to do costs nothing: none of its threads wakes up.
#include "insert_server.h"
#include "process.h"
#include "table_server.h"

#include <atomic>
#include <memory>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

std::uint64_t wakeUps() {
    std::uint64_t sum = 0;
    for (const auto& [id, thread] : libraryThreadsNow()) sum += thread.wakeUps;
    return sum;
}

/// Whether the library's threads, so many, sleep through two seconds on end. Something that was
/// begun before may still come once, a limit for a connection that is long there, for example; what
/// comes again and again leaves no such time.
void expectSilence(std::size_t threads) {
    const auto deadline = Clock::now() + 12s;
    while (libraryThreadsNow().size() != threads && Clock::now() < deadline)
        std::this_thread::yield();  // they have their names a little later
    ASSERT_EQ(libraryThreadsNow().size(), threads);
    std::uint64_t woken = 1;
    while (woken != 0 && Clock::now() < deadline) {
        const std::uint64_t before = wakeUps();
        std::this_thread::sleep_for(2s);  // what is measured
        woken = wakeUps() - before;
    }
    EXPECT_EQ(woken, 0U) << "wake-ups in 2 s";
}

class Idle : public testing::TestWithParam<Wire> {
protected:
    Idle() {
        server.on("/query-stream", "SELECT 1;", numbers(3));
        server.on("/query-stream", statement, endless("transient_1", 3));
        server.on("/inserts-stream", "", [](Exchange& exchange) {
            InsertRequest request(exchange);
            request.accept();
            request.storeAll();
        });
    }

    LocalServer server{serverOptions(GetParam())};
    Recorder recorder;
    RowView row;
    Client client{clientOptions(server, GetParam())};
};
INSTANTIATE_TEST_SUITE_P(Wires, Idle, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(Idle, WhenItIsNew) { expectSilence(1); }

TEST_P(Idle, AfterCallsWithItsConnectionsKept) {
    EXPECT_EQ(take(client.executeQuery("SELECT 1;")).size(), 3U);
    take(client.serverInfo());
    take(client.insertInto("S", InsertRow().set("N", 1)));
    Subscription query = client.streamQuery("SELECT 1;", recorder.callbacks());
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_GT(server.openConnections(), 0U);
    expectSilence(3);
}

TEST_P(Idle, WhileSilentQueriesRun) {
    Subscription pushed = client.streamQuery(statement, recorder.callbacks());
    ResultStream polled = client.streamQuery(statement);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(polled.next(row, patience), Next::Row);
    ASSERT_TRUE(recorder.waitForRows(3));
    expectSilence(2);
    EXPECT_EQ(server.runningQueries().size(), 2U);
}

TEST_P(Idle, WhileAnInsertStreamIsOpen) {
    InsertStream stream = client.insertStream("S");
    stream.insert(InsertRow().set("N", 1));
    ASSERT_TRUE(stream.flush(patience));
    expectSilence(1);
    EXPECT_TRUE(stream.close(patience).ok());
}

TEST_P(Idle, WithLimitsOfTimeThatAreFar) {
    Subscription pushed =
        client.streamQuery(statement, recorder.callbacks(),
                           StreamOptions().idleTimeout(1min).timeout(1h).livenessProbe(1min, 10s));
    ASSERT_TRUE(recorder.waitForRows(3));
    expectSilence(2);
}

TEST_P(Idle, WhenACallFailed) {
    server.on("/query-stream", "SELECT 2;", [](Exchange& exchange) { exchange.resetConnection(); });
    EXPECT_EQ(errorFrom(client.executeQuery("SELECT 2;")).code(), ErrorCode::ConnectionLost);
    expectSilence(2);
}

// A token that has expired is renewed when somebody asks, and not before.

TEST(IdleCredentials, OfAFunctionOfTheApplications) {
    LocalServer server;
    server.requireBearerToken("a-token");
    server.on("/query-stream", statement, endless("transient_1", 3));
    const auto asked = std::make_shared<std::atomic<int>>(0);
    Client client(clientOptions(server).allowCredentialsOverPlainHttp().credentials([asked] {
        ++*asked;
        return Credentials::bearer("a-token").expiresIn(1s);
    }));
    Recorder recorder;
    const Subscription query = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(recorder.waitForRows(3));
    expectSilence(3);
    EXPECT_EQ(*asked, 1);
    take(client.serverInfo());
    EXPECT_EQ(*asked, 2);
}

TEST(IdleCredentials, OfAnIdentityProvider) {
    LocalServer server;
    server.issueTokens("me", "secret", 1s);
    Client client(clientOptions(server).allowCredentialsOverPlainHttp().credentials(
        OAuthClientCredentials(server.url() + "/oauth/token", "me", "secret")));
    take(client.serverInfo());
    expectSilence(2);
    EXPECT_EQ(server.issuedTokens(), 1U);
    take(client.serverInfo());
    EXPECT_EQ(server.issuedTokens(), 2U);
}

TEST(IdleTable, WhenItHasCaughtUp) {
    TableServer table;
    table.push = [](Exchange& exchange, Answer& answer, int) {
        answer.row(levelRow("a", 1));
        exchange.stall();
    };
    table.pull = found({levelRow("a", 1)});
    Client client(clientOptions(table.server));
    LevelTable live(client, "T");
    ASSERT_TRUE(live.waitCaughtUp(patience));
    expectSilence(2);
}

TEST(IdleCluster, OfSeveralServers) {
    const LocalServer one, two;
    Client client(ClientOptions().servers({one.url(), two.url()}));
    take(client.serverInfo());
    expectSilence(2);
}

}  // namespace
}  // namespace ksqldb::test
