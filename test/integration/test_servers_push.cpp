// Several servers: push queries and their nodes, and servers that a cluster names.
#include "helpers/cluster.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

class ServersPush : public ClusterTest {
protected:
    ServersPush() {
        for (std::size_t i = 0; i < servers_.size(); ++i)
            at(i).on("/query-stream", push, endless("q" + std::to_string(i), 1));
    }
    /// The stream's next row or event, as a word.
    static std::string next(ResultStream& stream) {
        RowView row;
        switch (stream.next(row, patience)) {
            case Next::Row:
                return std::to_string(row[0].asBigint());
            case Next::Event:
                return std::string(toString(stream.event().kind)) +
                       (stream.event().queryId ? " " + *stream.event().queryId : std::string());
            case Next::End:
                return "end";
            default:
                return "nothing";
        }
    }
};

TEST_F(ServersPush, ClosingGoesToTheNodeOfTheQuery) {
    for (const char* const id : {"transient_S_1", "8e3a1f0c-6b41-4b6c-9a53-2f1a0d3b9f52"}) {
        for (const auto& server : servers_) server->clearScripts();
        for (const std::size_t other : {0U, 2U})
            at(other).on("/query-stream", push, endless("other"));
        at(1).on("/query-stream", push, endless(id));
        Client client(options(ServerOrder::RoundRobin));
        std::vector<ResultStream> streams;
        for (int i = 0; i < 3; ++i) {
            streams.push_back(client.streamQuery(push));
            streams.back().header();
        }
        forget();
        take(client.closeQuery(id));
        EXPECT_TRUE(at(1).waitForRunningQueries(0, patience));
        EXPECT_EQ(at(0).requests().size() + at(2).requests().size(), 0U);
        EXPECT_EQ(at(1).requests().size(), 1U);
        RowView row;
        EXPECT_EQ(streams[1].next(row, patience), Next::End);
    }
}

TEST_F(ServersPush, ClosingGoesElsewhereWhereTheNodeIsDown) {
    const std::string id = "transient_S_1";
    at(0).on("/query-stream", push, endless(id));
    at(1).on("/ksql", "",
             respond(200, R"([{"@type":"terminate_query","queryId":"transient_S_1",)"
                          R"("wasTerminated":true}])"));
    Client client(options());
    ResultStream stream = client.streamQuery(push);
    stream.header();
    at(0).kill();
    take(client.closeQuery(id));
    EXPECT_EQ(asked("/ksql"), "0 1 0");
}

TEST_F(ServersPush, ClosingAQueryOfSomebodyElseGoesToAnyNode) {
    at(0).on("/ksql", "",
             respond(200, R"([{"@type":"terminate_query","queryId":"transient_X",)"
                          R"("wasTerminated":true}])"));
    Client client(options());
    take(client.closeQuery("transient_X"));
    EXPECT_EQ(asked("/ksql"), "1 0 0");
}

TEST_F(ServersPush, GoesOnAtAnotherNodeWithTheGapTold) {
    Client client(options());
    const RetryPolicy never = RetryPolicy().attempts(1).delay(1h, 1h).within(0ms);
    ResultStream stream = client.streamQuery(push, StreamOptions().resume(never).reportEvents());
    EXPECT_EQ(next(stream), "0");
    at(1).kill();
    at(0).kill();
    for (const char* const expected :
         {"Disconnected", "Waiting", "Waiting", "Resumed q2", "Gap", "0"})
        EXPECT_EQ(next(stream), expected);
    EXPECT_EQ(asked(), "1 0 1");
    EXPECT_EQ(at(2).runningQueries(), std::vector<std::string>{"q2"});
    forget();
    take(client.closeQuery("q2"));
    EXPECT_EQ(asked("/close-query"), "0 0 1");
}

TEST_F(ServersPush, GoesOnAtAnotherNodeBehindItsToken) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    at(0).on("/query-stream", push, [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("q0");
        answer.numbers(0, 2);
        answer.token("t1");
        exchange.resetConnection();
    });
    Client client(options());
    ResultStream stream =
        client.streamQuery(push, StreamOptions().resume(RetryPolicy()).reportEvents());
    for (const char* const expected : {"0", "1", "Disconnected", "Waiting", "Resumed q1", "0"})
        EXPECT_EQ(next(stream), expected);
    EXPECT_NE(at(1).requests().at(0).body.find(R"("t1")"), std::string::npos);
    EXPECT_EQ(asked(), "1 1 0");
}

TEST_F(ServersPush, WhoEndsQueriesAtOnceIsNotAskedInACircle) {
    const auto orderly = [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("q");
        answer.end();
    };
    for (const auto& server : servers_) server->on("/query-stream", push, orderly);
    Client client(options());
    const RetryPolicy twice = RetryPolicy().attempts(2).delay(1ms, 1h);
    ResultStream stream = client.streamQuery(push, StreamOptions().resume(twice));
    EXPECT_EQ(next(stream), "end");
    EXPECT_EQ(stream.ending().kind(), Ending::Kind::Finished);
    // The first round, and the two of the policy.
    EXPECT_EQ(asked(), "3 3 3");
}

