// How a push query goes on: decided without a socket.
#include "client/calls/resumption.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = StreamEvent::Kind;

const base::Clock::time_point start = base::Clock::now();
const Error lost(ErrorCode::ConnectionLost, "lost");

Header headerOf(const std::string& id, const std::string& column = "N") {
    return Header(id, Schema({{column, {}, false}}));
}

class AResumption : public testing::Test {
protected:
    /// The policy waits exactly 100 ms at a random number of 1.
    static Resumption make(
        ResumeFrom from, std::string token = {},
        const std::shared_ptr<const ClosedQueries>& closed = std::make_shared<ClosedQueries>()) {
        return Resumption({RetryPolicy().attempts(3).delay(milliseconds(100), milliseconds(100)),
                           from,
                           {"SELECT * FROM S EMIT CHANGES;", {{"auto.offset.reset", "earliest"}}},
                           std::move(token),
                           closed});
    }

    static EndedAttempt ended(std::optional<Error> error, std::uint64_t rows = 0,
                              std::string token = {}, std::uint64_t rowsAfterToken = 0) {
        EndedAttempt attempt;
        attempt.error = std::move(error);
        attempt.hasHeader = true;
        attempt.begun = start;
        attempt.rows = rows;
        attempt.token = std::move(token);
        attempt.rowsAfterToken = rowsAfterToken;
        return attempt;
    }

    /// The kinds of the batch's events, which are then forgotten.
    std::vector<Kind> told() {
        std::vector<Kind> kinds;
        for (const protocol::EventMark& mark : batch_.events) kinds.push_back(mark.event.kind);
        batch_.events.clear();
        return kinds;
    }

    void begin(Resumption& resumption, const Header& header = headerOf("q1")) {
        EXPECT_FALSE(resumption.takeHeader(header, batch_, 0));
    }

    std::optional<Resumption::Next> next(Resumption& resumption, const EndedAttempt& attempt) {
        return resumption.next(attempt, batch_, start, 0.5);
    }

    protocol::Batch batch_;
};

TEST_F(AResumption, WithoutATokenGoesOnAtTheLatestRowsAndTellsOfAGap) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    EXPECT_TRUE(told().empty());
    const auto step = next(resumption, ended(lost, 5));
    ASSERT_TRUE(step);
    EXPECT_EQ(step->when, start + milliseconds(50));
    EXPECT_EQ(step->skip, 0u);
    EXPECT_EQ(step->body, R"({"sql":"SELECT * FROM S EMIT CHANGES;",)"
                          R"("properties":{"auto.offset.reset":"latest"}})");
    ASSERT_EQ(batch_.events.size(), 2u);
    EXPECT_EQ(batch_.events[0].event.error->code(), ErrorCode::ConnectionLost);
    EXPECT_EQ(batch_.events[1].event.attempt, 1u);
    EXPECT_EQ(batch_.events[1].event.delay, milliseconds(50));
    EXPECT_EQ(told(), (std::vector<Kind>{Kind::Disconnected, Kind::Waiting}));

    batch_.header = headerOf("q2");
    begin(resumption, headerOf("q2"));
    EXPECT_FALSE(batch_.header);
    EXPECT_EQ(batch_.events.at(0).event.queryId, "q2");
    EXPECT_EQ(told(), (std::vector<Kind>{Kind::Resumed, Kind::Gap}));

    ASSERT_TRUE(next(resumption, ended(lost, 1)));
    EXPECT_EQ(told(), (std::vector<Kind>{Kind::Disconnected, Kind::Waiting})) << "once more";
}

