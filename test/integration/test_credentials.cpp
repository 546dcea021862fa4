// Who asks: tokens that are given, provided or issued, and that change while a Client lives.
#include "support.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";
constexpr const char* clientSecret = "hunter2/+ &";

ClientOptions optionsFor(const LocalServer& server) {
    return clientOptions(server).allowCredentialsOverPlainHttp();
}

OAuthClientCredentials oauthAt(const LocalServer& provider) {
    return {provider.url() + "/oauth/token", "a client:1", clientSecret};
}

/// A provider that the test lets go on.
class Gate {
public:
    void open() {
        std::lock_guard lock(mutex_);
        isOpen_ = true;
        changed_.notify_all();
    }
    bool waitForCalls(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return calls_ >= count; });
    }
    void pass() {
        std::unique_lock lock(mutex_);
        ++calls_;
        changed_.notify_all();
        changed_.wait_for(lock, patience, [&] { return isOpen_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int calls_ = 0;
    bool isOpen_ = false;
};

struct Asked {
    std::atomic<int> times{0};
};

TEST(Bearer, IsSentWithEveryKindOfCall) {
    LocalServer server;
    server.requireBearerToken("a-token");
    server.on("/query-stream", "", numbers(3));
    server.inserts().declare("S", "N BIGINT");
    Client client(optionsFor(server).credentials(Credentials::bearer("a-token")));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    ResultStream polled = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(polled), firstNumbers(3));
    Recorder recorder;
    Subscription subscribed = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(subscribed.waitFor(patience));
    EXPECT_EQ(recorder.numbers(), firstNumbers(3));
    take(client.serverInfo());
    take(client.insertInto("S", InsertRow().set("N", 1)));
    InsertStream inserts = client.insertStream("S");
    inserts.insert(InsertRow().set("N", 2));
    EXPECT_TRUE(inserts.close(patience).ok());
    for (const auto& request : server.requests())
        EXPECT_EQ(request.header("Authorization"), "Bearer a-token") << request.path();
}

TEST(Bearer, ThatIsWrongIsToldOnce) {
    LocalServer server;
    server.requireBearerToken("a-token");
    Client client(optionsFor(server).credentials(Credentials::bearer("hunter2")));
    const Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::Unauthorized);
    EXPECT_EQ(error.httpStatus(), 401);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST(Bearer, OverPlainHttpIsRefusedUnlessAllowed) {
    const LocalServer server;
    const auto refusal = [&](const ClientOptions& options) {
        const Error error = errorFrom([&] { const Client client(options); });
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(std::string(error.what()).find("allowCredentialsOverPlainHttp"),
                  std::string::npos);
    };
    refusal(clientOptions(server).credentials(Credentials::bearer("a-token")));
    refusal(clientOptions(server).credentials([] { return Credentials::bearer("a-token"); }));
    refusal(clientOptions(server).credentials(oauthAt(server)));
    refusal(ClientOptions("https://localhost").credentials(oauthAt(server)));
}

TEST(Provider, IsAskedOnceForManyCallsOnAThreadOfItsOwn) {
    LocalServer server;
    server.requireBearerToken("a-token");
    server.on("/query-stream", "", numbers(1));
    const auto gate = std::make_shared<Gate>();
    const auto asked = std::make_shared<Asked>();
    std::string thread;
    {
        Client client(optionsFor(server).credentials([&thread, gate, asked] {
            ++asked->times;
            thread = threadName();
            gate->pass();
            return Credentials::bearer("a-token");
        }));
        EXPECT_EQ(asked->times, 0);  // nobody has asked for anything
        std::vector<std::future<QueryResult>> calls;
        for (int i = 0; i < 20; ++i) calls.push_back(client.executeQuery(statement));
        ASSERT_TRUE(gate->waitForCalls(1));
        EXPECT_TRUE(server.requests().empty());
        gate->open();
        for (auto& call : calls) EXPECT_EQ(take(call).size(), 1u);
        take(client.serverInfo());
    }
    EXPECT_EQ(asked->times, 1);
    EXPECT_EQ(thread, "ksqldb-creds");
}

TEST(Provider, IsAskedAgainAfterARefusalOnceForAll) {
    LocalServer server;
    server.requireBearerToken("token-1");
    server.on("/query-stream", "", numbers(1));
    server.inserts().declare("S", "N BIGINT");
    const auto asked = std::make_shared<Asked>();
    Client client(optionsFor(server).credentials(
        [asked] { return Credentials::bearer("token-" + std::to_string(++asked->times)); }));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 1u);
    server.revokeTokens();
    server.requireBearerToken("token-2");
    std::vector<std::future<QueryResult>> calls;
    for (int i = 0; i < 20; ++i) calls.push_back(client.executeQuery(statement));
    auto inserted = client.insertInto("S", InsertRow().set("N", 1));
    ResultStream polled = client.streamQuery(statement);
    for (auto& call : calls) EXPECT_EQ(take(call).size(), 1u);
    take(inserted);
    EXPECT_EQ(numbersOf(polled), firstNumbers(1));
    EXPECT_EQ(asked->times, 2);
    // Each call was repeated at most once: some asked with the old token, none twice with it.
    std::size_t old = 0;
    for (const auto& request : server.requests())
        if (request.header("Authorization") == "Bearer token-1") ++old;
    EXPECT_LE(old, 1u + 22u);
}

