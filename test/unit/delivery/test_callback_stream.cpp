// Callbacks in turns: what ends them, who waits for whom, and where what they captured dies.
#include "allocations.h"
#include "delivery/callback_stream.h"
#include "feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using delivery::ConsumerSettings;
using detail::CallbackStream;

constexpr auto patience = 30s;

/// A stream on a delivery thread, and how it ended.
class Stream : public testing::Test {
protected:
    std::shared_ptr<CallbackStream> start(StreamCallbacks callbacks,
                                          const ConsumerSettings& settings = {},
                                          const base::Logger& logger = {}) {
        if (!callbacks.onEnd)
            callbacks.onEnd = [this](const Ending& ending) { ended_.set_value(ending); };
        return startBare(std::move(callbacks), settings, logger);
    }
    std::shared_ptr<CallbackStream> startBare(StreamCallbacks callbacks,
                                              const ConsumerSettings& settings = {},
                                              const base::Logger& logger = {}) {
        auto stream =
            std::make_shared<CallbackStream>(*thread_, std::move(callbacks), settings, logger);
        stream->connect(producer_, {"SELECT 1;", "POST http://x"});
        return stream;
    }
    Ending ending() {
        auto future = ended_.get_future();
        if (future.wait_for(patience) != std::future_status::ready)
            return Ending(Error(ErrorCode::HeaderTimeout, "no onEnd"));
        return future.get();
    }
    /// All that is posted until now has run.
    void drain() {
        std::promise<void> done;
        thread_->post(task([&] { done.set_value(); }));
        done.get_future().wait();
    }

    const std::shared_ptr<CountingProducer> producer_ = std::make_shared<CountingProducer>();
    std::promise<Ending> ended_;
    TestThread thread_;
};

#ifndef KSQLDB_TEST_MEMORY_IS_THE_SANITIZERS
TEST_F(Stream, EndsWhereThereIsNoMemoryToDecodeWith) {
    std::atomic<int> rowCalls{0};
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) { ++rowCalls; };
    const auto stream = start(std::move(callbacks));
    Feed feed(*stream);
    feed.header().rows(4000);
    allocations::largest = 8192;
    feed.offer();
    const Ending end = ending();
    allocations::largest = static_cast<std::size_t>(-1);
    ASSERT_TRUE(end.error());
    EXPECT_EQ(end.error()->code(), ErrorCode::NoMemory);
    EXPECT_EQ(end.error()->statement(), "SELECT 1;");
    EXPECT_EQ(rowCalls, 0);
    EXPECT_GE(producer_->cancels, 1);
}

TEST_F(Stream, ACancelAsItBeginsToRestEndsIt) {
    // Wherever between the callback and the rest it strikes: at each allocation on this way.
    for (int allocation = 1; allocation <= 8; ++allocation) {
        std::promise<void> struck;
        std::promise<void> cancelled;
        allocations::then = [&, done = cancelled.get_future().share()] {
            struck.set_value();
            done.wait_for(100ms);  // longer only where the allocation is inside a lock
        };
        std::atomic<int> ends{0};
        StreamCallbacks callbacks;
        callbacks.onRow = [&](StreamControl&, RowView) { allocations::left = allocation; };
        callbacks.onEnd = [&](const Ending&) {
            allocations::left = 0;
            ++ends;
        };
        ConsumerSettings settings;
        settings.minInterval = 1h;
        const auto stream = start(std::move(callbacks), settings);
        Feed(*stream).header().row(1).offer();
        // One there is, however late; of the others it is not known.
        const auto limit = allocation == 1 ? std::chrono::milliseconds(patience) : 200ms;
        const bool hasStruck = struck.get_future().wait_for(limit) == std::future_status::ready;
        stream->cancel();
        cancelled.set_value();
        EXPECT_TRUE(stream->waitEnded(delivery::Clock::now() + patience)) << allocation;
        EXPECT_EQ(ends, 1);
        if (!hasStruck && allocation > 1) break;  // so many there are not
        EXPECT_TRUE(hasStruck) << "no allocation: the test is blind";
    }
    allocations::then = {};
}
#endif

