#include "base/clock.h"
#include "client/credentials/oauth_source.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using detail::CredentialsAccess;
using detail::OAuthSettings;

OAuthSettings settingsOf(const OAuthClientCredentials& source) { return OAuthSettings::of(source); }

std::optional<Error> failure(int status, const std::string& body,
                             const std::string& secret = "hunter2") {
    const auto secrets =
        client::secretsOf(settingsOf(OAuthClientCredentials("https://idp/token", "id", secret)));
    const auto outcome = client::credentialsFrom(status, body, "https://idp/token", secrets);
    if (outcome.ok()) return std::nullopt;
    return outcome.error();
}

TEST(OAuth, AsksAsTheRfcSays) {
    OAuthClientCredentials source("https://idp/token", "id", "hunter2");
    EXPECT_EQ(client::tokenRequestBody(settingsOf(source)), "grant_type=client_credentials");
    source.scope("a b").parameter("audience", "https://ksql/?x=1&y");
    EXPECT_EQ(
        client::tokenRequestBody(settingsOf(source)),
        "grant_type=client_credentials&scope=a%20b&audience=https%3A%2F%2Fksql%2F%3Fx%3D1%26y");
    source.secretInBody();
    EXPECT_NE(
        client::tokenRequestBody(settingsOf(source)).find("&client_id=id&client_secret=hunter2"),
        std::string::npos);
}

TEST(OAuth, TakesTheToken) {
    for (const auto& [body, expires] :
         {std::pair<std::string, bool>{R"({"access_token":"t","token_type":"Bearer"})", false},
          {R"({"access_token":"t","token_type":"bearer","expires_in":3600,"scope":"a"})", true},
          {R"({"access_token":"t","expires_in":"3600"})", true},
          {R"({"access_token":"t","expires_in":3600.0,"x":[1]})", true},
          {R"({"access_token":"t","expires_in":"soon"})", false},
          {R"({"access_token":"t","expires_in":-1})", false},
          {R"({"access_token":"t","expires_in":null})", false}}) {
        SCOPED_TRACE(body);
        const auto outcome = client::credentialsFrom(200, body, "idp", {"hunter2"});
        ASSERT_TRUE(outcome.ok());
        EXPECT_TRUE(CredentialsAccess::isBearer(outcome.value()));
        EXPECT_EQ(CredentialsAccess::secret(outcome.value()), "t");
        const auto until = CredentialsAccess::expires(outcome.value());
        ASSERT_EQ(until.has_value(), expires);
        if (!until) continue;
        EXPECT_GT(*until, base::Clock::now() + 3590s);
        EXPECT_LE(*until, base::Clock::now() + 3600s);
    }
}

TEST(OAuth, TimesThatNoClockHoldsAreVeryLong) {
    const auto outcome = client::credentialsFrom(200, R"({"access_token":"t","expires_in":1e300})",
                                                 "idp", {"hunter2"});
    ASSERT_TRUE(outcome.ok());
    EXPECT_GT(*CredentialsAccess::expires(outcome.value()), base::Clock::now() + 100000h);
}

TEST(OAuth, WhatIsNoTokenIsAFailureThatStays) {
    for (const char* const body : {"", "{}", "[]", "<html>", R"({"access_token":""})",
                                   R"({"access_token":"hunter2","token_type":"mac"})"}) {
        const auto error = failure(200, body);
        ASSERT_TRUE(error) << body;
        EXPECT_EQ(error->code(), ErrorCode::CredentialsFailed);
        EXPECT_EQ(error->httpStatus(), 200);
        EXPECT_FALSE(error->isRetryable());
        EXPECT_EQ(std::string(error->what()).find("hunter2"), std::string::npos) << error->what();
    }
}

TEST(OAuth, ARefusalSaysWhy) {
    const auto error =
        failure(401, R"({"error":"invalid_client","error_description":"no such\nclient"})");
    ASSERT_TRUE(error);
    EXPECT_STREQ(error->what(),
                 "no token from https://idp/token: HTTP 401, invalid_client: no such client");
    EXPECT_EQ(error->httpStatus(), 401);
    EXPECT_FALSE(error->isRetryable());
    EXPECT_STREQ(failure(400, "<html>")->what(), "no token from https://idp/token: HTTP 400");
    const auto longer = failure(400, R"({"error":")" + std::string(5000, 'x') + "\"}");
    EXPECT_LT(std::string(longer->what()).size(), 400U);
}

std::string refusalSaying(const std::string& description, const std::string& secret) {
    const auto error = failure(400, R"({"error_description":")" + description + "\"}", secret);
    const std::string what = error ? error->what() : "";
    const std::string before = "no token from https://idp/token: HTTP 400: ";
    EXPECT_EQ(what.substr(0, before.size()), before);
    return what.substr(before.size());
}

