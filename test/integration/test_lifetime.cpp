// Who outlives whom: handles, Clients, callbacks and what they captured.
#include "support.h"

#include <atomic>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

class Lifetime : public testing::Test {
protected:
    Lifetime() { server.on("/query-stream", "", endless("transient_1", 3)); }

    LocalServer server;
    std::unique_ptr<Client> client = std::make_unique<Client>(clientOptions(server));
    Recorder recorder;
    RowView row;
};

TEST_F(Lifetime, DestroyingAHandleWaitsForItsRunningCallback) {
    Event running;
    Event release;
    std::atomic<bool> returned{false};
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) {
        running.set();
        release.wait(patience);
        returned = true;
    };
    callbacks.onEnd = [&](const Ending&) { ADD_FAILURE() << "onEnd after the handle's end"; };
    auto query =
        std::make_unique<Subscription>(client->streamQuery(statement, std::move(callbacks)));
    ASSERT_TRUE(running.wait(patience));
    auto destroyed = std::async(std::launch::async, [&] {
        query.reset();
        EXPECT_TRUE(returned);
    });
    EXPECT_EQ(destroyed.wait_for(30ms), std::future_status::timeout);
    release.set();
    take(destroyed);
    client->close();
}

TEST_F(Lifetime, DestroyingAHandleInsideItsCallbackIsItsEnd) {
    for (const bool inHeader : {true, false}) {
        Subscription query;
        Event assigned;
        Event destroyed;
        std::atomic<int> later{0};
        StreamCallbacks callbacks;
        const auto destroy = [&] {
            assigned.wait(patience);
            query = Subscription();
            destroyed.set();
        };
        callbacks.onHeader = [&](StreamControl&, const Header&) {
            if (inHeader) destroy();
        };
        callbacks.onRow = [&](StreamControl&, RowView) {
            if (destroyed.isSet())
                ++later;
            else
                destroy();
        };
        callbacks.onEnd = [&](const Ending&) { ++later; };
        query = client->streamQuery(statement, std::move(callbacks));
        assigned.set();
        ASSERT_TRUE(destroyed.wait(patience));
        EXPECT_TRUE(server.waitForRunningQueries(0, patience));
        // Whatever the delivery thread still had to do is done when it runs this.
        Event after;
        client->executeQuery(statement, QueryOptions().timeout(1ms),
                             [&](Outcome<QueryResult>) { after.set(); });
        ASSERT_TRUE(after.wait(patience));
        EXPECT_EQ(later, 0);
    }
}

TEST_F(Lifetime, DestroyingAHandleInsideOnEndIsHarmless) {
    server.on("/query-stream", "", numbers(1));
    Subscription query;
    Event assigned;
    Event ended;
    StreamCallbacks callbacks;
    callbacks.onEnd = [&](const Ending&) {
        assigned.wait(patience);
        query = Subscription();
        ended.set();
    };
    query = client->streamQuery(statement, std::move(callbacks));
    assigned.set();
    EXPECT_TRUE(ended.wait(patience));
}

TEST_F(Lifetime, AfterTheDestructorThereIsSilence) {
    for (int i = 0; i < 200; ++i) {
        std::atomic<bool> gone{false};
        std::atomic<int> late{0};
        const auto note = [&] { late += gone ? 1 : 0; };
        {
            StreamCallbacks callbacks;
            callbacks.onHeader = [&](StreamControl&, const Header&) { note(); };
            callbacks.onRow = [&](StreamControl&, RowView) { note(); };
            callbacks.onEnd = [&](const Ending&) { note(); };
            const Subscription query = client->streamQuery(statement, std::move(callbacks));
            if (i % 2 == 0) {
                ASSERT_TRUE(server.waitForRunningQueries(1, patience));
            }
        }
        gone = true;
        ASSERT_TRUE(server.waitForRunningQueries(0, patience));
        ASSERT_EQ(late, 0);
    }
}

TEST_F(Lifetime, DetachedQueriesRunOn) {
    client->streamQuery(statement, recorder.callbacks()).detach();
    ASSERT_TRUE(recorder.waitForRows(3));
    EXPECT_TRUE(server.endQuery("transient_1"));
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.endKind(), Ending::Kind::Finished);
}

TEST_F(Lifetime, DetachedQueriesEndWithTheClient) {
    client->streamQuery(statement, recorder.callbacks()).detach();
    ASSERT_TRUE(recorder.waitForRows(3));
    client.reset();
    EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
    EXPECT_EQ(recorder.events().back(), "end");
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
}

