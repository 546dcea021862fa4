#include "values/json_text.h"
#include "values/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace ksqldb::values {
namespace {

TEST(AsUtf8, ReplacesAPieceAsLongAsTheUnicodeStandardSays) {
    const std::string none = "\xEF\xBF\xBD";
    const std::pair<std::string, std::string> cases[] = {
        {"", ""},
        {"a\xC3\xA9\xE6\xBC\xA2\xF0\x9F\x98\x80", "a\xC3\xA9\xE6\xBC\xA2\xF0\x9F\x98\x80"},
        {"a\xFFz", "a" + none + "z"},
        {"\x80\x80", none + none},
        {"\xC0\xAF", none + none},                        // overlong
        {"\xE0\x80\xAF", none + none + none},             // overlong
        {"\xED\xA0\x80", none + none + none},             // a surrogate
        {"\xF4\x90\x80\x80", none + none + none + none},  // above U+10FFFF
        {"\xE6\xBC|", none + "|"},                        // cut: one piece
        {"\xF0\x9F\x98|", none + "|"},
        {"\xF0\x9F\x98", none},
        // Table 3-11 of the Unicode standard.
        {"\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64",
         "a" + none + none + none + "b" + none + "c" + none + none + "d"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(asUtf8(text), expected);
        EXPECT_TRUE(isUtf8(asUtf8(text)));
    }
}

TEST(JsonText, TellsWhatIsNone) {
    for (const char* const text :
         {"", "{\"a\":\"\xC3\xA9\"}", R"(["\u0041\\uDC00"])", R"(["\uD83D\uDE00"])", "\\", "\\u12"})
        EXPECT_EQ(textFault(text), nullptr) << text;
    EXPECT_STREQ(textFault("[\"\xFF\"]"), "is not UTF-8");
    for (const char* const text : {R"(["\uDC00"])", R"(["\ud800"])", R"(["\uD800\u0041"])",
                                   R"(["\\\uDC00"])", R"(["\uD83D\uDE00\uDE00"])"})
        EXPECT_STREQ(textFault(text), "holds half a surrogate pair") << text;
}

TEST(JsonText, ReplacesBoth) {
    EXPECT_EQ(asText("[\"\xFF\\uDC00\\uD83D\\uDE00\\uD800x\"]"),
              "[\"\xEF\xBF\xBD\\uFFFD\\uD83D\\uDE00\\uFFFDx\"]");
}

}  // namespace
}  // namespace ksqldb::values
