// A consumer that stands still: what the client takes from the server stays bounded, others go on,
// and afterwards every row arrives once and in order.
#include "support.h"

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <thread>

namespace ksqldb::test {
namespace {

constexpr const char* bigQuery = "SELECT N, TEXT FROM BIG EMIT CHANGES;";
constexpr const char* smallQuery = "SELECT N FROM S EMIT CHANGES;";
constexpr int bigRows = 24'000;
constexpr std::size_t textBytes = 1000;  // a row: 24 MB in all
constexpr std::size_t rowsPerWrite = 64;
constexpr std::size_t bufferBytes = std::size_t{1} << 20;
constexpr std::size_t allowance = std::size_t{256} << 10;

/// Rows that know their number, as fast as they are taken.
void sendBigRows(Exchange& exchange) {
    Answer answer(exchange);
    answer.header("query_big", {{"N", "BIGINT"}, {"TEXT", "STRING"}});
    const std::string text(textBytes, 'x');
    std::string some;
    for (int i = 0; i < bigRows; ++i) {
        some += answer.rowLine("[" + std::to_string(i) + ",\"" + text + "\"]");
        if (static_cast<std::size_t>(i) % rowsPerWrite == rowsPerWrite - 1 || i == bigRows - 1) {
            exchange.chunk(some);
            some.clear();
        }
    }
    answer.end();
}

bool isRight(const RowView& row, int number) {
    return row[0].asBigint() == number && row[1].asString().size() == textBytes;
}

ServerOptions smallSendBuffer() {
    ServerOptions options;
    options.sendBuffer = 64 * 1024;
    return options;
}

class Pressure : public testing::Test {
protected:
    Pressure() {
        server.on("/query-stream", bigQuery, &sendBigRows);
        server.on("/query-stream", smallQuery, numbers(1000));
    }

    /// What the system holds between the server and its clients, which are all in this process.
    std::uint64_t bytesUnderWay() const {
        std::uint64_t bytes = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/dev/fd")) {
            const int file = std::stoi(entry.path().filename().string());
            sockaddr_in ends[2] = {};
            socklen_t sizes[2] = {sizeof ends[0], sizeof ends[1]};
            if (getsockname(file, reinterpret_cast<sockaddr*>(&ends[0]), &sizes[0]) != 0 ||
                getpeername(file, reinterpret_cast<sockaddr*>(&ends[1]), &sizes[1]) != 0)
                continue;
            int unsent = 0;
            int unread = 0;
            if (ntohs(ends[0].sin_port) == server.wirePort()) ioctl(file, TIOCOUTQ, &unsent);
            if (ntohs(ends[1].sin_port) == server.wirePort()) ioctl(file, FIONREAD, &unread);
            bytes += static_cast<std::uint64_t>(unsent) + static_cast<std::uint64_t>(unread);
        }
        return bytes;
    }

    /// What the client has taken from the system; less while the bytes move.
    std::uint64_t bytesTaken() const {
        const std::uint64_t written = server.bytesWritten();
        return written - std::min(written, bytesUnderWay());
    }

    /// What the client has taken when it takes no more, and at least so much.
    std::uint64_t takenWhenBlocked(std::uint64_t least) const {
        const auto limit = Clock::now() + patience;
        std::uint64_t before = 0;
        // There is no event for "nothing more happens". Who looks too soon sees too little, which
        // breaks no upper bound.
        for (int unchanged = 0; unchanged < 10 && Clock::now() < limit;) {
            std::this_thread::sleep_for(20ms);
            const std::uint64_t now = bytesTaken();
            unchanged = now == before && now >= least ? unchanged + 1 : 0;
            before = now;
        }
        return before;
    }

    /// While the big query stands still: its bound, and that others get their rows.
    void expectBoundAndSiblings() {
        // What TLS adds counts as under way, and not as written.
        const bool isPlain = server.wirePort() == server.port();
        const std::uint64_t least = isPlain ? bufferBytes : bufferBytes / 10 * 9;
        const std::uint64_t taken = takenWhenBlocked(least);
        RecordProperty("takenBytes", std::to_string(taken));
        EXPECT_GE(taken, least);
        EXPECT_LE(taken, bufferBytes + allowance);
        ResultStream sibling = client.streamQuery(smallQuery);
        EXPECT_EQ(numbersOf(sibling), firstNumbers(1000));
        EXPECT_EQ(numbersOf(take(client.executeQuery(smallQuery))), firstNumbers(1000));
        Recorder recorder;  // on the other delivery thread
        std::vector<Subscription> siblings;
        for (int i = 0; i < 2; ++i)
            siblings.push_back(client.streamQuery(smallQuery, recorder.callbacks()));
        EXPECT_TRUE(recorder.waitForRows(1000));
    }