TEST_F(AResumption, GoesOnBehindTheNewestToken) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    ASSERT_TRUE(next(resumption, ended(lost, 7, "t1", 3)));
    // An attempt without a token of its own brings the same rows again, perhaps fewer, or more.
    begin(resumption);
    EXPECT_EQ(batch_.events.back().event.rowsAfterToken, 3u);
    const auto step = next(resumption, ended(lost, 2));
    ASSERT_TRUE(step);
    EXPECT_EQ(step->body, R"({"sql":"SELECT * FROM S EMIT CHANGES;",)"
                          R"("properties":{"auto.offset.reset":"earliest"},)"
                          R"("requestProperties":{)"
                          R"("request.ksql.query.push.continuation.token":"t1"}})");
    told();
    begin(resumption);
    EXPECT_EQ(batch_.events.at(0).event.rowsAfterToken, 3u);
    EXPECT_EQ(told(), (std::vector<Kind>{Kind::Resumed}));
    ASSERT_TRUE(next(resumption, ended(lost, 5)));
    begin(resumption);
    EXPECT_EQ(batch_.events.back().event.rowsAfterToken, 5u);
    ASSERT_TRUE(next(resumption, ended(lost, 9, "t2", 1)));
    begin(resumption);
    EXPECT_EQ(batch_.events.back().event.rowsAfterToken, 1u);
}

/// As a server does that is stopping: each attempt brings the rows after the token, and ends.
TEST_F(AResumption, RowsThatComeAgainAreNoSuccess) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    ASSERT_TRUE(next(resumption, ended(lost, 7, "t1", 3)));
    for (const char* const same : {"", "t1"}) {
        begin(resumption);
        ASSERT_TRUE(next(resumption, ended(lost, 3, same, 3)));
    }
    EXPECT_EQ(batch_.events.back().event.attempt, 3u);
    begin(resumption);
    EXPECT_FALSE(next(resumption, ended(lost, 3)));

    Resumption other = make(ResumeFrom::Latest);
    begin(other);
    ASSERT_TRUE(next(other, ended(lost, 7, "t1", 3)));
    for (int i = 0; i < 10; ++i) {
        begin(other);
        ASSERT_TRUE(next(other, ended(lost, 4u + static_cast<unsigned>(i)))) << "one new row";
    }
}

TEST_F(AResumption, ATokenThatItBeganWithCounts) {
    Resumption resumption = make(ResumeFrom::Latest, "t0");
    begin(resumption);
    const auto step = next(resumption, ended(lost));
    ASSERT_TRUE(step);
    EXPECT_NE(step->body.find("\"t0\""), std::string::npos);
}

TEST_F(AResumption, SkipsWhatCameBeforeOrReadsAllAnew) {
    Resumption skipping = make(ResumeFrom::SkipSeen);
    begin(skipping);
    EXPECT_EQ(next(skipping, ended(lost, 5))->skip, 5u);
    begin(skipping);
    const auto second = next(skipping, ended(lost, 2));
    EXPECT_EQ(second->skip, 7u);
    EXPECT_NE(second->body.find("earliest"), std::string::npos);

    Resumption anew = make(ResumeFrom::Beginning);
    begin(anew);
    EXPECT_EQ(next(anew, ended(lost, 5))->skip, 0u);
    told();
    begin(anew);
    EXPECT_EQ(told(), (std::vector<Kind>{Kind::Resumed}));
}

TEST_F(AResumption, GivesUpAfterSoManyAttemptsThatBringNothing) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    EndedAttempt refused = ended(Error(ErrorCode::ConnectFailed, "refused"));
    refused.hasHeader = false;
    EXPECT_TRUE(next(resumption, ended(lost, 1)));
    EXPECT_EQ(told(), (std::vector<Kind>{Kind::Disconnected, Kind::Waiting}));
    EXPECT_TRUE(next(resumption, refused));
    EXPECT_EQ(batch_.events.at(0).event.error->code(), ErrorCode::ConnectFailed);
    EXPECT_EQ(batch_.events.at(0).event.attempt, 2u);
    EXPECT_EQ(told(), (std::vector<Kind>{Kind::Waiting}));
    EXPECT_TRUE(next(resumption, refused));
    EXPECT_FALSE(next(resumption, refused));
}

