// The tokens of ksqlDB's SQL, its oddities included.
#include "protocol/sql_tokenizer.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

static std::ostream& operator<<(std::ostream& out, SqlTokenKind kind) {
    constexpr std::string_view names[] = {
        "End",    "Space",    "Comment",       "String",    "Name",   "Variable", "Word",
        "Number", "Question", "NamedQuestion", "Semicolon", "Symbol", "Unclosed"};
    return out << names[static_cast<std::size_t>(kind)];
}

namespace {

using Kind = SqlTokenKind;

std::vector<SqlToken> tokensOf(std::string_view sql) {
    std::vector<SqlToken> out;
    SqlTokenizer tokenizer(sql);
    std::size_t end = 0;
    for (SqlToken token = tokenizer.next(); token.kind != Kind::End; token = tokenizer.next()) {
        EXPECT_EQ(token.offset, end) << sql;
        EXPECT_FALSE(token.text.empty()) << sql;
        end += token.text.size();
        out.push_back(token);
    }
    EXPECT_EQ(end, sql.size());
    EXPECT_EQ(tokenizer.next().kind, Kind::End);
    return out;
}

/// The tokens that mean something, by a blank between them.
std::string meantIn(std::string_view sql) {
    std::string out;
    for (const SqlToken& token : tokensOf(sql))
        if (!token.isSkipped()) out += (out.empty() ? "" : " ") + std::string(token.text);
    return out;
}

void expectOne(std::string_view sql, Kind kind) {
    const std::vector<SqlToken> tokens = tokensOf(sql);
    ASSERT_EQ(tokens.size(), 1U) << sql;
    EXPECT_EQ(tokens[0].kind, kind) << sql;
}

TEST(SqlTokenizer, NothingIsTheEnd) { EXPECT_TRUE(tokensOf("").empty()); }

TEST(SqlTokenizer, KnowsEveryKind) {
    expectOne(" \t\r\n", Kind::Space);
    expectOne("SELECT", Kind::Word);
    expectOne("_a1@b", Kind::Word);
    expectOne("${x_1@}", Kind::Variable);
    expectOne("?", Kind::Question);
    expectOne(":name_1", Kind::NamedQuestion);
    expectOne(";", Kind::Semicolon);
}

TEST(SqlTokenizer, QuotesAreDoubledInside) {
    for (const std::string_view text : {"''", "'a'", "'it''s'", "''''", "'a\n;--/*\"`'"})
        expectOne(text, Kind::String);
    for (const std::string_view text : {"\"\"", "\"a\"\"b\"", "\"'?\"", "``", "`a``b`", "`';`"})
        expectOne(text, Kind::QuotedName);
    EXPECT_EQ(meantIn("'a' 'b'"), "'a' 'b'");
    EXPECT_EQ(meantIn("'a'\"b\"`c`"), "'a' \"b\" `c`");
    EXPECT_EQ(meantIn("'a\\'b"), "'a\\' b");
}

TEST(SqlTokenizer, WhatIsNotClosedGoesToTheEnd) {
    for (const std::string_view text : {"'", "'a;", "'a''", "\"a", "`a``", "/*", "/* a *", "/*/"})
        expectOne(text, Kind::Unclosed);
}

TEST(SqlTokenizer, CommentsEndWhereTheirLineOrTheirSignEnds) {
    for (const std::string_view text :
         {"--", "-- a ? 'b", "--@assert", "/**/", "/* ' ; */", "/***/"})
        expectOne(text, Kind::Comment);
    EXPECT_EQ(meantIn("a -- 'b\nc"), "a c");
    EXPECT_EQ(meantIn("a --\rc"), "a c");
    EXPECT_EQ(meantIn("a --\r\nc"), "a c");
    EXPECT_EQ(meantIn("a/* /* */b*/"), "a b * /");
    EXPECT_EQ(meantIn("- -a"), "- - a");
}

TEST(SqlTokenizer, ABareCommentHasNothingBehindIt) {
    EXPECT_TRUE(isBareComment(tokensOf("--\na")[0]));
    EXPECT_TRUE(isBareComment(tokensOf("--\r\na")[0]));
    EXPECT_FALSE(isBareComment(tokensOf("-- \na")[0]));
    EXPECT_FALSE(isBareComment(tokensOf("/**/")[0]));
}

TEST(SqlTokenizer, NumbersAreAsLongAsTheyCanBe) {
    for (const std::string_view text :
         {"0", "15", "1.", "1.5", ".5", "1E5", "1e5", "1E+5", "1.5E-10", "1.E5", ".5e3"})
        expectOne(text, Kind::Number);
    EXPECT_EQ(meantIn("1.5.2"), "1.5 .2");
    EXPECT_EQ(meantIn("1E5.2"), "1E5 .2");
    EXPECT_EQ(meantIn("-5"), "- 5");
    EXPECT_EQ(meantIn("1.5E"), "1.5 E");
    EXPECT_EQ(meantIn("a.b"), "a . b");
}

TEST(SqlTokenizer, ANameMayBeginWithADigit) {
    for (const std::string_view text : {"1a", "1E", "1E5x", "1_", "9@"})
        expectOne(text, Kind::Word);
    EXPECT_EQ(meantIn("1E+"), "1E +");
    EXPECT_EQ(meantIn("1.5a"), "1.5 a");
}

TEST(SqlTokenizer, SignsOfTwoCharactersAreOne) {
    for (const std::string_view text : {":=", "->", "=>", "||", "<>", "!=", "<=", ">=", "(", "[",
                                        "=", "<", "-", ":", "$", "@", "\0"})
        if (!text.empty()) expectOne(text, Kind::Symbol);
    EXPECT_EQ(meantIn("MAP('a':=:a)"), "MAP ( 'a' := :a )");
    EXPECT_EQ(meantIn("a->b"), "a -> b");
    EXPECT_EQ(meantIn("x=>x+1"), "x => x + 1");
}

TEST(SqlTokenizer, WhatLooksLikeAPlaceholderAndIsNone) {
    EXPECT_EQ(tokensOf("a::b")[1].kind, Kind::Symbol);
    EXPECT_EQ(tokensOf(": a")[0].kind, Kind::Symbol);
    EXPECT_EQ(tokensOf(":1")[0].kind, Kind::Symbol);
    EXPECT_EQ(tokensOf("${}")[0].kind, Kind::Symbol);
    EXPECT_EQ(tokensOf("${a")[0].kind, Kind::Symbol);
    EXPECT_EQ(tokensOf("${1}")[0].kind, Kind::Symbol);
}

TEST(SqlTokenizer, WordsAreComparedWithoutTheirCase) {
    EXPECT_TRUE(tokensOf("sElEcT")[0].isWord("SELECT"));
    EXPECT_FALSE(tokensOf("SELECTS")[0].isWord("SELECT"));
    EXPECT_FALSE(tokensOf("`SELECT`")[0].isWord("SELECT"));
    EXPECT_FALSE(tokensOf("'SELECT'")[0].isWord("SELECT"));
}

TEST(SqlTokenizer, BytesOfNoAsciiAreSigns) {
    EXPECT_EQ(meantIn("\xC3\xA9"), "\xC3 \xA9");
    EXPECT_EQ(meantIn("'\xC3\xA9'"), "'\xC3\xA9'");
}

}  // namespace
}  // namespace ksqldb::protocol
