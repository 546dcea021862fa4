#include "client/credentials/authorization.h"
#include "client/options/option_checks.h"
#include "client/options/tls_settings.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <functional>
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

TEST(OptionChecks, RequestHeadersThatFrameTheMessageAreRefused) {
    for (const char* const name :
         {"Connection", "Content-Length", "Transfer-Encoding", "content-LENGTH"})
        expectRefused(ofHeader(name, "hunter2"), "Content-Length");
    for (const char* const name : {"Host", "Content-Type", "Content", "Connections"})
        EXPECT_EQ(ofHeader(name, "1"), std::nullopt) << name;
}

TEST(OptionChecks, AllHeadersOfAListAreLookedAt) {
    EXPECT_EQ(refusal([] { checkRequestHeaders({{"A", "1"}, {"B", "2"}}); }), std::nullopt);
    expectRefused(refusal([] { checkRequestHeaders({{"A", "1"}, {"B", "hunter2\n"}}); }), "value");
}

TEST(OptionChecks, BearerTokensAreWhatOneHeaderCarries) {
    EXPECT_EQ(refusal([] { checkBearerToken("eyJ0eXAi.eyJpc3Mi-_~+/.c2ln=="); }), std::nullopt);
    expectRefused(refusal([] { checkBearerToken(""); }), "empty bearer token");
    for (const std::string& end : {" "s, "\r\n"s, "\t"s, "\0"s, "\x7f"s, "\xc3\xa9"s})
        expectRefused(refusal([&] { checkBearerToken("hunter2" + end); }), "bearer token");
}

std::optional<std::string> ofTls(const std::function<void(transport::TlsSettings&)>& change) {
    transport::TlsSettings tls;
    change(tls);
    return refusal([&] { checkTls(tls); });
}

TEST(OptionChecks, WhatTlsNeedsPasses) {
    const std::string pem = "-----BEGIN CERTIFICATE-----\n";
    EXPECT_EQ(ofTls([](auto&) {}), std::nullopt);
    EXPECT_EQ(ofTls([&](auto& tls) {
                  tls.caPem = tls.certificatePem = tls.keyPem = pem;
                  tls.keyPassword = "a b\xc3\xa9";
                  tls.pinnedKeys = "sha256//AAA=;sha256//BBB=";
              }),
              std::nullopt);
    EXPECT_EQ(ofTls([&](auto& tls) {
                  tls.caFile = "/a file";
                  tls.certificateFile = tls.keyFile = "b";
              }),
              std::nullopt);
}

TEST(OptionChecks, WhatTlsCannotUseIsRefused) {
    expectRefused(ofTls([](auto& tls) { tls.keyFile = "hunter2"; }), "without a client");
    expectRefused(ofTls([](auto& tls) { tls.keyPem = "hunter2"; }), "without a client");
    expectRefused(ofTls([](auto& tls) { tls.keyPassword = "hunter2"; }), "without a client");
    expectRefused(ofTls([](auto& tls) { tls.caFile = "hunter2\n"; }), "control character");
    expectRefused(ofTls([](auto& tls) { tls.certificateFile = "hunter2\0a"s; }), "control");
    expectRefused(ofTls([](auto& tls) {
                      tls.certificateFile = "a";
                      tls.keyPassword = "hunter2\n";
                  }),
                  "password");
    expectRefused(ofTls([](auto& tls) { tls.caPem = "hunter2"; }), "caPem");
    expectRefused(ofTls([](auto& tls) { tls.certificatePem = "hunter2"; }), "client certificate");
    expectRefused(ofTls([](auto& tls) {
                      tls.certificateFile = "a";
                      tls.keyPem = "hunter2";
                  }),
                  "key");
    expectRefused(ofTls([](auto& tls) { tls.pinnedKeys = "hunter2"; }), "sha256//");
    expectRefused(ofTls([](auto& tls) { tls.pinnedKeys = "sha256//hunter2\n"; }), "control");
}

/// It would be the same as not set: no pin, the system's authorities, no client certificate.
TEST(OptionChecks, WhatIsSetForTlsIsNotEmpty) {
    const auto expectNamed = [](const TlsOptions& options, const std::string& name) {
        expectRefused(refusal([&] { checkTls(detail::TlsSettings::of(options)); }), name);
    };
    expectNamed(TlsOptions().caFile(""), "is empty");
    expectNamed(TlsOptions().caPem(""), "caPem");
    expectNamed(TlsOptions().clientCertificateFile(""), "is empty");
    expectNamed(TlsOptions().clientCertificatePem(""), "client certificate is no PEM");
    expectNamed(TlsOptions().pinnedPublicKey(""), "pinnedPublicKey");
    expectNamed(TlsOptions().pinnedPublicKey("").caFile("a"), "pinnedPublicKey");
}

