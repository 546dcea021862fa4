// Several servers: who is left out, who is asked for its health, and what follows.
#include "helpers/cluster.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

constexpr const char* unhealthy = R"({"isHealthy":false,"details":{"kafka":{"isHealthy":false}}})";
constexpr const char* healthy = R"({"isHealthy":true,"details":{}})";
constexpr const char* avoided = "calls avoid this server";
constexpr const char* again = "calls go to this server again";

class ServersHealth : public ClusterTest {
protected:
    ServersHealth() : ClusterTest(2) {}
    ClientOptions quick() const {
        return options().circuitBreaker(CircuitBreaker().delay(20ms, 40ms));
    }
    /// Whose circuit stays open during the test.
    ClientOptions slow() const { return options().circuitBreaker(CircuitBreaker().delay(1h, 1h)); }
    void query(Client& client, int times = 1) {
        for (int i = 0; i < times; ++i)
            EXPECT_EQ(numbersOf(take(client.executeQuery(pull))), firstNumbers(3));
    }
};

TEST_F(ServersHealth, ThreeFailuresInARowLeaveAServerOut) {
    at(0).on("/query-stream", "", respond(503));
    Client client(slow());
    query(client, 5);
    EXPECT_EQ(asked(), "3 5");
    EXPECT_TRUE(log_.waitFor(at(0).url() + ": " + avoided + ", after 3 failures in a row"));
}

TEST_F(ServersHealth, ASuccessInBetweenMakesItNoRow) {
    auto count = std::make_shared<std::atomic<int>>(0);
    at(0).on("/query-stream", "", [count](Exchange& exchange) {
        ((*count)++ % 3 == 2 ? numbers(3) : respond(503))(exchange);
    });
    Client client(slow());
    query(client, 9);
    EXPECT_EQ(asked(), "9 6");
}

TEST_F(ServersHealth, WhatSaysNothingOfTheServerDoesNotCount) {
    at(0).on("/query-stream", "slow", silent());
    at(0).on("/query-stream", "wrong",
             respond(400, R"({"@type":"generic_error","error_code":40001,"message":"no"})"));
    Client client(slow().circuitBreaker(CircuitBreaker().failures(1)));
    EXPECT_EQ(errorFrom(client.executeQuery("slow", QueryOptions().timeout(1s))).code(),
              ErrorCode::TotalTimeout);
    EXPECT_EQ(errorFrom(client.executeQuery("wrong")).code(), ErrorCode::StatementRejected);
    CancelSource source;
    auto cancelled = client.executeQuery("slow", QueryOptions().cancelToken(source.token()));
    ASSERT_TRUE(at(0).waitForRequests(3, patience));
    source.cancel();
    EXPECT_EQ(errorFrom(cancelled).code(), ErrorCode::Cancelled);
    query(client);
    EXPECT_EQ(asked(), "4 0");
}

TEST_F(ServersHealth, OneThatComesBackIsUsedAgain) {
    Client client(quick());
    at(0).kill();
    query(client, 3);
    EXPECT_TRUE(log_.waitFor(avoided));
    startAgain(0);
    ASSERT_TRUE(log_.waitFor(at(0).url() + ": " + again));
    query(client);
    EXPECT_EQ(asked(), "1 3");
    EXPECT_GE(asked("/healthcheck").front(), '1');
}

TEST_F(ServersHealth, IsAskedForOneAtATimeUntilItIsGood) {
    struct State {
        std::atomic<int> calls{0}, atOnce{0}, most{0};
        Event go;
    };
    auto state = std::make_shared<State>();
    at(0).on("/query-stream", "", respond(503));
    at(0).on("/healthcheck", "", [state](Exchange& exchange) {
        state->most = std::max<int>(state->most, ++state->atOnce);
        const int call = ++state->calls;
        if (call == 3) exchange.waitFor(state->go);
        --state->atOnce;
        if (call == 2)
            exchange.respond(503);
        else
            exchange.respond(200, call > 3 ? healthy : unhealthy);
    });
    Client client(quick());
    query(client, 3);
    EXPECT_EQ(asked(), "3 3");
    ASSERT_TRUE(at(0).waitForRequests(6, patience)) << "three queries, three times for its health";
    query(client, 3);
    EXPECT_EQ(asked(), "3 6") << "it is half-open, and its trial is under way";
    state->go.set();
    ASSERT_TRUE(log_.waitFor(again));
    EXPECT_EQ(state->calls, 4);
    EXPECT_EQ(state->most, 1);
    query(client);
    EXPECT_EQ(asked(), "4 7") << "it is believed, but one failure is enough now";
    EXPECT_TRUE(log_.waitFor(avoided, 2));
}

