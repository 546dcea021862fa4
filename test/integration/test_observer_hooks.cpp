// What an Observer may do: add headers, throw. And what it is never told.
#include "cluster.h"
#include "watcher.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

constexpr const char* pull = "SELECT N FROM T WHERE NAME = 'hunter2';";
constexpr const char* traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Adds the same headers to each request.
struct Adds : Observer {
    explicit Adds(HttpHeaders headers) : all(std::move(headers)) {}
    ObserverContext onRequest(const ObservedRequest&, const ObserverContext&,
                              HttpHeaders& headers) override {
        headers = all;
        return nullptr;
    }
    const HttpHeaders all;
};

struct Hooks : testing::Test {
    Hooks() {
        server.on("/query-stream", "", numbers(3));
        server.on("/ksql", "", created());
        server.inserts().declare("S", "N BIGINT");
        server.on("/inserts-stream", "", server.inserts().script());
    }
    ClientOptions options(std::shared_ptr<Observer> observer) const {
        return clientOptions(server).log(LogLevel::Warn, log.sink()).observer(std::move(observer));
    }
    /// A call of each kind.
    static void callEach(Client& client) {
        take(client.executeQuery(pull));
        ResultStream stream = client.streamQuery(pull);
        EXPECT_EQ(numbersOf(stream), firstNumbers(3));
        take(client.execute("CREATE STREAM S2 WITH (SECRET = 'hunter2');"));
        take(client.serverInfo());
        take(client.insertInto("S", InsertRow().set("N", 1)));
        InsertStream inserts = client.insertStream("S");
        inserts.insert(InsertRow().set("N", 2));
        EXPECT_TRUE(inserts.close(patience).ok());
    }
    std::vector<std::string> sent(const std::string& name) const {
        std::vector<std::string> values;
        for (const auto& request : server.requests())
            for (const auto& [key, value] : request.headers)
                if (server::equalIgnoringCase(key, name)) values.push_back(value);
        return values;
    }

    LogLines log;
    LocalServer server;
};

TEST_F(Hooks, HeadersGoWithEachRequest) {
    Client client(options(std::make_shared<Adds>(HttpHeaders{
        {"traceparent", traceparent}, {"tracestate", "a=1,b=2"}, {"baggage", "user=alice"}})));
    callEach(client);
    const std::size_t count = server.requests().size();
    EXPECT_EQ(count, 6u);
    EXPECT_EQ(sent("traceparent"), std::vector<std::string>(count, traceparent));
    EXPECT_EQ(sent("tracestate"), std::vector<std::string>(count, "a=1,b=2"));
    EXPECT_EQ(sent("baggage"), std::vector<std::string>(count, "user=alice"));
    EXPECT_EQ(log.all(), "");
}

TEST_F(Hooks, ARepetitionHasHeadersOfItsOwn) {
    auto count = std::make_shared<std::atomic<int>>(0);
    server.on("/query-stream", "", [count](Exchange& exchange) {
        ((*count)++ < 2 ? starting() : numbers(3))(exchange);
    });
    const auto watcher = std::make_shared<Watcher>();
    Client client(options(watcher).retry(RetryPolicy().attempts(3).delay(1ms, 1ms)));
    take(client.executeQuery(pull));
    EXPECT_EQ(sent("X-Request-Number"), (std::vector<std::string>{"0", "1", "2"}));
}

TEST_F(Hooks, TheyReplaceTheApplicationsOwnOfThatName) {
    Client client(options(std::make_shared<Adds>(HttpHeaders{{"Traceparent", traceparent}}))
                      .requestHeader("traceparent", "of the client's"));
    take(client.executeQuery(pull));
    EXPECT_EQ(sent("traceparent"), std::vector<std::string>{traceparent});
}

TEST_F(Hooks, WhatBreaksARequestIsLeftOutAndSaidOnce) {
    const HttpHeaders bad{{"X-Bad", "a\r\nInjected: 1"},
                          {"X-Bad", std::string("a\0b", 3)},
                          {"Bad name", "1"},
                          {"", "1"},
                          {"Bad\r\nInjected", "1"},
                          {"Authorization", "Basic hunter2"},
                          {"host", "elsewhere"},
                          {"Content-Length", "1"},
                          {"Transfer-Encoding", "chunked"},
                          {"Accept", "text/html"},
                          {"Proxy-Authorization", "hunter2"},
                          {"Cookie", "hunter2"},
                          {"X-Good", "1"}};
    Client client(options(std::make_shared<Adds>(bad)));
    callEach(client);
    for (const char* name : {"X-Bad", "Injected", "Proxy-Authorization", "Cookie"})
        EXPECT_TRUE(sent(name).empty()) << name;
    for (const std::string& value : sent("Authorization")) EXPECT_NE(value, "Basic hunter2");
    for (const std::string& value : sent("Host")) EXPECT_NE(value, "elsewhere");
    for (const std::string& value : sent("Accept")) EXPECT_NE(value, "text/html");
    EXPECT_EQ(sent("X-Good").size(), server.requests().size());
    const std::string lines = log.all();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
    EXPECT_EQ(lines.find("hunter2"), std::string::npos) << lines;
}

