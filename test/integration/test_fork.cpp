// fork() in a program that has a Client: the child may not use it, the parent does not notice.
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

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
                  child.expectUsedAfterFork("streamQuery with callbacks", [&] {
                      auto query = client->streamQuery(statement, StreamCallbacks());
                  });
                  child.expectUsedAfterFork("streamQuery",
                                            [&] { auto query = client->streamQuery(statement); });
                  child.expectUsedAfterFork("closeQuery",
                                            [&] { client->closeQuery("transient_1").get(); });
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
                  child.expect(Clock::now() - start < 2s, "too slow");
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

#if !defined(__SANITIZE_THREAD__)  // TSan cannot follow threads that a forked child starts
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
