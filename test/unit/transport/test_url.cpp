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

TEST(ServerUrl, CaseCountsInThePathAlone) {
    EXPECT_EQ(parseServerUrl("http://DB.Example.com/Ksql").base, "http://db.example.com:8088/Ksql");
    EXPECT_EQ(parseServerUrl("http://[FE80::1%25Eth0]").base, "http://[fe80::1%25Eth0]:8088");
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

TEST(ServerUrl, ThePathIsWhereRequestsGoBelow) {
    EXPECT_EQ(parseServerUrl("http://h/ksql").base, "http://h:8088/ksql");
    EXPECT_EQ(parseServerUrl("http://h:1/a/b/").base, "http://h:1/a/b");
    EXPECT_EQ(parseServerUrl("https://h//").base, "https://h:443");
    EXPECT_EQ(parseServerUrl("https://h/a%20b").base, "https://h:443/a%20b");
}

TEST(ServerUrl, MayBeASocketOfThisMachine) {
    const transport::ServerUrl url = parseServerUrl("unix:///run/ksqldb.sock");
    EXPECT_EQ(url.unixSocket, "/run/ksqldb.sock");
    EXPECT_EQ(url.base, "http://localhost");
    EXPECT_FALSE(url.isTls);
    for (const char* const wrong : {"unix://", "unix:///", "unix://run/x", "unix:/run/x"})
        EXPECT_FALSE(refusal(wrong).empty()) << wrong;
}

TEST(ServerUrl, ASocketsPathIsNoLongerThanTheSystemTakes) {
    const std::string longest = "/" + std::string(106, 'x');
    EXPECT_EQ(parseServerUrl("unix://" + longest).unixSocket, longest);
    EXPECT_NE(refusal("unix://" + longest + "x").find("107 bytes"), std::string::npos);
}

TEST(ServerUrl, QueryAndFragmentAreRefused) {
    for (const char* const url : {"http://h?x=1", "http://h/?x", "http://h#part", "http://h:1/#p"})
        EXPECT_NE(refusal(url).find("query or a fragment"), std::string::npos) << url;
}

TEST(ServerUrl, ControlCharactersAreRefused) {
    using namespace std::string_literals;
    for (const std::string& url : {"http://h/a\r\nX: y"s, "http://h/\0x"s, "http://h\0"s,
                                   "unix:///run/a\nb"s, "http://h/\x7f"s})
        EXPECT_NE(refusal(url).find("control character"), std::string::npos) << url;
}

TEST(AnyUrl, IsTlsOrNot) {
    EXPECT_TRUE(transport::isTlsUrl("https://idp/token?p=1", "it"));
    EXPECT_FALSE(transport::isTlsUrl("http://idp:80/token", "it"));
    for (const char* const url :
         {"", "idp", "ftp://idp", "https://tom:hunter2@idp/", "http://a b"}) {
        try {
            transport::isTlsUrl(url, "it");
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
        }
    }
}

TEST(FormEncoding, LeavesNothingThatMeansSomething) {
    EXPECT_EQ(transport::formEncoded(""), "");
    EXPECT_EQ(transport::formEncoded("a b&c=d+e%"), "a%20b%26c%3Dd%2Be%25");
    EXPECT_EQ(transport::formEncoded("\xc3\xa9-._~"), "%C3%A9-._~");
    EXPECT_EQ(transport::formDecoded("a%20b%26c%3dd+e%25%"), "a b&c=d+e%%");
    EXPECT_EQ(transport::formDecoded(""), "");
}

TEST(ServerUrl, OtherSchemesAndNoUrlsAreRefused) {
    for (const char* const url :
         {"", "h", "localhost:8088", "h:1/x", "ftp://h", "file:///etc/passwd", "ws://h",
          "http:", "http://", "http://:8088", "http://h:port", "http://h:65536", "http://h:-1",
          "http://a b", "http://[::1", "//h:1"})
        EXPECT_FALSE(refusal(url).empty()) << url;
}

}  // namespace
}  // namespace ksqldb::test
