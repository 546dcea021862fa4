// How wide texts are on a terminal, and that a terminal never gets what it would obey.
#include "text_width.h"

#include <gtest/gtest.h>

#include <string>

namespace shell {
namespace {

class TextWidth : public testing::Test {
protected:
    TextWidth() { useUtf8Locale(); }
};

TEST_F(TextWidth, CountsColumnsAndNotBytes) {
    EXPECT_EQ(widthOf("abc"), 3U);
    EXPECT_EQ(widthOf("é–…"), 3U);
    EXPECT_EQ(widthOf("漢字"), 4U);
    EXPECT_EQ(widthOf("😀"), 2U);
    EXPECT_EQ(widthOf("e\u0301"), 1U);       // a combining accent
    EXPECT_EQ(widthOf("\u0627\u064E"), 1U);  // an Arabic vowel sign
    EXPECT_EQ(widthOf("a\u200Bb"), 2U);      // a space of no width
    EXPECT_EQ(widthOf("\xFF\xC3"), 2U);      // no UTF-8: a sign for each byte
}

TEST_F(TextWidth, CutsBetweenCharacters) {
    EXPECT_EQ(cut("luggage", 7), "luggage");
    EXPECT_EQ(cut("luggage", 6), "lugga…");
    EXPECT_EQ(cut("漢字漢字", 8), "漢字漢字");
    EXPECT_EQ(cut("漢字漢字", 6), "漢字…");
    EXPECT_EQ(cut("e\u0301e\u0301e\u0301", 2), "e\u0301…");
    EXPECT_EQ(cut("abc", 1), "…");
    EXPECT_EQ(cut("abc", 0), "");
    EXPECT_EQ(padLeft("漢", 4), "  漢");
    EXPECT_EQ(padRight("é", 3), "é  ");
    EXPECT_EQ(padRight("abc", 2), "abc");
}

TEST_F(TextWidth, ShowsControlCharacters) {
    EXPECT_EQ(inOneLine("a\nb\tc\r"), "a\\nb\\tc\\r");
    EXPECT_EQ(inOneLine("\x1B[2Jx"), "\\x1B[2Jx");
    EXPECT_EQ(inOneLine("\u009B2J"), "\\x9B2J");
    EXPECT_EQ(inOneLine(std::string_view("\0", 1)), "\\x00");
    EXPECT_EQ(inOneLine("\x7F\xFF"), "\\x7F\uFFFD");
    EXPECT_EQ(withoutControls("a\nb\tc\x1B]0;x\a"), "a\nb\tc\\x1B]0;x\\x07");
    EXPECT_EQ(inOneLine("漢 é 😀"), "漢 é 😀");
}

}  // namespace
}  // namespace shell
