#include "environment.h"
#include "transport/proxy.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace ksqldb::test {
namespace {

using transport::isLoopback;

/// What libcurl will do of itself.
std::string environmentProxy(const std::string& url) {
    transport::ConnectionSettings connection;
    connection.baseUrl = url;
    connection.isTls = url.starts_with("https");
    return proxyInUse(connection);
}

/// With an option of the Client's.
std::string proxyFor(const std::string& url, const transport::RouteSettings& route) {
    transport::ConnectionSettings connection;
    connection.baseUrl = url;
    connection.route = std::make_shared<transport::RouteSettings>(route);
    return proxyInUse(connection);
}

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
    for (const char* const address :
         {"http://tom:hunter2@one:3128", "tom:hunter2@one:3128/x", "http://tom:hunt@er2@one:3128/",
          "http://tom:hunt/er2@one:3128"}) {
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
    // To libcurl it is all only where it is alone.
    for (const char* const list : {"*,other", "other *", "*.db"})
        EXPECT_FALSE(with(list, "http://db:1")) << list;
    EXPECT_TRUE(with("other, Example.com", "http://db.example.com:1"));
    EXPECT_TRUE(with("other\tdb\t, third", "http://db:1"));
    EXPECT_TRUE(with(".example.com", "http://example.com:1"));
    EXPECT_FALSE(with("example.com", "http://myexample.com:1"));
    EXPECT_FALSE(with("db.example.com", "http://example.com:1"));
    EXPECT_TRUE(with("10.0.0.0/8", "http://10.1.2.3:1"));
    EXPECT_FALSE(with("10.0.0.0/8", "http://11.1.2.3:1"));
    for (const char* const list : {"10.0.0.0/0", "10.0.0.0/x", "10.1.2.3/33", "10.0.0.0/-1"})
        EXPECT_FALSE(with(list, "http://10.1.2.3:1")) << list;
    EXPECT_TRUE(with("fd00::/8", "http://[fd12::1]:1"));
    EXPECT_TRUE(with("10.1.2.3", "http://10.1.2.3:1"));
    EXPECT_FALSE(with("", "http://db:1"));
}

TEST_F(Proxy, ThatIsAnOptionIsTheOnlyOne) {
    const Variable one("http_proxy", "http://one:3128");
    const Variable exempt("no_proxy", "*");
    transport::RouteSettings route;
    route.proxy = "socks5h://two:1080";
    EXPECT_EQ(proxyFor("http://db:8088", route), "two:1080, from proxy()");
    EXPECT_EQ(proxyFor("http://localhost:8088", route), "two:1080, from proxy()");
    route.noProxy = "other,10.0.0.0/8,db";
    EXPECT_EQ(proxyFor("http://db:8088", route), "");
    EXPECT_EQ(proxyFor("http://10.1.2.3:8088", route), "");
    EXPECT_EQ(proxyFor("http://11.1.2.3:8088", route), "two:1080, from proxy()");
    route.proxy = "";
    route.noProxy.reset();
    EXPECT_EQ(proxyFor("http://db:8088", route), "");
}

TEST_F(Proxy, TheOptionForHostsWithoutOneTakesThePlaceOfTheEnvironments) {
    const Variable one("http_proxy", "http://one:3128");
    const Variable exempt("no_proxy", "db");
    transport::RouteSettings route;
    route.noProxy = "other";
    EXPECT_EQ(proxyFor("http://db:8088", route), "one:3128, from http_proxy");
    EXPECT_EQ(proxyFor("http://other:8088", route), "");
}

TEST_F(Proxy, OfAUnixDomainSocketThereIsNone) {
    const Variable one("http_proxy", "http://one:3128");
    transport::ConnectionSettings connection;
    connection.baseUrl = "http://localhost";
    connection.unixSocket = "/run/s";
    EXPECT_EQ(proxyInUse(connection), "");
}

TEST(ProxyUrl, IsChecked) {
    for (const char* const url :
         {"http://p:1", "https://p", "socks4://p", "socks4a://p", "socks5://p", "socks5h://p:1080"})
        EXPECT_NO_THROW(transport::checkProxyUrl(url)) << url;
    for (const char* const url :
         {"", "p:1", "ftp://p", "http://", "http://p\r\n", "http://p q", "http://tom:hunter2@p"}) {
        try {
            transport::checkProxyUrl(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace ksqldb::test
