// executeQuery's consumer: one outcome, whatever happens.
#include "delivery/collector.h"
#include "feed.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using delivery::Collector;

class Collecting : public testing::Test {
protected:
    std::shared_ptr<Collector> start(std::optional<std::promise<Header>> header = {}) {
        auto collector = std::make_shared<Collector>(
            *thread_,
            std::make_unique<delivery::KeptResult>(
                [this](Outcome<QueryResult> outcome) { done_.set_value(std::move(outcome)); },
                std::move(header)));
        collector->connect(producer_, {"SELECT 1;", "POST http://x"});
        return collector;
    }
    Outcome<QueryResult> outcome() {
        auto future = done_.get_future();
        if (future.wait_for(30s) != std::future_status::ready)
            return Error(ErrorCode::HeaderTimeout, "no outcome");
        return future.get();
    }

    const std::shared_ptr<CountingProducer> producer_ = std::make_shared<CountingProducer>();
    std::promise<Outcome<QueryResult>> done_;
    TestThread thread_;
};

TEST_F(Collecting, GivesAllRowsTombstonesAmongThem) {
    const auto collector = start();
    Feed(*collector).header().rows(3).offer().tombstone().row(4).end();
    Outcome<QueryResult> all = outcome();
    ASSERT_TRUE(all.ok());
    ASSERT_EQ(all.value().size(), 5u);
    EXPECT_TRUE(all.value()[3].isTombstone());
    EXPECT_EQ(all.value()[4].get<int>("N"), 4);
    EXPECT_EQ(all.value().header().queryId(), "q1");
    EXPECT_EQ(producer_->cancels, 0);
}

TEST_F(Collecting, ABadRowFailsItThoughTheEndCameWithIt) {
    const auto collector = start();
    Feed(*collector).header().row(1).line("[oops]").end();
    const Outcome<QueryResult> all = outcome();
    ASSERT_FALSE(all.ok());
    EXPECT_EQ(all.error().code(), ErrorCode::MalformedResponse);
    EXPECT_EQ(all.error().statement(), "SELECT 1;");
    EXPECT_EQ(producer_->cancels, 1);
}

TEST_F(Collecting, WhatComesAfterABadRowIsNotCollected) {
    const auto collector = start();
    Feed(*collector).header().line("[oops]").offer().rows(100).offer().end();
    const Outcome<QueryResult> all = outcome();
    ASSERT_FALSE(all.ok());
    EXPECT_EQ(all.error().code(), ErrorCode::MalformedResponse);
}

TEST_F(Collecting, ACancelledOneIsAnError) {
    std::promise<Header> promise;
    auto header = promise.get_future();
    const auto collector = start(std::move(promise));
    Feed(*collector).end(Ending(Ending::Kind::Cancelled));
    const Outcome<QueryResult> all = outcome();
    ASSERT_FALSE(all.ok());
    EXPECT_EQ(all.error().code(), ErrorCode::Cancelled);
    EXPECT_EQ(all.error().endpoint(), "POST http://x");
    EXPECT_THROW(header.get(), Error);
}

TEST_F(Collecting, ALargeResultWhoseLaterBatchesAreCopied) {
    const auto collector = start();
    Feed feed(*collector);
    feed.header();
    const std::size_t batches = 12;
    for (std::size_t i = 0; i < batches; ++i) {
        const std::string text(400'000, static_cast<char>('a' + i));
        feed.line("[\"" + text + "\"]").tombstone().offer();
    }
    feed.end();
    Outcome<QueryResult> all = outcome();
    ASSERT_TRUE(all.ok());
    ASSERT_EQ(all.value().size(), 2 * batches);
    for (std::size_t i = 0; i < batches; ++i) {
        const std::string text(400'000, static_cast<char>('a' + i));
        EXPECT_EQ(all.value()[2 * i].get<std::string>("N"), text) << i;
        EXPECT_TRUE(all.value()[2 * i + 1].isTombstone()) << i;
    }
}

TEST_F(Collecting, MoreBatchesThanATurnTakes) {
    const auto collector = start();
    std::promise<void> release;
    thread_->post(task([&] { release.get_future().wait(); }));
    Feed feed(*collector);
    feed.header();
    const int batches = static_cast<int>(delivery::RowChannel::slots);
    for (int i = 0; i < batches; ++i) feed.row(i).offer();
    feed.row(batches).end();
    release.set_value();
    Outcome<QueryResult> all = outcome();
    ASSERT_TRUE(all.ok());
    ASSERT_EQ(all.value().size(), static_cast<std::size_t>(batches + 1));
    EXPECT_EQ(all.value()[static_cast<std::size_t>(batches)].get<int>("N"), batches);
}

}  // namespace
}  // namespace ksqldb::test
