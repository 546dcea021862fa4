#include "transport/headers.h"

#include <gtest/gtest.h>

namespace ksqldb::test {
namespace {

using transport::equalsIgnoringCase;
using transport::findHeader;
using transport::Headers;
using transport::isToken;
using transport::setHeader;

TEST(Headers, CaseDoesNotCount) {
    EXPECT_TRUE(equalsIgnoringCase("Content-Type", "content-TYPE"));
    EXPECT_FALSE(equalsIgnoringCase("Content-Type", "Content-Typ"));
    EXPECT_FALSE(equalsIgnoringCase("Content-Typ", "Content-Type"));
    EXPECT_FALSE(equalsIgnoringCase("a[", "A{"));  // 32 apart, and no letters
}

TEST(Headers, SettingOneReplacesIt) {
    Headers headers = {{"Accept", "a"}, {"X-A", "1"}};
    setHeader(headers, "accept", "b");
    setHeader(headers, "X-B", "2");
    EXPECT_EQ(headers, (Headers{{"Accept", "b"}, {"X-A", "1"}, {"X-B", "2"}}));
    ASSERT_NE(findHeader(headers, "ACCEPT"), nullptr);
    EXPECT_EQ(*findHeader(headers, "ACCEPT"), "b");
    EXPECT_EQ(findHeader(headers, "X-C"), nullptr);
}

TEST(Headers, WhatMayBeAName) {
    for (const char* const token : {"GET", "X-Api-Key", "m-search", "a1!#$%&'*+-.^_`|~"})
        EXPECT_TRUE(isToken(token)) << token;
    for (const char* const other : {"", "A B", "A:", "A\r\n", "A\t", "\xc3\xa4", "(a)", "a/b"})
        EXPECT_FALSE(isToken(other)) << other;
    EXPECT_FALSE(isToken(std::string_view("A\0", 2)));
}

}  // namespace
}  // namespace ksqldb::test