TEST_F(AResumption, OneThatBringsARowBeginsToCountAnew) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(next(resumption, ended(lost, 1)));
        begin(resumption);
    }
    // A header alone is no success: a server that ends each query at once is not asked for ever.
    ASSERT_TRUE(next(resumption, ended(lost)));
    ASSERT_TRUE(next(resumption, ended(lost)));
    EXPECT_FALSE(next(resumption, ended(lost)));
}

TEST_F(AResumption, OneThatWasSilentForLongBeginsToCountAnew) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    base::Clock::time_point now = start;
    for (int i = 0; i < 20; ++i) {
        EndedAttempt attempt = ended(lost);
        attempt.begun = now;
        now += seconds(1);
        ASSERT_TRUE(resumption.next(attempt, batch_, now, 0.5));
        begin(resumption);
    }
}

TEST_F(AResumption, WithTheLongestDelayThereIsNoSuccessBySilence) {
    Resumption resumption({RetryPolicy().attempts(1).delay(milliseconds(0), milliseconds::max()),
                           ResumeFrom::Latest,
                           {"SELECT * FROM S EMIT CHANGES;"},
                           {},
                           std::make_shared<ClosedQueries>()});
    begin(resumption);
    ASSERT_TRUE(next(resumption, ended(lost, 1)));
    begin(resumption);
    EXPECT_FALSE(resumption.wasStable(ended(lost), start + seconds(1000)));
    EXPECT_FALSE(next(resumption, ended(lost)));
}

TEST_F(AResumption, GoesOnAtOnceWhileThereAreServersThatWereNotTried) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    const EndedAttempt refused = [&] {
        EndedAttempt attempt = ended(Error(ErrorCode::ConnectFailed, "refused"));
        attempt.hasHeader = false;
        return attempt;
    }();
    EXPECT_FALSE(resumption.wasStable(ended(lost, 1), start + milliseconds(100)));
    EXPECT_TRUE(resumption.wasStable(ended(lost, 1), start + milliseconds(101)));
    EXPECT_FALSE(resumption.wasStable(refused, start + seconds(1000)));
    for (const bool hasOther : {true, true, false, true, true, false, true, true, false}) {
        const auto step = resumption.next(batch_.events.empty() ? ended(lost, 1) : refused, batch_,
                                          start, 0.5, hasOther);
        ASSERT_TRUE(step);
        EXPECT_EQ(step->isElsewhere, hasOther);
        EXPECT_EQ(step->when > start, !hasOther);
    }
    EXPECT_EQ(batch_.events.back().event.attempt, 9u);
    EXPECT_FALSE(resumption.next(refused, batch_, start, 0.5, false)) << "three of the policy's";
}

TEST_F(AResumption, GoesOnWhereTheServerEndsTheQueryInAnOrderlyWay) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    EXPECT_TRUE(next(resumption, ended(std::nullopt, 1)));
    ASSERT_FALSE(batch_.events.empty());
    EXPECT_FALSE(batch_.events[0].event.error);
}

TEST_F(AResumption, EndsWhereTheApplicationClosedTheQuery) {
    const auto closed = std::make_shared<ClosedQueries>();
    Resumption resumption = make(ResumeFrom::Latest, {}, closed);
    begin(resumption);
    closed->add("q1");
    EXPECT_FALSE(next(resumption, ended(std::nullopt, 1)));
    EXPECT_TRUE(told().empty());
}

TEST(ClosedQueries, AreTheNewestOnes) {
    ClosedQueries closed;
    for (int i = 0; i < 1025; ++i) closed.add("q" + std::to_string(i));
    EXPECT_FALSE(closed.has("q0"));
    EXPECT_TRUE(closed.has("q1"));
    EXPECT_TRUE(closed.has("q1024"));
}

TEST(ClosedQueries, KnowAnIdInCapitalsUntilItIsTakenBack) {
    ClosedQueries closed;
    closed.add("TRANSIENT_S_1");
    EXPECT_TRUE(closed.has("transient_S_1"));
    EXPECT_FALSE(closed.has("transient_S_10"));
    closed.add("transient_S_1");  // twice: it is taken back as often
    closed.remove("transient_s_1");
    EXPECT_TRUE(closed.has("transient_S_1"));
    closed.remove("transient_s_1");
    EXPECT_FALSE(closed.has("transient_S_1"));
    closed.remove("transient_s_1");
}