TEST_F(Stream, RowsThatAreSkippedEndATurnToo) {
    std::promise<void> release;
    std::atomic<bool> ended{false};
    bool endedBefore = false;
    StreamCallbacks callbacks;
    callbacks.onEnd = [&](const Ending&) { ended = true; };
    ConsumerSettings settings;
    settings.maxRowsPerCall = 10;
    const auto stream = start(std::move(callbacks), settings);
    thread_->post(task([&] { release.get_future().wait(); }));
    Feed feed(*stream);
    feed.header();
    for (int batch = 0; batch < 3; ++batch) {
        for (int row = 0; row < 10; ++row) feed.tombstone();
        feed.offer();
    }
    feed.end();
    thread_->post(task([&] { endedBefore = ended; }));
    release.set_value();
    EXPECT_TRUE(stream->waitEnded(std::nullopt));
    drain();
    EXPECT_FALSE(endedBefore);
    EXPECT_EQ(stream->counts().tombstones, 30u);
}

TEST_F(Stream, IsWokenThoughNoRowComes) {
    std::promise<void> woken;
    bool inside = false;
    const auto stream = start({});
    stream->setWake([&] {
        inside = base::insideCallback();
        woken.set_value();  // a second time would throw
    });
    Feed(*stream).header().offer();
    drain();
    stream->wake();
    ASSERT_EQ(woken.get_future().wait_for(patience), std::future_status::ready);
    drain();
    EXPECT_TRUE(inside);
}

TEST_F(Stream, IsWokenAgainWhereItWasWokenInItsTurn) {
    std::promise<void> done;
    int wakes = 0;
    const auto stream = start({});
    stream->setWake([&] {
        if (++wakes < 3)
            stream->wake();
        else
            done.set_value();
    });
    stream->wake();
    EXPECT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
}

TEST_F(Stream, ThatHasEndedIsNotWoken) {
    bool isWoken = false;
    const auto stream = start({});
    stream->setWake([&] { isWoken = true; });
    Feed(*stream).end();
    EXPECT_EQ(ending(), Ending::Kind::Finished);
    drain();
    stream->wake();
    drain();
    EXPECT_FALSE(isWoken);
}

TEST_F(Stream, ThatRestsIsWokenAfterItsRest) {
    std::promise<std::chrono::steady_clock::time_point> woken;
    std::promise<std::chrono::steady_clock::time_point> called;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) {
        called.set_value(std::chrono::steady_clock::now());
    };
    ConsumerSettings settings;
    settings.minInterval = 50ms;
    const auto stream = start(std::move(callbacks), settings);
    stream->setWake([&] { woken.set_value(std::chrono::steady_clock::now()); });
    Feed(*stream).header().row(1).offer();
    const auto row = called.get_future().get();
    drain();  // the turn is over
    stream->wake();
    auto future = woken.get_future();
    ASSERT_EQ(future.wait_for(patience), std::future_status::ready);
    EXPECT_GE(future.get() - row, 50ms);
}

TEST_F(Stream, AnExecutorThatRunsItsTaskAndThenThrowsEndsAnIdleQuery) {
    std::atomic<int> headers{0};
    StreamCallbacks callbacks;
    callbacks.onHeader = [&](StreamControl&, const Header&) { ++headers; };
    ConsumerSettings settings;
    settings.executor = [](std::function<void()> what) {
        what();
        throw 1;
    };
    const auto stream = start(std::move(callbacks), settings);
    Feed feed(*stream);
    feed.header().offer();  // nothing else comes
    const Ending end = ending();
    ASSERT_TRUE(end.error());
    EXPECT_EQ(end.error()->code(), ErrorCode::ExecutorRejected);
    EXPECT_EQ(headers, 1);
}

TEST_F(Stream, AnExecutorThatKeepsItsTaskAndThrowsEndsItOnce) {
    std::vector<std::function<void()>> kept;
    std::atomic<int> rows{0};
    std::atomic<int> ends{0};
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView) { ++rows; };
    callbacks.onEnd = [&](const Ending& end) {
        ++ends;
        ended_.set_value(end);
    };
    ConsumerSettings settings;
    settings.executor = [&](std::function<void()> what) {
        kept.push_back(std::move(what));
        throw 1;
    };
    const auto stream = start(std::move(callbacks), settings);
    Feed feed(*stream);
    feed.header().rows(3).end();
    const Ending end = ending();
    ASSERT_TRUE(end.error());
    EXPECT_EQ(end.error()->code(), ErrorCode::ExecutorRejected);
    drain();
    for (const auto& what : kept) what();
    EXPECT_EQ(rows, 0);
    EXPECT_EQ(ends, 1);
}