TEST_F(ServersHealth, WhoHasNoPageForItIsThere) {
    at(0).on("/query-stream", "", respond(503));
    at(0).on("/healthcheck", "", respond(404));
    Client client(quick());
    query(client, 3);
    EXPECT_TRUE(log_.waitFor(again));
}

TEST_F(ServersHealth, IsAskedForSoonAgainWhereCredentialsWereMissing) {
    at(0).on("/query-stream", "", respond(503));
    auto isRefused = std::make_shared<std::atomic<bool>>(true);
    at(0).on("/healthcheck", "", [isRefused](Exchange& exchange) {
        if (isRefused->exchange(false))
            exchange.respond(401);
        else
            exchange.respond(200, healthy);
    });
    auto calls = std::make_shared<std::atomic<int>>(0);
    Client client(options()
                      .allowCredentialsOverPlainHttp()
                      .circuitBreaker(CircuitBreaker().delay(1ms, 1h))
                      .credentials([calls] {
                          const int call = ++*calls;
                          if (call > 1 && call < 20) throw std::runtime_error("busy");
                          return Credentials::bearer("a-token");
                      }));
    query(client, 3);
    // If each time were twice as long as the one before, it would be minutes.
    ASSERT_TRUE(log_.waitFor(again));
    EXPECT_EQ(*calls, 20);
    EXPECT_EQ(asked("/healthcheck"), "2 0");
}

TEST_F(ServersHealth, IsNotAskedForWhileAllIsWell) {
    Client client(quick());
    query(client, 5);
    at(0).on("/query-stream", "wrong", respond(400, "no"));
    EXPECT_EQ(errorFrom(client.executeQuery("wrong")).httpStatus(), 400);
    at(0).kill();
    query(client, 2);  // no circuit opens
    startAgain(0);
    query(client);
    client.close();
    EXPECT_EQ(asked("/healthcheck"), "0 0");
}

TEST_F(ServersHealth, IsNotAskedForAnyMoreWhenACallWentWell) {
    Client client(slow());
    at(0).kill();
    query(client, 3);
    startAgain(0);
    at(1).kill();
    query(client);
    EXPECT_TRUE(log_.waitFor(at(0).url() + ": " + again)) << "the only one left was tried";
    query(client, 2);
    EXPECT_EQ(asked(), "3 3");
    EXPECT_EQ(asked("/healthcheck"), "0 0");
}

TEST_F(ServersHealth, WhereAllAreOpenACallTriesThemAllTheSame) {
    SKIP_OVER(
        "a proxy that finds nobody answers 502, after which a statement may have been executed",
        Transport::HttpProxy, Transport::ConnectProxy);
    for (const auto& server : servers_) server->kill();
    Client client(slow());
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(errorFrom(client.executeQuery(pull)).code(), ErrorCode::ConnectFailed);
    EXPECT_TRUE(log_.waitFor(avoided, 2));
    startAgain(1);
    query(client);
    EXPECT_EQ(asked(), "0 1");
}

TEST_F(ServersHealth, OneServerHasNoCircuit) {
    LocalServer server;
    server.on("/query-stream", "", respond(503));
    Client client(clientOptions(server)
                      .servers({server.url()})
                      .circuitBreaker(CircuitBreaker().failures(1).delay(1ms, 1ms))
                      .log(LogLevel::Debug, log_.sink()));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(errorFrom(client.executeQuery(pull)).httpStatus(), 503);
    EXPECT_EQ(log_.all().find(avoided), std::string::npos);
    EXPECT_EQ(server.requests().size(), 5U);
}

