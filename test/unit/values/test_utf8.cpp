#include "values/utf8.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb::test {
namespace {

using values::isUtf8;

/// By the definition, without looking at bytes: encodes the code point.
std::string encoded(unsigned point) {
    const auto byte = [](unsigned value) { return static_cast<char>(value); };
    if (point < 0x80) return {byte(point)};
    if (point < 0x800) return {byte(0xC0 | point >> 6), byte(0x80 | (point & 63))};
    if (point < 0x10000)
        return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 63)),
                byte(0x80 | (point & 63))};
    return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 63)),
            byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
}

TEST(Utf8, EveryCodePointButSurrogates) {
    for (unsigned point = 0; point <= 0x110000; ++point) {
        const bool expected = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
        ASSERT_EQ(isUtf8(encoded(point)), expected) << std::hex << point;
    }
}

TEST(Utf8, TwoBytesOfEveryKind) {
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; ++second) {
            const std::string text = {static_cast<char>(first), static_cast<char>(second)};
            const bool expected =
                (first < 0x80 && second < 0x80) ||
                (first >= 0xC2 && first <= 0xDF && second >= 0x80 && second < 0xC0);
            ASSERT_EQ(isUtf8(text), expected) << first << " " << second;
        }
}

TEST(Utf8, OverlongForms) {
    for (const char* const text : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
                                   "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF8\x88\x80\x80\x80"})
        EXPECT_FALSE(isUtf8(text));
}

TEST(Utf8, TruncatedCharactersAtTheEndOfAnExactBuffer) {
    const std::string smile = "\xF0\x9F\x98\x80";
    for (std::size_t length = 0; length < smile.size(); ++length) {
        for (std::size_t before = 0; before < 20; ++before) {
            // Of exact size, so that a sanitizer sees a byte read too many.
            const std::size_t size = before + length;
            const std::unique_ptr<char[]> buffer(new char[size]);
            std::string text = std::string(before, 'a') + smile.substr(0, length);
            text.copy(buffer.get(), size);
            EXPECT_EQ(isUtf8({buffer.get(), size}), length == 0) << before << " " << length;
        }
    }
}

TEST(Utf8, BadBytesAreFoundWhereverTheyStand) {
    for (std::size_t at = 0; at < 40; ++at) {
        std::string text(40, 'a');
        text[at] = '\xFF';
        EXPECT_FALSE(isUtf8(text)) << at;
        text.replace(at, 1, "\xC3\xA9");
        EXPECT_TRUE(isUtf8(text)) << at;
    }
}

TEST(Utf8, ZeroBytesAreText) {
    EXPECT_TRUE(isUtf8(std::string_view("a\0b", 3)));
    EXPECT_TRUE(isUtf8({}));
}

}  // namespace
}  // namespace ksqldb::test