TEST(OptionChecks, CredentialsSayWhoComes) {
    expectRefused(refusal([] { checkCredentials(Credentials::basic("", "")); }), "user");
    expectRefused(refusal([] { checkCredentials(Credentials::bearer("")); }), "token");
    EXPECT_EQ(refusal([] { checkCredentials(Credentials::basic("tom", "")); }), std::nullopt);
}

std::optional<std::string> ofRoute(const std::function<void(transport::RouteSettings&)>& change) {
    transport::RouteSettings route;
    change(route);
    return refusal([&] { checkRoute(route); });
}

TEST(OptionChecks, RoutesThatExistPass) {
    EXPECT_EQ(ofRoute([](auto&) {}), std::nullopt);
    EXPECT_EQ(ofRoute([](auto& route) { route.proxy = ""; }), std::nullopt);
    for (const char* const url : {"http://proxy:3128", "https://proxy", "socks4://p:1",
                                  "socks4a://p:1", "socks5://p:1", "socks5h://[::1]:1"})
        EXPECT_EQ(ofRoute([&](auto& route) {
                      route.proxy = url;
                      route.proxyUser = "tom";
                      route.proxySecret = "hunter2";
                  }),
                  std::nullopt)
            << url;
    EXPECT_EQ(ofRoute([](auto& route) {
                  route.resolve = {"db:8088:127.0.0.1", "db:1:[::1]", "db:65535:::1",
                                   "+db:80:10.0.0.1,[fd00::1]", "*:80:10.0.0.1"};
                  route.noProxy =
                      "a,.example.com,db.,10.0.0.0/8,10.1.2.3,fd00::/8,::1,[::1],_x-1.y,"
                      "fe80::1%eth0,[fe80::1%eth0]";
                  route.localInterface = "eth0";
              }),
              std::nullopt);
}

TEST(OptionChecks, OtherRoutesAreRefused) {
    expectRefused(ofRoute([](auto& route) { route.proxy = "http://tom:hunter2@proxy"; }),
                  "credentials");
    expectRefused(ofRoute([](auto& route) { route.proxy = "ftp://hunter2"; }), "proxy");
    expectRefused(ofRoute([](auto& route) { route.proxyUser = "hunter2"; }), "no proxy");
    expectRefused(ofRoute([](auto& route) {
                      route.proxy = "";
                      route.proxyUser = "hunter2";
                  }),
                  "no proxy");
    for (const char* const entry : {"", "hunter2", "hunter2:80", "hunter2:80:", "hunter2::1",
                                    ":80:hunter2", "hunter2:x:1", "hunter2:80:1\n"})
        expectRefused(ofRoute([&](auto& route) {
                          route.resolve = {"a:1:127.0.0.1", entry};
                      }),
                      "resolve()");
    for (const char* const entry :
         {"db:8088:localhost", "db:8088:1", "db:8088:127.0.0.1,", "db:8088:127.0.0.1,hunter2",
          "db:8088:[127.0.0.1", "db:8088:fe80::1%eth0", "db:99999:127.0.0.1", "db:0:127.0.0.1",
          "db:18446744073709551617:127.0.0.1", "-db:8088:127.0.0.1", "+:8088:127.0.0.1"})
        expectRefused(ofRoute([&](auto& route) { route.resolve = {entry}; }), "resolve()");
    expectRefused(ofRoute([](auto& route) { route.noProxy = "hunter2\n"; }), "noProxy");
    for (const char* const list : {"*,a", "a, *", "*.example.com", "a,hunter2*"})
        expectRefused(ofRoute([&](auto& route) { route.noProxy = list; }), "*");
    for (const char* const list : {"db:8088", "a,[::1]:8088", "10.0.0.1:80", "[fe80::1%eth0]:80"})
        expectRefused(ofRoute([&](auto& route) { route.noProxy = list; }), "port");
    EXPECT_EQ(ofRoute([](auto& route) { route.noProxy = "*"; }), std::nullopt);
    expectRefused(ofRoute([](auto& route) { route.localInterface = "hunter2\n"; }),
                  "localInterface");
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
