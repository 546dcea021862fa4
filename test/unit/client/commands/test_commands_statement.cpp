#include <ksqldb/queries.h>
#include <ksqldb/statements.h>

#include <gtest/gtest.h>

#include <functional>

namespace ksqldb::test {
namespace {

std::string refusal(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        return error.code() == ErrorCode::InvalidArgument ? error.what() : "another code";
    }
    return "nothing was thrown";
}

TEST(StatementCommand, ReadsACommandsStatus) {
    const StatementResult result =
        statement("CREATE X;")
            .read(
                {200,
                 {},
                 R"([{"@type":"currentStatus","statementText":"…","commandId":"stream/`S`/create","commandStatus":{"status":"SUCCESS","message":"Created query with ID CSAS_0","queryId":"CSAS_0"},"commandSequenceNumber":2,"warnings":[{"message":"DEPRECATION"}]}])"});
    EXPECT_EQ(result.type, "currentStatus");
    EXPECT_EQ(result.commandId, "stream/`S`/create");
    EXPECT_EQ(result.status, "SUCCESS");
    EXPECT_EQ(result.message, "Created query with ID CSAS_0");
    EXPECT_EQ(result.queryId, "CSAS_0");
    EXPECT_EQ(result.sequenceNumber, 2);
    EXPECT_EQ(result.warnings, std::vector<std::string>{"DEPRECATION"});
    EXPECT_EQ(result.json.substr(0, 10), R"({"@type":")");
}

TEST(StatementCommand, OldServersSayLess) {
    const StatementResult result =
        statement("CREATE X;")
            .read(
                {200,
                 {},
                 R"([{"@type":"currentStatus","commandStatus":{"status":"QUEUED"},"new":{"a":[]}}])"});
    EXPECT_EQ(result.status, "QUEUED");
    EXPECT_EQ(result.queryId, "");
    EXPECT_EQ(result.sequenceNumber, -1);
}

TEST(StatementCommand, NothingIsSuccess) {
    const StatementResult result = statement("INSERT INTO S VALUES (1);").read({200, {}, "[]"});
    EXPECT_EQ(result.type, "");
    EXPECT_EQ(result.sequenceNumber, -1);
    EXPECT_EQ(result.json, "");
}

TEST(StatementCommand, AWarningIsSuccess) {
    const StatementResult result =
        statement("CREATE X;")
            .read(
                {200,
                 {},
                 R"([{"@type":"warning_entity","statementText":"…","message":"Cannot add stream `S`: A stream with the same name already exists.","warnings":[]}])"});
    EXPECT_EQ(result.type, "warning_entity");
    EXPECT_EQ(result.message, "Cannot add stream `S`: A stream with the same name already exists.");
    EXPECT_EQ(result.queryId, "");
}

TEST(StatementCommand, OtherElementsKeepTheirText) {
    const StatementResult result =
        statement("LIST STREAMS;").read({200, {}, R"([{"@type":"streams","streams":[]}])"});
    EXPECT_EQ(result.type, "streams");
    EXPECT_EQ(result.json, R"({"@type":"streams","streams":[]})");
}

TEST(StatementCommand, AFailedCommandIsAnError) {
    const auto failed = [](const char* body) {
        try {
            statement("X;").read({200, {}, body});
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::ServerError);
            return error.serverMessage();
        }
        return std::string("nothing was thrown");
    };
    EXPECT_EQ(
        failed(
            R"([{"@type":"currentStatus","commandStatus":{"status":"ERROR","message":"no topic"}}])"),
        "no topic");
    EXPECT_EQ(failed(R"([{"@type":"terminate_query","queryId":"x","wasTerminated":false}])"),
              "the query x was not terminated");
}

TEST(StatementCommand, SeveralElementsAreNone) {
    try {
        statement("X;").read({200, {}, R"([{"@type":"a"},{"@type":"b"}])"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::MalformedResponse);
    }
}

TEST(StatementCommand, IsSentUnchanged) {
    const char* const sql = "CREATE STREAM FOO AS CONCAT(A, `wow;`) FROM `BAR`;  ";
    EXPECT_EQ(statement(sql).sql(), sql);
    const char* const comment = "/* a; */ DROP STREAM \"a;b\"; -- c;";
    EXPECT_EQ(statement(comment).sql(), comment);
    EXPECT_EQ(statement(Statement("DROP STREAM ?;").bind(Identifier("a;b"))).sql(),
              "DROP STREAM `a;b`;");
}

TEST(StatementCommand, TakesOneWholeStatement) {
    EXPECT_EQ(refusal([] { statement("CSAS; CTAS;"); }),
              "more than one statement: statements() and script() take several");
    EXPECT_EQ(refusal([] { statement("missing semicolon"); }), "the semicolon is missing");
    EXPECT_EQ(refusal([] { statement(" -- nothing\n ; "); }), "there is no statement");
    EXPECT_EQ(refusal([] { statement("DROP STREAM 'x;"); }), "a quote or a comment has no end");
    EXPECT_EQ(refusal([] { statement("SELECT 1;"); }),
              "SELECT is a query: executeQuery() or streamQuery() run it");
    EXPECT_EQ(refusal([] { statement("print 'x';"); }).substr(0, 5), "PRINT");
    EXPECT_EQ(refusal([] { statement("RUN SCRIPT 'x';"); }), "RUN is known to ksqlDB's shell only");
}

TEST(StatementCommand, NamesAreQuoted) {
    EXPECT_EQ(terminateQuery("CSAS_A_1").sql(), "TERMINATE `CSAS_A_1`;");
    EXPECT_EQ(terminateQuery("x`; DROP STREAM s; --").sql(), "TERMINATE `x``; DROP STREAM s; --`;");
    EXPECT_EQ(terminateAllQueries().sql(), "TERMINATE ALL;");
    EXPECT_EQ(pauseQuery("ALL").sql(), "PAUSE `ALL`;");
    EXPECT_EQ(pauseAllQueries().sql(), "PAUSE ALL;");
    EXPECT_EQ(resumeQuery("q").sql(), "RESUME `q`;");
    EXPECT_EQ(resumeAllQueries().sql(), "RESUME ALL;");
    EXPECT_FALSE(terminateQuery("q").isReadOnly());
    EXPECT_NE(refusal([] { terminateQuery(""); }), "nothing was thrown");
}

TEST(StatementCommand, ATypeIsNothingButAType) {
    EXPECT_EQ(
        createType("ADDRESS", "struct<street VARCHAR, `a;b` MAP<STRING, DECIMAL(4, 2)>>", true)
            .sql(),
        "CREATE TYPE IF NOT EXISTS `ADDRESS` AS "
        "struct<street VARCHAR, `a;b` MAP<STRING, DECIMAL(4, 2)>>;");
    EXPECT_EQ(createType("T", "ADDRESS").sql(), "CREATE TYPE `T` AS ADDRESS;");
    EXPECT_EQ(dropType("a b").sql(), "DROP TYPE `a b`;");
    EXPECT_EQ(dropType("T", true).sql(), "DROP TYPE IF EXISTS `T`;");
    for (const char* const bad : {"", " ", "INT; DROP STREAM S", "STRUCT<a", "ARRAY<INT)", "INT>",
                                  "INT -- ", "INT /*", "'INT'", "${x}", "?", "STRUCT<`a INT>"})
        EXPECT_NE(refusal([&] { createType("T", bad); }), "nothing was thrown") << bad;
}

}  // namespace
}  // namespace ksqldb::test
