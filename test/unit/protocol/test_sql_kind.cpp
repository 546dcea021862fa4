// What a statement is, from its first and last words.
#include "protocol/sql_kind.h"

#include <gtest/gtest.h>

#include <string_view>

namespace ksqldb::protocol {
namespace {

TEST(SqlKind, IsToldByTheFirstWords) {
    EXPECT_EQ(kindOf("SELECT * FROM R;"), SqlKind::Query);
    EXPECT_EQ(kindOf(" -- a\n/* b */ select 1;"), SqlKind::Query);
    EXPECT_EQ(kindOf("PRINT 't' FROM BEGINNING;"), SqlKind::Print);
    EXPECT_EQ(kindOf("SET 'a'='b';"), SqlKind::Set);
    EXPECT_EQ(kindOf("UNSET 'a';"), SqlKind::Unset);
    EXPECT_EQ(kindOf("define a = 'b';"), SqlKind::Define);
    EXPECT_EQ(kindOf("UNDEFINE a;"), SqlKind::Undefine);
    for (const std::string_view sql :
         {"CREATE STREAM S AS SELECT * FROM R;", "EXPLAIN SELECT * FROM R;", "LIST STREAMS;",
          "DROP STREAM S;", "DESCRIBE S;", "ALTER SYSTEM 'a'='b';", "", ";", "'SELECT';",
          "(SELECT)"})
        EXPECT_EQ(kindOf(sql), SqlKind::Other) << sql;
}

TEST(SqlKind, TellsWhatOnlyTheShellKnows) {
    for (const std::string_view sql :
         {"RUN SCRIPT 'a.sql';", "exit", "SPOOL 'a';", "help;", "VERSION", "SERVER http://a",
          "OUTPUT JSON;", "SET CLI WRAP OFF;", "REQUEST PIPELINING ON;", "HISTORY", "CLEAR"})
        EXPECT_EQ(kindOf(sql), SqlKind::Shell) << sql;
}

TEST(SqlKind, TellsTheTwoInserts) {
    EXPECT_EQ(kindOf("INSERT INTO S VALUES (1, 'SELECT');"), SqlKind::InsertValues);
    EXPECT_EQ(kindOf("INSERT INTO S (A, `SELECT`) VALUES (1, 2);"), SqlKind::InsertValues);
    EXPECT_EQ(kindOf("INSERT INTO `VALUES` (\"SELECT\") /* SELECT */ VALUES (1);"),
              SqlKind::InsertValues);
    EXPECT_EQ(kindOf("INSERT INTO S SELECT VALUES FROM R;"), SqlKind::Other);
    EXPECT_EQ(kindOf("INSERT INTO S WITH (QUERY_ID='VALUES') SELECT * FROM R;"), SqlKind::Other);
    EXPECT_EQ(kindOf("INSERT INTO S"), SqlKind::Other);
    EXPECT_EQ(kindOf("INSERT"), SqlKind::Other);
}

TEST(SqlKind, FindsALimitAtTheEndOnly) {
    EXPECT_TRUE(hasLimit("SELECT * FROM R EMIT CHANGES LIMIT 5;"));
    EXPECT_TRUE(hasLimit("SELECT * FROM R limit 5 -- five\n ;"));
    EXPECT_TRUE(hasLimit("PRINT 't' LIMIT 1"));
    for (const std::string_view sql :
         {"SELECT * FROM R EMIT CHANGES;", "SELECT 'LIMIT 5' FROM R;", "SELECT `LIMIT` FROM R;",
          "SELECT * FROM R -- LIMIT 5\n;", "SELECT A LIMIT 5 FROM R;", "", "LIMIT;"})
        EXPECT_FALSE(hasLimit(sql)) << sql;
}

TEST(SqlKind, TellsPushQueries) {
    EXPECT_TRUE(isPushQuery("SELECT * FROM R EMIT CHANGES;"));
    EXPECT_TRUE(isPushQuery("select * from r emit\nchanges limit 3;"));
    EXPECT_TRUE(isPushQuery("SELECT COUNT(*) FROM R GROUP BY A EMIT FINAL;"));
    for (const std::string_view sql :
         {"SELECT * FROM R;", "SELECT EMIT CHANGES FROM R;", "SELECT 'EMIT CHANGES' FROM R;",
          "CREATE TABLE T AS SELECT * FROM R EMIT CHANGES;", "PRINT 't' FROM BEGINNING;", ""})
        EXPECT_FALSE(isPushQuery(sql)) << sql;
}

TEST(SqlKind, ReadsSettings) {
    const auto set = settingOf("SET 'auto.offset.reset' = 'it''s' ;");
    ASSERT_TRUE(set);
    EXPECT_EQ(set->name, "auto.offset.reset");
    EXPECT_EQ(set->value, "it's");
    const auto defined = settingOf("/* a */ define Name_1='';");
    ASSERT_TRUE(defined);
    EXPECT_EQ(defined->name, "Name_1");
    EXPECT_EQ(defined->value, "");
    EXPECT_EQ(settingOf("UNSET 'a';")->name, "a");
    EXPECT_EQ(settingOf("UNSET 'a';")->value, std::nullopt);
    EXPECT_EQ(settingOf("UNDEFINE a;")->name, "a");
}

TEST(SqlKind, ReadsNoSettingThatIsNoneOrNotWhole) {
    for (const std::string_view sql :
         {"SET 'a' = 'b'", "SET a = 'b';", "SET 'a' 'b';", "SET 'a' = b;", "SET 'a' = 'b' c;",
          "SET 'a' = 'b'; SELECT 1;", "DEFINE 'a' = 'b';", "DEFINE a = 5;", "UNSET a;", "UNSET;",
          "UNDEFINE 'a';", "SELECT 1;", ""})
        EXPECT_FALSE(settingOf(sql)) << sql;
}

}  // namespace
}  // namespace ksqldb::protocol
