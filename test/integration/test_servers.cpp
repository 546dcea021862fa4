// A Client of several servers: where calls go, and where they go on.
#include "helpers/cluster.h"

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

class Servers : public ClusterTest {};

TEST_F(Servers, InOrderTheFirstHasAllCalls) {
    Client client(options());
    for (int i = 0; i < 4; ++i) take(client.executeQuery(pull));
    EXPECT_EQ(asked(), "4 0 0");
}

TEST_F(Servers, InTurnAllHaveAsMany) {
    Client client(options(ServerOrder::RoundRobin));
    for (int i = 0; i < 6; ++i) take(client.executeQuery(pull));
    EXPECT_EQ(asked(), "2 2 2");
    // What belongs together goes to one server.
    at(0).on("/ksql", "", created());
    take(client.execute(script("CREATE STREAM A; CREATE STREAM B; CREATE STREAM C;")));
    EXPECT_EQ(asked("/ksql"), "3 0 0");
    take(client.executeQuery(pull));
    EXPECT_EQ(asked(), "2 3 2");
}

/// Each kind of call, and what it brought.
struct Kind {
    const char* name;
    std::function<std::string(Client&)> call;
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

const std::vector<Kind> kinds{
    {"Query",
     [](Client& client) {
         return std::to_string(take(client.executeQuery("SELECT 1;")).size()) + " rows";
     }},
    {"Stream",
     [](Client& client) {
         ResultStream stream = client.streamQuery("SELECT 1 EMIT CHANGES;");
         return std::to_string(numbersOf(stream).size()) + " rows";
     }},
    {"Callbacks",
     [](Client& client) {
         Recorder recorder;
         const Subscription stream = client.streamQuery("SELECT 1;", recorder.callbacks());
         if (!recorder.waitForEnd()) return std::string("no end");
         return std::to_string(recorder.numbers().size()) + " rows";
     }},
    {"Listing",
     [](Client& client) {
         return std::to_string(take(client.execute(listStreams())).size()) + " streams";
     }},
    {"Statement", [](Client& client) { return take(client.execute("CREATE STREAM S;")).message; }},
    {"Insert",
     [](Client& client) {
         take(client.insertInto("S", InsertRow().set("N", 1)));
         return std::string("inserted");
     }},
    {"InsertStream",
     [](Client& client) {
         InsertStream stream = client.insertStream("S");
         InsertRow row;
         for (int i = 0; i < 3; ++i) stream.insert(row.clear().set("N", i));
         return std::to_string(stream.close(patience).acknowledged) + " inserted";
     }},
};

class EachKind : public ClusterTest, public testing::WithParamInterface<Kind> {
protected:
    EachKind() {
        for (const auto& server : servers_) {
            server->inserts().declare("S", "N BIGINT");
            server->on("/ksql", "CREATE STREAM S;", created());
        }
        expected_ = call();
        forget();
    }
    std::string call() {
        Client client(options());
        return GetParam().call(client);
    }
    std::string expected_;
};

TEST_P(EachKind, GoesOnWhereTheFirstIsDown) {
    SKIP_OVER(
        "a proxy that finds nobody answers 502, after which a statement may have been executed",
        Transport::HttpProxy, Transport::ConnectProxy);
    at(0).kill();
    EXPECT_EQ(call(), expected_);
    EXPECT_TRUE(at(1).waitForRequests(1, patience));
    EXPECT_TRUE(at(2).requests().empty());
    EXPECT_TRUE(log_.waitFor("the call goes on at another server"));
}

TEST_P(EachKind, GoesOnWhereANameDoesNotResolve) {
    SKIP_OVER(
        "a proxy that finds nobody answers 502, after which a statement may have been executed",
        Transport::HttpProxy, Transport::ConnectProxy);
    std::vector<std::string> all = urls();
    all[0] = at(0).urlBy("nobody.invalid", 8088);
    ClientOptions options;
    Client client(reach(options.servers(all), servers_));
    EXPECT_EQ(GetParam().call(client), expected_);
    EXPECT_TRUE(at(1).waitForRequests(1, patience));
}

TEST_P(EachKind, GoesOnWhereOneDiesBetweenCalls) {
    SKIP_OVER(
        "a proxy that finds nobody answers 502, after which a statement may have been executed",
        Transport::HttpProxy, Transport::ConnectProxy);
    Client client(options());
    EXPECT_EQ(GetParam().call(client), expected_);
    at(0).kill();
    EXPECT_EQ(GetParam().call(client), expected_);
    EXPECT_TRUE(at(1).waitForRequests(1, patience));
}

TEST_P(EachKind, FailsWithTheLastErrorWhereAllAreDown) {
    SKIP_OVER(
        "a proxy that finds nobody answers 502, after which a statement may have been executed",
        Transport::HttpProxy, Transport::ConnectProxy);
    for (const auto& server : servers_) server->kill();
    const auto begun = Clock::now();
    if (GetParam().name == std::string("Callbacks")) {
        Client client(options());
        Recorder recorder;
        const Subscription stream = client.streamQuery("SELECT 1;", recorder.callbacks());
        ASSERT_TRUE(recorder.waitForEnd());
        EXPECT_EQ(recorder.error().code(), ErrorCode::ConnectFailed);
        return;
    }
    const Error error = errorFrom([&] {
        if (GetParam().name != std::string("InsertStream")) {
            call();
            return;
        }
        Client client(options());
        const InsertReport report = client.insertStream("S").close(patience);
        if (report.error) throw Error(*report.error);
    });
    EXPECT_EQ(error.code(), ErrorCode::ConnectFailed);
    EXPECT_NE(error.endpoint().find(at(2).url() + "/"), std::string::npos) << error.endpoint();
    EXPECT_LT(Clock::now() - begun, patience / 2);
}

INSTANTIATE_TEST_SUITE_P(All, EachKind, testing::ValuesIn(kinds),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST_F(Servers, AQueryGoesOnBeforeItsFirstRow) {
    for (const Script& dies : {resetting(), resettingAfter(0), starting(), respond(502)}) {
        at(0).on("/query-stream", "", dies);
        at(1).on("/query-stream", "", dies);
        Client client(options());
        EXPECT_EQ(numbersOf(take(client.executeQuery(pull))), firstNumbers(3));
        EXPECT_EQ(asked(), "1 1 1");

        Recorder recorder;
        const Subscription stream = client.streamQuery(pull, recorder.callbacks());
        ASSERT_TRUE(recorder.waitForEnd());
        EXPECT_EQ(recorder.events(),
                  (std::vector<std::string>{"header", "row 0", "row 1", "row 2", "end"}));
        EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
        ResultStream polled = client.streamQuery(pull);
        EXPECT_EQ(numbersOf(polled), firstNumbers(3));
        std::promise<Header> header;
        auto early = header.get_future();
        EXPECT_EQ(take(client.executeQuery(pull, {}, std::move(header))).size(), 3U);
        EXPECT_EQ(take(early).queryId(), "query_1");
        forget();
    }
}

TEST_F(Servers, AQueryDoesNotGoOnAfterItsFirstRow) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    at(0).on("/query-stream", "", resettingAfter(2));
    Client client(options().retry(RetryPolicy().attempts(5).delay(1ms, 1ms)));
    const Error error = errorFrom(client.executeQuery(pull));
    EXPECT_EQ(error.code(), ErrorCode::ConnectionLost);
    EXPECT_EQ(error.endpoint(), "POST " + at(0).url() + "/query-stream");
    Recorder recorder;
    const Subscription stream = client.streamQuery(pull, recorder.callbacks());
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.numbers(), firstNumbers(2));
    EXPECT_EQ(recorder.error().code(), ErrorCode::ConnectionLost);
    EXPECT_EQ(asked(), "2 0 0");
}

