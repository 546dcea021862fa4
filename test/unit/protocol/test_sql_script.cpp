// Scripts to statements: their texts, places, kinds, and what is wrong at the end.
#include "protocol/sql_script.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {
namespace {

void expectPlace(const SqlStatement& statement, std::size_t line, std::size_t column,
                 std::size_t offset) {
    EXPECT_EQ(statement.place.line, line) << statement.text;
    EXPECT_EQ(statement.place.column, column) << statement.text;
    EXPECT_EQ(statement.place.offset, offset) << statement.text;
}

TEST(SqlScript, OfNothingHasNothing) {
    for (const std::string_view script :
         {"", " \n", "-- only a comment", "/* ; */", ";;", "\xEF\xBB\xBF"})
        EXPECT_TRUE(splitScript(script).empty()) << script;
}

TEST(SqlScript, KeepsTextsAndPlaces) {
    const std::string_view script =
        "-- A\nSET 'a'='b';\r\n\tSELECT ';' -- ;\n FROM `a;b` /* ; */ ;PRINT 'x';\rLIST STREAMS ;";
    const std::vector<SqlStatement> statements = splitScript(script);
    ASSERT_EQ(statements.size(), 4U);
    EXPECT_EQ(statements[0].text, "SET 'a'='b';");
    EXPECT_EQ(statements[1].text, "SELECT ';' -- ;\n FROM `a;b` /* ; */ ;");
    EXPECT_EQ(statements[2].text, "PRINT 'x';");
    EXPECT_EQ(statements[3].text, "LIST STREAMS ;");
    expectPlace(statements[0], 2, 1, 5);
    expectPlace(statements[1], 3, 2, 20);
    expectPlace(statements[2], 4, 22, script.find("PRINT"));
    expectPlace(statements[3], 5, 1, script.find("LIST"));
    EXPECT_EQ(statements[0].kind, SqlKind::Set);
    EXPECT_EQ(statements[1].kind, SqlKind::Query);
    EXPECT_EQ(statements[2].kind, SqlKind::Print);
    EXPECT_EQ(statements[3].kind, SqlKind::Other);
    for (const SqlStatement& statement : statements) {
        EXPECT_EQ(statement.problem, SqlProblem::None);
        EXPECT_EQ(script.substr(statement.place.offset, statement.text.size()), statement.text);
    }
}

TEST(SqlScript, ColumnsAreCharacters) {
    const std::vector<SqlStatement> statements = splitScript("PRINT 'é漢😀';PRINT 'b';");
    ASSERT_EQ(statements.size(), 2U);
    EXPECT_EQ(statements[1].place.column, 13U);
}

TEST(SqlScript, SaysThatASemicolonIsMissing) {
    const std::vector<SqlStatement> statements =
        splitScript("LIST STREAMS;\n LIST TABLES -- end\n");
    ASSERT_EQ(statements.size(), 2U);
    EXPECT_EQ(statements[0].problem, SqlProblem::None);
    EXPECT_EQ(statements[1].problem, SqlProblem::NoSemicolon);
    expectPlace(statements[1], 2, 2, 15);
}

TEST(SqlScript, SaysWhereAQuoteIsNotClosed) {
    const std::vector<SqlStatement> statements =
        splitScript("LIST STREAMS;\nPRINT 'a;\nLIST TABLES;");
    ASSERT_EQ(statements.size(), 2U);
    EXPECT_EQ(statements[1].problem, SqlProblem::Unclosed);
    EXPECT_EQ(statements[1].kind, SqlKind::Print);
    EXPECT_EQ(statements[1].text, "PRINT 'a;\nLIST TABLES;");
    expectPlace(statements[1], 2, 1, 14);
    EXPECT_EQ(statements[1].problemPlace.line, 2U);
    EXPECT_EQ(statements[1].problemPlace.column, 7U);
    EXPECT_EQ(statements[1].problemPlace.offset, 20U);
    EXPECT_EQ(splitScript("/* a; b;").at(0).problem, SqlProblem::Unclosed);
}

TEST(SqlScript, ABareCommentCannotHideTheNextLine) {
    const std::vector<SqlStatement> statements = splitScript("--\nSELECT 1 --\n FROM A --\r\n;");
    ASSERT_EQ(statements.size(), 1U);
    EXPECT_EQ(statements[0].text, "SELECT 1 -- \n FROM A -- \r\n;");
    expectPlace(statements[0], 2, 1, 3);
}

TEST(SqlScript, SkipsAByteOrderMarkAndEmptyStatements) {
    const std::vector<SqlStatement> statements = splitScript("\xEF\xBB\xBF;;LIST STREAMS;; ;");
    ASSERT_EQ(statements.size(), 1U);
    EXPECT_EQ(statements[0].text, "LIST STREAMS;");
    expectPlace(statements[0], 1, 3, 5);
}

TEST(SqlScript, TellsOneStatementFromSeveral) {
    const std::string_view one = "CREATE STREAM FOO AS CONCAT(A, `wow;`) FROM `BAR`;";
    ASSERT_EQ(splitScript(std::string(one) + "  ").size(), 1U);
    EXPECT_EQ(splitScript(one)[0].text, one);
    EXPECT_EQ(splitScript("CSAS; CTAS;").size(), 2U);
    EXPECT_EQ(splitScript("missing semicolon").at(0).problem, SqlProblem::NoSemicolon);
}

TEST(SqlScript, BearsTenMegabytes) {
    const std::string one = "INSERT INTO S VALUES (1, 'it''s'); ";
    std::string script;
    while (script.size() < 10'000'000) script += one;
    EXPECT_EQ(splitScript(script).size(), script.size() / one.size());
    // As one quote, one bracket, one comment after the other.
    for (const std::string_view part : {"'", "(", "/*", "--", "`a"}) {
        std::string hostile;
        while (hostile.size() < 200'000) hostile += part;
        EXPECT_LE(splitScript(hostile).size(), 1U) << part;
    }
}

}  // namespace
}  // namespace ksqldb::protocol