TEST_F(ServersPush, NorWhoEndsThemAfterARow) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    for (const auto& server : servers_) server->on("/query-stream", push, resettingAfter(1));
    Client client(options());
    const RetryPolicy patient = RetryPolicy().attempts(1).delay(1h, 1h).within(0ms);
    ResultStream stream = client.streamQuery(push, StreamOptions().resume(patient).reportEvents());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(next(stream), "0");
        EXPECT_EQ(next(stream), "Disconnected");
        EXPECT_EQ(next(stream), "Waiting");
        EXPECT_EQ(stream.event().delay > 0ms, i == 2) << "a round is over, and the policy waits";
        if (i == 2) break;
        EXPECT_EQ(next(stream), "Resumed query_1");
        EXPECT_EQ(next(stream), "Gap");
    }
    EXPECT_EQ(asked(), "1 1 1");
}

TEST_F(ServersPush, OneThatIsRefusedForItsNumberRunsElsewhere) {
    at(0).limitPushQueries(1);
    at(0).clearScripts();
    at(0).on("/query-stream", push, endless("q0", 1));
    Client client(options());
    std::vector<ResultStream> streams;
    for (int i = 0; i < 2; ++i) {
        streams.push_back(client.streamQuery(push));
        EXPECT_EQ(next(streams.back()), "0");
    }
    EXPECT_EQ(at(0).runningQueries().size(), 1U);
    EXPECT_EQ(at(1).runningQueries().size(), 1U);
}

/// The first server is given, the others are found.
class Discovery : public ClusterTest {
protected:
    static std::string host(const LocalServer& server) {
        return "127.0.0.1:" + std::to_string(server.wirePort());
    }
    /// "hosts": those that are named, and whether they are alive.
    static Script clusterStatus(const std::vector<std::pair<std::string, bool>>& hosts) {
        std::string json;
        for (const auto& [name, isAlive] : hosts)
            json += std::string(json.empty() ? "" : ",") + "\"" + name + R"(":{"hostAlive":)" +
                    (isAlive ? "true" : "false") +
                    R"(,"lastStatusUpdateMs":1,"activeStandbyPerQuery":{},)"
                    R"("hostStoreLags":{"stateStoreLags":{},"updateTimeMs":0}})";
        return respond(200, R"({"clusterStatus":{)" + json + "}}");
    }
    ClientOptions given() const {
        ClientOptions options;
        options.servers({servers_[0]->url()}, ServerOrder::RoundRobin)
            .discoverServers()
            .log(LogLevel::Debug, log_.sink());
        return reach(options, servers_);
    }
    void query(Client& client, int times = 1) {
        for (int i = 0; i < times; ++i)
            EXPECT_EQ(numbersOf(take(client.executeQuery(pull))), firstNumbers(3));
    }
};

TEST_F(Discovery, TakesInTheServersThatAreAlive) {
    SKIP_OVER("servers that are found are asked at the root", Transport::BasePath);
    at(0).on("/clusterStatus", "",
             clusterStatus({{host(at(0)), true}, {host(at(1)), true}, {host(at(2)), false}}));
    Client client(given());
    query(client);
    ASSERT_TRUE(log_.waitFor("servers: " + at(0).url() + ' ' + at(1).url()));
    query(client, 4);
    EXPECT_EQ(asked("/clusterStatus"), "1 0 0") << "once a minute at most";
    EXPECT_EQ(asked(), "3 2 0");
    at(0).kill();
    query(client, 4);
    EXPECT_EQ(asked(), "3 6 0");
}

TEST_F(Discovery, LooksAgainWhereAServerIsLeftOut) {
    SKIP_OVER("servers that are found are asked at the root", Transport::BasePath);
    at(0).on("/clusterStatus", "", clusterStatus({{host(at(1)), true}}));
    at(1).on("/clusterStatus", "", clusterStatus({{host(at(2)), true}}));
    Client client(given().circuitBreaker(CircuitBreaker().failures(1).delay(1h, 1h)));
    query(client);
    ASSERT_TRUE(log_.waitFor("servers: "));
    at(0).kill();
    query(client, 2);
    ASSERT_TRUE(log_.waitFor("calls avoid this server"));
    // Not sooner than after a second.
    const auto deadline = Clock::now() + patience;
    while (asked("/clusterStatus") == "1 0 0" && Clock::now() < deadline) query(client);
    ASSERT_TRUE(log_.waitFor("servers: ", 2));
    forget();
    query(client, 2);
    EXPECT_EQ(asked(), "0 0 2") << "one is down, and one is not named any more";
}

TEST_F(Discovery, DoesWithoutWhereItIsNotAnswered) {
    int round = 0;
    for (const Script& answer :
         {respond(404), respond(200, "no"), respond(200, R"({"clusterStatus":7})"),
          clusterStatus({{"", true}, {"a b:1", true}, {"http://x:1/y", true}, {"x:y@z:1", true}}),
          respond(200, std::string(5 << 20, ' '))}) {
        at(0).on("/clusterStatus", "", answer);
        Client client(given());
        query(client);
        ASSERT_TRUE(log_.waitFor("servers", ++round));
        query(client, 3);
        EXPECT_EQ(asked(), "4 0 0");
        forget();
    }
}

TEST_F(Discovery, IsOffUntilAskedFor) {
    at(0).on("/clusterStatus", "", clusterStatus({{host(at(1)), true}}));
    Client one(clientOptions(at(0)));
    query(one, 2);
    Client several(options());
    query(several, 2);
    EXPECT_EQ(asked("/clusterStatus"), "0 0 0");
}

TEST_F(Discovery, EndsWithTheClient) {
    at(0).on("/clusterStatus", "", silent());
    {
        Client client(given());
        query(client);
        ASSERT_TRUE(at(0).waitForRequests(2, patience));
    }
    EXPECT_TRUE(at(0).waitForOpenConnections(0, patience));
}

}  // namespace
}  // namespace ksqldb::test
