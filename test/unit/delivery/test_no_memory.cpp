// Where there is no memory for a step, that step fails and nothing hangs.
#include "allocations.h"
#include "delivery/callback_stream.h"
#include "delivery/collector.h"
#include "delivery/insert_channel.h"
#include "delivery/polled_stream.h"
#include "feed.h"

#include <ksqldb/inserts.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#ifndef KSQLDB_TEST_MEMORY_IS_THE_SANITIZERS
namespace ksqldb::test::allocations {
std::atomic<std::size_t> largest{static_cast<std::size_t>(-1)};
thread_local int left = 0;
std::function<void()> then;
}  // namespace ksqldb::test::allocations

[[gnu::noinline]] void* operator new(std::size_t size) {
    namespace allocations = ksqldb::test::allocations;
    if (allocations::left > 0 && --allocations::left == 0) allocations::then();
    void* const memory = size > allocations::largest ? nullptr : std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
// Inlined, g++ would suspect a mismatch.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;

class NoMemory : public testing::Test {
protected:
    NoMemory() {
        allocations::then = [] { throw std::bad_alloc(); };
    }
    ~NoMemory() override { allocations::then = {}; }

    /// Whether the first allocation of it was refused.
    template <class Call>
    static bool refused(Call&& call) {
        allocations::left = 1;
        try {
            call();
        } catch (const std::bad_alloc&) {
            return true;
        }
        allocations::left = 0;
        return false;
    }
    void drain() {
        std::promise<void> done;
        thread_->post(task([&] { done.set_value(); }));
        done.get_future().wait();
    }

    const std::shared_ptr<CountingProducer> producer_ = std::make_shared<CountingProducer>();
    TestThread thread_;
};

// A queue takes memory for every so many tasks only.
constexpr int untilAPostAllocates = 1000;

TEST_F(NoMemory, ToPostATaskDoesNotKeepAStreamFromItsEnd) {
    std::promise<void> ended;
    StreamCallbacks callbacks;
    callbacks.onEnd = [&](const Ending&) { ended.set_value(); };
    auto stream = std::make_shared<detail::CallbackStream>(
        *thread_, std::move(callbacks), delivery::ConsumerSettings{}, base::Logger{});
    stream->connect(producer_, {"SELECT 1;", "POST http://x"});
    bool wasRefused = false;
    for (int i = 0; i < untilAPostAllocates && !wasRefused; ++i) {
        wasRefused = refused([&] { stream->wake(); });
        drain();
    }
    ASSERT_TRUE(wasRefused);
    Feed(*stream).end();
    EXPECT_EQ(ended.get_future().wait_for(30s), std::future_status::ready);
}

TEST_F(NoMemory, ToPostATaskDoesNotKeepAResultFromItsEnd) {
    std::promise<Outcome<QueryResult>> done;
    auto collector = std::make_shared<delivery::Collector>(
        *thread_, std::make_unique<delivery::KeptResult>(
                      [&](Outcome<QueryResult> outcome) { done.set_value(std::move(outcome)); },
                      std::nullopt));
    collector->connect(producer_, {"SELECT 1;", "POST http://x"});
    Feed feed(*collector);
    feed.header();
    bool wasRefused = false;
    for (int i = 0; i < untilAPostAllocates && !wasRefused; ++i) {
        std::shared_ptr<protocol::Batch> batch = collector->newBatch();
        wasRefused = refused([&] { collector->offer(std::move(batch)); });
        drain();
    }
    ASSERT_TRUE(wasRefused);
    feed.end();
    EXPECT_EQ(done.get_future().wait_for(30s), std::future_status::ready);
}

TEST_F(NoMemory, ToPostATaskDoesNotKeepWhoPollsFromBeingWoken) {
    auto stream = std::make_shared<detail::PolledStream>(*thread_, delivery::ConsumerSettings{});
    stream->connect(producer_, {"SELECT 1;", "POST http://x"});
    std::promise<void> woken;
    bool wasRefused = false;
    for (int i = 0; i < untilAPostAllocates && !wasRefused; ++i) {
        RowView row;
        ASSERT_EQ(stream->next(row, delivery::Clock::now()), Next::Timeout);
        woken = {};
        stream->notifyWhenReady([&] { woken.set_value(); });
        std::shared_ptr<protocol::Batch> batch = stream->newBatch();
        wasRefused = refused([&] { stream->offer(std::move(batch)); });
        drain();
    }
    ASSERT_TRUE(wasRefused);
    Feed(*stream).end();
    EXPECT_EQ(woken.get_future().wait_for(30s), std::future_status::ready);
}

TEST_F(NoMemory, ForARowToInsertLeavesNoPartOfIt) {
    const std::string row(200, 'r');
    for (int allocation = 1; allocation <= 3; ++allocation) {
        detail::InsertChannel channel(detail::InsertChannel::Limits{10, 1000});
        channel.connect(producer_, {"", "POST http://host/inserts-stream"});
        allocations::left = allocation;
        try {
            (void)channel.insert(row, {});
        } catch (const std::bad_alloc&) {
        }
        allocations::left = 0;
        (void)channel.insert("{}", {});
        std::string piece(1000, ' ');
        std::size_t bytes = 0;
        (void)channel.take(piece.data(), piece.size(), bytes);
        piece.resize(bytes);
        EXPECT_TRUE(piece == "{}\n" || piece == row + "\n{}\n") << allocation << piece;
    }
}

TEST_F(NoMemory, ForOneOfManyRowsToInsertLeavesNoPartOfIt) {
    const std::string row = R"({"K":")" + std::string(200, 'k') + R"("})";
    bool isAdded = false;
    for (int allocation = 1; !isAdded; ++allocation) {
        InsertRows rows;
        // So many that their types, too, need memory for another one.
        for (int i = 0; i < 7; ++i) rows.addJson("{}");
        const std::string before = rows.text();
        allocations::left = allocation;
        try {
            rows.addJson(row);
            isAdded = true;
        } catch (const std::bad_alloc&) {
        }
        allocations::left = 0;
        EXPECT_EQ(rows.size(), isAdded ? 8U : 7U);
        EXPECT_EQ(rows.text(), isAdded ? before + row + '\n' : before) << allocation;
    }
}

}  // namespace
}  // namespace ksqldb::test
#endif
