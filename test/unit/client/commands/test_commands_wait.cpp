#include "base/error_builder.h"

#include <ksqldb/queries.h>
#include <ksqldb/statements.h>

#include <gtest/gtest.h>

#include <chrono>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using detail::CommandStep;
using TimePoint = detail::CommandRun::TimePoint;

const TimePoint begin{};

RawResponse status(const std::string& state) {
    return {200, {}, R"({"status":")" + state + R"(","message":"m","queryId":null})"};
}
RawResponse queries(const std::string& counts, const std::string& state = "RUNNING") {
    return {200,
            {},
            R"([{"@type":"queries","queries":[{"id":"Q_1","state":")" + state +
                R"(","statusCount":{)" + counts + "}}]}]"};
}
const RawResponse unknown{404, {}, R"({"error_code":40400,"message":"Command not found"})"};

TEST(WaitForCommand, AsksUntilItIsDone) {
    const auto command = waitForCommand("stream/`A B`/create", 30s);
    EXPECT_EQ(command.toString(), "wait up to 30000 ms for the command stream/`A B`/create");
    EXPECT_TRUE(command.isReadOnly());
    const auto run = command.newRun();
    CommandStep step = run->start(begin);
    ASSERT_EQ(step.kind, CommandStep::Kind::Send);
    EXPECT_EQ(step.request.http.path, "/status/stream/%60A%20B%60/create");
    EXPECT_EQ(step.wait, 0ms);
    EXPECT_EQ(step.deadline, begin + 30s);
    std::vector<std::chrono::milliseconds> waits;
    for (const char* const state : {"QUEUED", "PARSING", "EXECUTING"}) {
        step = run->onAnswer(status(state), begin + 1s);
        ASSERT_EQ(step.kind, CommandStep::Kind::Send);
        waits.push_back(step.wait);
    }
    EXPECT_EQ(waits, (std::vector{50ms, 75ms, 112ms}));
    for (int i = 0; i < 10; ++i) step = run->onAnswer(unknown, begin + 1s);
    EXPECT_EQ(step.wait, 1s);
    step = run->onAnswer(status("SUCCESS"), begin + 2s);
    ASSERT_EQ(step.kind, CommandStep::Kind::Done);
    const StatementResult result = run->take();
    EXPECT_EQ(result.commandId, "stream/`A B`/create");
    EXPECT_EQ(result.status, "SUCCESS");
    EXPECT_EQ(result.message, "m");
}

TEST(WaitForCommand, FailsWhereTheCommandFailed) {
    const auto run = waitForCommand("stream/S/drop", 30s).newRun();
    run->start(begin);
    const CommandStep step = run->onAnswer(status("ERROR"), begin);
    ASSERT_EQ(step.kind, CommandStep::Kind::Failed);
    EXPECT_EQ(step.error->code(), ErrorCode::ServerError);
    EXPECT_EQ(step.error->serverMessage(), "m");
}

TEST(WaitForCommand, OutlastsAServerThatIsAway) {
    const auto run = waitForCommand("stream/S/drop", 30s).newRun();
    run->start(begin);
    const Error lost =
        detail::ErrorBuilder(ErrorCode::ConnectFailed, "no connection").retryable().build();
    EXPECT_EQ(run->onError(lost, begin + 1s).kind, CommandStep::Kind::Send);
    EXPECT_EQ(run->onAnswer({503, {}, ""}, begin + 1s).kind, CommandStep::Kind::Send);
    EXPECT_EQ(run->onError(Error(ErrorCode::TotalTimeout, "one request"), begin + 1s).kind,
              CommandStep::Kind::Send);
    EXPECT_EQ(run->onAnswer(status("RUNNING"), begin + 1s).kind, CommandStep::Kind::Done);
}

