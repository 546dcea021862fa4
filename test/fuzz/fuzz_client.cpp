// The whole way: bytes from a real socket, in pieces, into a Client. Whatever they are, each call
// ends exactly once, with a result or an Error, and soon.
#include "hostile_server.h"
#include "input.h"

#include <ksqldb/client.h>
#include <ksqldb/listings.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string_view>
#include <vector>

using namespace ksqldb;
using fuzz::require;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// What HTTP/2 makes of other bytes is known by time alone, so the limits are short.
constexpr milliseconds limit{60};
/// Far above them, for a machine that has more to do.
constexpr seconds hangsAfter{20};
constexpr std::size_t maxRows = 200;

enum Kind : unsigned {
    queryAtOnceKind,
    queryAsStreamKind,
    commandKind,
    insertKind,
    smallRequestKind,
    kinds
};

/// libFuzzer counts these as ways taken: how calls ended. With TSan there is nothing else to count.
__attribute__((section("__libfuzzer_extra_counters"), used)) std::uint8_t endings[kinds * 1024];

void note(Kind kind, const Error* error) {
    const std::size_t ending = error == nullptr ? 0 : std::hash<std::string_view>()(error->what());
    endings[kind * 1024 + ending % 1024] = 1;
}

ClientOptions optionsFor(std::uint16_t port) {
    return ClientOptions("http://127.0.0.1:" + std::to_string(port))
        .proxy("direct")
        .connectTimeout(seconds(2))
        .headerTimeout(limit)
        .requestTimeout(limit)
        .idleTimeout(limit)
        .timeout(2 * limit)
        .maxLineBytes(4096)
        .maxAnswerBytes(16384)
        .log(LogLevel::Error, [](LogLevel, std::string_view) {});
}

template <class T>
void requireEnd(Kind kind, std::future<T>& future) {
    require(future.wait_for(hangsAfter) == std::future_status::ready);
    const std::optional<Error> error = fuzz::refusalOf([&] { (void)future.get(); });
    note(kind, error ? &*error : nullptr);
}

template <class T>
void noteOutcome(Kind kind, const Outcome<T>& outcome) {
    if (!outcome.ok()) require(values::isUtf8(outcome.error().what()));
    note(kind, outcome.ok() ? nullptr : &outcome.error());
}

/// A function that is to be called once, and what waits for that.
class Once {
public:
    void happened() {
        require(++count_ == 1);
        promise_.set_value();
    }
    void wait() {
        require(promise_.get_future().wait_for(hangsAfter) == std::future_status::ready);
    }

private:
    std::atomic<int> count_{0};
    std::promise<void> promise_;
};

void queryAtOnce(Client& client) {
    const auto ended = std::make_shared<Once>();
    client.executeQuery("SELECT * FROM R;", QueryOptions().maxRows(maxRows).maxBytes(65536),
                        [ended](const Outcome<QueryResult>& outcome) {
                            if (outcome.ok()) require(outcome.value().size() <= maxRows);
                            noteOutcome(queryAtOnceKind, outcome);
                            ended->happened();
                        });
    ended->wait();
}

void queryAsStream(Client& client) {
    const std::optional<Error> error = fuzz::refusalOf([&] {
        ResultStream rows =
            client.streamQuery("SELECT * FROM R EMIT CHANGES;",
                               StreamOptions().bufferBytes(1024).timeout(2 * limit).reportEvents());
        const auto begin = std::chrono::steady_clock::now();
        RowView row;
        Next next = Next::Timeout;
        while ((next = rows.next(row, milliseconds(200))) != Next::End) {
            require(std::chrono::steady_clock::now() - begin < hangsAfter);
            if (next == Next::Row) require(values::isUtf8(row.toString()));
        }
        require(rows.isComplete() || rows.ending().error() != nullptr);
        require(rows.next(row) == Next::End);
        note(queryAsStreamKind, rows.ending().error());
    });
    if (error) note(queryAsStreamKind, &*error);
}

void command(Client& client) {
    const auto ended = std::make_shared<Once>();
    client.execute(listStreams(), [ended](const Outcome<std::vector<StreamInfo>>& outcome) {
        noteOutcome(commandKind, outcome);
        ended->happened();
    });
    ended->wait();
}

void insert(Client& client, InsertValues how) {
    std::future<void> inserted = client.insertInto("R", InsertRow().set("A", 1).set("B", "b"),
                                                   InsertOptions().insertValues(how));
    requireEnd(insertKind, inserted);
}

void smallRequest(Client& client) {
    std::future<ServerInfo> info = client.serverInfo();
    requireEnd(smallRequestKind, info);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::HostileServer server;

    FuzzedDataProvider input(data, size);
    fuzz::Answer answer;
    answer.framing = static_cast<fuzz::Framing>(fuzz::takeNumber(input, fuzz::lastFraming));
    answer.seed = fuzz::takeNumber(input, 255);
    answer.resets = fuzz::takeNumber(input, 1) == 1;
    const auto how = static_cast<InsertValues>(fuzz::takeNumber(input, 2));
    answer.bytes = input.ConsumeRemainingBytesAsString();
    server.answer(answer);

    Client client(optionsFor(server.port()));
    queryAtOnce(client);
    queryAsStream(client);
    command(client);
    insert(client, how);
    smallRequest(client);
    require(client.close(hangsAfter));
    return 0;
}