TEST_F(AResumption, EndsWhereNothingCanGoOn) {
    Resumption notBegun = make(ResumeFrom::Latest);
    EXPECT_FALSE(next(notBegun, ended(lost)));

    Resumption refused = make(ResumeFrom::Latest);
    begin(refused);
    EXPECT_FALSE(next(refused, ended(Error(ErrorCode::StatementRejected, "no"))));
    EXPECT_FALSE(next(refused, ended(Error(ErrorCode::Cancelled, "cancelled"))));
    EXPECT_FALSE(next(refused, ended(Error(ErrorCode::ClientClosed, "closed"))));
    EndedAttempt limit = ended(std::nullopt);
    limit.kind = Ending::Kind::LimitReached;
    EXPECT_FALSE(next(refused, limit));
}

TEST_F(AResumption, EndsWithOtherColumns) {
    Resumption resumption = make(ResumeFrom::Latest);
    begin(resumption);
    ASSERT_TRUE(next(resumption, ended(lost, 1)));
    const auto error = resumption.takeHeader(headerOf("q2", "M"), batch_, 0);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::SchemaChanged);
    EXPECT_NE(std::string(error->what()).find("N"), std::string::npos) << error->what();
    EXPECT_FALSE(next(resumption, ended(error)));
}

TEST(CheckResume, RefusesWhatCannotBeResumed) {
    const auto code = [](const std::string& sql, ResumeFrom from, const char* reset = "latest") {
        try {
            checkResume({sql, {{"auto.offset.reset", reset}}}, from);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode{};
    };
    const char* const push = "SELECT * FROM S EMIT CHANGES;";
    EXPECT_EQ(code(push, ResumeFrom::Latest), ErrorCode{});
    EXPECT_EQ(code(push, ResumeFrom::Beginning), ErrorCode{});
    EXPECT_EQ(code(push, ResumeFrom::SkipSeen, "earliest"), ErrorCode{});
    EXPECT_EQ(code(push, ResumeFrom::SkipSeen), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("SELECT * FROM S;", ResumeFrom::Latest), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("SELECT * FROM S EMIT CHANGES LIMIT 3;", ResumeFrom::Latest),
              ErrorCode::InvalidArgument);
}

TEST_F(AResumption, OfEventsThatNobodyTakesTheFirstAndTheNewestAreKept) {
    Resumption resumption = make(ResumeFrom::Latest);
    constexpr int rounds = 2000;
    for (int round = 0; round < rounds; ++round) {
        begin(resumption, headerOf("q" + std::to_string(round)));
        ASSERT_TRUE(next(resumption, ended(lost, 1)));
        ASSERT_LE(batch_.events.size(), 1000u);
    }
    EXPECT_EQ(batch_.events.size(), 1000u);
    EXPECT_EQ(batch_.events.front().event.kind, Kind::Disconnected);
    begin(resumption, headerOf("the newest"));
    const std::vector<Kind> kinds = told();
    const std::vector<Kind> newest(kinds.end() - 4, kinds.end());
    EXPECT_EQ(newest,
              (std::vector<Kind>{Kind::Disconnected, Kind::Waiting, Kind::Resumed, Kind::Gap}));
}

TEST_F(AResumption, EventsWithRowsBetweenThemAreAllKept) {
    Resumption resumption = make(ResumeFrom::Latest);
    constexpr std::size_t rounds = 500;
    for (std::size_t round = 0; round < rounds; ++round) {
        EXPECT_FALSE(resumption.takeHeader(headerOf("q"), batch_, batch_.lineCount()));
        batch_.addLine("[1]");
        ASSERT_TRUE(next(resumption, ended(lost, 1)));
    }
    EXPECT_EQ(batch_.events.size(), 4 * rounds - 2);  // the first header is no event
}

}  // namespace
}  // namespace ksqldb::client
