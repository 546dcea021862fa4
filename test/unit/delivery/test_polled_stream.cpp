// What polling hands out, and for how long it lives.
#include "delivery/polled_stream.h"
#include "feed.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using detail::PolledStream;

class Polled : public testing::Test {
protected:
    Polled() { stream_->connect(producer_, {"SELECT 1;", "POST http://x"}); }
    /// What has come already.
    Next next(RowView& row) { return stream_->next(row, delivery::Clock::now()); }
    Next nextBatch(RowBatch& rows) { return stream_->nextBatch(rows, delivery::Clock::now()); }

    TestThread thread_;
    const std::shared_ptr<CountingProducer> producer_ = std::make_shared<CountingProducer>();
    const std::shared_ptr<PolledStream> stream_ =
        std::make_shared<PolledStream>(*thread_, delivery::ConsumerSettings());
    Feed feed_{*stream_};
};

TEST_F(Polled, AQuestionLeavesTheRowAlone) {
    feed_.header().row(11).offer();
    RowView row;
    ASSERT_EQ(next(row), Next::Row);
    EXPECT_FALSE(stream_->isComplete());
    std::promise<void> woken;
    stream_->notifyWhenReady([&] { woken.set_value(); });
    feed_.row(22).offer().row(33).offer();  // in the memory of the row, if it were given back
    woken.get_future().wait();
    EXPECT_EQ(stream_->header().queryId(), "q1");
    EXPECT_FALSE(stream_->isComplete());
    EXPECT_EQ(row.get<int>("N"), 11);
    ASSERT_EQ(next(row), Next::Row);
    EXPECT_EQ(row.get<int>("N"), 22);
}

TEST_F(Polled, AQuestionAtTheEndLeavesTheRowAlone) {
    feed_.header().row(11).offer();
    RowView row;
    ASSERT_EQ(next(row), Next::Row);
    feed_.end();
    EXPECT_TRUE(stream_->isComplete());
    EXPECT_EQ(stream_->ending().kind(), Ending::Kind::Finished);
    EXPECT_EQ(row.get<int>("N"), 11);
    EXPECT_EQ(next(row), Next::End);
}

TEST_F(Polled, AQuestionLeavesTheTokenAlone) {
    feed_.header().token("a").row(1).token("b").offer();
    RowView row;
    ASSERT_EQ(next(row), Next::Row);
    EXPECT_FALSE(stream_->isComplete());
    EXPECT_EQ(stream_->continuationToken(), "a");
    feed_.end();
    EXPECT_TRUE(stream_->isComplete());
    EXPECT_EQ(stream_->continuationToken(), "a");
    EXPECT_EQ(next(row), Next::End);
    EXPECT_EQ(stream_->continuationToken(), "b");
}

TEST_F(Polled, ARowThatIsLookedAtHoldsUpNothing) {
    const auto small = std::make_shared<PolledStream>(*thread_, [] {
        delivery::ConsumerSettings settings;
        settings.bufferBytes = 1;
        return settings;
    }());
    small->connect(producer_, {"SELECT 1;", "POST http://x"});
    Feed(*small).header().row(1).offer();
    EXPECT_FALSE(small->askForRoom());
    RowView row;
    ASSERT_EQ(small->next(row, delivery::Clock::now()), Next::Row);
    small->notifyWhenReady([] {});
    EXPECT_EQ(producer_->resumes, 1);
    EXPECT_TRUE(small->askForRoom());
    EXPECT_EQ(row.get<int>("N"), 1);
}

TEST_F(Polled, TheHeaderNeedsNoRow) {
    auto asked = std::async(std::launch::async, [&] { return stream_->header().queryId(); });
    feed_.header().offer();
    ASSERT_EQ(asked.wait_for(30s), std::future_status::ready);
    EXPECT_EQ(asked.get(), "q1");
    RowView row;
    EXPECT_EQ(next(row), Next::Timeout);
}

TEST_F(Polled, BatchesCountTheirRows) {
    feed_.header().rows(3).offer().rows(4).offer();
    RowBatch rows;
    ASSERT_EQ(nextBatch(rows), Next::Row);
    EXPECT_EQ(rows.size(), 3u);
    EXPECT_EQ(stream_->counts().delivered, 3u);
    RowView row;
    ASSERT_EQ(next(row), Next::Row);
    EXPECT_EQ(stream_->counts().delivered, 4u);
    ASSERT_EQ(nextBatch(rows), Next::Row);
    EXPECT_EQ(rows.size(), 3u);
    EXPECT_EQ(stream_->counts().delivered, 7u);
    EXPECT_EQ(nextBatch(rows), Next::Timeout);
    EXPECT_EQ(stream_->counts().delivered, 7u);
}

TEST_F(Polled, AFailureIsThrownOnceBehindTheRows) {
    feed_.header().row(1);
    feed_.end(Ending(Error(ErrorCode::ConnectionLost, "the server went away")));
    RowView row;
    ASSERT_EQ(next(row), Next::Row);
    EXPECT_FALSE(stream_->isComplete());
    EXPECT_THROW((void)next(row), Error);
    EXPECT_TRUE(stream_->isComplete());
    EXPECT_EQ(next(row), Next::End);
    ASSERT_TRUE(stream_->ending().error());
    EXPECT_EQ(stream_->ending().error()->code(), ErrorCode::ConnectionLost);
}

TEST_F(Polled, AWakeMayComeForTheEndAlone) {
    std::promise<void> woken;
    stream_->notifyWhenReady([&] { woken.set_value(); });
    feed_.end();
    EXPECT_EQ(woken.get_future().wait_for(30s), std::future_status::ready);
    RowView row;
    EXPECT_EQ(next(row), Next::End);
}

TEST_F(Polled, WhatAWakeHoldsDiesWhenItHasRun) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = held;
    stream_->notifyWhenReady([held = std::move(held)] {});
    EXPECT_FALSE(watched.expired());
    feed_.header().row(1).offer();
    std::promise<void> ran;
    thread_->post(task([&] { ran.set_value(); }));
    ran.get_future().wait();
    EXPECT_TRUE(watched.expired());
}

TEST_F(Polled, AbandoningIsCancelling) {
    stream_->abandon();
    EXPECT_EQ(producer_->cancels, 1);
}

}  // namespace
}  // namespace ksqldb::test
