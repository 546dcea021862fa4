// The last reference to a Client dies with what the application gave the library, on the library's
// own threads: that neither blocks nor terminates.
#include "support.h"

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

class LastReference : public testing::Test {
protected:
    LastReference() { server.on("/query-stream", "", numbers(1)); }

    /// Owns the Client, and tells where it died.
    struct Owner {
        explicit Owner(const LocalServer& server, std::shared_ptr<Event> died)
            : client(std::make_unique<Client>(clientOptions(server))), event(std::move(died)) {}
        ~Owner() {
            client.reset();
            event->set();
        }
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        std::unique_ptr<Client> client;
        std::shared_ptr<Event> event;
    };
    std::shared_ptr<Owner> owner() { return std::make_shared<Owner>(server, died); }

    LocalServer server;
    std::shared_ptr<Event> died = std::make_shared<Event>();
    Recorder recorder;
};

TEST_F(LastReference, InACompletion) {
    auto last = owner();
    Client& client = *last->client;
    client.executeQuery(statement, {}, [last = std::move(last)](const Outcome<QueryResult>&) {});
    EXPECT_TRUE(died->wait(patience));
}

TEST_F(LastReference, InACompletionsExecutor) {
    auto last = owner();
    Client& client = *last->client;
    client.executeQuery(
        statement, {}, [](const Outcome<QueryResult>&) {},
        [last = std::move(last)](const auto& task) { task(); });
    EXPECT_TRUE(died->wait(patience));
}

TEST_F(LastReference, InAWake) {
    auto last = owner();
    ResultStream stream = last->client->streamQuery(statement);
    Event armed;
    stream.notifyWhenReady([last = std::move(last), &armed] { armed.wait(patience); });
    armed.set();
    EXPECT_TRUE(died->wait(patience));
}

TEST_F(LastReference, InTheCallbacksOfADetachedQuery) {
    auto last = owner();
    StreamCallbacks callbacks = recorder.callbacks();
    Client& client = *last->client;
    callbacks.onRow = [last = std::move(last)](StreamControl&, RowView) {};
    client.streamQuery(statement, std::move(callbacks)).detach();
    EXPECT_TRUE(died->wait(patience));
}

TEST_F(LastReference, InAnExecutorThatOutlivesTheHandle) {
    // The handle takes the executor while it is called: its copy is the last.
    auto last = owner();
    Event called;
    Client& client = *last->client;
    Subscription query =
        client.streamQuery(statement, recorder.callbacks(),
                           StreamOptions().executor([last = std::move(last), &called](auto task) {
                               task();
                               called.set();
                           }));
    ASSERT_TRUE(called.wait(patience));
    std::move(query).detach();
    EXPECT_TRUE(died->wait(patience));
}

TEST_F(LastReference, AnExecutorThatBlocksIsToldSo) {
    Client client(clientOptions(server));
    Subscription other = client.streamQuery(statement, StreamCallbacks());
    std::atomic<bool> wouldDeadlock{false};
    Subscription query =
        client.streamQuery(statement, recorder.callbacks(),
                           StreamOptions().executor([&](const std::function<void()>& task) {
                               try {
                                   other.wait();
                               } catch (const Error& error) {
                                   wouldDeadlock = error.code() == ErrorCode::WouldDeadlock;
                               }
                               task();
                           }));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_TRUE(wouldDeadlock);
    EXPECT_EQ(recorder.numbers(), firstNumbers(1));
}

TEST_F(LastReference, OfAHandleInACallbackThatUsedUpItsTurn) {
    server.on("/query-stream", "", endless("transient_1", 3));
    Client client(clientOptions(server));
    TaskQueue gui;
    Subscription query;
    std::optional<std::thread::id> diedOn;
    std::shared_ptr<int> thing(new int(0), [&](const int* number) {
        delete number;
        diedOn = std::this_thread::get_id();
    });
    StreamCallbacks callbacks;
    callbacks.onRow = [&query, thing](StreamControl&, RowView) { query = Subscription(); };
    thing.reset();
    query = client.streamQuery(statement, std::move(callbacks),
                               StreamOptions().executor(gui.executor()).maxRowsPerCall(1));
    ASSERT_TRUE(gui.runUntil([&] { return !query; }));
    // In that very task, and not on a thread of the library's later.
    ASSERT_TRUE(diedOn.has_value());
    EXPECT_EQ(*diedOn, std::this_thread::get_id());
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

}  // namespace
}  // namespace ksqldb::test