TEST(Provider, ThatIsRefusedAgainIsAnErrorAndNoLoop) {
    LocalServer server;
    server.requireBearerToken("another");
    const auto asked = std::make_shared<Asked>();
    Client client(optionsFor(server).retry(RetryPolicy().attempts(5)).credentials([asked] {
        ++asked->times;
        return Credentials::bearer("a-token");
    }));
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).code(), ErrorCode::Unauthorized);
    EXPECT_EQ(server.requests().size(), 2u);
    EXPECT_EQ(asked->times, 2);
    EXPECT_EQ(errorFrom(client.insertInto("S", InsertRow().set("N", 1))).httpStatus(), 401);
    EXPECT_EQ(server.requests().size(), 4u);
}

TEST(Provider, ARunningQueryOutlivesItsToken) {
    LocalServer server;
    server.requireBearerToken("token-1");
    const auto more = std::make_shared<Event>();
    server.on("/query-stream", "push", [more](Exchange& exchange) {
        const auto running = exchange.running("query_1");
        Answer answer(exchange);
        answer.header("query_1");
        answer.numbers(0, 1);
        exchange.waitFor(*more);
        answer.numbers(1, 2);
        exchange.waitForClientClose();
    });
    const auto asked = std::make_shared<Asked>();
    Client client(optionsFor(server).credentials(
        [asked] { return Credentials::bearer("token-" + std::to_string(++asked->times)); }));
    Recorder recorder;
    const Subscription running = client.streamQuery("push", recorder.callbacks());
    ASSERT_TRUE(recorder.waitForRows(1));
    server.revokeTokens();
    server.requireBearerToken("token-2");
    take(client.serverInfo());
    EXPECT_EQ(asked->times, 2);
    more->set();
    ASSERT_TRUE(recorder.waitForRows(2));
    EXPECT_EQ(recorder.numbers(), firstNumbers(2));
}

TEST(Provider, WhatItThrowsEndsTheCallsThatWait) {
    const LocalServer server;
    const auto asked = std::make_shared<Asked>();
    Client client(optionsFor(server).credentials([asked]() -> Credentials {
        if (++asked->times == 1) throw std::runtime_error("the vault is sealed");
        throw Error(ErrorCode::InvalidArgument, "no such role");
    }));
    Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::CredentialsFailed);
    EXPECT_EQ(error.what(),
              "POST " + server.url() +
                  "/query-stream: the credential provider threw: the vault is sealed");
    EXPECT_TRUE(error.isRetryable());
    EXPECT_EQ(error.endpoint(), "POST " + server.url() + "/query-stream");
    error = errorFrom(client.serverInfo());
    EXPECT_EQ(error.code(), ErrorCode::CredentialsFailed);
    EXPECT_EQ(error.what(),
              "GET " + server.url() + "/info: the credential provider threw: no such role");
    EXPECT_FALSE(error.isRetryable());
    EXPECT_EQ(errorFrom(client.insertInto("S", InsertRow().set("N", 1))).code(),
              ErrorCode::CredentialsFailed);
    EXPECT_TRUE(server.requests().empty());
}

TEST(Provider, ThatFailsOnceIsAskedAgainByTheRetryPolicy) {
    LocalServer server;
    server.requireBearerToken("a-token");
    server.on("/query-stream", "", numbers(1));
    const auto asked = std::make_shared<Asked>();
    Client client(
        optionsFor(server).retry(RetryPolicy().attempts(3).delay(1ms, 1ms)).credentials([asked] {
            if (++asked->times == 1) throw std::runtime_error("busy");
            return Credentials::bearer("a-token");
        }));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 1u);
    EXPECT_EQ(asked->times, 2);
}

