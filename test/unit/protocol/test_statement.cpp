// Statements: values for placeholders, and one Error for all that is wrong with them.
#include <ksqldb/statement.h>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb {
namespace {

std::string refusal(const Statement& statement) {
    try {
        return "taken: " + statement.sql();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return error.what();
    }
}
std::string textOf(const Statement& statement) { return statement.sql(); }

TEST(Statement, IsMadeOfAnyText) {
    EXPECT_EQ(textOf("SELECT 1;"), "SELECT 1;");
    EXPECT_EQ(textOf(std::string("SELECT 2;")), "SELECT 2;");
    EXPECT_EQ(textOf(std::string_view("SELECT 3;")), "SELECT 3;");
    const char* null = nullptr;
    EXPECT_THROW(Statement{null}, Error);
}

TEST(Statement, WithoutValuesIsLeftAlone) {
    for (const std::string_view sql :
         {"", "SELECT ?, :a, '${b}' --\n FROM 'x", "\xFF\r\n", "SELECT 1"})
        EXPECT_EQ(Statement(sql).sql(), sql);
}

TEST(Statement, TakesValuesInOrder) {
    EXPECT_EQ(Statement("SELECT * FROM R WHERE A = ? AND B > ?;").bind("it's", 3).sql(),
              "SELECT * FROM R WHERE A = 'it''s' AND B > 3;");
    Statement statement("VALUES (?,?,?)");
    statement.bind(1).bind(nullptr, true);
    EXPECT_EQ(statement.sql(), "VALUES (1,NULL,TRUE)");
    EXPECT_EQ(statement.text(), "VALUES (?,?,?)");
}

TEST(Statement, TakesValuesByName) {
    Statement statement("INSERT INTO ? (ID, MAX) VALUES (:id, :id2, :id, MAP('a':=:id));");
    statement.bindNamed("id", 7).bind(Identifier("my ratings")).bindNamed("id2", "x");
    EXPECT_EQ(statement.sql(),
              "INSERT INTO `my ratings` (ID, MAX) VALUES (7, 'x', 7, MAP('a':=7));");
}

TEST(Statement, PlaceholdersInStringsNamesAndCommentsAreText) {
    EXPECT_EQ(
        Statement("SELECT '?', '''?:a', \"?\", `:a?`, ${x} -- ? :a\n/* ? :a */, ?;").bind(1).sql(),
        "SELECT '?', '''?:a', \"?\", `:a?`, ${x} -- ? :a\n/* ? :a */, 1;");
}

TEST(Statement, AValueIsNoPlaceholder) {
    EXPECT_EQ(Statement("SELECT ?, ?, :a;").bind("? :a", "?").bindNamed("a", ":a ?").sql(),
              "SELECT '? :a', '?', ':a ?';");
}

TEST(Statement, NeighboursStayApart) {
    EXPECT_EQ(Statement("A-?").bind(-5).sql(), "A- -5");
    EXPECT_EQ(Statement("LIMIT?").bind(5).sql(), "LIMIT 5");
    EXPECT_EQ(Statement("'a'?'b'").bind("x").sql(), "'a' 'x' 'b'");
    EXPECT_EQ(Statement("1?E5").bind(2).sql(), "1 2 E5");
    EXPECT_EQ(Statement("??").bind(1, 2).sql(), "1 2");
    EXPECT_EQ(Statement("`a`?").bind(Identifier("b")).sql(), "`a` `b`");
    EXPECT_EQ(Statement("(?,?)=?;").bind(1, 2, 3).sql(), "(1,2)=3;");
    EXPECT_EQ(Statement("?.?").bind(Identifier("A"), Identifier("B")).sql(), "`A` . `B`");
}

TEST(Statement, TellsAllThatIsWrongInOneError) {
    EXPECT_EQ(refusal(Statement("?, ?").bind(1)),
              "binding a Statement: values for `?`: 1, placeholders `?`: 2");
    EXPECT_EQ(refusal(Statement("SELECT 1;").bind(1)),
              "binding a Statement: values for `?`: 1, placeholders `?`: 0");
    EXPECT_EQ(refusal(Statement("? :a :b :a :c")
                          .bindNamed("c", 1)
                          .bindNamed("x", 2)
                          .bindNamed("c", 3)
                          .bindNamed("A", 3)),
              "binding a Statement: values for `?`: 0, placeholders `?`: 1; no value for :a, :b; "
              "no placeholder :A, :x; more than one value for :c");
}

TEST(Statement, ErrorsAreShort) {
    std::string sql;
    for (int i = 0; i < 10'000; ++i) sql += ":" + std::string(1000, 'n') + std::to_string(i) + " ";
    const std::string told = refusal(Statement(sql).bind(1));
    EXPECT_LT(told.size(), 1000U);
    EXPECT_NE(told.find("and 9992 more"), std::string::npos) << told;
}

TEST(Statement, ErrorsDoNotShowValues) {
    EXPECT_EQ(refusal(Statement("?").bind("secret", "secret")).find("secret"), std::string::npos);
}

TEST(Statement, SaysWhichValueHasNoLiteral) {
    Statement statement("? ? :a");
    try {
        statement.bind(1, std::nan(""));
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(),
                     "value 2 of a Statement: SQL has no literal for NaN and the infinities");
    }
    try {
        statement.bindNamed("a", "\xFF");
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "value :a of a Statement: text that is not UTF-8");
    }
    EXPECT_THROW(statement.bindNamed("", 1), Error);
}

