// What becomes of a whole result: rows that are read into the application's type while they come.
// test_collector.cpp has the one that keeps them.
#include "delivery/collector.h"
#include "delivery/result_sink.h"
#include "feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// Reading one throws what its number says. Counts how many there are.
struct Moody {
    int number = 0;

    explicit Moody(int itsNumber = 0) : number(itsNumber) { ++alive; }
    Moody(const Moody& other) : number(other.number) { ++alive; }
    Moody& operator=(const Moody&) = default;
    ~Moody() { --alive; }

    static inline std::atomic<int> alive{0};
};

}  // namespace ksqldb::test

template <>
struct ksqldb::FromValue<ksqldb::test::Moody> {
    static test::Moody read(const ValueView& value) {
        switch (value.asInt()) {
            case -1:
                throw Error(ErrorCode::OutOfRange, "too moody");
            case -2:
                throw std::runtime_error("oh dear");
            case -3:
                throw 1;
            case -4:
                throw std::bad_alloc();
            default:
                return test::Moody(value.asInt());
        }
    }
};

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using delivery::Collector;

template <class T>
class Reading {
public:
    Reading() {
        const auto reader = std::make_shared<detail::ResultReaderOf<T>>();
        collector_ = std::make_shared<Collector>(
            *thread_,
            std::make_unique<delivery::TypedResult>(reader, [reader, this](const Error* error) {
                if (error != nullptr)
                    done_.set_value(*error);
                else
                    done_.set_value(reader->take());
            }));
        collector_->connect(producer_, {"SELECT 1;", "POST http://x"});
    }
    Collector& channel() { return *collector_; }
    int cancels() const { return producer_->cancels; }
    void run(std::function<void()> body) { thread_->post(task(std::move(body))); }
    Outcome<std::vector<T>> outcome() {
        auto future = done_.get_future();
        if (future.wait_for(30s) != std::future_status::ready)
            return Error(ErrorCode::HeaderTimeout, "no outcome");
        return future.get();
    }
    /// All that was posted before has run.
    void settle() {
        std::promise<void> settled;
        run([&] { settled.set_value(); });
        settled.get_future().wait();
    }

private:
    const std::shared_ptr<CountingProducer> producer_ = std::make_shared<CountingProducer>();
    std::promise<Outcome<std::vector<T>>> done_;
    std::shared_ptr<Collector> collector_;
    TestThread thread_;
};

using Number = std::tuple<int>;

TEST(TypedResult, HasAllRowsWithoutDeletes) {
    Reading<Number> reading;
    Feed(reading.channel()).header().rows(3).offer().tombstone().row(4).end();
    EXPECT_EQ(reading.outcome().value(), (std::vector<Number>{{0}, {1}, {2}, {4}}));
    EXPECT_EQ(reading.cancels(), 0);
}

TEST(TypedResult, OfNoRowsIsEmpty) {
    Reading<Number> reading;
    Feed(reading.channel()).header().end();
    EXPECT_TRUE(reading.outcome().value().empty());
}

TEST(TypedResult, KeepsNothingOfTheRows) {
    class Channel : public delivery::RowChannel {
    public:
        Channel() : RowChannel(1000) {}

    protected:
        void itemsReady() override {}
    };
    Channel channel;
    delivery::BatchCursor cursor(channel, Tombstones::Deliver);
    delivery::TypedResult result(std::make_shared<detail::ResultReaderOf<Number>>(),
                                 [](const Error*) {});
    Feed(channel).header().rows(3).offer();
    ASSERT_TRUE(cursor.open());
    const void* const batch = &cursor.header();
    result.takeHeader(*cursor.header());
    result.takeRows(cursor);
    EXPECT_FALSE(cursor.hasRow());
    cursor.close();
    cursor.releaseRows();
    const auto inItsPlace = std::make_shared<protocol::Batch>();  // where one that is gone lay
    const auto again = channel.newBatch();
    EXPECT_EQ(static_cast<const void*>(&again->header), batch);
}

