// The end of a Client: prompt, once for every call, and final.
#include "support.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <thread>
#include <tuple>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

/// Calls of all kinds on their way.
class Calls {
public:
    void start(Client& client, int each) {
        for (int i = 0; i < each; ++i) {
            results_.push_back(client.executeQuery(statement));
            client.executeQuery(statement, {}, [this](Outcome<QueryResult> outcome) {
                note(outcome.ok() ? nullptr : &outcome.error());
            });
            typedResults_.push_back(client.executeQuery<Typed>(statement));
            client.executeQuery<Typed>(statement, {},
                                       [this](const Outcome<std::vector<Typed>>& outcome) {
                                           note(outcome.ok() ? nullptr : &outcome.error());
                                       });
            StreamCallbacks callbacks;
            callbacks.onEnd = [this](const Ending& ending) { note(ending.error()); };
            subscriptions_.push_back(client.streamQuery(statement, std::move(callbacks)));
            streams_.push_back(client.streamQuery(statement));
            infos_.push_back(client.serverInfo());
            health_.push_back(client.healthCheck());
            closings_.push_back(client.closeQuery("transient_7"));
            closings_.push_back(client.closeQuery("query_7"));
            started_ += 10;
            withCallbacks_ += 3;
        }
    }
    std::size_t started() const { return started_; }

    bool haveEnded() const {
        const auto isReady = [](const auto& future) {
            return future.wait_for(0ms) == std::future_status::ready;
        };
        return std::all_of(results_.begin(), results_.end(), isReady) &&
               std::all_of(typedResults_.begin(), typedResults_.end(), isReady) &&
               std::all_of(infos_.begin(), infos_.end(), isReady) &&
               std::all_of(closings_.begin(), closings_.end(), isReady) &&
               closedCallbacks_ == withCallbacks_;
    }

    /// That each has ended once, because the Client is closed.
    void expectClosed() {
        const auto expectFuture = [](auto& future) {
            ASSERT_EQ(future.wait_for(0ms), std::future_status::ready);
            EXPECT_EQ(errorFrom(future).code(), ErrorCode::ClientClosed);
        };
        for (auto& future : results_) expectFuture(future);
        for (auto& future : typedResults_) expectFuture(future);
        for (auto& future : infos_) expectFuture(future);
        for (auto& future : health_) expectFuture(future);
        for (auto& future : closings_) expectFuture(future);
        for (ResultStream& stream : streams_) {
            RowView row;
            EXPECT_EQ(errorFrom([&] { return stream.next(row, 0ms); }).code(),
                      ErrorCode::ClientClosed);
            EXPECT_EQ(stream.next(row, 0ms), Next::End);
        }
        EXPECT_EQ(closedCallbacks_, withCallbacks_);
        EXPECT_EQ(otherCallbacks_, 0);
    }

private:
    using Typed = std::tuple<int>;

    void note(const Error* error) {
        if (error && error->code() == ErrorCode::ClientClosed)
            ++closedCallbacks_;
        else
            ++otherCallbacks_;
    }

    std::size_t started_ = 0;
    int withCallbacks_ = 0;
    std::vector<std::future<QueryResult>> results_;
    std::vector<std::future<std::vector<Typed>>> typedResults_;
    std::vector<std::future<ServerInfo>> infos_;
    std::vector<std::future<Health>> health_;
    std::vector<std::future<void>> closings_;
    std::vector<ResultStream> streams_;
    std::vector<Subscription> subscriptions_;
    std::atomic<int> closedCallbacks_{0};
    std::atomic<int> otherCallbacks_{0};
};

class Closing : public testing::Test {
protected:
    Closing() { server.onAny(silent()); }

    LocalServer server;
    // No time limit strikes, however slow the machine.
    std::unique_ptr<Client> client = std::make_unique<Client>(
        clientOptions(server).connectTimeout(120s).headerTimeout(0ms).requestTimeout(0ms));
};

constexpr int thousand = 100;  // times the ten kinds of calls

TEST_F(Closing, WithAThousandCallsInFlightIsPrompt) {
    Calls calls;
    calls.start(*client, thousand);
    ASSERT_EQ(calls.started(), 1000u);
    ASSERT_TRUE(server.waitForRequests(calls.started(), 2 * patience));
    const auto start = Clock::now();
    client->close();
    EXPECT_LT(Clock::now() - start, patience);
    calls.expectClosed();
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Closing, ByTheDestructorWithAThousandCallsInFlightIsPrompt) {
    Calls calls;
    calls.start(*client, thousand);
    ASSERT_TRUE(server.waitForRequests(calls.started(), 2 * patience));
    const auto start = Clock::now();
    client.reset();
    EXPECT_LT(Clock::now() - start, patience);
    calls.expectClosed();
}

