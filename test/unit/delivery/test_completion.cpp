// An outcome reaches the application's function once.
#include "delivery/completion.h"
#include "feed.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

class Completing : public testing::Test {
protected:
    void complete(Executor executor, Outcome<int> outcome = 7) {
        std::make_shared<delivery::Completion<int>>(
            "executeQuery",
            [this](Outcome<int> what) {
                insideCallback_ = base::insideCallback();
                outcomes_.push_back(std::move(what));
                if (throws_) throw 1;
            },
            std::move(executor), std::move(outcome),
            base::Logger(LogLevel::Error,
                         [this](LogLevel, std::string_view line) { log_.emplace_back(line); }))
            ->run();
    }

    std::vector<Outcome<int>> outcomes_;
    std::vector<std::string> log_;
    bool insideCallback_ = false;
    bool throws_ = false;
};

TEST_F(Completing, WithoutAnExecutorOnThisThread) {
    complete({});
    ASSERT_EQ(outcomes_.size(), 1u);
    EXPECT_EQ(outcomes_[0].value(), 7);
    EXPECT_TRUE(insideCallback_);
}

TEST_F(Completing, OnAnExecutorThatRunsItTwice) {
    std::function<void()> kept;
    complete([&](auto run) {
        run();
        kept = run;
    });
    kept();
    ASSERT_EQ(outcomes_.size(), 1u);
    EXPECT_EQ(outcomes_[0].value(), 7);
    EXPECT_TRUE(insideCallback_);
    EXPECT_FALSE(base::insideCallback());
}

TEST_F(Completing, OnAnExecutorThatThrows) {
    complete([](auto) { throw 1; });
    ASSERT_EQ(outcomes_.size(), 1u);
    ASSERT_FALSE(outcomes_[0].ok());
    EXPECT_EQ(outcomes_[0].error().code(), ErrorCode::ExecutorRejected);
    EXPECT_STREQ(outcomes_[0].error().what(), "the executor of executeQuery threw");
}

TEST_F(Completing, OnAnExecutorThatRunsItAndThrows) {
    complete([](auto run) {
        run();
        throw 1;
    });
    ASSERT_EQ(outcomes_.size(), 1u);
    EXPECT_EQ(outcomes_[0].value(), 7);
}

TEST_F(Completing, WhatTheFunctionThrowsIsLogged) {
    throws_ = true;
    complete({});
    ASSERT_EQ(log_.size(), 1u);
    EXPECT_EQ(log_[0], "the function given to executeQuery threw");
}

}  // namespace
}  // namespace ksqldb::test