TEST_F(Servers, APushQueryDoesNotGoOnAfterItsHeader) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    at(0).on("/query-stream", "", resettingAfter(0));
    Client client(options().retry(RetryPolicy().attempts(5).delay(1ms, 1ms)));
    ResultStream stream = client.streamQuery(push);
    EXPECT_EQ(errorFrom([&] { numbersOf(stream); }).code(), ErrorCode::ConnectionLost);
    EXPECT_EQ(asked(), "1 0 0");
}

TEST_F(Servers, OtherColumnsAreNoContinuation) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    at(0).on("/query-stream", "", resettingAfter(0));
    at(1).on("/query-stream", "", [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("q2", {{"M", "STRING"}});
        answer.row(R"(["x"])");
        answer.end();
    });
    Client client(options());
    EXPECT_EQ(errorFrom(client.executeQuery(pull)).code(), ErrorCode::SchemaChanged);
}

TEST_F(Servers, AStatementGoesOnOnlyWhereItWasSurelyNotExecuted) {
    at(0).on("/ksql", "", starting());
    at(1).on("/ksql", "CREATE STREAM S;", created());
    EXPECT_NO_THROW(take(Client(options()).execute("CREATE STREAM S;")));
    EXPECT_EQ(asked("/ksql"), "1 1 0");

    for (const Script& refusal : {resetting(), respond(503), respond(504)}) {
        forget();
        at(0).on("/ksql", "", refusal);
        Client client(options());
        const Error error = errorFrom(client.execute("CREATE STREAM S;"));
        EXPECT_FALSE(error.isRetryable());
        EXPECT_EQ(error.endpoint(), "POST " + at(0).url() + "/ksql");
        EXPECT_EQ(asked("/ksql"), "1 0 0");
        EXPECT_TRUE(take(client.execute(listStreams())).empty()) << "which may be repeated";
    }
}