TEST(Statement, AValueThatIsRefusedLeavesNothingBehind) {
    Statement statement("? ?");
    EXPECT_THROW(statement.bind(1, std::nan("")), Error);
    EXPECT_EQ(statement.sql(), "? ?");
    EXPECT_EQ(statement.bind(2, 3).sql(), "2 3");
    EXPECT_THROW(statement.bind(std::nan("")), Error);
    EXPECT_EQ(statement.sql(), "2 3");
}

TEST(Statement, CanBeGivenOtherValues) {
    Statement statement("? :a");
    EXPECT_EQ(statement.bind(1).bindNamed("a", 2).sql(), "1 2");
    EXPECT_EQ(statement.unbind().sql(), "? :a");
    EXPECT_EQ(statement.bind("x").bindNamed("a", "y").sql(), "'x' 'y'");
}

TEST(Statement, CopiesAreTheirOwn) {
    Statement first("? ?");
    first.bind(1);
    Statement second = first;
    first.bind(2);
    second.bind(3);
    EXPECT_EQ(first.sql(), "1 2");
    EXPECT_EQ(second.sql(), "1 3");
    second = first;
    EXPECT_EQ(second.sql(), "1 2");
}

TEST(Statement, ThatWasMovedFromIsEmpty) {
    Statement first("?");
    first.bind(1);
    Statement second = std::move(first);
    EXPECT_EQ(second.sql(), "1");
    EXPECT_EQ(first.sql(), "");
    EXPECT_EQ(first.text(), "");
    EXPECT_EQ(first.unbind().sql(), "");
    EXPECT_THROW((void)first.bind(1).sql(), Error);
    const Statement third = first;
    first = second;
    EXPECT_EQ(first.sql(), "1");
}

TEST(Statement, BindsNothingIntoWhatIsNotClosed) {
    EXPECT_EQ(refusal(Statement("SELECT ?, 'a;").bind(1)),
              "binding a Statement: a quote or comment that is not closed, at byte 10");
    EXPECT_EQ(refusal(Statement("SELECT ? /* a").bind(1)),
              "binding a Statement: a quote or comment that is not closed, at byte 9");
}

TEST(Statement, NoVariableReachesIntoAValue) {
    EXPECT_EQ(refusal(Statement("A = 'x${' AND B = ?").bind("}")),
              "binding a Statement: a `${` that is not closed before the placeholder at byte 18");
    EXPECT_EQ(Statement("A = '${x}' AND B = ?").bind("}").sql(), "A = '${x}' AND B = '}'");
    EXPECT_EQ(Statement("A = '${' || '}' AND B = ?").bind(1).sql(), "A = '${' || '}' AND B = 1");
    EXPECT_EQ(Statement("? = ? -- ${").bind(1, 1).sql(), "1 = 1 -- ${");
    // What two values could make together.
    EXPECT_EQ(Statement("A = ? AND T = 'x' AND B = ?").bind("${v", ":-x}").sql(),
              "A = CONCAT('$', '{v') AND T = 'x' AND B = ':-x}'");
}

TEST(Statement, ABareCommentCannotTakeAValueIn) {
    EXPECT_EQ(Statement("SELECT 1 --\n WHERE A = ?; --").bind("x\ny").sql(),
              "SELECT 1 -- \n WHERE A = 'x\ny'; -- ");
}

TEST(Statement, BearsManyPlaceholders) {
    std::string sql;
    std::string expected;
    Statement statement("");
    for (int i = 0; i < 100'000; ++i) sql += "?,";
    statement = sql;
    for (int i = 0; i < 100'000; ++i) statement.bind(i % 10);
    for (int i = 0; i < 100'000; ++i) expected += std::to_string(i % 10) + ",";
    EXPECT_EQ(statement.sql(), expected);
}

}  // namespace
}  // namespace ksqldb
