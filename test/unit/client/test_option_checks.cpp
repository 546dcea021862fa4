#include "client/option_checks.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace ksqldb::test {
namespace {

using namespace client;
using namespace std::string_literals;

/// What the check said, none if it let it pass.
template <class Check>
std::optional<std::string> refusal(Check check) {
    try {
        check();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return error.what();
    }
    return std::nullopt;
}

void expectRefused(const std::optional<std::string>& what, const std::string& word) {
    ASSERT_TRUE(what) << "let pass; should name: " << word;
    EXPECT_NE(what->find(word), std::string::npos) << *what;
    EXPECT_EQ(what->find("hunter2"), std::string::npos) << *what;
}

std::optional<std::string> ofKey(const std::string& key, const std::string& secret) {
    return refusal([&] { checkApiKey(key, secret); });
}
std::optional<std::string> ofHeader(const std::string& name, const std::string& value) {
    return refusal([&] { checkRequestHeader(name, value); });
}

TEST(OptionChecks, ApiKeysThatBasicAuthenticationCarriesPass) {
    EXPECT_EQ(ofKey("", ""), std::nullopt);
    EXPECT_EQ(ofKey("K", ""), std::nullopt);
    EXPECT_EQ(ofKey("K e+/=", "pa:ss \xc3\xa9"), std::nullopt);
}

TEST(OptionChecks, ApiKeysThatItCannotCarryAreRefused) {
    expectRefused(ofKey("", "hunter2"), "without a key");
    expectRefused(ofKey("a:hunter2", "s"), "colon");
    for (const std::string& end : {"\n"s, "\r"s, "\0"s, "\x7f"s, "\t"s}) {
        expectRefused(ofKey("hunter2" + end, "s"), "API key holds a control character");
        expectRefused(ofKey("K", "hunter2" + end), "API secret holds a control character");
    }
    expectRefused(ofKey("K", "hun\0hunter2"s), "control character");
}

TEST(OptionChecks, RequestHeadersOfHttpPass) {
    EXPECT_EQ(ofHeader("X-Tenant_1.a!", "a, b: c\t\xe9 d"), std::nullopt);
    EXPECT_EQ(ofHeader("X", ""), std::nullopt);
}

TEST(OptionChecks, OtherRequestHeadersAreRefused) {
    for (const std::string& name : {""s, "a:b"s, "a b"s, "a\tb"s, "a\r\nb"s, "a\0b"s, "\xc3\xa9"s,
                                    "a\x7f"s, "a(b)"s, "a\x01"s})
        expectRefused(ofHeader(name, "hunter2"), "name");
    for (const std::string& end : {"\r\nB: c"s, "\n"s, "\0"s, "\x01"s, "\x7f"s, "\x1f"s})
        expectRefused(ofHeader("a", "hunter2" + end), "value");
}

TEST(OptionChecks, TextsThatAreNotUtf8AreRefused) {
    EXPECT_EQ(refusal([] { checkUtf8("SELECT '\xc3\xa9';", "the statement"); }), std::nullopt);
    EXPECT_EQ(refusal([] { checkUtf8("SELECT '\xe9';", "the statement"); }),
              "the statement is not UTF-8");
}

TEST(OptionChecks, PropertiesAreUtf8) {
    EXPECT_EQ(refusal([] {
                  checkProperties({{"p", 1}, {"q", "\xc3\xa9"}, {"r", true}});
              }),
              std::nullopt);
    expectRefused(refusal([] { checkProperties({{"p", 1}, {"p\xe9", 1}}); }), "name of a property");
    expectRefused(refusal([] { checkProperties({{"p", 1}, {"q", "hunter2\xe9"}}); }), "property q");
}

TEST(OptionChecks, SessionVariablesAreUtf8) {
    EXPECT_EQ(refusal([] { checkSessionVariables({{"v", "\xc3\xa9"}}); }), std::nullopt);
    expectRefused(refusal([] {
                      checkSessionVariables({{"v", "1"}, {"\xff", "1"}});
                  }),
                  "name of a session variable");
    expectRefused(refusal([] {
                      checkSessionVariables({{"v", "hunter2\xed\xa0\x80"}});
                  }),
                  "session variable v");
}

}  // namespace
}  // namespace ksqldb::test