TEST_F(Servers, NothingThatWouldFailAgainGoesOn) {
    at(0).on("/query-stream", "",
             respond(400, R"({"@type":"generic_error","error_code":40001,"message":"no"})"));
    Client client(options());
    EXPECT_EQ(errorFrom(client.executeQuery(pull)).code(), ErrorCode::StatementRejected);
    EXPECT_EQ(asked(), "1 0 0");
}

TEST_F(Servers, WhenAllWereTriedThePolicyDecides) {
    for (const auto& server : servers_) server->on("/query-stream", "", starting());
    Client client(options());
    EXPECT_EQ(errorFrom(client.executeQuery(pull)).serverCode(), 50302);
    EXPECT_EQ(asked(), "1 1 1");
    forget();
    const RetryPolicy twice = RetryPolicy().attempts(2).delay(1ms, 1ms);
    const Error error = errorFrom(client.executeQuery(pull, QueryOptions().retry(twice)));
    EXPECT_EQ(error.serverCode(), 50302);
    EXPECT_TRUE(error.isRetryable());
    EXPECT_EQ(asked(), "2 2 2");
    EXPECT_TRUE(log_.waitFor("attempt 1 of 2 failed"));
}

TEST_F(Servers, ALimitOfOneServersIsNotThatOfTheNext) {
    at(0).on("/query-stream", "", respond(429, "slow down", {{"Retry-After", "3600"}}));
    Client client(options());
    for (int i = 0; i < 3; ++i) take(client.executeQuery(pull));
    EXPECT_EQ(asked(), "1 3 0") << "it has asked to be left alone";
}

TEST_F(Servers, WhoAskedToBeLeftAloneIsWaitedFor) {
    for (const auto& server : servers_)
        server->on("/query-stream", "", respond(429, "slow down", {{"Retry-After", "1"}}));
    Client client(options().retry(RetryPolicy().attempts(2).delay(1ms, 1ms)));
    const auto begun = Clock::now();
    EXPECT_EQ(errorFrom(client.executeQuery(pull)).httpStatus(), 429);
    EXPECT_GE(Clock::now() - begun, 1s);
    EXPECT_EQ(asked(), "2 2 2");
}

TEST_F(Servers, ASilentOneIsLeftBeforeTheNextIsAsked) {
    at(0).on("/query-stream", "", silent());
    at(0).on("/ksql", "", silent());
    std::atomic<std::size_t> atFirst{9};
    at(1).on("/query-stream", "", [&](Exchange& exchange) {
        // Its connection is closed; the server takes a moment to see it.
        at(0).waitForOpenConnections(0, patience);
        atFirst = at(0).openConnections();
        numbers(3)(exchange);
    });
    Client client(options().headerTimeout(1s).requestTimeout(1s));
    EXPECT_EQ(numbersOf(take(client.executeQuery(pull))), firstNumbers(3));
    EXPECT_EQ(atFirst, 0U);
    EXPECT_TRUE(take(client.execute(listStreams())).empty());
    EXPECT_EQ(asked(), "1 1 0");
}

