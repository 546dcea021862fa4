// When a live table counts as caught up, and when it asks by a pull query.
#include "base/error_builder.h"
#include "client/tables/catching_up.h"

#include <gtest/gtest.h>

#include <chrono>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using client::CatchingUp;

class FakeRows : public detail::TableRows {
public:
    void beginAnew(const Schema&) override {}
    void apply(const RowBatch&) override {}
    void settle() override {}
    void tellDifferences() override {}
    void beginCheck(const Schema&) override {}
    void check(const RowBatch&) override {}
    std::size_t missing() const override { return missingRows; }
    bool hasAllKeys() const override { return allKeys; }

    std::size_t missingRows = 0;
    bool allKeys = true;
};

class CatchingUpTest : public testing::Test {
protected:
    CatchingUp make(CatchingUp::Settings settings = {}) { return {settings, start}; }
    static CatchingUp::Settings byQuiet(std::chrono::milliseconds quiet) {
        CatchingUp::Settings settings;
        settings.byPullQuery = false;
        settings.quietTime = quiet;
        return settings;
    }

    const CatchingUp::TimePoint start{1h};
    FakeRows rows;
};

TEST_F(CatchingUpTest, ByQuietTimeNothingHasComeForThatLong) {
    CatchingUp catchingUp = make(byQuiet(1s));
    EXPECT_FALSE(catchingUp.isDone(rows, start + 999ms));
    EXPECT_TRUE(catchingUp.isDone(rows, start + 1s));
    catchingUp.rowsCame(start + 900ms);
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1s));
    EXPECT_TRUE(catchingUp.isDone(rows, start + 1900ms));
    EXPECT_FALSE(catchingUp.isPullDue(start + 1h));
}

TEST_F(CatchingUpTest, ByAPullQueryAllThatItFoundHasCome) {
    CatchingUp catchingUp = make();
    rows.missingRows = 1;
    EXPECT_FALSE(catchingUp.isDone(rows, start + 10ms));
    catchingUp.pullBegan();
    catchingUp.pullEnded(true, false, start + 20ms);
    EXPECT_FALSE(catchingUp.isDone(rows, start + 30ms));
    rows.missingRows = 0;
    EXPECT_TRUE(catchingUp.isDone(rows, start + 30ms));
}

TEST_F(CatchingUpTest, BeforeAndWhileItIsPulledNothingIsKnown) {
    CatchingUp catchingUp = make();
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1h));
    catchingUp.pullBegan();
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1h));
    catchingUp.pullEnded(true, false, start + 1h);
    catchingUp.pullBegan();
    EXPECT_FALSE(catchingUp.isDone(rows, start + 2h));
}

TEST_F(CatchingUpTest, RowsThatNeverComeAsFoundAreGivenUpWhenItIsQuietAndTheirKeysHaveCome) {
    CatchingUp catchingUp = make();
    rows.missingRows = 1;
    rows.allKeys = false;
    catchingUp.pullBegan();
    catchingUp.pullEnded(true, false, start + 20ms);
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1h));
    rows.allKeys = true;
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1s));
    EXPECT_TRUE(catchingUp.isDone(rows, start + 2s));
}

TEST_F(CatchingUpTest, WhatCannotBePulledIsDoneWhenQuietAndNeverAskedAgain) {
    CatchingUp catchingUp = make();
    catchingUp.pullBegan();
    catchingUp.pullEnded(false, false, start + 20ms);
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1999ms));
    EXPECT_TRUE(catchingUp.isDone(rows, start + 2s));
    EXPECT_FALSE(catchingUp.isPullDue(start + 1h));
}

TEST_F(CatchingUpTest, AFailureThatMayPassIsAskedAgainAndSilenceIsNoSignMeanwhile) {
    CatchingUp catchingUp = make();
    catchingUp.pullBegan();
    catchingUp.pullEnded(false, true, start + 20ms);
    EXPECT_FALSE(catchingUp.isPullDue(start + 1019ms));
    EXPECT_TRUE(catchingUp.isPullDue(start + 1020ms));
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1h));
    catchingUp.pullBegan();
    catchingUp.pullEnded(false, false, start + 1h);  // it turns out that nothing can be pulled
    EXPECT_TRUE(catchingUp.isDone(rows, start + 1h));
}