    LocalServer server{smallSendBuffer()};
    Client client{clientOptions(server).deliveryThreads(2)};
};

TEST_F(Pressure, OfABlockedCallbackIsPassedOn) {
    SKIP_OVER("what waits in a proxy counts as taken", Transport::HttpProxy,
              Transport::ConnectProxy);
    Event blocked;
    Event release;
    int rows = 0;
    int wrong = 0;
    std::optional<Ending> ending;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) {
        if (rows == 0) {
            blocked.set();
            release.wait(2 * patience);
        }
        wrong += isRight(row, rows++) ? 0 : 1;
    };
    callbacks.onEnd = [&](const Ending& e) { ending = e; };
    Subscription big = client.streamQuery(bigQuery, std::move(callbacks),
                                          StreamOptions().bufferBytes(bufferBytes));
    ASSERT_TRUE(blocked.wait(patience));
    expectBoundAndSiblings();
    release.set();
    ASSERT_TRUE(big.waitFor(2 * patience));
    EXPECT_EQ(rows, bigRows);
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
}

TEST_F(Pressure, OfAStreamThatIsNotPolledIsPassedOn) {
    SKIP_OVER("what waits in a proxy counts as taken", Transport::HttpProxy,
              Transport::ConnectProxy);
    ResultStream big = client.streamQuery(bigQuery, StreamOptions().bufferBytes(bufferBytes));
    big.header();
    expectBoundAndSiblings();
    int rows = 0;
    RowView row;
    while (big.next(row, 2 * patience) == Next::Row) ASSERT_TRUE(isRight(row, rows++));
    EXPECT_EQ(rows, bigRows);
    EXPECT_EQ(big.ending().kind(), Ending::Kind::Finished);
}

TEST_F(Pressure, IsNoObstacleToCancellingOrClosing) {
    ResultStream cancelled = client.streamQuery(bigQuery, StreamOptions().bufferBytes(bufferBytes));
    const std::uint64_t one = takenWhenBlocked(bufferBytes);
    ResultStream closed = client.streamQuery(bigQuery, StreamOptions().bufferBytes(bufferBytes));
    takenWhenBlocked(one + bufferBytes);
    cancelled.cancel();
    EXPECT_TRUE(server.waitForOpenConnections(1, patience));
    client.close();  // while nobody takes a row
    // The rows that had come can still be taken.
    RowView row;
    std::int64_t rows = 0;
    while (cancelled.next(row, patience) == Next::Row) ASSERT_EQ(row[0].asBigint(), rows++);
    EXPECT_GE(rows * static_cast<std::int64_t>(textBytes), std::int64_t{bufferBytes} / 2);
    EXPECT_EQ(cancelled.ending().kind(), Ending::Kind::Cancelled);
    rows = 0;
    const Error error = errorFrom([&] {
        while (closed.next(row, patience) == Next::Row) ASSERT_EQ(row[0].asBigint(), rows++);
    });
    EXPECT_EQ(error.code(), ErrorCode::ClientClosed);
}

TEST_F(Pressure, ARowLargerThanTheBufferIsLetThrough) {
    server.on("/query-stream", smallQuery, [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1", {{"TEXT", "STRING"}});
        for (int i = 0; i < 5; ++i) answer.row("[\"" + std::string(300'000, 'y') + "\"]");
        answer.end();
    });
    ResultStream stream = client.streamQuery(smallQuery, StreamOptions().bufferBytes(1000));
    int rows = 0;
    for (const RowView row : stream) {
        EXPECT_EQ(row[0].asString().size(), 300'000u);
        ++rows;
    }
    EXPECT_EQ(rows, 5);
}

TEST_F(Pressure, TheSmallestBufferLosesNothing) {
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{100}, std::size_t{5000}}) {
        ResultStream polled = client.streamQuery(smallQuery, StreamOptions().bufferBytes(bytes));
        EXPECT_EQ(numbersOf(polled), firstNumbers(1000));
        Recorder recorder;
        Subscription subscribed = client.streamQuery(smallQuery, recorder.callbacks(),
                                                     StreamOptions().bufferBytes(bytes));
        ASSERT_TRUE(subscribed.waitFor(patience));
        EXPECT_EQ(recorder.numbers(), firstNumbers(1000));
    }
}

}  // namespace
}  // namespace ksqldb::test
