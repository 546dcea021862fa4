#include "client/commands/uses_variables.h"

#include <ksqldb/script.h>

#include <gtest/gtest.h>

namespace ksqldb::test {
namespace {

using detail::CommandStep;

const detail::CommandRun::TimePoint now{};

RawResponse created(int sequenceNumber) {
    return {
        200,
        {},
        R"([{"@type":"currentStatus","commandStatus":{"status":"SUCCESS","message":"made"},"commandSequenceNumber":)" +
            std::to_string(sequenceNumber) + "}]"};
}
const RawResponse nothing{200, {}, "[]"};
const RawResponse refused{400, {}, R"({"error_code":40001,"message":"no"})"};

TEST(Script, GoesStatementByStatement) {
    const auto run =
        script("CREATE STREAM A;\n -- c\n  INSERT INTO A VALUES ('ü;'); DROP A;").newRun();
    CommandStep step = run->start(now);
    EXPECT_EQ(step.request.sql, "CREATE STREAM A;");
    EXPECT_EQ(step.request.http.path, "/ksql");
    EXPECT_EQ(step.request.sequenceNumber, std::nullopt);
    step = run->onAnswer(created(7), now);
    EXPECT_EQ(step.request.sql, "INSERT INTO A VALUES ('ü;');");
    EXPECT_EQ(step.request.sequenceNumber, 7);
    step = run->onAnswer(nothing, now);
    EXPECT_EQ(step.request.sql, "DROP A;");
    EXPECT_EQ(step.request.sequenceNumber, 7);
    ASSERT_EQ(run->onAnswer(created(8), now).kind, CommandStep::Kind::Done);
    const ScriptResult result = run->take();
    EXPECT_TRUE(result.ok());
    ASSERT_EQ(result.steps.size(), 3U);
    EXPECT_EQ(result.steps[0].result->message, "made");
    EXPECT_EQ(result.steps[1].line, 3U);
    EXPECT_EQ(result.steps[1].column, 3U);
    EXPECT_EQ(result.steps[1].offset, 25U);
    EXPECT_EQ(result.steps[2].line, 3U);
    EXPECT_EQ(result.steps[2].column, 32U);
    EXPECT_EQ(result.steps[2].result->sequenceNumber, 8);
}

TEST(Script, KeepsPropertiesAndVariables) {
    const auto run = script(
                         "SET 'auto.offset.reset'='earliest'; DEFINE Name = 'it''s'; A;\n"
                         "UNSET 'auto.offset.reset'; DEFINE NAME = 'b'; B; undefine name;\n"
                         "UNDEFINE never; UNSET 'never'; C;")
                         .newRun();
    CommandStep step = run->start(now);
    EXPECT_EQ(step.request.sql, "A;");
    EXPECT_EQ(step.request.properties,
              (std::map<std::string, std::string>{{"auto.offset.reset", "earliest"}}));
    EXPECT_EQ(step.request.sessionVariables,
              (std::map<std::string, std::string>{{"Name", "it's"}}));
    step = run->onAnswer(nothing, now);
    EXPECT_EQ(step.request.sql, "B;");
    EXPECT_TRUE(step.request.properties.empty());
    EXPECT_EQ(step.request.sessionVariables, (std::map<std::string, std::string>{{"Name", "b"}}));
    step = run->onAnswer(nothing, now);
    EXPECT_EQ(step.request.sql, "C;");
    EXPECT_TRUE(step.request.sessionVariables.empty());
    ASSERT_EQ(run->onAnswer(nothing, now).kind, CommandStep::Kind::Done);
    const ScriptResult result = run->take();
    EXPECT_TRUE(result.ok());
    ASSERT_EQ(result.steps.size(), 10U);
    EXPECT_EQ(result.steps[7].result->message, "never was not set");
}

TEST(Script, SettingsMayNameVariables) {
    const auto run =
        script(
            "DEFINE env='dev'; DEFINE topic='${ENV}-orders'; SET 'p.${env}'='${topic}';"
            "SET 'q'='${never}'; A ${topic}; UNSET 'p.${env}'; B;")
            .newRun();
    CommandStep step = run->start(now);
    EXPECT_EQ(step.request.sql, "A ${topic};") << "the server fills statements";
    EXPECT_EQ(step.request.properties,
              (std::map<std::string, std::string>{{"p.dev", "dev-orders"}, {"q", "${never}"}}));
    EXPECT_EQ(step.request.sessionVariables,
              (std::map<std::string, std::string>{{"env", "dev"}, {"topic", "dev-orders"}}));
    step = run->onAnswer(nothing, now);
    EXPECT_EQ(step.request.properties, (std::map<std::string, std::string>{{"q", "${never}"}}));
}

TEST(Script, SettingsMayNameVariablesOfTheCall) {
    const auto run = script("SET 'p'='${a} ${B}'; DEFINE A='script'; SET 'q'='${a}'; C;").newRun();
    dynamic_cast<client::UsesVariables&>(*run).useVariables({{"a", "call"}, {"b", "call, too"}});
    const CommandStep step = run->start(now);
    EXPECT_EQ(step.request.properties,
              (std::map<std::string, std::string>{{"p", "call call, too"}, {"q", "script"}}));
    EXPECT_EQ(step.request.sessionVariables, (std::map<std::string, std::string>{{"A", "script"}}))
        << "whoever sends it adds those of the call";
}

TEST(Script, ItsLastSettingOfAPropertyWithTwoNamesHolds) {
    const auto run = script(
                         "SET 'ksql.streams.auto.offset.reset'='earliest';"
                         "SET 'auto.offset.reset'='latest'; A;"
                         "UNSET 'ksql.streams.auto.offset.reset'; B;")
                         .newRun();
    EXPECT_EQ(run->start(now).request.properties,
              (std::map<std::string, std::string>{{"auto.offset.reset", "latest"}}));
    EXPECT_TRUE(run->onAnswer(nothing, now).request.properties.empty());
}

TEST(Script, StopsAtAnError) {
    const auto run = script("A; B; C;").newRun();
    run->start(now);
    run->onAnswer(nothing, now);
    ASSERT_EQ(run->onAnswer(refused, now).kind, CommandStep::Kind::Done);
    const ScriptResult result = run->take();
    EXPECT_FALSE(result.ok());
    EXPECT_FALSE(result.isComplete);
    ASSERT_EQ(result.steps.size(), 2U);
    EXPECT_TRUE(result.steps[0].result);
    EXPECT_FALSE(result.steps[1].result);
    EXPECT_EQ(result.steps[1].error->serverCode(), 40001);
    EXPECT_EQ(result.steps[1].error->statement(), "B;");
}

TEST(Script, GoesOnAtAnErrorIfTold) {
    const auto run = script("A; SET oops; B; C;", OnScriptError::GoOn).newRun();
    run->start(now);
    EXPECT_EQ(run->onError(Error(ErrorCode::ConnectionLost, "gone"), now).request.sql, "B;");
    EXPECT_EQ(run->onAnswer({200, {}, "<html>"}, now).request.sql, "C;");
    ASSERT_EQ(run->onAnswer(nothing, now).kind, CommandStep::Kind::Done);
    const ScriptResult result = run->take();
    EXPECT_TRUE(result.isComplete);
    EXPECT_FALSE(result.ok());
    ASSERT_EQ(result.steps.size(), 4U);
    EXPECT_EQ(result.steps[0].error->code(), ErrorCode::ConnectionLost);
    EXPECT_EQ(result.steps[1].error->code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(result.steps[2].error->code(), ErrorCode::MalformedResponse);
    EXPECT_TRUE(result.steps[3].result);
}

/// The call's time is over: what follows is not sent either, and told in the report.
TEST(Script, WhatIsNotSentIsAStepWithAnError) {
    const Error late(ErrorCode::TotalTimeout, "late");
    for (const OnScriptError how : {OnScriptError::Stop, OnScriptError::GoOn}) {
        const auto run = script("A; B; SET 'a'='b'; C;", how).newRun();
        run->start(now);
        EXPECT_EQ(run->onAnswer(nothing, now).request.sql, "B;");
        CommandStep step = run->onNotSent(late, now);
        const bool goesOn = how == OnScriptError::GoOn;
        if (goesOn) {
            EXPECT_EQ(step.request.sql, "C;");
            step = run->onNotSent(late, now);
        }
        ASSERT_EQ(step.kind, CommandStep::Kind::Done);
        const ScriptResult result = run->take();
        EXPECT_EQ(result.isComplete, goesOn);
        ASSERT_EQ(result.steps.size(), goesOn ? 4U : 2U);
        EXPECT_TRUE(result.steps[0].result);
        EXPECT_EQ(result.steps[1].error->code(), ErrorCode::TotalTimeout);
        EXPECT_EQ(result.steps[1].error->statement(), "B;");
    }
}

TEST(Script, CallingItOffEndsItWhole) {
    for (const ErrorCode code : {ErrorCode::Cancelled, ErrorCode::ClientClosed}) {
        const auto run = script("A; B;", OnScriptError::GoOn).newRun();
        run->start(now);
        EXPECT_EQ(run->onError(Error(code, "off"), now).kind, CommandStep::Kind::Failed);
    }
}

TEST(Script, NothingToSendIsDoneAtOnce) {
    for (const char* const text : {"", " -- nothing\n", "SET 'a'='b'; UNSET 'a';"}) {
        const auto run = script(text).newRun();
        ASSERT_EQ(run->start(now).kind, CommandStep::Kind::Done) << text;
        EXPECT_TRUE(run->take().ok());
    }
}

TEST(Script, RefusesByNameBeforeAnythingIsRun) {
    const auto refusal = [](const char* text) {
        try {
            script(text);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            return std::string(error.what());
        }
        return std::string("nothing was thrown");
    };
    EXPECT_EQ(refusal("A;\n SELECT 1;"),
              "line 2, column 2: SELECT is a query: executeQuery() or "
              "streamQuery() run it");
    EXPECT_EQ(refusal("A; PRINT 'x';").substr(0, 24), "line 1, column 4: PRINT ");
    EXPECT_EQ(refusal("spool 'x';"), "line 1, column 1: spool is known to ksqlDB's shell only");
    EXPECT_EQ(refusal("A; B"), "line 1, column 4: the semicolon is missing");
    EXPECT_EQ(refusal("A;\nDROP 'x;").substr(0, 8), "line 2, ");
}

TEST(SplitScript, TellsWhatToDoWithEachStatement) {
    const std::string_view text =
        "SELECT 1;\n select * from a emit changes limit 2; PRINT 'a'; SET 'p' = 'it''s';\n"
        "UNSET 'p'; DEFINE v='x'; UNDEFINE v; RUN SCRIPT 'a'; INSERT INTO a VALUES (1); SET p;";
    const auto statements = splitScript(text);
    std::vector<StatementKind> kinds;
    for (const ScriptStatement& statement : statements) {
        kinds.push_back(statement.kind);
        EXPECT_TRUE(statement.isWhole);
        EXPECT_EQ(text.substr(statement.offset, statement.sql.size()), statement.sql);
    }
    using K = StatementKind;
    EXPECT_EQ(kinds, (std::vector<K>{K::PullQuery, K::PushQuery, K::Print, K::Set, K::Unset,
                                     K::Define, K::Undefine, K::Shell, K::Other, K::Set}));
    EXPECT_EQ(statements[1].line, 2U);
    EXPECT_EQ(statements[1].column, 2U);
    EXPECT_EQ(statements[3].name, "p");
    EXPECT_EQ(statements[3].value, "it's");
    EXPECT_EQ(statements[5].name, "v");
    EXPECT_EQ(statements[5].value, "x");
    EXPECT_EQ(statements[6].name, "v");
    EXPECT_FALSE(statements[6].value);
    EXPECT_EQ(statements[9].name, "");
}

TEST(SplitScript, TellsThatAStatementIsNotWholeYet) {
    for (const char* const text : {"A;\n SELECT", "A;\n SELECT ';\n", "A;\n SELECT /* ;\n",
                                   "A;\n SELECT -- ;", "A;\n SELECT `;"}) {
        const auto statements = splitScript(text);
        ASSERT_EQ(statements.size(), 2U) << text;
        EXPECT_TRUE(statements[0].isWhole);
        EXPECT_FALSE(statements[1].isWhole) << text;
        EXPECT_EQ(statements[1].line, 2U) << text;
        EXPECT_EQ(statements[1].offset, 4U) << text;
    }
    EXPECT_TRUE(splitScript(" -- nothing\n;").empty());
}

TEST(Script, IsPrintedAndCompared) {
    const auto a = script("LIST STREAMS; CREATE SINK CONNECTOR c WITH ('p'='secret');");
    EXPECT_EQ(a.toString(),
              "script of 2 statements:\nLIST STREAMS;\nCREATE SINK CONNECTOR c WITH "
              "('p'='[string]');");
    EXPECT_FALSE(a.isReadOnly());
    EXPECT_TRUE(script("LIST STREAMS;").isReadOnly());
    EXPECT_NE(a, script("LIST STREAMS; CREATE SINK CONNECTOR c WITH ('p'='other');"));
    EXPECT_NE(script("A;"), script("A;", OnScriptError::GoOn));
    EXPECT_THROW(script("A; B;").read(nothing), Error);
}

}  // namespace
}  // namespace ksqldb::test