TEST_F(Servers, ACallsOwnTimeCountsForAllServers) {
    for (const auto& server : servers_) server->on("/query-stream", "", silent());
    Client client(options().headerTimeout(1s));
    const Error error = errorFrom(client.executeQuery(pull, QueryOptions().timeout(1500ms)));
    EXPECT_EQ(error.code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(error.endpoint(), "POST " + at(1).url() + "/query-stream");
    EXPECT_EQ(asked(), "1 1 0");
}

TEST_F(Servers, ARowThatCannotBeReadNamesItsServer) {
    at(0).kill();
    at(1).on("/query-stream", "", [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("q1");
        answer.row("[1]");
        answer.row("[2,]");
        answer.end();
    });
    Client client(options());
    const std::string endpoint = "POST " + at(1).url() + "/query-stream";
    EXPECT_EQ(errorFrom(client.executeQuery(pull)).endpoint(), endpoint);
    ResultStream stream = client.streamQuery(pull);
    EXPECT_EQ(errorFrom([&] { numbersOf(stream); }).endpoint(), endpoint);
    Recorder recorder;
    const Subscription failing = client.streamQuery(pull, recorder.callbacks());
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.error().endpoint(), endpoint);
}

TEST_F(Servers, AllGetTheSameCredentialsAndHeaders) {
    for (const auto& server : servers_) server->requireBasicAuth("key", "secret");
    Client client(options(ServerOrder::RoundRobin)
                      .allowCredentialsOverPlainHttp()
                      .apiKey("key", "secret")
                      .requestHeader("X-Mine", "1"));
    for (int i = 0; i < 3; ++i) take(client.executeQuery(pull));
    for (const auto& server : servers_) EXPECT_EQ(server->requests().at(0).header("X-Mine"), "1");
    EXPECT_EQ(log_.all().find("secret"), std::string::npos);
}

TEST_F(Servers, ACallThatIsRepeatedWithNewCredentialsStaysWhereItWas) {
    at(0).requireBearerToken("token-2");
    at(1).kill();
    at(2).kill();
    const auto asked = std::make_shared<std::atomic<int>>(0);
    Client client(options().allowCredentialsOverPlainHttp().credentials(
        [asked] { return Credentials::bearer("token-" + std::to_string(++*asked)); }));
    EXPECT_EQ(numbersOf(take(client.executeQuery(pull))), firstNumbers(3));
    EXPECT_EQ(*asked, 2);
    EXPECT_EQ(at(0).requests().size(), 2U);
}

TEST(ServerOptions, AreCheckedAtTheDoor) {
    const auto code = [](const ClientOptions& options) {
        return errorFrom([&] { const Client client(options); }).code();
    };
    const auto servers = [](std::vector<std::string> urls) {
        return ClientOptions().servers(std::move(urls));
    };
    const auto many = [](int count) {
        std::vector<std::string> urls;
        for (int i = 0; i < count; ++i) urls.push_back("http://a" + std::to_string(i));
        return urls;
    };
    for (const ClientOptions& wrong : {
             servers({}),
             servers({"http://a:1", "http://b", "http://a:1"}),
             servers({"http://a", "http://A:8088"}),
             servers({"http://a", "ftp://b"}),
             servers({"http://a", ""}),
             servers(many(65)),
             servers({"https://a", "http://b"}).apiKey("key", "secret"),
             servers({"https://a", "http://b"}).requestHeader("Authorization", "x"),
             servers({"http://a"}).circuitBreaker(CircuitBreaker().failures(0)),
             servers({"http://a"}).circuitBreaker(CircuitBreaker().delay(0ms, 1s)),
             servers({"http://a"}).circuitBreaker(CircuitBreaker().delay(1s, -1ms)),
         })
        EXPECT_EQ(code(wrong), ErrorCode::InvalidArgument);
    EXPECT_NO_THROW(const Client client(servers(many(64))));
    EXPECT_NO_THROW(const Client client(
        servers({"http://a", "https://a:8088", "http://a:8089", "http://a/b", "http://a/B"})));
    EXPECT_EQ(toString(ServerOrder::RoundRobin), "RoundRobin");
    EXPECT_EQ(toString(ServerOrder::InOrder), "InOrder");
}

}  // namespace
}  // namespace ksqldb::test
