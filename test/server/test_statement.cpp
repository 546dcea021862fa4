#include "statement.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ksqldb::server {
namespace {

TEST(Statement, IsComparedWithoutCaseSpaceCommentsAndTheLastSemicolon) {
    const std::string plain = comparableStatement("SELECT a, b FROM s WHERE c = 'It''s  X';");
    EXPECT_EQ(plain, "select a,b from s where c='It''s  X'");
    EXPECT_EQ(comparableStatement("  select A ,\n\tB from S -- or T\n where C='It''s  X' ; ;"),
              plain);
    EXPECT_EQ(comparableStatement("/* all */ SELECT a,b FROM s/**/WHERE c='It''s  X'"), plain);
    EXPECT_NE(comparableStatement("SELECT a, b FROM s WHERE c = 'it''s  x';"), plain);
    EXPECT_NE(comparableStatement("SELECT a b FROM s WHERE c = 'It''s  X';"), plain);
    EXPECT_EQ(comparableStatement("`A b` \"C ;\""), "`A b`\"C ;\"");
    EXPECT_EQ(comparableStatement("SET 'a'='b'; UNSET 'a';"), "set'a'='b';unset'a'");
    EXPECT_EQ(comparableStatement("'open ; "), "'open ; ");
    EXPECT_EQ(comparableStatement(" /* open"), "");
    EXPECT_EQ(comparableStatement("-- nothing"), "");
}

TEST(Statement, IsComparedByWhatNamesAndWordsMean) {
    EXPECT_EQ(comparableStatement("DESCRIBE `ORDERS` EXTENDED;"), "describe orders extended");
    EXPECT_EQ(comparableStatement("DESCRIBE`ORDERS_2`EXTENDED;"), "describe orders_2 extended");
    EXPECT_EQ(comparableStatement("SELECT `A`,`B`->`C` FROM S"), "select a,b->c from s");
    for (const char* other : {"`orders`", "`A B`", "`A``B`", "`1A`", "``", "`É`", "`A"})
        EXPECT_EQ(comparableStatement(other), other);
    EXPECT_EQ(comparableStatement("SHOW  QUERIES;"), "list queries");
    EXPECT_EQ(comparableStatement("SHOWN QUERIES;"), "shown queries");
}

TEST(Statement, EndsWithASemicolonOrNot) {
    EXPECT_TRUE(isEnded("SELECT 1;"));
    EXPECT_TRUE(isEnded("SELECT 1 ; \n"));
    EXPECT_FALSE(isEnded("SELECT 1"));
    EXPECT_FALSE(isEnded(""));
}

TEST(Statement, BeginsWithAWord) {
    EXPECT_TRUE(startsWithWord("print 'x'", "PRINT"));
    EXPECT_TRUE(startsWithWord("\n PRINT", "PRINT"));
    EXPECT_TRUE(startsWithWord("print'x'", "PRINT"));
    EXPECT_FALSE(startsWithWord("PRINTER", "PRINT"));
    EXPECT_FALSE(startsWithWord("PRIN", "PRINT"));
}

TEST(Statement, IsShortenedBetweenCharacters) {
    EXPECT_EQ(shortened("a  b\nc", 5), "a b c");
    EXPECT_EQ(shortened("abcdef", 5), "abcde…");
    EXPECT_EQ(shortened("abcdé", 5), "abcd…");
    EXPECT_EQ(shortened(std::string(100000, 'x'), 3), "xxx…");
}

TEST(Statement, IsOfferedWhatIsNearest) {
    const std::vector<std::string> known{"LIST STREAMS;", "LIST TABLES;", "DESCRIBE s;",
                                         "list streams extended;"};
    EXPECT_EQ(nearest("List stream", known, 3),
              (std::vector<std::string>{"LIST STREAMS;", "list streams extended;"}));
    EXPECT_EQ(nearest("LIST STREAM", known, 1), std::vector<std::string>{"LIST STREAMS;"});
    EXPECT_TRUE(nearest("SELECT everything FROM nowhere;", known, 3).empty());
}

}  // namespace
}  // namespace ksqldb::server