TEST(Provider, ACallThatWaitsForItCanBeCancelledAndHasItsLimits) {
    const LocalServer server;
    const auto gate = std::make_shared<Gate>();
    Client client(optionsFor(server).credentials([gate] {
        gate->pass();
        return Credentials::bearer("a-token");
    }));
    CancelSource source;
    auto cancelled = client.executeQuery(statement, QueryOptions().cancelToken(source.token()));
    ASSERT_TRUE(gate->waitForCalls(1));
    source.cancel();
    EXPECT_EQ(errorFrom(cancelled).code(), ErrorCode::Cancelled);
    const Error late = errorFrom(client.executeQuery(statement, QueryOptions().timeout(20ms)));
    EXPECT_EQ(late.code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(late.what(), "POST " + server.url() +
                               "/query-stream: not finished within timeout, 20 ms, while it "
                               "waited for credentials");
    const auto expectWait = [](const Error& error, ErrorCode code, const char* limit) {
        EXPECT_EQ(error.code(), code);
        EXPECT_EQ(error.limitName(), limit);
        EXPECT_NE(std::string(error.what()).find(", while it waited for credentials"),
                  std::string::npos)
            << error.what();
    };
    InsertRow row;
    row.set("N", 1);
    expectWait(errorFrom(client.executeQuery(statement, QueryOptions().headerTimeout(20ms))),
               ErrorCode::HeaderTimeout, "headerTimeout");
    expectWait(errorFrom(client.execute(listStreams(), CommandOptions().requestTimeout(20ms))),
               ErrorCode::TotalTimeout, "requestTimeout");
    expectWait(errorFrom(client.insertInto("S", row, InsertOptions().headerTimeout(20ms))),
               ErrorCode::HeaderTimeout, "headerTimeout");
    auto waiting = client.executeQuery(statement);
    auto closed = std::async(std::launch::async, [&] { client.close(); });
    EXPECT_EQ(errorFrom(waiting).code(), ErrorCode::ClientClosed);
    gate->open();  // close() waits for the provider, as for callbacks
    closed.get();
    EXPECT_TRUE(server.requests().empty());
}

TEST(Provider, ASlowOneIsNoFailureOfTheServers) {
    LocalServer first;
    const LocalServer second;
    first.requireBearerToken("new");
    first.on("/query-stream", "", numbers(1));
    const auto gate = std::make_shared<Gate>();
    const auto asked = std::make_shared<Asked>();
    Client client(ClientOptions()
                      .servers({first.url(), second.url()})
                      .allowCredentialsOverPlainHttp()
                      .circuitBreaker(CircuitBreaker().failures(1).delay(1h, 1h))
                      .credentials([gate, asked] {
                          if (++asked->times == 1) return Credentials::bearer("old");
                          gate->pass();
                          return Credentials::bearer("new");
                      }));
    // These are refused, and wait for a new token; then none is known any more.
    auto query = client.executeQuery(statement, QueryOptions().headerTimeout(1s));
    auto listing = client.execute(listStreams(), CommandOptions().requestTimeout(1s));
    EXPECT_EQ(errorFrom(query).code(), ErrorCode::HeaderTimeout);
    EXPECT_EQ(errorFrom(listing).code(), ErrorCode::TotalTimeout);
    // The later one may already have found no token.
    EXPECT_GE(first.requests().size(), 1u);
    first.forgetRequests();
    EXPECT_EQ(errorFrom(client.executeQuery(statement, QueryOptions().headerTimeout(20ms))).code(),
              ErrorCode::HeaderTimeout);
    listing = client.execute(listStreams(), CommandOptions().requestTimeout(20ms));
    EXPECT_EQ(errorFrom(listing).code(), ErrorCode::TotalTimeout);
    gate->open();
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 1u);
    EXPECT_EQ(first.requests().size(), 1u);
    EXPECT_TRUE(second.requests().empty());
}

TEST(Provider, MayHoldTheLastReferenceToItsClient) {
    LocalServer server;
    const auto gate = std::make_shared<Gate>();
    const auto gone = std::make_shared<Event>();
    struct Holder {
        std::shared_ptr<Client> client;
    };
    const auto holder = std::make_shared<Holder>();
    holder->client = std::make_shared<Client>(optionsFor(server).credentials([holder, gate, gone] {
        gate->pass();
        holder->client.reset();
        gone->set();
        return Credentials::bearer("a-token");
    }));
    auto call = holder->client->executeQuery(statement);
    ASSERT_TRUE(gate->waitForCalls(1));
    gate->open();
    EXPECT_EQ(errorFrom(call).code(), ErrorCode::ClientClosed);
    EXPECT_TRUE(gone->wait(patience));
}

TEST(HeaderOfACall, TakesThePlaceOfTheClients) {
    LocalServer server;
    server.requireBearerToken("of-the-call");
    server.on("/query-stream", "", numbers(1));
    Client client(optionsFor(server).credentials(Credentials::bearer("of-the-client")));
    EXPECT_EQ(take(client.executeQuery(statement, QueryOptions().requestHeader(
                                                      "Authorization", "Bearer of-the-call")))
                  .size(),
              1u);
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).httpStatus(), 401);
}

TEST(HeaderOfACall, WithCredentialsOverPlainHttpIsRefused) {
    const LocalServer server;
    Client client(clientOptions(server));
    const Error error = errorFrom([&] {
        static_cast<void>(client.executeQuery(
            statement, QueryOptions().requestHeader("authorization", "Bearer hunter2")));
    });
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace ksqldb::test
