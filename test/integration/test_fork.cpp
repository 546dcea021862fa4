// fork() in a program that has a Client: the child may not use it, the parent does not notice.
#include "insert_server.h"
#include "own_memory.h"
#include "table_server.h"
#include "tsan.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

/// What is wrong, as seen in a child process. It has no threads but this one, and no GoogleTest.
class Complaints {
public:
    void expect(bool condition, const std::string& what) {
        if (!condition) text_ += what + "\n";
    }
    void expectUsedAfterFork(const std::string& what, const std::function<void()>& call) {
        try {
            call();
            text_ += what + " did not throw\n";
        } catch (const Error& error) {
            expect(error.code() == ErrorCode::UsedAfterFork &&
                       error.category() == ErrorCategory::Usage,
                   what + ": " + error.what());
        }
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// Runs it in a child, and gives its complaints.
std::string inChild(const std::function<void(Complaints&)>& code) {
    int ends[2];
    if (pipe(ends) != 0) return "no pipe";
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);  // a child that hangs dies of this
        Complaints complaints;
        code(complaints);
        const std::string text = complaints.text() + "done";
        const auto written = write(ends[1], text.data(), text.size());
        _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
    }
    close(ends[1]);
    std::string text;
    char bytes[1024];
    for (ssize_t size; (size = read(ends[0], bytes, sizeof bytes)) > 0;)
        text.append(bytes, static_cast<std::size_t>(size));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) text += "died of signal " + std::to_string(WTERMSIG(status));
    return text;
}

class Fork : public testing::Test {
protected:
    Fork() {
        server.on("/query-stream", "", [this](Exchange& exchange) {
            const auto running = exchange.running("transient_1");
            Answer answer(exchange);
            answer.header("transient_1");
            answer.numbers(0, 3);
            exchange.waitFor(more);
            answer.numbers(3, 6);
            answer.end();
        });
    }

    Event more;
    LocalServer server;
    std::unique_ptr<Client> client = std::make_unique<Client>(clientOptions(server));
    RowView row;
};

TEST_F(Fork, EveryCallInTheChildFails) {
    take(client->serverInfo());  // the threads run
    EXPECT_EQ(inChild([&](Complaints& child) {
                  child.expectUsedAfterFork("executeQuery",
                                            [&] { client->executeQuery(statement).get(); });
                  std::promise<Header> header;
                  std::future<Header> early = header.get_future();
                  std::future<QueryResult> result =
                      client->executeQuery(statement, {}, std::move(header));
                  child.expectUsedAfterFork("result", [&] { result.get(); });
                  child.expectUsedAfterFork("header", [&] { early.get(); });
                  child.expectUsedAfterFork("executeQuery with a callback", [&] {
                      client->executeQuery(statement, {}, [](Outcome<QueryResult>) {});
                  });
                  using Typed = std::tuple<int>;
                  child.expectUsedAfterFork("executeQuery of a type",
                                            [&] { client->executeQuery<Typed>(statement).get(); });
                  child.expectUsedAfterFork("executeQuery of a type with a callback", [&] {
                      client->executeQuery<Typed>(statement, {},
                                                  [](const Outcome<std::vector<Typed>>&) {});
                  });
                  child.expectUsedAfterFork("streamQuery with callbacks", [&] {
                      auto query = client->streamQuery(statement, StreamCallbacks());
                  });
                  child.expectUsedAfterFork("streamQuery",
                                            [&] { auto query = client->streamQuery(statement); });
                  child.expectUsedAfterFork("closeQuery",
                                            [&] { client->closeQuery("transient_1").get(); });
                  InsertRow values;
                  values.set("N", 1);
                  InsertRows many;
                  many.add(values);
                  child.expectUsedAfterFork("insertInto",
                                            [&] { client->insertInto("S", values).get(); });
                  child.expectUsedAfterFork("insertInto with many",
                                            [&] { client->insertInto("S", many).get(); });
                  child.expectUsedAfterFork("insertStream",
                                            [&] { auto stream = client->insertStream("S"); });
                  child.expectUsedAfterFork("execute", [&] { client->execute("DROP X;").get(); });
                  child.expectUsedAfterFork("execute with a callback", [&] {
                      client->execute("DROP X;", [](Outcome<StatementResult>) {});
                  });
                  child.expectUsedAfterFork("serverInfo", [&] { client->serverInfo().get(); });
                  child.expectUsedAfterFork("healthCheck", [&] { client->healthCheck().get(); });
                  client->close();
                  client.reset();
              }),
              "done");
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(Fork, DestructorsInTheChildReturnAtOnce) {
    Event inCallback;
    Event release;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) {
        inCallback.set();
        release.wait(patience);
    };
    std::optional<Subscription> subscribed = client->streamQuery(statement, std::move(callbacks));
    std::optional<ResultStream> polled = client->streamQuery(statement);
    polled->header();
    ASSERT_TRUE(inCallback.wait(patience));
    ASSERT_TRUE(server.waitForRunningQueries(2, patience));
    // In the child that callback never returns.
    EXPECT_EQ(inChild([&](Complaints& child) {
                  const auto start = Clock::now();
                  subscribed.reset();
                  polled.reset();
                  client.reset();
                  child.expect(Clock::now() - start < 10s, "too slow");
              }),
              "done");
    release.set();
    EXPECT_EQ(server.runningQueries().size(), 2u);
}

