// The figures that an Observer is told, and those that can be asked for: times, bytes, connections,
// back-pressure.
#include "insert_server.h"
#include "watcher.h"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

using std::chrono::microseconds;

constexpr const char* pull = "SELECT N FROM T;";
constexpr const char* push = "SELECT N, TEXT FROM BIG EMIT CHANGES;";

/// For figures that change without telling anybody.
bool eventually(const std::function<bool()>& holds) {
    const auto limit = Clock::now() + patience;
    while (!holds()) {
        if (Clock::now() > limit) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

/// In the order of RequestTimes; what is none is left out.
std::vector<microseconds> reached(const RequestTimes& times) {
    std::vector<microseconds> all;
    for (const auto& time :
         {times.resolved, times.connected, times.secured, times.sent, times.firstByte})
        if (time) all.push_back(*time);
    all.push_back(times.end);
    return all;
}

struct Figures : testing::TestWithParam<Wire> {
    ClientOptions options() const { return clientOptions(server, GetParam()).observer(watcher); }
    static bool isTls() {
        const Transport over = transport();
        return GetParam() == Wire::Tls || over == Transport::Tls ||
               over == Transport::ClientCertificate || over == Transport::ConnectProxy;
    }
    const RequestResult& result(std::size_t request) const {
        return watcher->requests().at(request)->result;
    }

    std::shared_ptr<Watcher> watcher = std::make_shared<Watcher>();
    LocalServer server{serverOptions(GetParam())};
};

TEST_P(Figures, TimesAreInOrderAndPlausible) {
    server.on("/query-stream", "", [](Exchange& exchange) {
        exchange.pause(30ms);  // the head is late, and then the rows
        Answer answer(exchange);
        answer.header("q1");
        exchange.pause(30ms);
        answer.numbers(0, 2);
        answer.end();
    });
    const auto begun = Clock::now();
    {
        Client client(options());
        take(client.executeQuery(pull));
        take(client.executeQuery(pull));
    }
    const auto took = std::chrono::duration_cast<microseconds>(Clock::now() - begun);
    ASSERT_TRUE(watcher->isSound());
    const RequestTimes& first = result(0).times;
    EXPECT_TRUE(first.connected && first.sent && first.firstByte);
    EXPECT_EQ(first.secured.has_value(), isTls());
    for (std::size_t i = 0; i < 2; ++i) {
        const RequestTimes& times = result(i).times;
        const std::vector<microseconds> all = reached(times);
        EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
        EXPECT_GE(all.front(), 0us);
        EXPECT_GE(times.firstByte.value(), 30ms);
        EXPECT_LT(times.sent.value(), times.firstByte.value());
        EXPECT_GE(times.end, 60ms);
    }
    EXPECT_LE(result(0).times.end + result(1).times.end, took);
    const CallResult& call = watcher->calls()[0]->result;
    EXPECT_GE(call.time, result(0).times.end);
    EXPECT_GE(call.query->firstRow.value(), 55ms);
    EXPECT_LE(call.query->firstRow.value(), call.time);
}

TEST_P(Figures, AKeptConnectionIsTold) {
    SKIP_OVER("each request has a connection of its own", Transport::H2c);
    SKIP_OVER("the tests' proxy closes each connection", Transport::HttpProxy);
    server.on("/query-stream", "", numbers(3));
    Client client(options());
    for (int i = 0; i < 3; ++i) take(client.executeQuery(pull));
    EXPECT_FALSE(result(0).isReused);
    for (std::size_t i = 1; i < 3; ++i) {
        EXPECT_TRUE(result(i).isReused);
        EXPECT_FALSE(result(i).times.resolved);
        EXPECT_FALSE(result(i).times.connected);
        EXPECT_FALSE(result(i).times.secured);
    }
    const ClientStatistics all = client.statistics();
    EXPECT_EQ(all.openConnections, 1u);
    EXPECT_EQ(all.newConnections, 1u);
    EXPECT_EQ(all.reusedConnections, 2u);
    EXPECT_EQ(server.acceptedConnections(), 1u);
}

TEST_P(Figures, OpenConnectionsAreThoseThatTheServerHas) {
    server.on("/query-stream", "", endless("q1", 1));
    Client client(options());
    EXPECT_EQ(client.statistics().openConnections, 0u);
    std::vector<ResultStream> streams;
    RowView row;
    for (int i = 0; i < 3; ++i) {
        streams.push_back(client.streamQuery(push));
        ASSERT_EQ(streams.back().next(row), Next::Row);
    }
    EXPECT_EQ(client.statistics().openConnections, 3u);
    EXPECT_EQ(client.statistics().runningCalls, 3u);
    EXPECT_EQ(server.openConnections(), 3u);
    streams.clear();  // a query that is cancelled takes its connection along
    EXPECT_TRUE(eventually([&] {
        const ClientStatistics all = client.statistics();
        return all.openConnections == 0 && all.runningCalls == 0;
    }));
    EXPECT_EQ(client.statistics().newConnections, 3u);
}

TEST_P(Figures, BytesAreThoseOfTheServer) {
    std::size_t sent = 0;
    const std::string text(1000, 'x');
    server.on("/query-stream", "", [&](Exchange& exchange) {
        const auto chunk = [&](const std::string& bytes) {
            sent += bytes.size();
            exchange.chunk(bytes);
        };
        exchange.head(200);
        chunk("{\"queryId\":\"q1\",\"columnNames\":[\"TEXT\"],\"columnTypes\":[\"STRING\"]}\n");
        for (int i = 0; i < 300; ++i) chunk("[\"" + text + std::to_string(i) + "\"]\n");
        exchange.lastChunk();
    });
    server.on("/ksql", "", [](Exchange& exchange) { exchange.respond(200, "[]"); });
    {
        Client client(options());
        EXPECT_EQ(take(client.executeQuery(pull)).size(), 300u);
        // Of some bytes, and of more than libcurl sends with the head.
        (void)take(client.execute("CREATE STREAM S (T STRING); "));
        (void)take(
            client.execute("CREATE STREAM S (" + std::string(3'000'000, ' ') + "T STRING);"));
    }
    ASSERT_TRUE(watcher->isSound());
    EXPECT_EQ(result(0).receivedBytes, sent);
    EXPECT_EQ(watcher->calls()[0]->result.query->rows, 300u);
    EXPECT_EQ(result(1).receivedBytes, 2u);
    const auto requests = server.requests();
    const auto version = transport() == Transport::H2c ? HttpVersion::Http2 : HttpVersion::Http11;
    ASSERT_EQ(requests.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(result(i).sentBytes, requests[i].body.size());
        EXPECT_EQ(result(i).version, version);
    }
    EXPECT_GT(result(2).sentBytes, 3'000'000u);
}

TEST_P(Figures, BytesOfAnInsertAreItsLines) {
    std::size_t read = 0;
    server.on("/inserts-stream", "", [&](Exchange& exchange) {
        InsertRequest request(exchange);
        request.accept();
        request.storeAll();
        read = request.target().size() + 1;
        for (const std::string& row : request.rows()) read += row.size() + 1;
    });
    {
        Client client(options());
        InsertStream inserts = client.insertStream("S");
        for (int i = 0; i < 1000; ++i) inserts.insert(InsertRow().set("N", i));
        ASSERT_TRUE(inserts.close(patience).ok());
    }
    server.stop();  // the script has ended
    ASSERT_TRUE(watcher->isSound());
    EXPECT_EQ(result(0).sentBytes, read);
    EXPECT_EQ(result(0).version, HttpVersion::Http2);
}

/// Rows of 1 kB, far more than any buffer holds.
constexpr int manyRows = 20'000;
void sendMany(Exchange& exchange) {
    Answer answer(exchange);
    answer.header("q1", {{"N", "BIGINT"}, {"TEXT", "STRING"}});
    const std::string text(1000, 'x');
    for (int i = 0; i < manyRows; i += 50) {
        std::string some;
        for (int j = i; j < i + 50; ++j)
            some += answer.rowLine("[" + std::to_string(j) + ",\"" + text + "\"]");
        exchange.chunk(some);
    }
    answer.end();
}

TEST_P(Figures, PausesOfASlowConsumerAreCounted) {
    server.on("/query-stream", "", sendMany);
    constexpr std::size_t buffer = std::size_t{256} << 10;
    std::uint64_t mostSeen = 0;
    {
        Client client(options());
        ResultStream stream = client.streamQuery(push, StreamOptions().bufferBytes(buffer));
        // Nobody takes a row: it stands still.
        ASSERT_TRUE(eventually([&] { return stream.statistics().pauses > 0; }));
        const QueryStatistics standing = stream.statistics();
        EXPECT_EQ(standing.pauses, 1u);
        EXPECT_GE(standing.waitingBytes, buffer);
        EXPECT_GE(standing.mostWaitingBytes, standing.waitingBytes);
        EXPECT_LT(standing.mostWaitingBytes, 4 * buffer);
        EXPECT_LT(standing.rows, static_cast<std::uint64_t>(manyRows));
        EXPECT_TRUE(standing.firstRow);
        // The time of a pause that lasts grows.
        ASSERT_TRUE(eventually(
            [&] { return stream.statistics().pausedTime >= standing.pausedTime + 5ms; }));
        // It goes on, and stands still once more.
        RowView row;
        int rows = 0;
        while (rows < 5000 && stream.next(row) == Next::Row) ++rows;
        EXPECT_TRUE(eventually([&] { return stream.statistics().pauses > 1; }));
        while (stream.next(row) == Next::Row) ++rows;
        EXPECT_EQ(rows, manyRows);
        const QueryStatistics after = stream.statistics();
        EXPECT_EQ(after.waitingBytes, 0u);
        EXPECT_EQ(after.rows, static_cast<std::uint64_t>(manyRows));
        EXPECT_GE(after.bytes, static_cast<std::uint64_t>(manyRows) * 1000);
        EXPECT_LE(after.batches, after.rows);
        EXPECT_GE(after.batches, 2u);
        EXPECT_GE(after.pausedTime, 5ms);
        mostSeen = after.mostWaitingBytes;
    }
    ASSERT_TRUE(watcher->isSound());
    const QueryStatistics told = watcher->calls()[0]->result.query.value();
    EXPECT_GE(told.pauses, 1u);
    EXPECT_GE(told.pausedTime, 5ms);
    EXPECT_EQ(told.rows, static_cast<std::uint64_t>(manyRows));
    EXPECT_EQ(told.mostWaitingBytes, mostSeen);
}

TEST_P(Figures, APauseThatACancelEndsIsCounted) {
    server.on("/query-stream", "", sendMany);
    Client client(options());
    ResultStream stream = client.streamQuery(push, StreamOptions().bufferBytes(100'000));
    ASSERT_TRUE(eventually([&] { return stream.statistics().pausedTime >= 5ms; }));
    stream.cancel();
    client.close();
    ASSERT_TRUE(watcher->isSound());
    const CallResult& call = watcher->calls()[0]->result;
    EXPECT_EQ(stream.statistics().pausedTime, call.query->pausedTime) << "it goes on for ever";
    EXPECT_EQ(call.failure->code, ErrorCode::Cancelled);
    EXPECT_EQ(call.query->pauses, 1u);
    EXPECT_GE(call.query->pausedTime, 5ms);
    EXPECT_LE(call.query->pausedTime, call.time);
}

TEST_P(Figures, AFastConsumerHasNoPause) {
    server.on("/query-stream", "", numbers(100));
    Client client(options());
    Recorder recorder;
    Subscription stream = client.streamQuery(pull, recorder.callbacks());
    ASSERT_TRUE(stream.waitFor(patience));
    const QueryStatistics all = stream.statistics();
    EXPECT_EQ(all.rows, 100u);
    EXPECT_EQ(all.pauses, 0u);
    EXPECT_EQ(all.pausedTime, 0us);
    EXPECT_EQ(all.waitingBytes, 0u);
    EXPECT_GT(all.mostWaitingBytes, 0u);
    EXPECT_EQ(Subscription().statistics().rows, 0u);
}

TEST_P(Figures, WithKeepLatestNothingPausesAndNothingIsLeft) {
    server.on("/query-stream", "", sendMany);
    Client client(options());
    StreamCallbacks callbacks;
    std::uint64_t seen = 0;
    QueryStatistics inside;
    callbacks.onRow = [&](StreamControl& control, RowView) {
        inside = control.statistics();
        ++seen;
    };
    const Subscription stream =
        client.streamQuery(push, std::move(callbacks),
                           StreamOptions().overflow(Overflow::KeepLatest).maxRowsPerCall(100));
    ASSERT_TRUE(const_cast<Subscription&>(stream).waitFor(patience));
    const QueryStatistics all = stream.statistics();
    EXPECT_EQ(all.rows, static_cast<std::uint64_t>(manyRows));
    EXPECT_EQ(all.pauses, 0u);
    EXPECT_EQ(all.waitingBytes, 0u);
    EXPECT_GE(inside.rows, seen);
}

TEST_P(Figures, CanBeAskedForByAnyThread) {
    server.on("/query-stream", "", sendMany);
    Client client(options());
    ResultStream stream = client.streamQuery(push);
    std::atomic<bool> isOver{false};
    std::thread asks([&] {
        std::uint64_t rows = 0;
        while (!isOver) {
            const QueryStatistics all = stream.statistics();
            EXPECT_GE(all.rows, rows);
            EXPECT_GE(all.mostWaitingBytes, all.waitingBytes);
            rows = all.rows;
            (void)client.statistics();
        }
    });
    RowView row;
    while (stream.next(row) == Next::Row) {
    }
    isOver = true;
    asks.join();
}

INSTANTIATE_TEST_SUITE_P(Wires, Figures, testing::Values(Wire::Plain, Wire::Tls), wireName);

}  // namespace
}  // namespace ksqldb::test
