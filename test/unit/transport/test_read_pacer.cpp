#include "transport/read_pacer.h"

#include <gtest/gtest.h>

#include <chrono>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using transport::Clock;
using transport::ReadPacer;

constexpr microseconds pause{1000};

class Pacing : public ::testing::Test {
protected:
    /// A round so long after the last one.
    microseconds round(std::size_t pieces, microseconds later) {
        now_ += later;
        return pacer_.afterRound(pieces, now_);
    }
    void makeBusy() {
        for (int i = 0; i < 100 && round(1, 10us) == 0us; ++i) continue;
        ASSERT_EQ(round(2, pause), pause);
    }

    ReadPacer pacer_{pause};
    Clock::time_point now_ = Clock::time_point() + 1h;
};

TEST_F(Pacing, TheFirstRowsNeverWait) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(round(1, 10us), 0us) << i;
}

TEST_F(Pacing, ASlowQueryNeverWaits) {
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(round(1, pause), 0us) << i;
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(round(50, 5ms), 0us) << i;
}

TEST_F(Pacing, ManyRoundsInQuickSuccessionAreLoad) {
    int quick = 0;
    while (quick < 100 && round(1, 10us) == 0us) ++quick;
    EXPECT_GE(quick, 5);
    EXPECT_LT(quick, 20);
}

TEST_F(Pacing, LoadLastsWhileEachRoundBringsMoreThanOnePiece) {
    makeBusy();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(round(2, pause), pause) << i;
    EXPECT_EQ(round(1, pause), 0us);
    EXPECT_EQ(round(2, 10us), 0us);
}

TEST_F(Pacing, AfterLoadARowWaitsForNothing) {
    makeBusy();
    EXPECT_EQ(round(1, pause), 0us);
    EXPECT_EQ(round(1, 10ms), 0us);
    EXPECT_EQ(round(1, 10us), 0us);
}

TEST_F(Pacing, RoundsWithoutBytesNeitherWaitNorCount) {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(round(0, 1us), 0us);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(round(1, 10us), 0us);
    makeBusy();
    EXPECT_EQ(round(0, 10us), 0us);
}

TEST_F(Pacing, ASilenceStartsTheCountAnew) {
    for (int i = 0; i < 100; ++i) {
        for (int k = 0; k < 5; ++k) ASSERT_EQ(round(1, 10us), 0us);
        ASSERT_EQ(round(1, 2 * pause), 0us);
    }
}

TEST(ReadPacer, WithoutAPauseNothingEverWaits) {
    ReadPacer pacer(0us);
    Clock::time_point now = Clock::time_point() + 1h;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(pacer.afterRound(100, now += 1us), 0us);
}

}  // namespace
}  // namespace ksqldb::test