TEST(TypedResult, AHeaderThatDoesNotFitEndsItAtOnce) {
    Reading<std::tuple<int, int>> reading;
    Feed feed(reading.channel());
    feed.header().offer();
    const auto outcome = reading.outcome();
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code(), ErrorCode::RowMismatch);
    EXPECT_EQ(outcome.error().statement(), "SELECT 1;");
    EXPECT_EQ(outcome.error().endpoint(), "POST http://x");
    EXPECT_EQ(reading.cancels(), 1);
    feed.rows(3).offer().end(Ending(Ending::Kind::Cancelled));  // is nobody's any more
}

TEST(TypedResult, AHeaderThatDoesNotFitIsToldThoughTheEndCameWithIt) {
    Reading<std::tuple<int, int>> reading;
    Feed(reading.channel()).header().end();
    EXPECT_EQ(reading.outcome().error().code(), ErrorCode::RowMismatch);
}

TEST(TypedResult, AValueThatCannotBeReadEndsItAtOnce) {
    Reading<Number> reading;
    Feed feed(reading.channel());
    feed.header().rows(2).line("[null]").rows(3).offer();
    const auto outcome = reading.outcome();
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code(), ErrorCode::UnexpectedNull);
    EXPECT_EQ(outcome.error().statement(), "SELECT 1;");
    EXPECT_EQ(outcome.error().endpoint(), "POST http://x");
    EXPECT_EQ(reading.cancels(), 1);
    feed.rows(3).end();
}

TEST(TypedResult, ABadRowEndsItThoughTheEndCameWithIt) {
    Reading<Number> reading;
    Feed(reading.channel()).header().row(1).line("[oops]").end();
    EXPECT_EQ(reading.outcome().error().code(), ErrorCode::MalformedResponse);
    EXPECT_EQ(reading.cancels(), 1);
}

TEST(TypedResult, ACancelledOneIsAnError) {
    Reading<Number> reading;
    Feed(reading.channel()).header().rows(2).end(Ending(Ending::Kind::Cancelled));
    const auto outcome = reading.outcome();
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code(), ErrorCode::Cancelled);
    EXPECT_EQ(outcome.error().endpoint(), "POST http://x");
}

struct Thrown {
    const char* name;
    int number;
    ErrorCode code;
    const char* what;
};
class ReaderThatThrows : public testing::TestWithParam<Thrown> {};
INSTANTIATE_TEST_SUITE_P(All, ReaderThatThrows,
                         testing::Values(Thrown{"AnError", -1, ErrorCode::OutOfRange,
                                                "POST http://x: too moody"},
                                         Thrown{"AnException", -2, ErrorCode::CallbackThrew,
                                                "POST http://x: reading a row threw: oh dear"},
                                         Thrown{"AnInt", -3, ErrorCode::CallbackThrew,
                                                "POST http://x: reading a row threw"},
                                         Thrown{"NoMemory", -4, ErrorCode::NoMemory,
                                                "POST http://x: the client got no memory"}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(ReaderThatThrows, EndsTheQuery) {
    Reading<std::tuple<Moody>> reading;
    Feed feed(reading.channel());
    feed.header().row(1).row(GetParam().number).row(2).offer();
    const auto outcome = reading.outcome();
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code(), GetParam().code);
    EXPECT_STREQ(outcome.error().what(), GetParam().what);
    EXPECT_EQ(outcome.error().statement(), "SELECT 1;");
    EXPECT_EQ(reading.cancels(), 1);
    feed.end();
}

TEST(TypedResult, WhatNobodyTakesDoesNotWaitForTheEventLoop) {
    Reading<std::tuple<Moody>> reading;
    Feed(reading.channel()).header().row(1).offer().row(2).row(-1).end();
    EXPECT_FALSE(reading.outcome().ok());
    reading.settle();
    EXPECT_EQ(Moody::alive, 0);  // though its channel still lives
}

TEST(TypedResult, OfMoreBatchesThanATurnTakes) {
    Reading<Number> reading;
    std::promise<void> release;
    reading.run([&] { release.get_future().wait(); });
    Feed feed(reading.channel());
    feed.header();
    std::vector<Number> expected;
    for (int i = 0; i < static_cast<int>(delivery::RowChannel::slots); ++i) {
        feed.row(i).offer();
        expected.emplace_back(i);
    }
    feed.end();
    release.set_value();
    EXPECT_EQ(reading.outcome().value(), expected);
}

}  // namespace
}  // namespace ksqldb::test
