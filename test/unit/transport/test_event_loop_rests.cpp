// Transfers that the loop leaves unread for a while, under load.
#include "loop_test.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb::test {
namespace {

/// Each piece of a body is sent after the round that brought the one before.
class Rests : public LoopTest {
protected:
    static constexpr int roundsBeforeRest = 8;
    static constexpr const char* piece = "5\r\nhello\r\n";

    /// The answer of the server that `busy` is to be the client of.
    std::function<std::string()> inStep(int pieces) {
        return [this, pieces, sent = 1]() mutable {
            if (sent == pieces || !busy->waitForRounds(sent)) return std::string();
            ++sent;
            return std::string(piece);
        };
    }

    const std::shared_ptr<Probe> busy = std::make_shared<Probe>();
};

constexpr auto endless = std::chrono::hours(1'000'000);

INSTANTIATE_TEST_SUITE_P(Waiting, Rests, waysToWait, nameOfWay);

TEST_P(Rests, CommandsAreHeardMeanwhile) {
    pause_ = endless;
    const TinyServer server(openAnswer, TinyServer::After::Keep, {}, inStep(roundsBeforeRest));
    start(server.url(), busy);
    ASSERT_TRUE(busy->waitForRounds(roundsBeforeRest));
    loop().cancel(lastId_);
    ASSERT_TRUE(busy->waitForEnd());
    expectEnd(*busy, Kind::Cancelled, 200);
}

TEST_P(Rests, ShuttingDownEndsARest) {
    pause_ = endless;
    const TinyServer server(openAnswer, TinyServer::After::Keep, {}, inStep(roundsBeforeRest));
    start(server.url(), busy);
    ASSERT_TRUE(busy->waitForRounds(roundsBeforeRest));
    finish();
    expectEnd(*busy, Kind::Closed, 200);
}

TEST_P(Rests, EverythingArrives) {
    pause_ = 2ms;
    constexpr int pieces = 5000;
    int sent = 0;
    const TinyServer server(openAnswer, TinyServer::After::Keep, {}, [&] {
        ++sent;
        return sent < pieces ? std::string(piece) : sent == pieces ? "0\r\n\r\n" : "";
    });
    start(server.url(), busy);
    ASSERT_TRUE(busy->waitForEnd());
    expectEnd(*busy, Kind::Complete, 200);
    EXPECT_EQ(busy->received().size(), pieces * 5U);
}

TEST_P(Rests, ATransferInStepIsReadOn) {
    pause_ = 2ms;
    const TinyServer server(openAnswer, TinyServer::After::Keep, {}, inStep(200));
    start(server.url(), busy);
    // In step, no round brings a second piece: each rest is the last one for eight rounds.
    ASSERT_TRUE(busy->waitForRounds(200));
}

TEST_P(Rests, ATransferDoesNotRestBeyondItsTimer) {
    pause_ = endless;
    busy->timer = [](Clock::time_point now) { return Timer{now + 1h, false}; };
    const TinyServer server(openAnswer, TinyServer::After::Keep, {}, inStep(3 * roundsBeforeRest));
    start(server.url(), busy);
    ASSERT_TRUE(busy->waitForRounds(3 * roundsBeforeRest));
}

#ifdef __linux__
class RestsAlone : public Rests {};

INSTANTIATE_TEST_SUITE_P(Waiting, RestsAlone, ::testing::Values(MultiDriver::Kind::Epoll),
                         nameOfWay);

TEST_P(RestsAlone, OthersAreReadMeanwhile) {
    pause_ = endless;
    const TinyServer server(openAnswer, TinyServer::After::Keep, {}, inStep(roundsBeforeRest));
    const TinyServer quietServer(answer);
    start(server.url(), busy);
    ASSERT_TRUE(busy->waitForRounds(roundsBeforeRest));
    for (int i = 0; i < 3; ++i) {
        const auto quiet = start(quietServer.url());
        ASSERT_TRUE(quiet->waitForEnd());
        expectEnd(*quiet, Kind::Complete, 200);
    }
    EXPECT_TRUE(busy->ends().empty());
}

/// Sends this to the busy transfer while it rests, and resets the connection.
class EndsOfARest : public RestsAlone {
protected:
    void resetAfter(std::string last) {
        pause_ = endless;
        const TinyServer server(openAnswer, TinyServer::After::Reset, {},
                                [this, last, more = inStep(roundsBeforeRest)]() mutable {
                                    const std::string next = more();
                                    if (!next.empty()) return next;
                                    busy->waitForRounds(roundsBeforeRest);
                                    return std::exchange(last, {});
                                });
        start(server.url(), busy);
        ASSERT_TRUE(busy->waitForEnd());
    }
};

INSTANTIATE_TEST_SUITE_P(Waiting, EndsOfARest, ::testing::Values(MultiDriver::Kind::Epoll),
                         nameOfWay);

TEST_P(EndsOfARest, AResetIsNoticed) {
    resetAfter("");
    expectFailed(*busy, ErrorCode::ConnectionLost, 200);
}

TEST_P(EndsOfARest, WhatCameBeforeAResetIsRead) {
    resetAfter(std::string(piece) + "0\r\n\r\n");
    expectEnd(*busy, Kind::Complete, 200);
    EXPECT_EQ(busy->bodyCalls(), roundsBeforeRest + 1);
}
#endif

}  // namespace
}  // namespace ksqldb::test