TEST_F(Fork, HandlesInTheChildDoNotHang) {
    Subscription subscribed = client->streamQuery(statement, StreamCallbacks());
    ResultStream polled = client->streamQuery(statement);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(polled.next(row, patience), Next::Row);
    server.on("/query-stream", "SELECT 2;", silent());
    ResultStream headless = client->streamQuery("SELECT 2;");
    CancelSource source;
    Subscription cancellable = client->streamQuery(statement, StreamCallbacks(),
                                                   StreamOptions().cancelToken(source.token()));
    ASSERT_TRUE(server.waitForRunningQueries(3, patience));
    EXPECT_EQ(
        inChild([&](Complaints& child) {
            child.expectUsedAfterFork("wait", [&] { subscribed.wait(); });
            child.expectUsedAfterFork("waitFor", [&] { return subscribed.waitFor(patience); });
            child.expectUsedAfterFork("next", [&] { return polled.next(row); });
            child.expectUsedAfterFork("next with limit",
                                      [&] { return polled.next(row, patience); });
            child.expectUsedAfterFork("header", [&] { headless.header(); });
            child.expectUsedAfterFork("notifyWhenReady", [&] { polled.notifyWhenReady([] {}); });
            subscribed.cancel();
            polled.cancel();
            source.cancel();
        }),
        "done");
    EXPECT_EQ(server.runningQueries().size(), 3u);
    more.set();
    EXPECT_TRUE(subscribed.waitFor(patience));
}

/// The log is told of a query by whoever starts it, here inside of the table's lock.
TEST_F(Fork, ATokenInTheChildDoesNotWaitForATableThatIsStarting) {
    const auto inLog = std::make_shared<Event>();
    const auto release = std::make_shared<Event>();
    Client logging(clientOptions(server).log(LogLevel::Debug,
                                             [inLog, release](LogLevel, std::string_view line) {
                                                 if (line.substr(0, 6) != "query:") return;
                                                 inLog->set();
                                                 release->wait(patience);
                                             }));
    CancelSource source;
    std::thread starter([&] {
        const LevelTable table(
            logging, "T", {},
            LiveTableOptions().stream(StreamOptions().cancelToken(source.token())));
    });
    ASSERT_TRUE(inLog->wait(patience));
    EXPECT_EQ(inChild([&](Complaints&) { source.cancel(); }), "done");
    release->set();
    starter.join();
}

TEST(ForkCredentials, AFunctionThatIsBeingAskedDoesNotHoldUpTheChild) {
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    const auto asked = std::make_shared<Event>();
    const auto release = std::make_shared<Event>();
    auto client = std::make_unique<Client>(
        clientOptions(server).allowCredentialsOverPlainHttp().credentials([asked, release] {
            asked->set();
            release->wait(patience);
            return Credentials::bearer("a-token");
        }));
    std::future<QueryResult> waiting = client->executeQuery(statement);
    ASSERT_TRUE(asked->wait(patience));
    EXPECT_EQ(inChild([&](Complaints& child) {
                  const auto start = Clock::now();
                  child.expectUsedAfterFork("serverInfo", [&] { client->serverInfo().get(); });
                  client.reset();
                  child.expect(Clock::now() - start < 10s, "too slow");
              }),
              "done");
    release->set();
    EXPECT_EQ(take(waiting).size(), 3u);
}

TEST(ForkCredentials, AnIdentityProviderIsNotAskedByTheChild) {
    LocalServer server;
    server.issueTokens("me", "secret");
    Client client(clientOptions(server).allowCredentialsOverPlainHttp().credentials(
        OAuthClientCredentials(server.url() + "/oauth/token", "me", "secret")));
    EXPECT_EQ(inChild([&](Complaints& child) {
                  child.expectUsedAfterFork("serverInfo", [&] { client.serverInfo().get(); });
                  client.close();
              }),
              "done");
    EXPECT_TRUE(server.requests().empty());
    take(client.serverInfo());
    EXPECT_EQ(server.issuedTokens(), 1u);
}

TEST_F(Fork, TheParentGoesOnUnharmed) {
    Recorder recorder;
    Subscription subscribed = client->streamQuery(statement, recorder.callbacks());
    ResultStream polled = client->streamQuery(statement);
    ASSERT_TRUE(recorder.waitForRows(3));
    polled.header();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(inChild([&](Complaints&) {
                      subscribed = Subscription();
                      client.reset();
                  }),
                  "done");
    more.set();
    EXPECT_EQ(numbersOf(polled), firstNumbers(6));
    ASSERT_TRUE(subscribed.waitFor(patience));
    EXPECT_EQ(recorder.numbers(), firstNumbers(6));
    EXPECT_EQ(take(client->executeQuery(statement)).size(), 6u);
}

