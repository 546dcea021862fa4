// executeQuery<T>: where the code of the application's own types runs, where its Ts die, and what
// it may do.
#include "watcher.h"

#include <functional>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <thread>

namespace ksqldb::test {

/// A number that is read by code of the application's.
struct Watched {
    std::int64_t number = 0;

    Watched() = default;
    explicit Watched(std::int64_t itsNumber) : number(itsNumber) {}
    Watched(const Watched&) = default;
    Watched& operator=(const Watched&) = default;
    ~Watched() {
        const std::lock_guard lock(mutex);
        diedOn.insert(threadName());
    }

    static void reset(std::function<void(std::int64_t)> whileItIsRead = [](std::int64_t) {}) {
        const std::lock_guard lock(mutex);
        onRead = std::move(whileItIsRead);
        readOn.clear();
        diedOn.clear();
    }

    static inline std::mutex mutex;
    static inline std::function<void(std::int64_t)> onRead;
    static inline std::set<std::string> readOn, diedOn;  // names of threads
};

}  // namespace ksqldb::test

template <>
struct ksqldb::FromValue<ksqldb::test::Watched> {
    static test::Watched read(const ValueView& value) {
        const test::Watched watched(value.asBigint());
        test::Watched::onRead(watched.number);
        const std::lock_guard lock(test::Watched::mutex);
        test::Watched::readOn.insert(test::threadName());
        return watched;
    }
};

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM T;";

struct Count {
    Watched number;
    static constexpr auto ksqldbFields() { return fields(field("N", &Count::number)); }
};

class OwnType : public testing::Test {
protected:
    OwnType() { Watched::reset(); }

    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_F(OwnType, WhatTheApplicationsCodeThrowsEndsIt) {
    answer(endless("transient_1", 3));
    Watched::reset([](std::int64_t number) {
        if (number == 1) throw std::runtime_error("oh dear");
    });
    const Error error = errorFrom(client.executeQuery<Count>(statement));
    EXPECT_EQ(error.code(), ErrorCode::CallbackThrew);
    EXPECT_EQ(error.what(), error.endpoint() + ": reading a row threw: oh dear");
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    Watched::reset([](std::int64_t) { throw std::bad_alloc(); });
    EXPECT_EQ(errorFrom(client.executeQuery<Count>(statement)).code(), ErrorCode::NoMemory);
    EXPECT_TRUE(server.waitForRunningQueries(0, patience));
    Watched::reset();
    answer(numbers(3));
    EXPECT_EQ(take(client.executeQuery<Count>(statement)).size(), 3u);  // its thread still runs
}

TEST_F(OwnType, IsReadWhereFuturesAreSatisfied) {
    answer(numbers(5));
    EXPECT_EQ(take(client.executeQuery<Count>(statement)).size(), 5u);
    std::promise<void> done;
    client.executeQuery<Count>(statement, {},
                               [&done](const Outcome<std::vector<Count>>&) { done.set_value(); });
    take(done.get_future());
    client.close();
    const std::lock_guard lock(Watched::mutex);
    EXPECT_EQ(Watched::readOn, std::set<std::string>{"ksqldb-futures"});
}

TEST_F(OwnType, RowsThatNobodyTakesDoNotDieOnTheEventLoop) {
    Watched::reset([](std::int64_t number) {
        if (number == 90) throw 1;
    });
    answer(numbers(100));
    for (int i = 0; i < 50; ++i) {
        (void)client.executeQuery<Count>(statement, QueryOptions().maxRows(i % 3 == 0 ? 50 : 0));
        client.executeQuery<Count>(statement, {}, [](const Outcome<std::vector<Count>>&) {});
        client.executeQuery<Count>(
            statement, {}, [](const Outcome<std::vector<Count>>&) {}, [](const auto&) {});
    }
    client.close(patience);
    client.close();
    const std::lock_guard lock(Watched::mutex);
    EXPECT_EQ(Watched::diedOn.count("ksqldb-futures"), 1u);
    EXPECT_EQ(Watched::diedOn.count("ksqldb-loop"), 0u);
}

TEST_F(OwnType, BlockingWhileARowIsReadIsRefused) {
    answer(numbers(5));
    Watched::reset([this](std::int64_t) { client.close(1s); });
    EXPECT_EQ(errorFrom(client.executeQuery<Count>(statement)).code(), ErrorCode::WouldDeadlock);
}

TEST_F(OwnType, OfASlowTypeLetsTheServerWait) {
    constexpr std::uint64_t all = std::uint64_t{64} << 20;
    answer([](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1", {{"N", "BIGINT"}, {"TEXT", "STRING"}});
        const std::string row = answer.rowLine("[1,\"" + std::string(64 * 1024, 'x') + "\"]");
        for (std::uint64_t sent = 0; sent < all; sent += row.size()) exchange.chunk(row);
        answer.end();
    });
    Event reading;
    Event release;
    Watched::reset([&](std::int64_t) {
        reading.set();
        release.wait(patience);
    });
    auto watcher = std::make_shared<Watcher>();
    Client observed(clientOptions(server).observer(watcher));
    auto result = observed.executeQuery<Count>(statement, QueryOptions().maxRows(0).maxBytes(0));
    ASSERT_TRUE(reading.wait(patience));
    // There is no event for "nothing more comes". Who looks too soon sees too little, which breaks
    // no bound.
    std::uint64_t before = 0;
    for (int unchanged = 0; unchanged < 10;) {
        std::this_thread::sleep_for(20ms);
        const std::uint64_t now = server.bytesWritten();
        unchanged = now == before ? unchanged + 1 : 0;
        before = now;
    }
    EXPECT_LT(before, all / 2);
    release.set();
    EXPECT_GE(take(result).size(), std::size_t{1000});
    observed.close();
    const QueryStatistics figures = watcher->calls().at(0)->result.query.value();
    EXPECT_GE(figures.pauses, 1u);
    EXPECT_LT(figures.mostWaitingBytes, std::size_t{10} << 20);
}

}  // namespace
}  // namespace ksqldb::test
