#include "values/base64.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ksqldb::values {
namespace {

Bytes bytesOf(std::string_view text) {
    Bytes out;
    for (const char c : text) out.push_back(static_cast<std::byte>(c));
    return out;
}

TEST(Base64, KnowsTheExamplesOfItsRfc) {
    const std::string_view plain = "foobar";
    const std::string_view encoded[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                        "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (std::size_t n = 0; n <= plain.size(); ++n) {
        const Bytes bytes = bytesOf(plain.substr(0, n));
        EXPECT_EQ(encodeBase64(bytes), encoded[n]);
        EXPECT_EQ(decodeBase64(encoded[n]), bytes);
    }
}

TEST(Base64, UsesTheStandardAlphabet) {
    EXPECT_EQ(encodeBase64(Bytes{std::byte{0xFB}, std::byte{0xFF}, std::byte{0x01}}), "+/8B");
    EXPECT_EQ(encodeBase64(Bytes{std::byte{0xFB}, std::byte{0xFF}}), "+/8=");
    EXPECT_EQ(decodeBase64("+/8B"), (Bytes{std::byte{0xFB}, std::byte{0xFF}, std::byte{0x01}}));
}

TEST(Base64, BringsBackEveryByteAtEveryPlace) {
    for (std::size_t before = 0; before < 3; ++before) {
        Bytes bytes(before, std::byte{0xA5});
        for (unsigned i = 0; i < 256; ++i) bytes.push_back(static_cast<std::byte>(i));
        EXPECT_EQ(decodeBase64(encodeBase64(bytes)), bytes);
    }
}

TEST(Base64, RefusesEveryCharacterThatIsNotInTheAlphabet) {
    const std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned i = 0; i < 256; ++i) {
        std::string text = "AAAA";
        for (std::size_t at = 0; at < 3; ++at) {
            text = "AAAA";
            text[at] = static_cast<char>(i);
            const bool known = alphabet.find(text[at]) != std::string_view::npos;
            EXPECT_EQ(decodeBase64(text).has_value(), known) << i << " at " << at;
        }
    }
}

TEST(Base64, RefusesWhatItWouldNotHaveWritten) {
    const std::string_view broken[] = {
        "A",        "AA",    "AAA",       "AAAAA", "+/8",                   // padding is missing
        "-_8B",     "-_8=",                                                 // the URL alphabet
        "A===",     "====",  "=",         "==",    "=AAA", "A=AA", "AA=A",  // padding astray
        "AA==AAAA", "AAA=A", "AAAA====",                                    // padding inside
        "Zh==",     "Zm9=",                                                 // bits left over
        "Zm9v\n",   " Zm9v", "Zm9v Zm9v", "Zm9\n",                          // blanks
    };
    for (const std::string_view text : broken) EXPECT_FALSE(decodeBase64(text)) << text;
    EXPECT_FALSE(decodeBase64(std::string_view("AA\0A", 4)));
}

}  // namespace
}  // namespace ksqldb::values
