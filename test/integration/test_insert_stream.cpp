// Rows on their way, as they should go: over HTTP/2 with and without TLS.
#include "insert_server.h"

#include <algorithm>
#include <thread>

namespace ksqldb::test {

struct Reading {
    std::string sensor;
    std::int64_t number = 0;
};

}  // namespace ksqldb::test

template <>
struct ksqldb::RowMapping<ksqldb::test::Reading> {
    using Reading = ksqldb::test::Reading;
    static auto get() {
        return std::tuple(field("SENSOR", &Reading::sensor), field("N", &Reading::number));
    }
};

namespace ksqldb::test {
namespace {

class InsertStreams : public Inserts {};
INSTANTIATE_TEST_SUITE_P(Wires, InsertStreams, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(InsertStreams, RowsArriveInOrderAndAreAcknowledged) {
    serveAll();
    std::vector<SequenceRange> acknowledged;
    InsertStream out = client.insertStream(
        "`test-stream`", InsertStreamOptions()
                             .property("ksql.streams.acks", "all")
                             .onAcknowledged([&](SequenceRange r) { acknowledged.push_back(r); }));
    for (std::uint64_t i = 0; i < 10; ++i)
        EXPECT_EQ(out.insert(numbered(static_cast<std::int64_t>(i))), i);
    const InsertReport report = out.close(patience);
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.inserted, 10u);
    EXPECT_EQ(report.acknowledged, 10u);

    const auto stored = rowsOf();
    ASSERT_EQ(stored.size(), 10u);
    EXPECT_EQ(stored[7], "{\"N\":7}");
    EXPECT_EQ(target, R"({"target":"`test-stream`","properties":{"ksql.streams.acks":"all"}})");
    std::uint64_t next = 0;
    for (const auto& range : acknowledged) {
        EXPECT_EQ(range.first, next);
        next = range.last + 1;
    }
    EXPECT_EQ(next, 10u) << "close() waits for the last call";
    const auto request = server.requests().back();
    EXPECT_EQ(request.version, "HTTP/2");
    EXPECT_EQ(server::findHeader(request.headers, "accept"),
              "application/vnd.ksqlapi.delimited.v1");
    EXPECT_EQ(server::findHeader(request.headers, "content-type"), "application/json");
}

TEST_P(InsertStreams, RowsOfAnyKind) {
    serveAll();
    InsertStream out = client.insertStream("S");
    out.insert(Reading{"s\"1\n", 7});
    out.insertJson(" {\"A\": [1, {}]}");
    EXPECT_EQ(out.tryInsert(Reading{"s2", 8}), 2u);
    for (const char* const bad : {"", "[]", "{\n}", "{}{}", "{nonsense"})
        EXPECT_EQ(errorFrom([&] { out.insertJson(bad); }).code(), ErrorCode::InvalidArgument);
    EXPECT_TRUE(out.close(patience).ok());
    EXPECT_EQ(rowsOf(),
              (std::vector<std::string>{R"({"SENSOR":"s\"1\n","N":7})", " {\"A\": [1, {}]}",
                                        R"({"SENSOR":"s2","N":8})"}));
}

TEST_P(InsertStreams, NoRowsAtAll) {
    serveAll();
    EXPECT_TRUE(client.insertStream("S").close(patience).ok());
    EXPECT_TRUE(rowsOf().empty());
}

/// The server answers each row before it reads the next.
TEST_P(InsertStreams, AcknowledgementsComeWhileTheRequestIsOpen) {
    serveAll();
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(1));
    for (int i = 0; i < 100; ++i) {
        out.insert(numbered(i));
        out.flush();
        EXPECT_EQ(out.report().acknowledged, static_cast<std::uint64_t>(i) + 1);
    }
    EXPECT_TRUE(out.close(patience).ok());
}

/// The Java client stalls after 200.
TEST_P(InsertStreams, ManySmallRowsDoNotStall) {
    constexpr int count = 30'000;
    serveAll();
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(1000));
    for (int i = 0; i < count; ++i) out.insert(numbered(i));
    EXPECT_TRUE(out.close(patience).ok());
    const auto stored = rowsOf();
    ASSERT_EQ(stored.size(), std::size_t{count});
    for (int i = 0; i < count; ++i)
        ASSERT_EQ(stored[static_cast<std::size_t>(i)], "{\"N\":" + std::to_string(i) + "}");
}

TEST_P(InsertStreams, ManyThreadsInsert) {
    constexpr int threads = 4;
    constexpr int rowsEach = 1000;
    serveAll();
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(100).bufferBytes(500));
    std::vector<std::vector<std::uint64_t>> numbers(threads);
    std::vector<std::thread> inserters;
    for (int thread = 0; thread < threads; ++thread)
        inserters.emplace_back([&, thread] {
            InsertRow own;
            for (int i = 0; i < rowsEach; ++i)
                numbers[static_cast<std::size_t>(thread)].push_back(
                    out.insert(own.clear().set("N", thread * rowsEach + i)));
        });
    for (auto& inserter : inserters) inserter.join();
    EXPECT_TRUE(out.close(patience).ok());
    const auto stored = rowsOf();
    ASSERT_EQ(stored.size(), std::size_t{threads} * rowsEach);
    for (int thread = 0; thread < threads; ++thread)
        for (int i = 0; i < rowsEach; ++i)
            ASSERT_EQ(
                stored[numbers[static_cast<std::size_t>(thread)][static_cast<std::size_t>(i)]],
                "{\"N\":" + std::to_string(thread * rowsEach + i) + "}");
}

