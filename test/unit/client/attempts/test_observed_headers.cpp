#include "client/attempts/observed_headers.h"

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::test {
namespace {

using client::ObservedHeaders;
using transport::Headers;

TEST(ObservedHeaders, AreTakenInOrderAndEachNameOnce) {
    const auto all = ObservedHeaders::from(
        {{"traceparent", "00-1"}, {"baggage", "a=1"}, {"TraceParent", "00-2"}, {"x", ""}});
    EXPECT_EQ(all.taken, (Headers{{"traceparent", "00-2"}, {"baggage", "a=1"}, {"x", ""}}));
    EXPECT_EQ(all.refusal, "");
}

TEST(ObservedHeaders, AreRefusedWhereTheyWouldBreakTheRequest) {
    for (const char* name : {"Authorization",
                             "authorization",
                             "Proxy-Authorization",
                             "PROXY-connection",
                             "Host",
                             "Accept",
                             "Content-Length",
                             "content-type",
                             "Content-Encoding",
                             "Connection",
                             "Expect",
                             "TE",
                             "Trailer",
                             "Transfer-Encoding",
                             "Upgrade",
                             "Cookie",
                             "Keep-Alive",
                             "",
                             "a b",
                             "a:b",
                             "a\r\nb"}) {
        const auto all = ObservedHeaders::from({{name, "hunter2"}, {"good", "1"}});
        EXPECT_EQ(all.taken, (Headers{{"good", "1"}})) << name;
        EXPECT_NE(all.refusal, "") << name;
        EXPECT_EQ(all.refusal.find("hunter2"), std::string::npos) << name;
    }
    for (const std::string& value : {std::string("a\nb"), std::string("a\rb"), std::string(1, '\0'),
                                     std::string("\x7F"), std::string("\x1B[0m")})
        EXPECT_TRUE(ObservedHeaders::from({{"x", value}}).taken.empty());
}

TEST(ObservedHeaders, AreBoundedInNumberAndBytes) {
    Headers many;
    for (int i = 0; i < 33; ++i) many.emplace_back("x-" + std::to_string(i), "1");
    EXPECT_EQ(ObservedHeaders::from(many).taken.size(), ObservedHeaders::most);
    many.pop_back();
    EXPECT_EQ(ObservedHeaders::from(many).refusal, "");

    const std::size_t rest = ObservedHeaders::mostBytes - 1;
    EXPECT_EQ(ObservedHeaders::from({{"x", std::string(rest, 'v')}}).taken.size(), 1u);
    const auto large = ObservedHeaders::from({{"x", std::string(rest + 1, 'v')}});
    EXPECT_TRUE(large.taken.empty());
    EXPECT_NE(large.refusal, "");
    // What is too large does not keep out what comes behind it.
    EXPECT_EQ(ObservedHeaders::from({{"x", std::string(rest + 1, 'v')}, {"y", "1"}}).taken.size(),
              1u);
}

}  // namespace
}  // namespace ksqldb::test
