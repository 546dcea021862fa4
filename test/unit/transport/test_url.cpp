#include "transport/url.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::test {
namespace {

using transport::parseServerUrl;
using transport::plainUrl;

/// What the refusal says; empty where there was none.
std::string refusal(const std::string& url) {
    try {
        parseServerUrl(url);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        return error.what();
    }
    return {};
}

TEST(ServerUrl, PortIsThatOfKsqlDbOrOfHttpsUnlessGiven) {
    EXPECT_EQ(parseServerUrl("http://localhost").base, "http://localhost:8088");
    EXPECT_EQ(parseServerUrl("http://localhost/").base, "http://localhost:8088");
    EXPECT_EQ(parseServerUrl("https://localhost").base, "https://localhost:443");
    EXPECT_EQ(parseServerUrl("http://localhost:80").base, "http://localhost:80");
    EXPECT_EQ(parseServerUrl("https://db.example.com:443/").base, "https://db.example.com:443");
    EXPECT_EQ(parseServerUrl("http://127.0.0.1:65535").base, "http://127.0.0.1:65535");
}

TEST(ServerUrl, KnowsTls) {
    EXPECT_FALSE(parseServerUrl("http://h:1").isTls);
    EXPECT_TRUE(parseServerUrl("https://h:1").isTls);
    EXPECT_TRUE(parseServerUrl("HTTPS://h:1").isTls);
    EXPECT_EQ(parseServerUrl("HTTPS://h:1").base, "https://h:1");
}

TEST(ServerUrl, Ipv6AddressesKeepTheirBrackets) {
    EXPECT_EQ(parseServerUrl("http://[::1]:8088").base, "http://[::1]:8088");
    EXPECT_EQ(parseServerUrl("https://[2001:db8::7]").base, "https://[2001:db8::7]:443");
    EXPECT_EQ(plainUrl("::1", 8088), "http://[::1]:8088");
    EXPECT_EQ(plainUrl("[::1]", 8088), "http://[::1]:8088");
    EXPECT_EQ(plainUrl("localhost", 80), "http://localhost:80");
    EXPECT_EQ(parseServerUrl(plainUrl("::1", 9)).base, "http://[::1]:9");
}

TEST(ServerUrl, TheZoneOfALinkLocalAddressIsKept) {
    const std::string base = "http://[fe80::1%25eth0]:8088";
    EXPECT_EQ(parseServerUrl("http://[fe80::1%25eth0]:8088").base, base);
    EXPECT_EQ(parseServerUrl("http://[fe80::1%eth0]").base, base);
    EXPECT_EQ(parseServerUrl(base).base, base);
    for (const char* const host : {"fe80::1%eth0", "fe80::1%25eth0", "[fe80::1%eth0]"})
        EXPECT_EQ(plainUrl(host, 8088), base) << host;
    EXPECT_EQ(parseServerUrl(plainUrl("fe80::1%eth0", 8088)).base, base);
}

TEST(ServerUrl, CredentialsAreRefusedAndNotRepeated) {
    for (const char* const url :
         {"http://tom:hunter2@h:1", "https://tom:hunter2@h", "http://tom@h", "http://:hunter2@h"}) {
        const std::string text = refusal(url);
        EXPECT_NE(text.find("credentials"), std::string::npos) << url << ": " << text;
        EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
        EXPECT_EQ(text.find("tom"), std::string::npos) << text;
    }
    // Nor where the rest is wrong as well.
    for (const char* const url : {"ftp://tom:hunter2@h", "http://tom:hunter2@", "tom:hunter2@h:x",
                                  "http://tom:hunter2@h:99999", "http://tom:hunter2@h/path"}) {
        const std::string text = refusal(url);
        EXPECT_FALSE(text.empty()) << url;
        EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    }
}

TEST(ServerUrl, PathQueryAndFragmentAreRefused) {
    for (const char* const url : {"http://h/ksql", "http://h:1/a/", "http://h?x=1", "http://h/?x",
                                  "http://h#part", "http://h:1/#p"})
        EXPECT_NE(refusal(url).find("path, query or fragment"), std::string::npos) << url;
}

TEST(ServerUrl, OtherSchemesAndNoUrlsAreRefused) {
    for (const char* const url :
         {"", "h", "localhost:8088", "h:1/x", "ftp://h", "file:///etc/passwd", "ws://h",
          "http:", "http://", "http://:8088", "http://h:port", "http://h:65536", "http://h:-1",
          "http://a b", "http://[::1", "http://h\r\nX: y", "//h:1"})
        EXPECT_FALSE(refusal(url).empty()) << url;
}

}  // namespace
}  // namespace ksqldb::test