TEST(WaitForCommand, ItsLimitEndsIt) {
    const auto run = waitForCommand("stream/S/drop", 30s).newRun();
    run->start(begin);
    run->onAnswer(status("QUEUED"), begin + 29s);
    // The exchange was cut off.
    const CommandStep step = run->onError(Error(ErrorCode::TotalTimeout, "cut"), begin + 30s);
    ASSERT_EQ(step.kind, CommandStep::Kind::Failed);
    EXPECT_EQ(step.error->code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(step.error->limitName(), "limit");
    EXPECT_STREQ(step.error->what(),
                 "wait up to 30000 ms for the command stream/S/drop: not "
                 "done by then; seen last: QUEUED");
}

TEST(WaitForCommand, TheLastLookIsBeforeTheEnd) {
    const auto run = waitForCommand("stream/S/drop", 100ms).newRun();
    run->start(begin);
    EXPECT_EQ(run->onAnswer(status("QUEUED"), begin + 60ms).wait, 30ms);
    EXPECT_EQ(run->onAnswer(status("QUEUED"), begin + 95ms).wait, 10ms);
}

TEST(WaitForCommand, OtherErrorsEndItAtOnce) {
    for (const RawResponse& answer :
         {RawResponse{404, {}, "Not Found"}, RawResponse{401, {}, ""}, RawResponse{400, {}, "{}"},
          RawResponse{200, {}, "<html>"}, RawResponse{200, {}, "{}"}}) {
        const auto run = waitForCommand("stream/S/drop", 30s).newRun();
        run->start(begin);
        EXPECT_EQ(run->onAnswer(answer, begin).kind, CommandStep::Kind::Failed) << answer.body;
    }
    for (const ErrorCode code : {ErrorCode::Cancelled, ErrorCode::ClientClosed}) {
        const auto run = waitForCommand("stream/S/drop", 30s).newRun();
        run->start(begin);
        const CommandStep step = run->onError(Error(code, "off"), begin);
        ASSERT_EQ(step.kind, CommandStep::Kind::Failed);
        EXPECT_EQ(step.error->code(), code);
    }
}

TEST(WaitForCommand, RefusesWhatIsNoId) {
    for (const char* const id : {"", "stream", "stream/create", "/S/create", "stream/S/", "//"})
        EXPECT_THROW(waitForCommand(id, 1s), Error) << id;
    EXPECT_THROW(waitForCommand("stream/S/create", 0s), Error);
    EXPECT_NO_THROW(waitForCommand("stream/`a/b`/create", 1s));
}

TEST(WaitUntilRunning, AsksUntilItRunsEverywhere) {
    const auto run = waitUntilRunning("Q_1", 30s).newRun();
    CommandStep step = run->start(begin);
    EXPECT_EQ(step.request.sql, "LIST QUERIES;");
    step = run->onAnswer({200, {}, R"([{"@type":"queries","queries":[]}])"}, begin);
    EXPECT_EQ(step.kind, CommandStep::Kind::Send);
    step = run->onAnswer(queries(R"("RUNNING":1,"UNRESPONSIVE":1)"), begin);
    EXPECT_EQ(step.kind, CommandStep::Kind::Send);
    step = run->onAnswer(queries(R"("PAUSED":1)"), begin);
    EXPECT_EQ(step.kind, CommandStep::Kind::Send);
    step = run->onAnswer(queries(R"("RUNNING":2,"PAUSED":0)"), begin);
    ASSERT_EQ(step.kind, CommandStep::Kind::Done);
    EXPECT_EQ(run->take().id, "Q_1");
}

TEST(WaitUntilRunning, SaysWhatItSawLast) {
    const auto run = waitUntilRunning("Q_1", 1s).newRun();
    run->start(begin);
    const CommandStep step = run->onAnswer(queries(R"("PAUSED":1)"), begin + 1s);
    ASSERT_EQ(step.kind, CommandStep::Kind::Failed);
    EXPECT_STREQ(step.error->what(),
                 "wait up to 1000 ms for the query Q_1: not done by then; "
                 "seen last: RUNNING, PAUSED on 1");
}

TEST(WaitUntilRunning, AnOldServerHasTheStateAlone) {
    const auto run = waitUntilRunning("Q_1", 1s).newRun();
    run->start(begin);
    EXPECT_EQ(run->onAnswer(queries(""), begin).kind, CommandStep::Kind::Done);
}

TEST(WaitUntilRunning, AQueryInErrorEndsIt) {
    const auto run = waitUntilRunning("Q_1", 1s).newRun();
    run->start(begin);
    const CommandStep step = run->onAnswer(queries(R"("ERROR":1)", "ERROR"), begin);
    ASSERT_EQ(step.kind, CommandStep::Kind::Failed);
    EXPECT_EQ(step.error->code(), ErrorCode::ServerError);
}

}  // namespace
}  // namespace ksqldb::test