TEST_F(Closing, RightAfterTheCallsEndsThemToo) {
    Calls calls;
    calls.start(*client, thousand);
    client.reset();
    calls.expectClosed();
}

TEST_F(Closing, TwiceAndFromManyThreadsIsOnce) {
    Calls calls;
    calls.start(*client, 10);
    std::vector<std::thread> closers;
    for (int i = 0; i < 4; ++i)
        closers.emplace_back([&] {
            client->close();
            EXPECT_TRUE(calls.haveEnded());  // whoever returns, all is over
        });
    for (std::thread& closer : closers) closer.join();
    client->close();
    calls.expectClosed();
}

TEST_F(Closing, CallsAfterItFailWithoutThrowing) {
    client->close();
    Calls calls;
    calls.start(*client, 5);
    client->close();  // waits for what was refused, too
    calls.expectClosed();
    const Error error = errorFrom(client->executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::ClientClosed);
    EXPECT_EQ(error.category(), ErrorCategory::Usage);
    EXPECT_FALSE(error.isRetryable());
    EXPECT_EQ(errorFrom(client->serverInfo()).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom(client->healthCheck()).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom(client->closeQuery("transient_1")).code(), ErrorCode::ClientClosed);
    std::promise<Header> header;
    std::future<Header> early = header.get_future();
    EXPECT_EQ(errorFrom(client->executeQuery(statement, {}, std::move(header))).code(),
              ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom(early).code(), ErrorCode::ClientClosed);
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(Closing, WhileOthersCallEndsEveryCall) {
    std::atomic<bool> go{true};
    std::atomic<int> ended{0};
    std::atomic<int> started{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i)
        callers.emplace_back([&] {
            while (go) {
                ++started;
                StreamCallbacks callbacks;
                callbacks.onEnd = [&](const Ending&) { ++ended; };
                Subscription query = client->streamQuery(statement, std::move(callbacks));
                if (started % 10 == 0) {
                    EXPECT_TRUE(query.waitFor(patience));
                }
                std::move(query).detach();
                if (started > 400) go = false;
            }
        });
    ASSERT_TRUE(server.waitForRequests(5, patience));
    client->close();
    for (std::thread& caller : callers) caller.join();
    const auto deadline = Clock::now() + patience;
    while (ended < started && Clock::now() < deadline) std::this_thread::yield();
    EXPECT_EQ(ended, started);
}

TEST_F(Closing, IsNotHeldUpByAnEndThatStartsItsQueryAgain) {
    std::atomic<bool> again{true};
    std::atomic<int> started{0};
    std::atomic<int> ended{0};
    std::function<void()> run = [&] {
        ++started;
        StreamCallbacks callbacks;
        callbacks.onEnd = [&](const Ending&) {
            if (again) run();
            ++ended;
        };
        client->streamQuery(statement, std::move(callbacks)).detach();
    };
    run();
    ASSERT_TRUE(server.waitForRequests(1, patience));
    auto closed = std::async(std::launch::async, [&] { client->close(); });
    EXPECT_EQ(closed.wait_for(patience), std::future_status::ready);
    EXPECT_GE(ended, 1);
    again = false;
    take(closed);
    while (ended < started) std::this_thread::yield();
}

TEST_F(Closing, DeliversTheRowsThatHadCome) {
    server.on("/query-stream", "", endless("transient_1", 50));
    Recorder recorder;
    TaskQueue gui;
    Subscription query = client->streamQuery(statement, recorder.callbacks(),
                                             StreamOptions().executor(gui.executor()));
    ResultStream marker = client->streamQuery(statement);
    RowView row;
    for (int i = 0; i < 50; ++i) ASSERT_EQ(marker.next(row, patience), Next::Row);
    ASSERT_TRUE(gui.waitForTask());
    client.reset();
    ASSERT_TRUE(gui.runUntil([&] { return query.waitFor(0ms); }));
    const auto rows = recorder.numbers();
    EXPECT_EQ(rows, firstNumbers(static_cast<int>(rows.size())));
    EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
}

TEST_F(Closing, ManyClientsComeAndGo) {
    server.on("/query-stream", "", numbers(1));
    for (int i = 0; i < 50; ++i) {
        Client brief(clientOptions(server));
        if (i % 2 == 0) {
            EXPECT_EQ(take(brief.executeQuery(statement)).size(), 1u);
        }
    }
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

// With a limit.

/// Waits until a call that comes now is refused.
bool isRefusing(Client& client) {
    const auto until = Clock::now() + patience;
    while (Clock::now() < until) {
        try {
            take(client.execute("ANOTHER;"));
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::ClientClosed);
            return true;
        }
    }
    return false;
}

constexpr const char* executed = R"([{"@type":"currentStatus","commandStatus":)"
                                 R"({"status":"SUCCESS","message":"done","queryId":null}}])";

TEST_F(Closing, WithALimitLetsCallsEnd) {
    const auto go = std::make_shared<Event>();
    server.on("/query-stream", "", [go](Exchange& exchange) {
        exchange.waitFor(*go);
        numbers(3)(exchange);
    });
    server.on("/ksql", "", [](Exchange& exchange) { exchange.respond(200, executed); });
    auto result = client->executeQuery(statement);
    Recorder recorder;
    const Subscription query = client->streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(server.waitForRequests(2, patience));
    auto closed = std::async(std::launch::async, [&] { return client->close(patience); });
    ASSERT_TRUE(isRefusing(*client));
    EXPECT_EQ(errorFrom(client->executeQuery(statement)).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom(client->insertInto("S", InsertRow().set("N", 1))).code(),
              ErrorCode::ClientClosed);
    EXPECT_EQ(closed.wait_for(0ms), std::future_status::timeout);
    go->set();
    EXPECT_TRUE(take(closed));
    EXPECT_EQ(numbersOf(take(result)), firstNumbers(3));
    EXPECT_EQ(recorder.numbers(), firstNumbers(3));
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
}

TEST_F(Closing, WithALimitThatStrikesEndsTheRestAndSaysSo) {
    server.on("/query-stream", "", endless("transient_1", 1));
    Recorder recorder;
    const Subscription query = client->streamQuery(statement, recorder.callbacks());
    auto info = client->serverInfo();
    InsertStream rows = client->insertStream("S");
    ASSERT_TRUE(server.waitForRequests(3, patience));
    EXPECT_FALSE(client->close(77ms));
    for (const Error& error : {recorder.error(), errorFrom(info), *rows.close(patience).error}) {
        EXPECT_EQ(error.code(), ErrorCode::ClientClosed);
        EXPECT_EQ(error.limitName(), "close");
        EXPECT_NE(std::string(error.what()).find("77 ms"), std::string::npos) << error.what();
    }
    EXPECT_TRUE(client->close(0ms)) << "there is nothing left";
}

TEST_F(Closing, WithALimitLetsCommandsAndRetriesGoOn) {
    const auto go = std::make_shared<Event>();
    const auto count = std::make_shared<std::atomic<int>>(0);
    server.on("/ksql", "", [go](Exchange& exchange) {
        exchange.waitFor(*go);
        exchange.respond(200, executed);
    });
    server.on("/ksql", "ANOTHER;", [](Exchange& exchange) { exchange.respond(200, executed); });
    server.on("/query-stream", "", [go, count](Exchange& exchange) {
        exchange.waitFor(*go);
        if ((*count)++ == 0) exchange.resetConnection();
        numbers(1)(exchange);
    });
    auto commands = client->execute(script("CREATE A; CREATE B; CREATE C;"));
    auto result = client->executeQuery(
        statement, QueryOptions().retry(RetryPolicy().attempts(2).delay(1ms, 50ms)));
    ASSERT_TRUE(server.waitForRequests(2, patience));
    auto closed = std::async(std::launch::async, [&] { return client->close(patience); });
    ASSERT_TRUE(isRefusing(*client));
    go->set();
    EXPECT_TRUE(take(closed));
    EXPECT_EQ(take(commands).steps.size(), 3U);
    EXPECT_EQ(numbersOf(take(result)), firstNumbers(1));
}

TEST_F(Closing, WithALimitMayNotBeWaitedForInACallback) {
    server.on("/query-stream", "", numbers(1));
    std::promise<ErrorCode> code;
    StreamCallbacks callbacks;
    callbacks.onEnd = [&](const Ending&) {
        code.set_value(errorFrom([&] { client->close(1s); }).code());
    };
    const Subscription query = client->streamQuery(statement, std::move(callbacks));
    EXPECT_EQ(take(code.get_future()), ErrorCode::WouldDeadlock);
    EXPECT_EQ(errorFrom([&] { client->close(-1ms); }).code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(take(client->executeQuery(statement)).size(), 1u) << "it is not closed";
}

TEST_F(Closing, MovingAClientMovesItsCalls) {
    Client moved(std::move(*client));
    std::future<QueryResult> result = moved.executeQuery(statement);
    Client target(clientOptions(server));
    std::future<QueryResult> ofTarget = target.executeQuery(statement);
    target = std::move(moved);  // closes what it was
    EXPECT_EQ(errorFrom(ofTarget).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(result.wait_for(0ms), std::future_status::timeout);
    target.close();
    EXPECT_EQ(errorFrom(result).code(), ErrorCode::ClientClosed);
}

}  // namespace
}  // namespace ksqldb::test
