#include "delivery/acknowledgement_callback.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

namespace ksqldb::test {
namespace {

using delivery::AcknowledgementCallback;
using Ranges = std::vector<SequenceRange>;

struct AcknowledgementCallbackTest : ::testing::Test {
    std::shared_ptr<delivery::DeliveryThread> thread =
        std::make_shared<delivery::DeliveryThread>("test");
    std::shared_ptr<AcknowledgementCallback> callback;
    Ranges seen;  // by the callback, until drain()
    std::promise<Error> failed;

    void make(AcknowledgementCallback::Function function) {
        callback = std::make_shared<AcknowledgementCallback>(
            thread, std::move(function), [this](const Error& error) { failed.set_value(error); });
    }
    ~AcknowledgementCallbackTest() override {
        callback->silence();
        thread->stop();
        thread->join();
    }
};

TEST_F(AcknowledgementCallbackTest, RangesInOrder) {
    make([this](SequenceRange rows) { seen.push_back(rows); });
    callback->add({{0, 1}, {5, 6}, {2, 2}});
    callback->drain({});
    EXPECT_EQ(seen, (Ranges{{0, 2}, {5, 6}}));
}

TEST_F(AcknowledgementCallbackTest, WhatComesMeanwhileIsJoined) {
    std::promise<void> entered, goOn;
    make([&](SequenceRange rows) {
        seen.push_back(rows);
        if (rows.first > 0) return;
        entered.set_value();
        goOn.get_future().wait();
    });
    callback->add({{0, 0}});
    entered.get_future().wait();
    for (std::uint64_t row = 1; row <= 1000; ++row) callback->add({{row, row}});
    goOn.set_value();
    callback->drain({});
    EXPECT_EQ(seen, (Ranges{{0, 0}, {1, 1000}}));
}

TEST_F(AcknowledgementCallbackTest, SilenceWaitsForTheRunningCallAndIsTheLast) {
    std::promise<void> entered, goOn;
    auto captured = std::make_shared<int>();
    const std::weak_ptr<int> watched = captured;
    make([&, captured](SequenceRange rows) {
        seen.push_back(rows);
        entered.set_value();
        goOn.get_future().wait();
    });
    captured.reset();
    callback->add({{0, 0}, {2, 2}});
    entered.get_future().wait();
    auto silenced = std::async(std::launch::async, [&] { callback->silence(); });
    EXPECT_EQ(silenced.wait_for(std::chrono::milliseconds(5)), std::future_status::timeout);
    goOn.set_value();
    silenced.get();
    EXPECT_TRUE(watched.expired());
    callback->add({{7, 7}});
    EXPECT_EQ(seen, (Ranges{{0, 0}}));
}

TEST_F(AcknowledgementCallbackTest, SilencedInsideItself) {
    auto captured = std::make_shared<int>();
    const std::weak_ptr<int> watched = captured;
    make([&, captured](SequenceRange rows) {
        seen.push_back(rows);
        callback->silence();
    });
    captured.reset();
    callback->add({{0, 0}, {2, 2}});
    callback->drain({});
    thread->stop();
    thread->join();
    EXPECT_EQ(seen, (Ranges{{0, 0}}));
    EXPECT_TRUE(watched.expired());
}

TEST_F(AcknowledgementCallbackTest, WhatItThrowsIsTheEnd) {
    make([&](SequenceRange) { throw std::runtime_error("no"); });
    callback->add({{0, 0}, {2, 2}});
    const Error error = failed.get_future().get();
    EXPECT_EQ(error.code(), ErrorCode::CallbackThrew);
    EXPECT_STREQ(error.what(), "onAcknowledged threw: no");
    callback->add({{3, 3}});
    callback->drain({});
}

}  // namespace
}  // namespace ksqldb::test
