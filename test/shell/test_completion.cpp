// What Tab offers, by what stands around the cursor.
#include "completion.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace shell {
namespace {

using Words = std::vector<std::string>;

const Names names{{"ORDERS", "ORDERS_COPY", "my stream"},
                  {"ORDERS_BY_USER"},
                  {"COUNT", "UCASE"},
                  {{"ORDERS", {"USER_ID", "ITEM", "mixed Case"}}, {"ORDERS_BY_USER", {"TOTAL"}}}};

Words offered(std::string_view before, std::string_view after = {}) {
    return complete(before, after, names).candidates;
}
bool offers(std::string_view before, const std::string& word, std::string_view after = {}) {
    const Words all = offered(before, after);
    return std::find(all.begin(), all.end(), word) != all.end();
}

TEST(Completion, OfTheFirstWord) {
    EXPECT_EQ(offered("SEL"), Words{"SELECT"});
    EXPECT_EQ(offered("sel"), Words{"select"});
    EXPECT_EQ(offered("LIST STREAMS;\n DESC"), Words{"DESCRIBE"});
    EXPECT_TRUE(offers("", "EXIT"));
    EXPECT_TRUE(offers("", "CREATE"));
    EXPECT_FALSE(offers("", "WHERE"));
    EXPECT_EQ(complete("  sel", "", names).typed, 3U);
}

TEST(Completion, OfSources) {
    EXPECT_EQ(offered("select * from ord"), (Words{"orders", "orders_by_user", "orders_copy"}));
    EXPECT_EQ(offered("SELECT * FROM ORDERS_B"), Words{"ORDERS_BY_USER"});
    EXPECT_EQ(offered("select * from my"), Words{"`my stream`"});
    EXPECT_EQ(offered("select * from `my s"), Words{"`my stream`"});
    EXPECT_EQ(complete("select * from `my s", "", names).typed, 5U);
    EXPECT_EQ(offered("DROP TABLE o"), Words{"orders_by_user"});
    EXPECT_EQ(offered("DROP STREAM ORDERS"), (Words{"ORDERS", "ORDERS_COPY"}));
    EXPECT_TRUE(offers("DESCRIBE ", "ORDERS_BY_USER"));
    EXPECT_TRUE(offers("DESCRIBE ", "FUNCTION"));
}

TEST(Completion, OfColumnsAndFunctions) {
    EXPECT_EQ(offered("SELECT IT", " FROM orders;"), Words{"ITEM"});
    EXPECT_EQ(offered("select it", " from orders;"), Words{"item"});
    EXPECT_FALSE(offers("SELECT IT", "ITEM"));
    EXPECT_TRUE(offers("SELECT ITEM FROM ORDERS WHERE U", "USER_ID"));
    EXPECT_TRUE(offers("SELECT ITEM FROM ORDERS WHERE U", "UCASE("));
    EXPECT_FALSE(offers("SELECT ITEM FROM ORDERS WHERE T", "TOTAL"));
    EXPECT_EQ(offered("SELECT mix", " FROM orders;"), Words{"`mixed Case`"});
    EXPECT_EQ(offered("SELECT ORDERS.IT", " FROM ORDERS;"), Words{"ITEM"});
    EXPECT_EQ(offered("DESCRIBE FUNCTION U"), Words{"UCASE"});
}

TEST(Completion, OfKeywords) {
    EXPECT_EQ(offered("SELECT * FROM ORDERS WHE"), (Words{"WHEN", "WHERE"}));
    EXPECT_EQ(offered("SELECT * FROM ORDERS emit ch"), Words{"changes"});
    EXPECT_EQ(offered("LIST STR"), Words{"STREAMS"});
    EXPECT_EQ(offered("output j"), Words{"json"});
}

TEST(Completion, IsSilentInTextsAndComments) {
    EXPECT_TRUE(offered("SELECT 'sel").empty());
    EXPECT_TRUE(offered("-- sel").empty());
    EXPECT_TRUE(offered("/* sel").empty());
    EXPECT_EQ(offered("SELECT 'x'; sel"), Words{"select"});
    EXPECT_EQ(offered("-- it's\nsel"), Words{"select"});
}

TEST(Completion, KnowsTheSourcesOfAStatement) {
    EXPECT_EQ(sourcesIn("select * from orders o join `my stream` s on 'ORDERS_BY_USER'", names),
              (Words{"ORDERS", "my stream"}));
    EXPECT_TRUE(sourcesIn("select * from `orders`", names).empty());
}

TEST(Completion, CommonStart) {
    EXPECT_EQ(commonStart({"orders", "orders_copy"}), "orders");
    EXPECT_EQ(commonStart({"a", "b"}), "");
    EXPECT_EQ(commonStart({"aé", "aè"}), "a");
    EXPECT_EQ(commonStart({}), "");
}

TEST(Completion, QuotesNames) {
    EXPECT_EQ(nameInSql("A_1"), "A_1");
    EXPECT_EQ(nameInSql("a"), "`a`");
    EXPECT_EQ(nameInSql("a`b"), "`a``b`");
    EXPECT_EQ(nameInSql("1A"), "`1A`");
}

}  // namespace
}  // namespace shell
