#include "transport/read_pacer.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using transport::Clock;
using transport::ReadPacer;

constexpr microseconds pause{1000};

class Pacing : public ::testing::Test {
protected:
    /// A round so long after the last one, that brought this much of this transfer.
    std::optional<Clock::time_point> round(ReadPacer::Pace& pace, std::size_t pieces,
                                           Clock::duration later) {
        now_ += later;
        pacer_.countRound(now_);
        return pacer_.rest(pace, pieces, now_);
    }
    bool rests(std::size_t pieces, Clock::duration later) {
        return round(pace_, pieces, later).has_value();
    }
    void makeBusy() {
        for (int i = 0; i < 100 && !rests(1, 10us); ++i) continue;
        ASSERT_TRUE(rests(2, pause));
    }

    ReadPacer pacer_{pause};
    ReadPacer::Pace pace_;
    Clock::time_point now_ = Clock::time_point() + 1h;
};

TEST_F(Pacing, TheFirstRowsNeverWait) {
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(rests(1, 10us)) << i;
}

TEST_F(Pacing, ASlowQueryNeverWaits) {
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(rests(1, pause)) << i;
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(rests(50, 5ms)) << i;
}

TEST_F(Pacing, ManyRoundsInQuickSuccessionAreLoad) {
    int quick = 0;
    while (quick < 100 && !rests(1, 10us)) ++quick;
    EXPECT_GE(quick, 5);
    EXPECT_LT(quick, 20);
}

TEST_F(Pacing, ARestEndsWithTheNextBeat) {
    makeBusy();
    for (const microseconds later : {1us, 399us, 999us, 1000us, 1700us}) {
        const auto until = round(pace_, 2, later);
        ASSERT_TRUE(until);
        EXPECT_GT(*until, now_);
        EXPECT_LE(*until, now_ + pause);
        EXPECT_EQ(until->time_since_epoch() % pause, 0us);
    }
}

TEST_F(Pacing, LoadLastsWhileEachRoundBringsMoreThanOnePiece) {
    makeBusy();
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(rests(2, pause)) << i;
    EXPECT_FALSE(rests(1, pause));
    EXPECT_FALSE(rests(2, 10us));
}

TEST_F(Pacing, AfterLoadARowWaitsForNothing) {
    makeBusy();
    EXPECT_FALSE(rests(1, pause));
    EXPECT_FALSE(rests(1, 10ms));
    EXPECT_FALSE(rests(1, 10us));
}

TEST_F(Pacing, ASilenceEndsTheLoad) {
    makeBusy();
    EXPECT_FALSE(rests(2, 10 * pause));
    EXPECT_FALSE(rests(1, 10us));
}

TEST_F(Pacing, AQuietTransferDoesNotRestForABusyOne) {
    ReadPacer::Pace quiet;
    makeBusy();
    for (int i = 0; i < 100; ++i) {
        for (int k = 0; k < 20; ++k) round(pace_, 1, 100us);
        EXPECT_FALSE(round(quiet, 1, 10us)) << i;
    }
}

TEST_F(Pacing, ManyTransfersTogetherAreLoadAsWell) {
    std::array<ReadPacer::Pace, 10> each;  // 200 us from piece to piece: alone it would be none
    int resting = 0;
    for (int i = 0; i < 100; ++i)
        for (ReadPacer::Pace& pace : each) resting += round(pace, 1, 20us) ? 1 : 0;
    EXPECT_GT(resting, 0);
    round(each[0], 1, 200us);  // the last of the load
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(round(each[0], 1, 200us)) << i;
}

TEST_F(Pacing, ASilenceStartsTheCountAnew) {
    for (int i = 0; i < 100; ++i) {
        for (int k = 0; k < 5; ++k) ASSERT_FALSE(rests(1, 10us));
        ASSERT_FALSE(rests(1, 2 * pause));
    }
}

TEST(ReadPacer, WithoutAPauseNothingEverWaits) {
    ReadPacer pacer(0us);
    ReadPacer::Pace pace;
    Clock::time_point now = Clock::time_point() + 1h;
    for (int i = 0; i < 100; ++i) {
        pacer.countRound(now += 1us);
        EXPECT_FALSE(pacer.rest(pace, 100, now));
    }
}

}  // namespace
}  // namespace ksqldb::test