TEST_F(ServersHealth, AQuestionForItEndsWithTheClient) {
    at(0).on("/query-stream", "", respond(503));
    at(0).on("/healthcheck", "", silent());
    {
        Client client(quick());
        query(client, 3);
        ASSERT_TRUE(at(0).waitForRequests(4, patience));
    }
    EXPECT_TRUE(at(0).waitForOpenConnections(0, patience));
    {
        Client client(slow());
        query(client, 3);  // and one that waits
    }
}

/// Calls of which each goes round all servers for ever.
class ServersForEver : public ClusterTest {
protected:
    ServersForEver() {
        for (const auto& server : servers_) {
            server->on("/query-stream", "", resetting());
            server->on("/ksql", "", resetting());
        }
    }
    ClientOptions endless() const {
        return options(ServerOrder::RoundRobin)
            .circuitBreaker(CircuitBreaker().delay(1ms, 2ms))
            .retry(RetryPolicy().attempts(1'000'000).delay(0ms, 1ms).within(0ms));
    }
    /// Until the calls are at this point of their way, whatever that is.
    void waitForRequest(std::size_t number) {
        ASSERT_TRUE(
            at(number % servers_.size()).waitForRequests(number / servers_.size() + 1, patience));
    }
};

TEST_F(ServersForEver, EndWithACancelAtAnyMoment) {
    Client client(endless());
    for (std::size_t i = 0; i < 30; ++i) {
        forget();
        CancelSource source;
        auto result = client.executeQuery(pull, QueryOptions().cancelToken(source.token()));
        auto listing = client.execute(listStreams(), CommandOptions().cancelToken(source.token()));
        ResultStream stream = client.streamQuery(pull);
        waitForRequest(i % 7);
        source.cancel();
        stream.cancel();
        EXPECT_EQ(errorFrom(result).code(), ErrorCode::Cancelled);
        EXPECT_EQ(errorFrom(listing).code(), ErrorCode::Cancelled);
        RowView row;
        EXPECT_EQ(stream.next(row, patience), Next::End);
    }
}

TEST_F(ServersForEver, EndWhereTheClientIsClosedMeanwhile) {
    for (int i = 0; i < 20; ++i) {
        Client client(endless());
        forget();
        std::thread caller([&client] {
            // Longer from call to call: requests arrive in time through a slow proxy, too.
            for (auto wait = 0ms;; ++wait) {
                CancelSource source;
                auto result = client.executeQuery(pull, QueryOptions().cancelToken(source.token()));
                auto listing =
                    client.execute(listStreams(), CommandOptions().cancelToken(source.token()));
                ResultStream stream =
                    client.streamQuery(push, StreamOptions().resume(RetryPolicy()));
                if (result.wait_for(wait) == std::future_status::ready) {
                    EXPECT_EQ(errorFrom(result).code(), ErrorCode::ClientClosed);
                    EXPECT_EQ(errorFrom(listing).code(), ErrorCode::ClientClosed);
                    EXPECT_EQ(errorFrom([&] { stream.header(); }).code(), ErrorCode::ClientClosed);
                    return;
                }
                source.cancel();
                result.wait();  // or the loop would have more and more to do
            }
        });
        waitForRequest(3);
        client.close();
        caller.join();
    }
}

TEST_F(ServersForEver, EndWithTheClientAtAnyMoment) {
    for (std::size_t i = 0; i < 30; ++i) {
        forget();
        Client client(endless());
        auto result = client.executeQuery(pull);
        auto listing = client.execute(listStreams());
        Recorder recorder;
        const Subscription stream = client.streamQuery(pull, recorder.callbacks());
        waitForRequest(i % 7);
        client.close();
        EXPECT_EQ(errorFrom(result).code(), ErrorCode::ClientClosed);
        EXPECT_EQ(errorFrom(listing).code(), ErrorCode::ClientClosed);
        ASSERT_TRUE(recorder.waitForEnd());
        EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
    }
}

}  // namespace
}  // namespace ksqldb::test
