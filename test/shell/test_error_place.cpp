// Where an error is, and the mark below it.
#include "error_place.h"
#include "text_width.h"

#include <gtest/gtest.h>

namespace shell {
namespace {

std::string markedText(std::string_view sql, SqlPlace place, std::size_t limit = 0) {
    const auto found = marked(sql, place, limit);
    return found ? found->line + '\n' + found->mark : "none";
}

TEST(ErrorPlace, IsFoundInWhatKsqlDbSays) {
    const auto place = [](std::string_view message) {
        const auto found = placeIn(message);
        return found ? std::to_string(found->line) + ':' + std::to_string(found->column) : "none";
    };
    EXPECT_EQ(place("line 1:8: Syntax Error\nSyntax error at or near 'STREM' at line 1:8"), "1:8");
    EXPECT_EQ(place("Line: 1, Col: 8: SELECT column 'NOPE' cannot be resolved."), "1:8");
    EXPECT_EQ(place("Failed to parse: line 12:345: no viable"), "12:345");
    EXPECT_EQ(place("NO_SUCH does not exist."), "none");
    EXPECT_EQ(place("a line of text, line x:1, line 3:, line 0:4"), "none");
    EXPECT_EQ(place("line 99999999999999999999:1"), "none");
}

TEST(ErrorPlace, IsMarkedBelowTheLine) {
    useUtf8Locale();
    EXPECT_EQ(markedText("SELECT nope FROM a;", {1, 8}), "  SELECT nope FROM a;\n         ^");
    EXPECT_EQ(markedText("SELECT a,\r\n\tnope\r\nFROM a;", {2, 2}), "   nope\n   ^");
    // Columns are characters; the mark stands below what is seen.
    EXPECT_EQ(markedText("SELECT '漢字', e\u0301 FRM a;", {1, 17}),
              "  SELECT '漢字', e\u0301 FRM a;\n                   ^");
    EXPECT_EQ(markedText("SELECT 1", {1, 9}), "  SELECT 1\n          ^");
}

TEST(ErrorPlace, ThatThereIsNotHasNoMark) {
    EXPECT_EQ(markedText("SELECT 1;", {1, 20}), "none");
    EXPECT_EQ(markedText("SELECT 1;", {2, 1}), "none");
    EXPECT_EQ(markedText("SELECT 1;\n\nx;", {2, 1}), "none");
}

TEST(ErrorPlace, InALongLineShowsWhatIsAroundIt) {
    useUtf8Locale();
    const std::string sql = std::string(100, 'a') + " here " + std::string(100, 'b');
    const auto found = marked(sql, {1, 102}, 40);
    ASSERT_TRUE(found);
    EXPECT_EQ(widthOf(found->line), 40U);
    EXPECT_EQ(found->line.find("here"), found->line.find("…") + std::string("…").size() + 18);
    EXPECT_EQ(widthOf(found->mark), widthOf(found->line.substr(0, found->line.find("here"))) + 1);
    // At the end of a line.
    const auto last = marked(std::string(100, 'a') + 'z', {1, 101}, 40);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->line.back(), 'z');
    EXPECT_LE(widthOf(last->line), 40U);
}

}  // namespace
}  // namespace shell
