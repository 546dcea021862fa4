// Names that do not resolve, or never: this program has a resolver of its own, which libcurl calls.
#include "support.h"

#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <cstring>

namespace ksqldb::test {
namespace {

/// For the host "stuck.test": the first so many questions are answered only when the test is over.
struct Resolver {
    std::mutex mutex;
    std::condition_variable changed;
    int toHold = 0;
    int held = 0;
    bool released = false;

    /// Whether this question had to wait.
    bool hold() {
        std::unique_lock lock(mutex);
        if (toHold == 0) return false;
        --toHold;
        ++held;
        changed.notify_all();
        changed.wait(lock, [&] { return released; });
        --held;
        changed.notify_all();
        return true;
    }
    bool waitForHeld(int count) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, patience, [&] { return held == count; });
    }
    void holdNext(int count) {
        std::lock_guard lock(mutex);
        released = false;
        toHold = count;
    }
    void release() {
        std::lock_guard lock(mutex);
        released = true;
        toHold = 0;
        changed.notify_all();
    }
};

Resolver resolver;

}  // namespace
}  // namespace ksqldb::test

namespace {

using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

/// Three addresses, of which the last one is the local server's.
int several(Function real, const char* service, const addrinfo* hints, addrinfo** result) {
    *result = nullptr;
    for (const char* const address : {"127.0.0.1", "127.0.0.3", "127.0.0.2"}) {
        addrinfo* one = nullptr;
        if (const int error = real(address, service, hints, &one); error != 0) return error;
        addrinfo* last = one;
        while (last->ai_next != nullptr) last = last->ai_next;
        last->ai_next = *result;
        *result = one;
    }
    return 0;
}

}  // namespace

// It takes the C library's place for all libraries of this program.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
    const std::string name = node == nullptr ? "" : node;
    if (name.ends_with(".invalid")) return EAI_NONAME;
    if (name == "several.test") return several(real, service, hints, result);
    if (name == "stuck.test") {
        if (ksqldb::test::resolver.hold()) return EAI_AGAIN;
        node = "127.0.0.1";
    }
    return real(node, service, hints, result);
}

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";

class StuckResolver : public testing::Test {
protected:
    StuckResolver() { server.on("/query-stream", "", numbers(3)); }
    ~StuckResolver() override {
        resolver.release();
        EXPECT_TRUE(resolver.waitForHeld(0));
    }
    ClientOptions options() const {
        return ClientOptions("http://stuck.test:" + std::to_string(server.port()));
    }

    LocalServer server;
};

TEST_F(StuckResolver, DoesNotHoldUpTheClientsEnd) {
    resolver.holdNext(4);
    auto client = std::make_unique<Client>(options());
    std::future<QueryResult> result = client->executeQuery(statement);
    std::future<ServerInfo> info = client->serverInfo();
    ResultStream polled = client->streamQuery(statement);
    Recorder recorder;
    const Subscription subscribed = client->streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(resolver.waitForHeld(4));
    const auto start = Clock::now();
    client.reset();
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(errorFrom(result).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom(info).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom([&] { polled.header(); }).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
}

TEST_F(StuckResolver, DoesNotHoldUpOtherCalls) {
    resolver.holdNext(1);
    Client client(options());
    std::future<QueryResult> stuck = client.executeQuery(statement);
    ASSERT_TRUE(resolver.waitForHeld(1));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    ResultStream stream = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(stream), firstNumbers(3));
    EXPECT_FALSE(take(client.serverInfo()).version.empty());
    // What the others found out may have helped it; else it ends with the Client.
    client.close();
    EXPECT_EQ(stuck.wait_for(0ms), std::future_status::ready);
}

TEST_F(StuckResolver, DoesNotHoldUpCancelling) {
    resolver.holdNext(3);
    Client client(options());
    CancelSource source;
    std::future<QueryResult> result =
        client.executeQuery(statement, QueryOptions().cancelToken(source.token()));
    ResultStream polled = client.streamQuery(statement);
    Recorder recorder;
    Subscription subscribed = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(resolver.waitForHeld(3));
    const auto start = Clock::now();
    source.cancel();
    EXPECT_EQ(errorFrom(result).code(), ErrorCode::Cancelled);
    polled.cancel();
    RowView row;
    EXPECT_EQ(polled.next(row, patience), Next::End);
    subscribed.cancel();
    ASSERT_TRUE(subscribed.waitFor(patience));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Cancelled);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(StuckResolver, CountsForTheConnectTimeout) {
    resolver.holdNext(2);
    Client client(options().connectTimeout(200ms));
    std::future<QueryResult> result = client.executeQuery(statement);
    ResultStream polled = client.streamQuery(statement);
    for (const Error& error : {errorFrom(result), errorFrom([&] { polled.header(); })}) {
        EXPECT_EQ(error.code(), ErrorCode::ConnectTimeout);
        EXPECT_EQ(error.limitName(), "connectTimeout");
        EXPECT_TRUE(error.isRetryable());
    }
}

TEST_F(StuckResolver, CountsForTheOtherTimeLimits) {
    resolver.holdNext(3);
    Client client(options().headerTimeout(100ms).requestTimeout(100ms));
    std::future<QueryResult> result = client.executeQuery(statement, QueryOptions().timeout(50ms));
    ResultStream polled = client.streamQuery(statement);
    EXPECT_EQ(errorFrom(client.serverInfo()).code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(errorFrom(result).code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(errorFrom([&] { polled.header(); }).code(), ErrorCode::HeaderTimeout);
}

TEST_F(StuckResolver, ThatAnswersWorks) {
    Client client(options());
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
}

TEST(SeveralAddresses, OfOneNameAreTriedOneAfterTheOther) {
    LocalServer server;  // at the last of them
    server.on("/query-stream", "", numbers(3));
    Client client(ClientOptions("http://several.test:" + std::to_string(server.port())));
    const auto begun = Clock::now();
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    ResultStream stream = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(stream), firstNumbers(3));
    EXPECT_FALSE(take(client.serverInfo()).version.empty());
    server.kill();
    EXPECT_EQ(errorFrom(client.serverInfo()).code(), ErrorCode::ConnectFailed);
    EXPECT_LT(Clock::now() - begun, 5s) << "connectTimeout is 10 s";
}

TEST(UnknownName, IsAFailedConnection) {
    Client client(ClientOptions("http://nobody.invalid:8088"));
    ResultStream polled = client.streamQuery(statement);
    for (const Error& error :
         {errorFrom(client.executeQuery(statement)), errorFrom(client.serverInfo()),
          errorFrom(client.closeQuery("transient_1")), errorFrom([&] { polled.header(); })}) {
        EXPECT_EQ(error.code(), ErrorCode::ConnectFailed);
        EXPECT_EQ(error.category(), ErrorCategory::Connect);
        EXPECT_TRUE(error.isRetryable());
        EXPECT_NE(std::string(error.what()).find("nobody.invalid"), std::string::npos);
    }
}

}  // namespace
}  // namespace ksqldb::test
