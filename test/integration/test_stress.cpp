// Many threads with calls of every kind, while Clients are made, changed and closed, and callbacks
// do what callbacks may. Every call ends exactly once. KSQLDB_STRESS_SECONDS is how long.
#include "insert_server.h"
#include "ledger.h"
#include "table_server.h"

#include <array>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* pull = "SELECT N FROM T WHERE N = 1;";
constexpr const char* push = "SELECT N FROM S EMIT CHANGES;";
constexpr unsigned threads = 16;
constexpr unsigned manyClients = 4;

struct Number {
    std::int64_t n = 0;
    static constexpr auto ksqldbFields() { return fields(field("N", &Number::n)); }
};

class Stress : public testing::Test {
protected:
    Stress() {
        server.on("/query-stream", pull, numbers(20));
        const auto number = std::make_shared<std::atomic<int>>(0);
        server.on("/query-stream", push, [number](Exchange& exchange) {
            endless("push_" + std::to_string(++*number), 50)(exchange);
        });
        server.on("/query-stream", "PRINT 'p';", [](Exchange& exchange) {
            exchange.head(200, {{"content-type", "text/plain"}});
            for (int i = 0; i < 20; ++i) exchange.chunk("key: <null>, value: 1\n");
            exchange.stall();
        });
        server.on("/query-stream", "SELECT * FROM T EMIT CHANGES;", [](Exchange& exchange) {
            Answer answer(exchange);
            answer.header("table", levelColumns);
            for (int i = 0; i < 20; ++i) answer.row(levelRow("a" + std::to_string(i % 5), i));
            exchange.stall();
        });
        server.on("/query-stream", "SELECT * FROM T ;", [](Exchange& exchange) {
            found({levelRow("a4", 19)})(exchange, *std::make_unique<Answer>(exchange));
        });
        server.on("/ksql", "", [](Exchange& exchange) { exchange.respond(200, "[]"); });
        server.on("/inserts-stream", "", [](Exchange& exchange) {
            InsertRequest request(exchange);
            request.accept();
            request.storeAll();
        });
        for (auto& client : clients) client = newClient(1);
    }

    std::shared_ptr<Client> newClient(unsigned kind) {
        return std::make_shared<Client>(clientOptions(server)
                                            .deliveryThreads(1 + kind % 3)
                                            .readPause(std::chrono::microseconds(kind % 2 * 500))
                                            .retry(RetryPolicy().attempts(1 + kind % 2)));
    }
    std::shared_ptr<Client> anyClient(Dice& dice) {
        const std::lock_guard lock(mutex);
        return clients[dice(manyClients)];
    }
    /// In the place of another, which is closed in one way or another, perhaps by its last user.
    void replaceClient(Dice& dice) {
        auto client = newClient(dice(6));
        {
            const std::lock_guard lock(mutex);
            clients[dice(manyClients)].swap(client);
        }
        const unsigned how = dice(3);
        if (how == 0) client->close();
        if (how == 1) client->close(std::chrono::milliseconds(dice(20)));
    }

    std::shared_ptr<Call> begin() { return std::make_shared<Call>(ledger); }

    StreamOptions options(Dice& dice) {
        StreamOptions all;
        if (dice(2) == 0) all.bufferBytes(1024 + dice(4096));
        if (dice(4) == 0) all.timeout(std::chrono::milliseconds(1 + dice(30)));
        if (dice(4) == 0) all.resume(RetryPolicy());
        return all;
    }

    void runOne(Dice& dice);
    void request(Dice& dice);
    void stream(Dice& dice);
    void poll(Dice& dice);
    void insert(Dice& dice);
    void table(Dice& dice);
    void lines(Dice& dice);

    // A callback may use these after everything else: they are destroyed last.
    Ledger ledger;
    std::mutex mutex;
    LocalServer server{[] {
        ServerOptions options;
        options.recordRequests = false;
        return options;
    }()};
    std::array<std::shared_ptr<Client>, manyClients> clients;
};

void Stress::runOne(Dice& dice) {
    switch (dice(14)) {
        case 0:
            return insert(dice);
        case 1:
            return table(dice);
        case 2:
            return lines(dice);
        case 3:
            return poll(dice);
        case 4:
        case 5:
        case 6:
            return stream(dice);
        case 7:
            if (dice(4) == 0) replaceClient(dice);
            return;
        default:
            return request(dice);
    }
}

void Stress::request(Dice& dice) {
    const auto client = anyClient(dice);
    const auto call = begin();
    switch (dice(7)) {
        case 0:
            return settle(client->executeQuery(pull, QueryOptions().maxRows(1 + dice(40))), *call);
        case 1: {
            // What a completion throws is its own affair; the Client may die in it.
            const unsigned how = dice(4);
            client->executeQuery(pull, {}, [=, this, own = client](Outcome<QueryResult>) mutable {
                call->end();
                if (how == 0) throw std::runtime_error("thrown by a completion");
                if (how == 1)
                    own->execute(ksqldb::serverInfo(),
                                 [next = begin()](Outcome<ServerInfo>) { next->end(); });
                own.reset();
            });
            return;
        }
        case 2:
            return settle(client->execute("CREATE STREAM S;"), *call);
        case 3:
            client->execute("CREATE STREAM S;", [call](Outcome<StatementResult>) { call->end(); });
            return;
        case 4:
            return settle(client->insertInto("S", InsertRow().set("N", 1)), *call);
        case 5:
            return settle(client->closeQuery("push_" + std::to_string(dice(1000))), *call);
        default:
            return settle(client->serverInfo(), *call);
    }
}