TEST_F(Lifetime, HandlesMayOutliveTheClient) {
    Subscription subscribed = client->streamQuery(statement, recorder.callbacks());
    ResultStream polled = client->streamQuery(statement);
    std::future<QueryResult> result = client->executeQuery(statement);
    ASSERT_TRUE(recorder.waitForRows(3));
    ASSERT_EQ(polled.next(row, patience), Next::Row);
    client.reset();
    EXPECT_TRUE(subscribed.waitFor(patience));
    EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
    std::int64_t rows = 1;
    const Error error = errorFrom([&] {
        while (polled.next(row, patience) == Next::Row) EXPECT_EQ(row[0].asBigint(), rows++);
    });
    EXPECT_EQ(error.code(), ErrorCode::ClientClosed);
    EXPECT_EQ(polled.next(row, patience), Next::End);
    EXPECT_EQ(polled.header().queryId(), "transient_1");
    EXPECT_EQ(errorFrom(result).code(), ErrorCode::ClientClosed);
    Event woken;
    polled.notifyWhenReady([&] { woken.set(); });
    EXPECT_TRUE(woken.wait(patience));
    polled.cancel();
    subscribed.cancel();
}

TEST_F(Lifetime, ResultsOutliveTheClient) {
    server.on("/query-stream", "", numbers(100));
    const QueryResult result = take(client->executeQuery(statement));
    ResultStream stream = client->streamQuery(statement);
    ASSERT_EQ(stream.next(row, patience), Next::Row);
    const Row copy = row.toRow();
    RowBatch batch;
    ASSERT_EQ(stream.nextBatch(batch, patience), Next::Row);
    const RowBatch kept = batch;
    const Header header = stream.header();
    while (stream.nextBatch(batch, patience) == Next::Row) {
    }
    client.reset();
    EXPECT_EQ(numbersOf(result), firstNumbers(100));
    EXPECT_EQ(copy[0].asBigint(), 0);
    EXPECT_EQ(kept[0][0].asBigint(), 1);
    EXPECT_EQ(header.queryId(), "query_1");
}

// The last reference to the Client, dropped where the library calls back.