/// Rows of a kilobyte, a buffer of ten, and one row that is larger than every buffer on the way.
TEST_P(InsertStreams, LargeRows) {
    serveAll();
    InsertStream out = client.insertStream("S", InsertStreamOptions().bufferBytes(10'000));
    const std::string kilobyte(1000, 'x');
    for (int i = 0; i < 500; ++i) out.insert(row.clear().set("T", kilobyte));
    const std::string huge(5'000'000, 'y');
    out.insert(row.clear().set("T", huge));
    out.insert(row.clear().set("T", kilobyte));
    EXPECT_TRUE(out.close(patience).ok());
    const auto stored = rowsOf();
    ASSERT_EQ(stored.size(), 502u);
    EXPECT_EQ(stored[500], "{\"T\":\"" + huge + "\"}");
    EXPECT_EQ(stored[501], "{\"T\":\"" + kilobyte + "\"}");
}

TEST_P(InsertStreams, AcknowledgementsOutOfOrder) {
    serve([](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(6);
        for (const std::uint64_t sequence : {4U, 2U, 5U, 0U, 1U, 3U}) request.acknowledge(sequence);
        EXPECT_FALSE(request.row());
        exchange.lastChunk();
    });
    std::vector<std::uint64_t> acknowledged;
    InsertStream out =
        client.insertStream("S", InsertStreamOptions().onAcknowledged([&](SequenceRange range) {
            for (auto i = range.first; i <= range.last; ++i) acknowledged.push_back(i);
        }));
    for (int i = 0; i < 6; ++i) out.insert(numbered(i));
    out.flush();
    EXPECT_TRUE(out.close(patience).ok());
    std::sort(acknowledged.begin(), acknowledged.end());
    EXPECT_EQ(acknowledged, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5}));
}

TEST_P(InsertStreams, AFullWindowRefusesOrWaits) {
    serve([this](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(2);
        exchange.waitFor(go);
        request.acknowledge(0);
        request.acknowledge(1);
        request.storeAll();
    });
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(2));
    EXPECT_EQ(out.tryInsert(numbered(0)), 0u);
    EXPECT_EQ(out.insert(numbered(1)), 1u);
    EXPECT_EQ(out.tryInsert(numbered(2)), std::nullopt);
    EXPECT_EQ(out.tryInsert(row, 5ms), std::nullopt);
    EXPECT_FALSE(out.flush(1ms));
    auto waiting = std::async(std::launch::async, [&] { return out.insert(row); });
    EXPECT_EQ(waiting.wait_for(5ms), std::future_status::timeout);
    go.set();
    EXPECT_EQ(take(waiting), 2u);
    EXPECT_TRUE(out.flush(patience));
    const InsertReport report = out.close(patience);
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.inserted, 3u) << "rows that were refused are not inserted";
}

/// It waits a moment for others to go with, not for an acknowledgement.
TEST_P(InsertStreams, ARowAloneIsSentSoon) {
    Event firstCame;
    serve([&firstCame](InsertRequest& request, Exchange&) {
        request.accept();
        request.readRows(1);
        firstCame.set();
        request.readRows(1);
        request.acknowledge(0);
        request.acknowledge(1);
        request.storeAll();
    });
    Event lastAcknowledged;
    InsertStream out =
        client.insertStream("S", InsertStreamOptions().onAcknowledged([&](SequenceRange range) {
            if (range.last == 1) lastAcknowledged.set();
        }));
    out.insert(numbered(0));
    ASSERT_TRUE(firstCame.wait(patience));
    out.insert(numbered(1));
    EXPECT_TRUE(lastAcknowledged.wait(patience));
    EXPECT_TRUE(out.close(patience).ok());
}

/// A server that writes more acknowledgements than fit on the way before it reads on: who would not
/// read while he writes, or not write while he reads, would stand still with it.
TEST_P(InsertStreams, ReadingAndWritingDoNotWaitForEachOther) {
    constexpr int count = 20'000;
    serve([](InsertRequest& request, Exchange& exchange) {
        request.accept();
        for (int done = 0; done < count; done += 10'000) {
            request.readRows(10'000);
            for (int i = done; i < done + 10'000; ++i)
                request.acknowledge(static_cast<std::uint64_t>(i));
        }
        EXPECT_FALSE(request.row());
        exchange.lastChunk();
    });
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(1'000'000));
    const std::string text(200, 'x');
    for (int i = 0; i < count; ++i) out.insert(row.clear().set("T", text));
    EXPECT_TRUE(out.close(patience).ok());
}

TEST_P(InsertStreams, SeveralAtOnceBesideQueries) {
    serveAll();
    server.on("/query-stream", "", numbers(100));
    std::vector<InsertStream> streams;
    for (int i = 0; i < 5; ++i) streams.push_back(client.insertStream("S"));
    for (int i = 0; i < 200; ++i) {
        for (auto& stream : streams) stream.insert(numbered(i));
        if (i % 50 == 0) {
            EXPECT_EQ(take(client.executeQuery("SELECT N FROM S;")).size(), 100u);
        }
    }
    for (auto& stream : streams) EXPECT_TRUE(stream.close(patience).ok());
}

}  // namespace
}  // namespace ksqldb::test