TEST(OAuth, ARefusalIsTextWhateverCame) {
    EXPECT_EQ(refusalSaying("caf\xe9", "hunter2"), "caf\xef\xbf\xbd");
    const std::string letters(199, 'x');
    EXPECT_EQ(refusalSaying(letters + "\xc3\xa9", "hunter2"), letters + "…");
    EXPECT_EQ(refusalSaying(letters + "\xf0\x9f\x98\x80", "hunter2"), letters + "…");
    EXPECT_EQ(refusalSaying(letters + "y", "hunter2"), letters + "y");
    EXPECT_EQ(refusalSaying(letters + "\xe9", "hunter2"), letters + "…");
}

TEST(OAuth, ARefusalShowsTheSecretInNoForm) {
    EXPECT_EQ(refusalSaying("hunter2, hunter2", "hunter2"), "*, *");
    EXPECT_EQ(refusalSaying("client_secret=hunter2%2F%20%26", "hunter2/ &"), "client_secret=*");
    EXPECT_EQ(refusalSaying("hunter2\\n", "hunter2\n"), "*");
    EXPECT_EQ(refusalSaying("hunter2\xe9", "hunter2\xe9"), "*");
    // Where what is too long is cut, it does not leave the secret's beginning.
    const std::string letters(195, 'x');
    EXPECT_EQ(refusalSaying(letters + "hunter2", "hunter2"), letters + "*");
    EXPECT_EQ(refusalSaying("* and **", "*"), "* and *");
    EXPECT_STREQ(failure(200, R"({"access_token":"t","token_type":"hunter2"})")->what(),
                 "no token from https://idp/token: its tokens are of the kind *, not Bearer");
}

TEST(OAuth, ARefusalShowsNothingElseThatWasSent) {
    const auto secrets = client::secretsOf(
        settingsOf(OAuthClientCredentials("https://idp/token?key=a%2Fkey&v=2#x", "an id", "se/cret")
                       .parameter("audience", "ksql/cret more")
                       .parameter("region", "eu")));
    const auto shown = [&](const std::string& said) {
        const auto outcome =
            client::credentialsFrom(400, R"({"error":")" + said + "\"}", "idp", secrets);
        return std::string(outcome.error().what());
    };
    const std::string before = "no token from idp: HTTP 400, ";
    EXPECT_EQ(shown("Basic YW4lMjBpZDpzZSUyRmNyZXQ="), before + "Basic *");
    EXPECT_EQ(shown("POST /token?key=a%2Fkey&v=2 is wrong"), before + "POST /token?* is wrong");
    EXPECT_EQ(shown("key a%2Fkey, a/key"), before + "key *, *");
    EXPECT_EQ(shown("audience=ksql%2Fcret%20more, ksql/cret more"), before + "audience=*, *");
    EXPECT_EQ(shown("an id in region eu, 2"), before + "an id in region eu, 2") << "no secrets";
    // One that begins within another leaves no end of it.
    const auto overlapping =
        client::credentialsFrom(400, R"({"error":"abcde"})", "idp", {"abc", "cde"});
    EXPECT_EQ(overlapping.error().what(), before + "*");
}

TEST(OAuth, ABusyOrBrokenProviderMayRecover) {
    for (const int status : {429, 500, 502, 503, 504})
        EXPECT_TRUE(failure(status, "")->isRetryable());
    for (const int status : {301, 400, 401, 403, 404})
        EXPECT_FALSE(failure(status, "")->isRetryable());
}

TEST(OAuth, WhatCannotBeRightIsRefused) {
    const auto refused = [](const OAuthClientCredentials& source) {
        try {
            client::checkOAuth(settingsOf(source));
        } catch (const Error& error) {
            return error.code() == ErrorCode::InvalidArgument;
        }
        return false;
    };
    EXPECT_TRUE(refused({"https://idp", "", "secret"}));
    EXPECT_TRUE(refused({"https://idp", "id", ""}));
    EXPECT_TRUE(refused(OAuthClientCredentials("https://idp", "id", "s").timeout(0ms)));
    EXPECT_TRUE(refused(OAuthClientCredentials("https://idp", "id", "s").parameter("", "x")));
    EXPECT_FALSE(refused({"https://idp", "id", "s"}));
    const auto refusedTls = [&](const TlsOptions& tls) {
        return refused(OAuthClientCredentials("https://idp", "id", "s").tls(tls));
    };
    EXPECT_TRUE(refusedTls(TlsOptions().pinnedPublicKey("/a/file")));
    EXPECT_TRUE(refusedTls(TlsOptions().clientCertificateFile("", "/a/key")));
    EXPECT_TRUE(refusedTls(TlsOptions().caPem("no PEM")));
    EXPECT_TRUE(refusedTls(TlsOptions().caFile(std::string("/a\0b", 4))));
    EXPECT_FALSE(refusedTls(TlsOptions().caFile("/a/file")));
}

}  // namespace
}  // namespace ksqldb::test