TEST_F(Stream, WhatItCapturedDiesOnADeliveryThreadThoughTheLoopLetsGoLast) {
    struct Captured {
        explicit Captured(std::promise<std::thread::id>& where) : diedOn(where) {}
        ~Captured() { diedOn.set_value(std::this_thread::get_id()); }
        Captured(const Captured&) = delete;
        Captured& operator=(const Captured&) = delete;
        std::promise<std::thread::id>& diedOn;
    };
    std::promise<std::thread::id> diedOn;
    StreamCallbacks callbacks;
    callbacks.onRow = [captured = std::make_shared<Captured>(diedOn)](StreamControl&, RowView) {};
    ConsumerSettings settings;
    std::promise<void> dropped;
    settings.executor = [&, first = true](const std::function<void()>&) mutable {
        if (std::exchange(first, false)) dropped.set_value();
    };
    std::shared_ptr<delivery::RowChannel> stream = startBare(std::move(callbacks), settings);
    Feed(*stream).header().row(1).offer().end();
    dropped.get_future().wait();
    drain();
    delivery::RowChannel& channel = *stream;
    channel.retire(std::move(stream));
    auto died = diedOn.get_future();
    ASSERT_EQ(died.wait_for(patience), std::future_status::ready);
    EXPECT_NE(died.get(), std::this_thread::get_id());
}

/// Does something at a known place: as a turn ends and the stream asks for more.
struct AtDemand : delivery::Producer {
    std::function<void()> first;
    void resume() noexcept override {
        if (first) std::exchange(first, {})();
    }
    void cancel() noexcept override {}
};

TEST_F(Stream, WhatComesAsATurnEndsIsNotLeftLying) {
    for (const auto interval : {0ms, 1ms})  // with one it is asked for more after a rest
        for (const bool isCancel : {false, true}) {
            SCOPED_TRACE(std::to_string(interval.count()) + (isCancel ? " cancel" : " end"));
            const auto producer = std::make_shared<AtDemand>();
            std::atomic<int> rows{0};
            std::optional<Ending> ending;
            StreamCallbacks callbacks;
            callbacks.onRow = [&](StreamControl&, RowView) { ++rows; };
            callbacks.onEnd = [&](const Ending& end) { ending = end; };
            ConsumerSettings settings;
            settings.overflow = Overflow::KeepLatest;
            settings.minInterval = interval;
            const auto stream = std::make_shared<CallbackStream>(*thread_, std::move(callbacks),
                                                                 settings, base::Logger());
            stream->connect(producer, {"SELECT 1;", "POST http://x"});
            Feed feed(*stream);
            producer->first = [&] {
                if (isCancel)
                    stream->cancel();
                else
                    feed.row(2).end();
            };
            feed.header().row(1).offer();
            ASSERT_TRUE(stream->waitEnded(delivery::Clock::now() + patience));
            EXPECT_EQ(ending->kind(), isCancel ? Ending::Kind::Cancelled : Ending::Kind::Finished);
            EXPECT_EQ(rows, isCancel ? 1 : 2);
            drain();
        }
}

TEST_F(Stream, AFailureThatNobodyIsToldIsLogged) {
    std::mutex mutex;
    std::vector<std::string> lines;
    const base::Logger logger(LogLevel::Warn, [&](LogLevel level, std::string_view line) {
        const std::lock_guard lock(mutex);
        lines.push_back(std::string(level == LogLevel::Warn ? "warn " : "") + std::string(line));
    });
    for (const bool fails : {true, false}) {
        const auto stream = startBare({}, {}, logger);
        Feed feed(*stream);
        feed.header().row(1);
        feed.end(fails ? Ending(Error(ErrorCode::ConnectionLost, "the server went away"))
                       : Ending(Ending::Kind::Cancelled));
        EXPECT_TRUE(stream->waitEnded(std::nullopt));
    }
    const auto told = start({}, {}, logger);
    Feed(*told).end(Ending(Error(ErrorCode::ConnectionLost, "the server went away")));
    const Ending end = ending();
    EXPECT_TRUE(end.error());
    drain();
    const std::lock_guard lock(mutex);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0], "warn a query without onEnd failed: the server went away");
}

}  // namespace
}  // namespace ksqldb::test