/// With calls in flight, of which the child has no thread.
TEST_F(Fork, TheChildMayEndInAnyWay) {
    Recorder recorder;
    Subscription subscribed = client->streamQuery(statement, recorder.callbacks());
    ResultStream polled = client->streamQuery(statement);
    std::future<QueryResult> result = client->executeQuery(statement);
    ASSERT_TRUE(recorder.waitForRows(3));
    using End = void (*)(int);
    std::vector<End> ends{[](int status) { _exit(status); },
                          [](int status) { std::quick_exit(status); }};
#if !defined(__SANITIZE_ADDRESS__) && !defined(KSQLDB_TEST_MEMORY_IS_THE_SANITIZERS)
    // A sanitizer would find that nobody holds what the parent's threads hold.
    ends.push_back([](int status) { std::exit(status); });
#endif
    std::fflush(nullptr);  // or the child would write it once more
    for (const End end : ends) {
        const pid_t child = fork();
        if (child == 0) {
            alarm(20);
            end(7);
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
    }
    more.set();
    EXPECT_EQ(numbersOf(polled), firstNumbers(6));
    EXPECT_EQ(take(result).size(), 6u);
    ASSERT_TRUE(subscribed.waitFor(patience));
    EXPECT_EQ(recorder.numbers(), firstNumbers(6));
}

class ForkInserts : public Inserts {
protected:
    ForkInserts() { serveAll(); }
    /// What was inserted, and no more, is stored.
    void expectStored(InsertStream& stream, std::int64_t count) {
        const InsertReport report = stream.close(patience);
        EXPECT_TRUE(report.ok()) << (report.error ? report.error->what() : "");
        EXPECT_EQ(report.inserted, static_cast<std::uint64_t>(count));
        const std::vector<std::string> stored = rowsOf();
        ASSERT_EQ(stored.size(), static_cast<std::size_t>(count));
        for (std::int64_t i = 0; i < count; ++i)
            EXPECT_EQ(stored[static_cast<std::size_t>(i)], "{\"N\":" + std::to_string(i) + "}");
    }
};
INSTANTIATE_TEST_SUITE_P(Wires, ForkInserts, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(ForkInserts, AStreamInTheChildNeitherHangsNorSends) {
    CancelSource source;
    std::optional<InsertStream> stream = client.insertStream(
        "S",
        InsertStreamOptions().cancelToken(source.token()).onAcknowledged([](SequenceRange) {}));
    stream->insert(numbered(0));
    ASSERT_TRUE(stream->flush(patience));
    stream->insert(numbered(1));  // maybe under way
    EXPECT_EQ(inChild([&](Complaints& child) {
                  child.expectUsedAfterFork("insert", [&] { stream->insert(row); });
                  child.expectUsedAfterFork("tryInsert", [&] { stream->tryInsert(row); });
                  child.expectUsedAfterFork("insertJson", [&] { stream->insertJson("{}"); });
                  child.expectUsedAfterFork("flush", [&] { stream->flush(); });
                  child.expectUsedAfterFork("flush with limit", [&] { stream->flush(patience); });
                  child.expectUsedAfterFork("close", [&] { stream->close(patience); });
                  child.expectUsedAfterFork("report", [&] { stream->report(); });
                  stream->cancel();
                  source.cancel();
                  stream.reset();
                  client.close();
              }),
              "done");
    stream->insert(numbered(2));
    expectStored(*stream, 3);
}

/// The child gets the locks as they are, be they held by threads that it does not have.
TEST_P(ForkInserts, WhileAnotherThreadInserts) {
    InsertStream stream = client.insertStream("S", InsertStreamOptions().window(64));
    std::atomic<bool> isOver{false};
    std::int64_t count = 0;
    std::thread inserter([&] {
        InsertRow own;
        while (!isOver) stream.insert(own.clear().set("N", count++));
    });
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(inChild([&](Complaints& child) {
                      child.expectUsedAfterFork("insert", [&] { stream.insert(row); });
                      stream.cancel();
                      InsertStream own = std::move(stream);
                  }),
                  "done");
    isOver = true;
    inserter.join();
    expectStored(stream, count);
}

#ifndef KSQLDB_TEST_HAS_TSAN  // TSan cannot follow threads that a forked child starts
TEST_F(Fork, ANewClientInTheChildWorks) {
    more.set();
    take(client->serverInfo());
    EXPECT_EQ(inChild([&](Complaints& child) {
                  Client own(clientOptions(server));
                  child.expect(own.executeQuery(statement).get().size() == 6, "not all rows");
              }),
              "done");
}
#endif

}  // namespace
}  // namespace ksqldb::test
