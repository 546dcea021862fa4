// A program that ends while its Client has something to do: exit_program URL CLIENT HOW. What
// test_exit.cpp looks at is how it ends.
#include <ksqldb/ksqldb.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

// Destroyed after what the library makes for itself when it is first needed. The threads of a
// Client that is not destroyed go on meanwhile.
struct Last {
    ~Last() { std::this_thread::sleep_for(300ms); }
} last;

// Outlives the Client, whose callbacks use it.
struct State {
    std::promise<void> begun;  // by main(), which has then done with what it has begun
    std::shared_future<void> hasBegun{begun.get_future()};
    std::promise<void> running;
    std::once_flag once;
    std::string how;
} state;

struct Running {
    explicit Running(const std::string& url) : client(url) {}

    ksqldb::Client client;
    std::vector<ksqldb::Subscription> subscriptions;
    std::optional<ksqldb::ResultStream> polled;
    std::optional<ksqldb::InsertStream> inserts;
    std::future<ksqldb::QueryResult> result;
};

std::optional<Running> owned;  // a static Client
Running* leaked = nullptr;     // one that nobody destroys

void endBy(const std::string& how) {
    if (how == "exit") std::exit(0);
    if (how == "quick_exit") std::quick_exit(0);
    if (how == "_exit") _exit(0);
}

/// One query after the other, for as long as somebody answers.
void ask(ksqldb::Client& client) {
    client.executeQuery("SELECT 1;", {}, [&client](const auto& outcome) {
        if (outcome.ok()) ask(client);
    });
}

/// All kinds of calls, in flight until the program ends.
void begin(Running& running) {
    ksqldb::Client& client = running.client;
    ksqldb::StreamCallbacks callbacks;
    callbacks.onRow = [](ksqldb::StreamControl&, ksqldb::RowView row) {
        const ksqldb::Row copy = row.toRow();
        if (copy[1].type().toString().empty()) std::abort();
        std::call_once(state.once, [] { state.running.set_value(); });
    };
    for (int i = 0; i < 3; ++i)
        running.subscriptions.push_back(
            client.streamQuery("SELECT * FROM RATES EMIT CHANGES;", callbacks));
    running.subscriptions.push_back(
        client.streamLines("PRINT 'lines';", [](ksqldb::StreamControl&, std::string_view) {}));
    ask(client);
    running.polled = client.streamQuery("SELECT * FROM RATES EMIT CHANGES;");
    ksqldb::RowView row;
    if (running.polled->next(row) != ksqldb::Next::Row) std::abort();
    running.result = client.executeQuery("SELECT * FROM RATES EMIT CHANGES;");
    running.inserts = client.insertStream("S");
    running.inserts->insert(ksqldb::InsertRow().set("N", 1));
}

/// A callback that is in its midst when the program ends, or that ends it.
void beginCallback(Running& running) {
    ksqldb::StreamCallbacks callbacks;
    callbacks.onRow = [](ksqldb::StreamControl&, ksqldb::RowView row) {
        std::call_once(state.once, [] { state.running.set_value(); });
        state.hasBegun.wait();
        if (state.how == "exit in it") std::exit(0);
        std::this_thread::sleep_for(300ms);
        if (row[0].isNull()) std::abort();
    };
    running.subscriptions.push_back(
        running.client.streamQuery("SELECT * FROM RATES EMIT CHANGES;", callbacks));
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) return 2;
    const std::string url = arguments[1];
    const std::string which = arguments[2];
    state.how = arguments[3];
    std::optional<Running> local;
    Running* running = nullptr;
    if (which == "local")
        running = &local.emplace(url);
    else if (which == "leaked")
        running = leaked = new Running(url);
    else
        running = &owned.emplace(url);
    if (which == "idle") {
        running->client.serverInfo().get();
    } else {
        if (which == "callback")
            beginCallback(*running);
        else
            begin(*running);
        state.begun.set_value();
        state.running.get_future().wait();
    }
    if (state.how == "exit in it") std::this_thread::sleep_for(1h);  // it does not come back
    if (state.how == "thread") {
        std::thread([] { std::exit(0); }).join();
    }
    endBy(state.how);
    return 0;
}
