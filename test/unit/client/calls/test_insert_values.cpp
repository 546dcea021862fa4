#include "client/calls/insert_values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ksqldb::client {
namespace {

using Kind = detail::CommandStep::Kind;
using Ranges = std::vector<SequenceRange>;

constexpr detail::CommandRun::TimePoint now{};

/// Three rows of which the first is stored.
struct ThreeRows {
    InsertValuesRun run{{"INSERT INTO T (A) VALUES (1);", "INSERT INTO T (A) VALUES (2);",
                         "INSERT INTO T (A) VALUES (3);"}};
    ThreeRows() {
        EXPECT_EQ(run.start(now).request.sql, "INSERT INTO T (A) VALUES (1);");
        const auto second = run.onAnswer({200, {}, "[]"}, now);
        EXPECT_EQ(second.kind, Kind::Send);
        EXPECT_EQ(second.request.sql, "INSERT INTO T (A) VALUES (2);");
        EXPECT_FALSE(second.request.isReadOnly);
    }
};

RawResponse refusal(int status, int code, const std::string& message = "no") {
    return {status,
            {},
            R"({"@type":"statement_error","error_code":)" + std::to_string(code) +
                R"(,"message":")" + message + R"("})"};
}

TEST(InsertValuesRun, OneStatementAfterTheOther) {
    ThreeRows rows;
    EXPECT_EQ(rows.run.onAnswer({200, {}, "[]"}, now).kind, Kind::Send);
    EXPECT_EQ(rows.run.onAnswer({200, {}, "[]"}, now).kind, Kind::Done);
    const InsertReport report = rows.run.report(nullptr);
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.acknowledged, 3u);
    InsertValuesRun none({});
    EXPECT_EQ(none.start(now).kind, Kind::Done);
    EXPECT_TRUE(none.report(nullptr).ok());
}

TEST(InsertValuesRun, ARefusedRowEndsIt) {
    ThreeRows rows;
    EXPECT_EQ(rows.run.onAnswer(refusal(400, 40001), now).kind, Kind::Done);
    const InsertReport report = rows.run.report(nullptr);
    EXPECT_EQ(report.acknowledged, 1u);
    ASSERT_TRUE(report.refused.has_value());
    EXPECT_EQ(report.refused->sequence, 1u);
    EXPECT_EQ(report.refused->error.serverCode(), 40001);
    EXPECT_EQ(report.refused->error.statement(), "INSERT INTO T (A) VALUES (2);");
    EXPECT_EQ(report.error->code(), ErrorCode::StatementRejected);
    EXPECT_FALSE(report.error->isRetryable());
    EXPECT_TRUE(report.unknown.empty());
    EXPECT_EQ(report.notSent, (Ranges{{2, 2}}));
}

/// Whether the server has executed it, nobody knows.
TEST(InsertValuesRun, ALostAnswerIsUnknown) {
    const std::vector<Error> errors{Error(ErrorCode::ConnectionLost, "lost"),
                                    Error(ErrorCode::TotalTimeout, "late"),
                                    Error(ErrorCode::Cancelled, "cancelled")};
    for (const Error& error : errors) {
        ThreeRows rows;
        EXPECT_EQ(rows.run.onError(error, now).kind, Kind::Done);
        const InsertReport report = rows.run.report(nullptr);
        EXPECT_EQ(report.unknown, (Ranges{{1, 1}}));
        EXPECT_EQ(report.notSent, (Ranges{{2, 2}}));
        EXPECT_EQ(report.error->code(), error.code());
    }
    for (const RawResponse& answer :
         {refusal(500, 50000), refusal(408, 0), RawResponse{200, {}, "<html>"}}) {
        ThreeRows rows;
        rows.run.onAnswer(answer, now);
        EXPECT_EQ(rows.run.report(nullptr).unknown, (Ranges{{1, 1}})) << answer.body;
    }
}

/// 40000 with this text is what the server makes of whatever its producer throws, a timeout for
/// one; rows that it has not given to Kafka are refused with other texts, or with 40001.
TEST(InsertValuesRun, ARowThatKafkaMayHaveStoredIsUnknown) {
    const std::string failed = "Failed to insert values into 'T'.";
    ThreeRows late;
    late.run.onAnswer(refusal(400, 40000,
                              failed + "\\nCaused by: org.apache.kafka.common.errors."
                                       "TimeoutException: Expiring 1 record(s) for T-0"),
                      now);
    const InsertReport report = late.run.report(nullptr);
    EXPECT_FALSE(report.refused);
    EXPECT_EQ(report.unknown, (Ranges{{1, 1}}));
    EXPECT_EQ(report.notSent, (Ranges{{2, 2}}));

    for (const RawResponse& answer :
         {refusal(400, 40000, "Cannot insert values into an unknown stream/table: `T`"),
          refusal(400, 40001, failed + " Column name `A` does not exist.")}) {
        ThreeRows wrong;
        wrong.run.onAnswer(answer, now);
        EXPECT_TRUE(wrong.run.report(nullptr).refused) << answer.body;
    }
}

TEST(InsertValuesRun, WhatWasNotExecutedMayBeRepeated) {
    ThreeRows rows;
    rows.run.onError(Error(ErrorCode::ConnectFailed, "no"), now);
    EXPECT_EQ(rows.run.report(nullptr).notSent, (Ranges{{1, 2}}));
    ThreeRows starting;
    starting.run.onAnswer(refusal(503, 50302), now);
    const InsertReport report = starting.run.report(nullptr);
    EXPECT_EQ(report.notSent, (Ranges{{1, 2}}));
    EXPECT_TRUE(report.error->isRetryable());
}

TEST(InsertValuesRun, AnEndBetweenTwoStatements) {
    ThreeRows rows;
    const Error late(ErrorCode::TotalTimeout, "late");
    const InsertReport report = rows.run.report(&late);
    EXPECT_EQ(report.acknowledged, 1u);
    EXPECT_EQ(report.notSent, (Ranges{{1, 2}}));
    EXPECT_EQ(report.error->code(), ErrorCode::TotalTimeout);
}

}  // namespace
}  // namespace ksqldb::client