void Stress::stream(Dice& dice) {
    const auto client = anyClient(dice);
    const auto call = begin();
    // Filled when streamQuery() has returned; what is inside may go in the midst of a callback.
    struct Own {
        std::mutex mutex;
        std::optional<Subscription> handle;
        std::shared_ptr<Client> client;
    };
    const auto own = std::make_shared<Own>();
    const unsigned how = dice(8);
    if (how == 4 || how == 5) own->client = client;  // until a callback lets go
    StreamCallbacks callbacks;
    callbacks.onRow = [=, this, rows = 0U](StreamControl& control, RowView) mutable {
        if (++rows != 3) return;
        switch (how) {
            case 0:
                throw std::runtime_error("thrown by a callback");
            case 1:
                return control.cancel();
            case 2:
                return std::this_thread::sleep_for(1ms);
            case 3: {
                std::optional<Subscription> handle;
                const std::lock_guard lock(own->mutex);
                handle.swap(own->handle);
                if (handle) call->drop();
                return;  // destroys it
            }
            case 4:
                own->client.reset();
                return;
            case 5:
                own->client->executeQuery(pull, {},
                                          [next = begin()](Outcome<QueryResult>) { next->end(); });
                own->client.reset();
                return;
            default:
                return;
        }
    };
    callbacks.onEnd = [call](const Ending&) { call->end(); };
    Subscription handle = client->streamQuery(push, std::move(callbacks), options(dice));
    if (how == 3) {
        const std::lock_guard lock(own->mutex);
        own->handle = std::move(handle);
        return;  // whoever is last destroys it: the callback, or what it captured
    }
    switch (dice(4)) {
        case 0:
            return std::move(handle).detach();
        case 1:
            handle.cancel();
            if (!handle.waitFor(patience)) ADD_FAILURE() << "a cancelled stream does not end";
            return;
        case 2:
            if (handle.waitFor(5ms)) return;
            [[fallthrough]];
        default: {
            Subscription destroyed = std::move(handle);
        }
            call->drop();
    }
}

void Stress::poll(Dice& dice) {
    const auto client = anyClient(dice);
    const auto call = begin();
    try {
        if (dice(2) == 0) {
            auto typed = client->streamQuery<Number>(push, options(dice));
            std::int64_t sum = 0;
            for (const Number& number : typed) {
                sum += number.n;
                if (sum > 10 && dice(10) == 0) break;
                if (sum > 100) break;
            }
        } else {
            ResultStream stream = client->streamQuery(push, options(dice));
            RowView row;
            for (unsigned left = dice(60); left > 0; --left)
                if (stream.next(row, 2ms) == Next::End) break;
            if (dice(2) == 0) stream.cancel();
        }
    } catch (const Error&) {
    }
    call->end();
}

void Stress::insert(Dice& dice) {
    const auto client = anyClient(dice);
    const auto call = begin();
    try {
        InsertStream stream = client->insertStream("S", InsertStreamOptions().window(1 + dice(64)));
        for (unsigned left = dice(40); left > 0; --left) stream.insert(InsertRow().set("N", 1));
        if (dice(3) == 0 && !stream.flush(patience)) ADD_FAILURE() << "no flush";
        if (dice(3) == 0) stream.cancel();
        if (dice(3) > 0) expectSum(stream.close(patience));
    } catch (const Error&) {
    }
    call->end();
}

void Stress::table(Dice& dice) {
    const auto client = anyClient(dice);
    const auto call = begin();
    LiveTableCallbacks<std::string, Level> callbacks;
    callbacks.onEnd = [call](const Ending&) { call->end(); };
    {
        LevelTable live(*client, "T", std::move(callbacks));
        try {
            if (dice(2) == 0 && live.waitCaughtUp(20ms)) live.find("a4");
        } catch (const Error&) {
        }
        if (dice(2) == 0) live.snapshot();
    }
    call->drop();
}

void Stress::lines(Dice& dice) {
    const auto client = anyClient(dice);
    const auto call = begin();
    if (dice(2) == 0) {
        const auto seen = std::make_shared<Event>();
        Subscription lines = client->streamLines(
            "PRINT 'p';", [seen](StreamControl&, std::string_view) { seen->set(); },
            [call, seen](const Ending&) {
                call->end();
                seen->set();
            });
        if (!seen->wait(patience)) ADD_FAILURE() << "no line, and no end";
        { Subscription destroyed = std::move(lines); }
        return call->drop();
    }
    try {
        LineStream lines = client->streamLines("PRINT 'p';");
        std::string_view line;
        for (unsigned left = dice(20); left > 0 && lines.next(line); --left) {
        }
    } catch (const Error&) {
    }
    call->end();
}

TEST_F(Stress, EveryCallEndsOnce) {
    const auto deadline = Clock::now() + stressTime();
    std::vector<std::thread> all;
    for (unsigned i = 0; i < threads; ++i)
        all.emplace_back([&, i] {
            Dice dice(i + 1);
            while (Clock::now() < deadline && !HasFailure()) runOne(dice);
        });
    for (std::thread& thread : all) thread.join();
    for (auto& client : clients) client.reset();
    // A Client whose last reference went in a callback ends by itself.
    expectAllEnded(ledger);
    EXPECT_GT(ledger.ended, threads);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

}  // namespace
}  // namespace ksqldb::test