TEST_F(Lifetime, ClientMayBeDestroyedInsideARowCallback) {
    std::shared_ptr<Client> last = std::move(client);
    Event assigned;
    Event dropped;
    StreamCallbacks callbacks = recorder.callbacks();
    callbacks.onHeader = [&](StreamControl&, const Header&) {
        assigned.wait(patience);
        last.reset();
        dropped.set();
    };
    Subscription query = last->streamQuery(statement, std::move(callbacks));
    assigned.set();
    ASSERT_TRUE(dropped.wait(patience));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_EQ(recorder.error().code(), ErrorCode::ClientClosed);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Lifetime, ClientMayBeDestroyedInsideOnEnd) {
    server.on("/query-stream", "", numbers(1));
    auto last = std::make_shared<std::unique_ptr<Client>>(std::move(client));
    Event dropped;
    StreamCallbacks callbacks;
    callbacks.onEnd = [last, &dropped](const Ending&) {
        last->reset();
        dropped.set();
    };
    Client& alive = **last;
    alive.streamQuery(statement, std::move(callbacks)).detach();
    EXPECT_TRUE(dropped.wait(patience));
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Lifetime, ClientMayBeDestroyedInsideACompletion) {
    server.on("/query-stream", "", numbers(1));
    auto last = std::make_shared<std::unique_ptr<Client>>(std::move(client));
    Event dropped;
    (*last)->executeQuery(statement, {}, [last, &dropped](Outcome<QueryResult> outcome) {
        EXPECT_TRUE(outcome.ok());
        last->reset();
        dropped.set();
    });
    EXPECT_TRUE(dropped.wait(patience));
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_F(Lifetime, ClientMayBeDestroyedInsideAWake) {
    ResultStream query = client->streamQuery(statement);
    Event dropped;
    query.notifyWhenReady([&] {
        client.reset();
        dropped.set();
    });
    EXPECT_TRUE(dropped.wait(patience));
    EXPECT_EQ(errorFrom([&] { numbersOf(query); }).code(), ErrorCode::ClientClosed);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

// Where what was captured dies.

/// Something to capture that tells on which thread it dies.
class Witness {
public:
    std::shared_ptr<int> thing() {
        return std::shared_ptr<int>(new int(0), [state = state_](const int* number) {
            delete number;
            state->thread = threadName();
            state->died.set();
        });
    }
    std::string diedOn() {
        EXPECT_TRUE(state_->died.wait(patience));
        return state_->thread;
    }
    bool isDead() const { return state_->died.isSet(); }

private:
    struct State {
        std::string thread;
        Event died;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

StreamCallbacks capturing(std::shared_ptr<int> thing) {
    StreamCallbacks callbacks;
    callbacks.onRow = [thing](StreamControl&, RowView) {};
    callbacks.onEnd = [thing](const Ending&) {};
    return callbacks;
}

TEST_F(Lifetime, CapturedDiesAfterOnEndOnTheDeliveryThread) {
    server.on("/query-stream", "", numbers(1));
    Witness witness;
    Subscription query = client->streamQuery(statement, capturing(witness.thing()));
    ASSERT_TRUE(query.waitFor(patience));
    EXPECT_TRUE(witness.isDead());
    EXPECT_EQ(witness.diedOn(), "ksqldb-deliver");
}

/// Until its header's turn has begun.
Subscription begin(Client& client, StreamCallbacks callbacks) {
    Event begun;
    callbacks.onHeader = [&](StreamControl&, const Header&) { begun.set(); };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    EXPECT_TRUE(begun.wait(patience));
    return query;
}

TEST_F(Lifetime, CapturedDiesInTheDestructor) {
    server.on("/query-stream", "", endless("transient_1"));  // rows would have turns of their own
    Witness witness;
    {
        const Subscription query = begin(*client, capturing(witness.thing()));
        const Subscription later = begin(*client, {});  // the first one's turn is over
    }
    EXPECT_TRUE(witness.isDead());
    EXPECT_EQ(witness.diedOn(), threadName());
}

TEST_F(Lifetime, CapturedIsDeadWhenTheDestructorReturns) {
    for (int i = 0; i < 100; ++i) {  // mostly, the header's turn goes on
        Witness witness;
        { const Subscription query = begin(*client, capturing(witness.thing())); }
        ASSERT_TRUE(witness.isDead());
        ASSERT_NE(witness.diedOn(), "ksqldb-loop");
    }
}

TEST_F(Lifetime, CapturedOfDetachedQueriesDiesOnTheDeliveryThread) {
    Witness witness;
    client->streamQuery(statement, capturing(witness.thing())).detach();
    ASSERT_TRUE(server.waitForRunningQueries(1, patience));
    client.reset();
    EXPECT_TRUE(witness.isDead());
    EXPECT_EQ(witness.diedOn(), "ksqldb-deliver");
}

TEST_F(Lifetime, CapturedOfAnExecutorThatDropsTasksDoesNotDieOnTheLoop) {
    Witness ofCallbacks;
    Witness ofExecutor;
    Event dropped;
    client
        ->streamQuery(statement, capturing(ofCallbacks.thing()),
                      StreamOptions().executor(
                          [thing = ofExecutor.thing(), &dropped](const auto&) { dropped.set(); }))
        .detach();
    // Before, a turn that is still to come would keep the stream from the loop.
    ASSERT_TRUE(dropped.wait(patience));
    client.reset();
    EXPECT_EQ(ofCallbacks.diedOn(), "ksqldb-deliver");
    EXPECT_EQ(ofExecutor.diedOn(), "ksqldb-deliver");
}

TEST_F(Lifetime, CapturedByACompletionDiesWhereItRan) {
    server.on("/query-stream", "", numbers(1));
    Witness witness;
    Event done;
    client->executeQuery(statement, {},
                         [thing = witness.thing(), &done](Outcome<QueryResult>) { done.set(); });
    ASSERT_TRUE(done.wait(patience));
    EXPECT_EQ(witness.diedOn(), "ksqldb-deliver");
}

TEST_F(Lifetime, CapturedByAWakeDiesInTheHandlesDestructorOrWhereItRan) {
    Witness unused;
    Witness used;
    {
        ResultStream query = client->streamQuery(statement);
        for (int i = 0; i < 3; ++i) ASSERT_EQ(query.next(row, patience), Next::Row);
        query.notifyWhenReady([thing = unused.thing()] {});
    }
    EXPECT_TRUE(unused.isDead());
    EXPECT_EQ(unused.diedOn(), threadName());
    ResultStream query = client->streamQuery(statement);
    query.notifyWhenReady([thing = used.thing()] {});
    EXPECT_EQ(used.diedOn(), "ksqldb-deliver");
}

}  // namespace
}  // namespace ksqldb::test
