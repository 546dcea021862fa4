#include "environment.h"
#include "transport/proxy.h"

#include <gtest/gtest.h>

namespace ksqldb::test {
namespace {

using transport::environmentProxy;
using transport::isLoopback;

/// No proxy, whatever the tests' own environment says.
struct Proxy : ::testing::Test {
    Variable http{"http_proxy", ""}, https{"https_proxy", ""}, capitals{"HTTPS_PROXY", ""},
        all{"all_proxy", ""}, allInCapitals{"ALL_PROXY", ""}, none{"no_proxy", ""},
        noneInCapitals{"NO_PROXY", ""};
};

TEST(Loopback, IsThisMachine) {
    for (const char* const host : {"localhost", "LocalHost", "localhost.", "db.localhost",
                                   "127.0.0.1", "127.9.8.7", "[::1]", "[::ffff:127.0.0.1]"})
        EXPECT_TRUE(isLoopback(host)) << host;
    for (const char* const host : {"", "localhost.example.com", "mylocalhost", "128.0.0.1", "[::2]",
                                   "[fe80::1]", "127.example.com"})
        EXPECT_FALSE(isLoopback(host)) << host;
}

TEST_F(Proxy, IsThatOfTheScheme) {
    EXPECT_EQ(environmentProxy("http://db:8088"), "");
    const Variable one("http_proxy", "http://one:3128/");
    EXPECT_EQ(environmentProxy("http://db:8088"), "one:3128, from http_proxy");
    EXPECT_EQ(environmentProxy("https://db:443"), "");
    const Variable two("all_proxy", "socks5://two:1080");
    EXPECT_EQ(environmentProxy("http://db:8088"), "one:3128, from http_proxy");
    EXPECT_EQ(environmentProxy("https://db:443"), "two:1080, from all_proxy");
    const Variable three("HTTPS_PROXY", "three");
    EXPECT_EQ(environmentProxy("https://db:443"), "three, from HTTPS_PROXY");
}

TEST_F(Proxy, ItsCredentialsAreNotShown) {
    for (const char* const address : {"http://tom:hunter2@one:3128", "tom:hunter2@one:3128/x",
                                      "http://tom:hunt@er2@one:3128/"}) {
        const Variable one("http_proxy", address);
        EXPECT_EQ(environmentProxy("http://db:8088"), "one:3128, from http_proxy") << address;
    }
}

TEST_F(Proxy, NoneForThisMachineAndForWhatIsExempt) {
    const Variable one("http_proxy", "http://one:3128");
    EXPECT_EQ(environmentProxy("http://127.0.0.1:8088"), "");
    EXPECT_EQ(environmentProxy("http://localhost:8088"), "");
    const auto with = [](const char* list, const char* url) {
        const Variable exempt("no_proxy", list);
        return environmentProxy(url).empty();
    };
    EXPECT_TRUE(with("*", "http://db:1"));
    EXPECT_TRUE(with("other, Example.com", "http://db.example.com:1"));
    EXPECT_TRUE(with(".example.com", "http://example.com:1"));
    EXPECT_FALSE(with("example.com", "http://myexample.com:1"));
    EXPECT_FALSE(with("db.example.com", "http://example.com:1"));
    EXPECT_TRUE(with("10.0.0.0/8", "http://10.1.2.3:1"));
    EXPECT_FALSE(with("10.0.0.0/8", "http://11.1.2.3:1"));
    EXPECT_TRUE(with("fd00::/8", "http://[fd12::1]:1"));
    EXPECT_TRUE(with("10.1.2.3", "http://10.1.2.3:1"));
    EXPECT_FALSE(with("", "http://db:1"));
}

}  // namespace
}  // namespace ksqldb::test
