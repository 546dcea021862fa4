// Many threads with calls to two servers that come and go and that forget tokens, which live for a
// second only, while Clients are made and closed. Every call ends exactly once.
#include "cluster.h"
#include "insert_server.h"
#include "ledger.h"

#include <array>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

constexpr const char* pull = "SELECT N FROM T WHERE N = 1;";
constexpr const char* push = "SELECT N FROM S EMIT CHANGES;";
constexpr unsigned threads = 8;
constexpr unsigned manyClients = 3;

ServerOptions withoutJournal() {
    ServerOptions options;
    options.recordRequests = false;
    return options;
}

class StressOfServers : public testing::Test {
protected:
    StressOfServers() {
        for (LocalServer* server : {&one, &two}) {
            server->requireBearerToken("none that is issued");
            server->on("/query-stream", pull, numbers(20));
            server->on("/query-stream", push, [this](Exchange& exchange) {
                endless("push_" + std::to_string(++queries), 20)(exchange);
            });
            server->on("/ksql", "", respond(200, "[]"));
            server->on("/inserts-stream", "", [](Exchange& exchange) {
                InsertRequest request(exchange);
                request.accept();
                request.storeAll();
            });
        }
        provider.on("/token", "", [this](Exchange& exchange) {
            const unsigned number = ++tokens;
            if (number % 8 == 0) return exchange.respond(503);
            if (number % 8 == 4) return exchange.resetConnection();
            const std::string token = "token-" + std::to_string(number);
            for (LocalServer* server : {&one, &two}) server->requireBearerToken(token);
            exchange.respond(200, R"({"access_token":")" + token + R"(","expires_in":1})");
        });
        for (auto& client : clients) client = newClient(0);
    }

    std::shared_ptr<Client> newClient(unsigned kind) {
        ClientOptions options;
        options
            .servers({one.url(), two.url()},
                     kind % 2 == 0 ? ServerOrder::InOrder : ServerOrder::RoundRobin)
            .circuitBreaker(CircuitBreaker().failures(2).delay(1ms, 20ms))
            .retry(RetryPolicy().attempts(2).delay(1ms, 5ms))
            .allowCredentialsOverPlainHttp();
        if (kind % 3 == 2)  // a function of the application's
            options.credentials([this] {
                const std::string token = "token-" + std::to_string(++tokens);
                for (LocalServer* server : {&one, &two}) server->requireBearerToken(token);
                return Credentials::bearer(token).expiresIn(20ms);
            });
        else
            options.credentials(OAuthClientCredentials(provider.url() + "/token", "me", "secret"));
        return std::make_shared<Client>(options);
    }
    std::shared_ptr<Client> anyClient(Dice& dice) {
        const std::lock_guard lock(mutex);
        return clients[dice(manyClients)];
    }
    /// In the place of another, which is closed while it may wait for a token.
    void replaceClient(Dice& dice) {
        auto client = newClient(dice(6));
        {
            const std::lock_guard lock(mutex);
            clients[dice(manyClients)].swap(client);
        }
        const unsigned how = dice(3);
        if (how == 0) client->close();
        if (how == 1) client->close(std::chrono::milliseconds(dice(20)));
    }
    /// A server forgets all tokens, or is away for a while; a Client goes and another comes.
    void disturb(Dice& dice) {
        LocalServer& server = dice(2) == 0 ? one : two;
        switch (dice(4)) {
            case 0:
                server.kill(dice(2) == 0 ? server::Cut::Close : server::Cut::Reset);
                std::this_thread::sleep_for(std::chrono::milliseconds(dice(10)));
                server.start();
                EXPECT_TRUE(server.waitUntilListening(patience));
                return;
            case 1:
                return replaceClient(dice);
            default:
                return server.revokeTokens();
        }
    }

    void call(Dice& dice);
    void stream(Client& client, Dice& dice, const std::shared_ptr<Call>& call);
    void insert(Client& client, Dice& dice);

    // What callbacks and scripts use is destroyed last.
    Ledger ledger;
    std::atomic<std::uint64_t> succeeded{0};
    std::mutex mutex;
    std::atomic<unsigned> tokens{0};
    std::atomic<int> queries{0};
    LocalServer one{withoutJournal()}, two{withoutJournal()}, provider{withoutJournal()};
    std::array<std::shared_ptr<Client>, manyClients> clients;
};

void StressOfServers::call(Dice& dice) {
    const auto client = anyClient(dice);
    const auto call = std::make_shared<Call>(ledger);
    switch (dice(8)) {
        case 0:
            return settle(client->serverInfo(), *call);
        case 1:
            return settle(client->execute("CREATE STREAM S;"), *call);
        case 2:
            return settle(client->closeQuery("push_" + std::to_string(dice(1000))), *call);
        case 3:
            return settle(client->insertInto("S", InsertRow().set("N", 1)), *call);
        case 4:
            insert(*client, dice);
            return call->end();
        case 5:
            return stream(*client, dice, call);
        case 6:
            return settle(client->executeQuery(pull), *call);
        default:
            client->executeQuery(pull, {}, [=, this](const Outcome<QueryResult>& outcome) {
                if (outcome.ok()) ++succeeded;
                call->end();
            });
    }
}

/// It goes on at the other server, with whatever token is good then.
void StressOfServers::stream(Client& client, Dice& dice, const std::shared_ptr<Call>& call) {
    StreamCallbacks callbacks;
    callbacks.onRow = [this](StreamControl&, RowView) { ++succeeded; };
    callbacks.onEnd = [call](const Ending&) { call->end(); };
    StreamOptions options;
    if (dice(2) == 0) options.resume(RetryPolicy().attempts(5).delay(1ms, 5ms));
    if (dice(3) == 0) options.livenessProbe(5ms, 50ms);
    Subscription handle = client.streamQuery(push, std::move(callbacks), options);
    if (handle.waitFor(std::chrono::milliseconds(dice(20)))) return;
    handle.cancel();
    if (!handle.waitFor(patience)) ADD_FAILURE() << "a cancelled stream does not end";
}

void StressOfServers::insert(Client& client, Dice& dice) {
    try {
        InsertStream stream = client.insertStream("S", InsertStreamOptions().window(1 + dice(64)));
        for (unsigned left = dice(40); left > 0; --left) stream.insert(InsertRow().set("N", 1));
        if (dice(3) > 0) expectSum(stream.close(patience));
    } catch (const Error&) {  // the stream has ended
    }
}

TEST_F(StressOfServers, EveryCallEndsOnceWhileTokensAndServersComeAndGo) {
    const auto deadline = Clock::now() + stressTime();
    std::vector<std::thread> all;
    for (unsigned i = 0; i < threads; ++i)
        all.emplace_back([&, i] {
            Dice dice(i + 1);
            while (Clock::now() < deadline && !HasFailure()) call(dice);
        });
    all.emplace_back([&] {
        Dice dice(threads + 1);
        while (Clock::now() < deadline && !HasFailure()) {
            disturb(dice);
            std::this_thread::sleep_for(std::chrono::milliseconds(dice(30)));  // some calls succeed
        }
    });
    for (std::thread& thread : all) thread.join();
    for (auto& client : clients) client.reset();
    expectAllEnded(ledger);
    EXPECT_GT(ledger.ended, threads);
    EXPECT_GT(succeeded, threads);
    EXPECT_GT(tokens, 2U);
    for (LocalServer* server : {&one, &two, &provider})
        EXPECT_TRUE(server->waitForOpenConnections(0, patience));
}

}  // namespace
}  // namespace ksqldb::test