TEST_F(CatchingUpTest, WhatNeverStopsFailingForNowIsGivenUpAtTheLimit) {
    CatchingUp::Settings settings;
    settings.atLatest = 5s;
    CatchingUp catchingUp = make(settings);
    catchingUp.pullBegan();
    catchingUp.pullEnded(false, true, start + 20ms);
    EXPECT_FALSE(catchingUp.isDone(rows, start + 4999ms));
    EXPECT_TRUE(catchingUp.isDone(rows, start + 5s));
}

TEST_F(CatchingUpTest, TheFirstPullQueryWaitsForAPauseBetweenTheRows) {
    CatchingUp catchingUp = make();
    EXPECT_FALSE(catchingUp.isPullDue(start + 199ms));
    EXPECT_TRUE(catchingUp.isPullDue(start + 200ms));
    catchingUp.rowsCame(start + 150ms);
    EXPECT_FALSE(catchingUp.isPullDue(start + 199ms));
    EXPECT_TRUE(catchingUp.isPullDue(start + 200ms));
    catchingUp.rowsCame(start + 10s - 1ms);
    EXPECT_FALSE(catchingUp.isPullDue(start + 10s - 1ms));
    EXPECT_TRUE(catchingUp.isPullDue(start + 10s));  // rows that never pause
    catchingUp.pullBegan();
    EXPECT_FALSE(catchingUp.isPullDue(start + 11s));
}

TEST_F(CatchingUpTest, PullQueriesBecomeRarer) {
    CatchingUp catchingUp = make();
    auto now = start;
    for (const auto wait : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        catchingUp.pullBegan();
        catchingUp.pullEnded(true, false, now);
        EXPECT_FALSE(catchingUp.isPullDue(now + wait - 1ms));
        now += wait;
        EXPECT_TRUE(catchingUp.isPullDue(now));
    }
}

TEST_F(CatchingUpTest, ALimitEndsAllDoubts) {
    CatchingUp::Settings settings;
    settings.atLatest = 5s;
    CatchingUp catchingUp = make(settings);
    rows.missingRows = 7;
    catchingUp.rowsCame(start + 4999ms);
    EXPECT_FALSE(catchingUp.isDone(rows, start + 4999ms));
    EXPECT_TRUE(catchingUp.isDone(rows, start + 5s));
}

TEST_F(CatchingUpTest, TheLongestTimeIsNeverOver) {
    CatchingUp::Settings settings = byQuiet(std::chrono::milliseconds::max());
    settings.atLatest = std::chrono::milliseconds::max();
    const CatchingUp catchingUp = make(settings);
    EXPECT_FALSE(catchingUp.isDone(rows, start));
    EXPECT_FALSE(catchingUp.isDone(rows, start + 1000h));
}

TEST(PullQuery, FailsForNowWhereTheTableCannotBeReadYetOrNobodyIsThere) {
    const auto isForNow = [](ErrorCode code, int status = 0) {
        return client::failsForNow(detail::ErrorBuilder(code, "text").http(status).build());
    };
    EXPECT_TRUE(isForNow(ErrorCode::TableNotReady, 400));
    EXPECT_TRUE(isForNow(ErrorCode::ServerError, 503));
    EXPECT_TRUE(isForNow(ErrorCode::HttpStatus, 503));
    EXPECT_TRUE(isForNow(ErrorCode::ConnectFailed));
    EXPECT_TRUE(isForNow(ErrorCode::ConnectTimeout));
    for (const ErrorCode code : {ErrorCode::TotalTimeout, ErrorCode::HeaderTimeout,
                                 ErrorCode::TruncatedResponse, ErrorCode::ConnectionLost})
        EXPECT_FALSE(isForNow(code, 200)) << code;
    EXPECT_FALSE(isForNow(ErrorCode::ServerError, 429));
    EXPECT_FALSE(isForNow(ErrorCode::StatementRejected, 400));
}

TEST(PullStatement, IsThePushQueryWithoutEmitChanges) {
    EXPECT_EQ(client::pullStatement("SELECT * FROM T EMIT CHANGES;"), "SELECT * FROM T ;");
    EXPECT_EQ(client::pullStatement("select a from t where b = 'EMIT CHANGES' emit /**/ changes;"),
              "select a from t where b = 'EMIT CHANGES' ;");
    EXPECT_EQ(client::pullStatement("SELECT `EMIT` FROM CHANGES EMIT CHANGES"),
              "SELECT `EMIT` FROM CHANGES ");
}

}  // namespace
}  // namespace ksqldb::test