TEST_F(Hooks, HeadersAreBounded) {
    HttpHeaders many;
    for (int i = 0; i < 1000; ++i) many.emplace_back("X-" + std::to_string(i), "1");
    many.emplace_back("X-Large", std::string(1'000'000, 'x'));
    Client client(options(std::make_shared<Adds>(many)));
    take(client.executeQuery(pull));
    EXPECT_EQ(sent("X-31").size(), 1u);
    EXPECT_TRUE(sent("X-32").empty());
    EXPECT_TRUE(sent("X-Large").empty());
    EXPECT_TRUE(log.waitFor("32 headers"));
}

/// Throws wherever it is called.
struct Throws : Observer {
    ObserverContext onCall(const ObservedCall&) override { throw std::runtime_error("onCall 1"); }
    ObserverContext onRequest(const ObservedRequest&, const ObserverContext&,
                              HttpHeaders& headers) override {
        headers.emplace_back("X-Before", "1");
        throw 42;
    }
    void onRequestEnd(const ObservedRequest&, const RequestResult&,
                      const ObserverContext&) override {
        ++requestEnds;
        throw Error(ErrorCode::InternalError, "onRequestEnd 1");
    }
    void onCallEnd(const ObservedCall&, const CallResult&, const ObserverContext&) override {
        ++callEnds;
        throw std::bad_alloc();
    }
    std::atomic<int> requestEnds{0}, callEnds{0};
};

TEST_F(Hooks, WhatTheyThrowHarmsNobodyAndIsSaidOnce) {
    const auto throws = std::make_shared<Throws>();
    {
        Client client(options(throws));
        callEach(client);
        callEach(client);
    }
    EXPECT_EQ(throws->requestEnds, 12);
    EXPECT_EQ(throws->callEnds, 12);
    EXPECT_EQ(sent("X-Before").size(), 12u);
    const std::string lines = log.all();
    for (const char* name : {"Observer::onCall threw", "Observer::onRequest threw",
                             "onRequestEnd 1", "Observer::onCallEnd threw"}) {
        const std::size_t first = lines.find(name);
        ASSERT_NE(first, std::string::npos) << name << " in\n" << lines;
        EXPECT_EQ(lines.find(name, first + 1), std::string::npos) << lines;
    }
}

/// Everything that it is told, as text.
struct Writes : Observer {
    ObserverContext onCall(const ObservedCall& call) override {
        add(std::string(toString(call.kind)));
        return nullptr;
    }
    ObserverContext onRequest(const ObservedRequest& request, const ObserverContext&,
                              HttpHeaders& headers) override {
        add(request.method + ' ' + request.server + request.path);
        for (const auto& [name, value] : headers) add(name + ": " + value);
        return nullptr;
    }
    void onRequestEnd(const ObservedRequest& request, const RequestResult& result,
                      const ObserverContext&) override {
        add(request.method + ' ' + request.server + request.path + ' ' + result.queryId);
    }
    void onCallEnd(const ObservedCall&, const CallResult& result, const ObserverContext&) override {
        add(result.queryId);
    }
    void add(const std::string& text) {
        const std::lock_guard lock(mutex);
        all += text + '\n';
    }
    std::mutex mutex;
    std::string all;
};

TEST_F(Hooks, NothingSecretIsTold) {
    server.requireBasicAuth("a key", "hunter2");
    const auto writes = std::make_shared<Writes>();
    {
        Client client(options(writes)
                          .allowCredentialsOverPlainHttp()
                          .apiKey("a key", "hunter2")
                          .requestHeader("X-Secret", "hunter2")
                          .property("secret", "hunter2")
                          .sessionVariable("secret", "hunter2"));
        callEach(client);
        RawRequest raw;
        raw.path = "/status/hunter?token=hunter2#hunter2";
        take(client.execute(rawRequest(raw)));
    }
    EXPECT_EQ(writes->all.find("hunter2"), std::string::npos) << writes->all;
    EXPECT_NE(writes->all.find("/status/hunter\n"), std::string::npos) << writes->all;
    EXPECT_NE(writes->all.find(server.url() + "/query-stream"), std::string::npos) << writes->all;
}

TEST_F(Hooks, AnObserverDiesWithItsClient) {
    auto watcher = std::make_shared<Watcher>();
    const std::weak_ptr<Watcher> weak = watcher;
    {
        Client client(options(std::move(watcher)));
        callEach(client);
        EXPECT_FALSE(weak.expired());
    }
    EXPECT_TRUE(weak.expired());
}

TEST_F(Hooks, OneForSeveralClients) {
    const auto watcher = std::make_shared<Watcher>();
    {
        Client first(options(watcher)), second(options(watcher));
        auto one = first.executeQuery(pull);
        auto two = second.executeQuery(pull);
        take(one);
        take(two);
    }
    EXPECT_TRUE(watcher->isSound());
    EXPECT_EQ(watcher->calls().size(), 2u);
}

TEST_F(Hooks, WithoutAnObserverAllIsAsBefore) {
    Client client(options(nullptr));
    callEach(client);
    EXPECT_EQ(log.all(), "");
}

}  // namespace
}  // namespace ksqldb::test
