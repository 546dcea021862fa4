// Tokens that an identity provider issues: OAuth 2, client credentials.
#include "support.h"

#include <string>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";
constexpr const char* clientSecret = "hunter2/+ &";

ClientOptions optionsFor(const LocalServer& server) {
    return clientOptions(server).allowCredentialsOverPlainHttp();
}

OAuthClientCredentials oauthAt(const LocalServer& provider) {
    return {provider.url() + "/oauth/token", "a client:1", clientSecret};
}

TEST(OAuth, GetsATokenAndUsesItForManyCalls) {
    LocalServer server;
    server.issueTokens("a client:1", clientSecret);
    server.on("/query-stream", "", numbers(2));
    Client client(optionsFor(server).credentials(
        oauthAt(server).scope("ksql read").parameter("audience", "x&y")));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(take(client.executeQuery(statement)).size(), 2u);
    take(client.serverInfo());
    EXPECT_EQ(server.issuedTokens(), 1u);
    const auto asked = server.requests().at(0);
    EXPECT_EQ(asked.path(), "/oauth/token");
    EXPECT_EQ(asked.header("Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(asked.body, "grant_type=client_credentials&scope=ksql%20read&audience=x%26y");
}

TEST(OAuth, SendsItsSecretInTheBodyWhereAsked) {
    LocalServer server;
    server.issueTokens("a client:1", clientSecret);
    Client client(optionsFor(server).credentials(oauthAt(server).secretInBody()));
    take(client.serverInfo());
    EXPECT_FALSE(server.requests().at(0).header("Authorization"));
}

TEST(OAuth, ATokenIsRenewedBeforeItExpires) {
    LocalServer server;
    server.issueTokens("a client:1", clientSecret, 2s);
    Client client(optionsFor(server).credentials(oauthAt(server)));
    const auto deadline = Clock::now() + patience;
    std::size_t calls = 0;
    for (; server.issuedTokens() < 3 && Clock::now() < deadline; ++calls) take(client.serverInfo());
    EXPECT_GE(server.issuedTokens(), 3u);
    // None was refused with 401: no call had to be made twice.
    std::size_t infos = 0;
    for (const auto& request : server.requests()) infos += request.path() == "/info" ? 1 : 0;
    EXPECT_EQ(infos, calls);
}

TEST(OAuth, ATokenThatIsRevokedIsReplaced) {
    LocalServer server;
    server.issueTokens("a client:1", clientSecret);
    Client client(optionsFor(server).credentials(oauthAt(server)));
    take(client.serverInfo());
    server.revokeTokens();
    take(client.serverInfo());
    EXPECT_EQ(server.issuedTokens(), 2u);
    EXPECT_EQ(server.requests().size(), 5u);  // token, info, info refused, token, info
}

TEST(OAuth, ARefusalSaysWhoAndWhy) {
    LocalServer server;
    server.issueTokens("another", clientSecret);
    Client client(optionsFor(server).credentials(oauthAt(server)));
    const Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::CredentialsFailed);
    EXPECT_EQ(error.httpStatus(), 401);
    EXPECT_FALSE(error.isRetryable());
    EXPECT_EQ(error.what(), "POST " + server.url() + "/query-stream: no token from " +
                                server.url() +
                                "/oauth/token: HTTP 401, invalid_client: Invalid client "
                                "credentials");
    EXPECT_EQ(error.endpoint(), "POST " + server.url() + "/query-stream");
}

TEST(OAuth, AProviderThatRepeatsTheSecretDoesNotShowIt) {
    LocalServer server;
    server.on("/token", "", [](Exchange& exchange) {
        exchange.respond(401,
                         R"({"error":"invalid_client","error_description":"hunter2! is wrong"})");
    });
    Client client(optionsFor(server).credentials(
        OAuthClientCredentials(server.url() + "/token", "id", "hunter2!")));
    const std::string what = errorFrom(client.executeQuery(statement)).what();
    EXPECT_EQ(what.find("hunter2"), std::string::npos) << what;
    EXPECT_NE(what.find("invalid_client: * is wrong"), std::string::npos) << what;
}

TEST(OAuth, AProviderThatIsAwayIsRetryable) {
    LocalServer server;
    server.requireBearerToken("a-token");
    LocalServer away;
    away.kill();
    Client client(optionsFor(server).credentials(oauthAt(away)));
    const Error error = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(error.code(), ErrorCode::CredentialsFailed);
    EXPECT_TRUE(error.isRetryable());
    EXPECT_NE(std::string(error.what()).find("no token from " + away.url()), std::string::npos)
        << error.what();
    LocalServer silentOne;
    silentOne.onAny(silent());
    // The stand-in answers /oauth/token by itself, so a path of its own.
    Client waits(optionsFor(server).credentials(
        OAuthClientCredentials(silentOne.url() + "/token", "id", "secret").timeout(20ms)));
    const Error late = errorFrom(waits.executeQuery(statement));
    EXPECT_EQ(late.code(), ErrorCode::CredentialsFailed);
    EXPECT_TRUE(late.isRetryable());
}

TEST(OAuth, BadAnswersAreErrors) {
    for (const char* const body : {"", "<html>", "{", "{}", R"({"access_token":"a\nb"})",
                                   R"({"access_token":"hunter2","token_type":"mac"})"}) {
        SCOPED_TRACE(body);
        LocalServer server;
        server.on("/token", "", [text = std::string(body)](Exchange& exchange) {
            exchange.respond(200, text, {{"content-type", "application/json"}});
        });
        Client client(optionsFor(server).credentials(
            OAuthClientCredentials(server.url() + "/token", "id", "secret")));
        const Error error = errorFrom(client.executeQuery(statement));
        EXPECT_EQ(error.code(), ErrorCode::CredentialsFailed) << error.what();
        EXPECT_FALSE(error.isRetryable());
        EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
    }
}

TEST(OAuth, AnAnswerOfMoreThanOneMebibyteIsNotTaken) {
    for (const bool isTooLarge : {false, true}) {
        LocalServer provider;
        provider.on("/token", "", [isTooLarge](Exchange& exchange) {
            const std::string token = R"({"access_token":"a-token"})";
            const std::size_t rest = (std::size_t{1} << 20) - token.size() + (isTooLarge ? 1 : 0);
            exchange.head(200);
            exchange.chunk(token);
            exchange.chunk(std::string(rest, ' '));
            exchange.lastChunk();
        });
        LocalServer server;
        server.requireBearerToken("a-token");
        Client client(optionsFor(server).credentials(
            OAuthClientCredentials(provider.url() + "/token", "id", "secret")));
        if (!isTooLarge) {
            EXPECT_FALSE(take(client.serverInfo()).version.empty());
            continue;
        }
        const Error error = errorFrom(client.serverInfo());
        EXPECT_EQ(error.code(), ErrorCode::CredentialsFailed);
        // It is no option's limit.
        EXPECT_EQ(error.what(), "GET " + server.url() + "/info: no token from " + provider.url() +
                                    "/token: the answer is larger than 1 MiB");
        EXPECT_TRUE(server.requests().empty());
    }
}

TEST(OAuth, SeveralServersShareTheToken) {
    LocalServer provider;
    provider.issueTokens("a client:1", clientSecret);
    LocalServer one;
    LocalServer two;
    for (LocalServer* server : {&one, &two}) server->on("/query-stream", "", numbers(1));
    one.kill();
    Client client(ClientOptions()
                      .servers({one.url(), two.url()})
                      .allowCredentialsOverPlainHttp()
                      .credentials(oauthAt(provider)));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 1u);
    EXPECT_EQ(provider.issuedTokens(), 1u);
    ASSERT_EQ(two.requests().size(), 1u);
    EXPECT_EQ(two.requests()[0].header("Authorization").value_or("").rfind("Bearer token-", 0), 0u);
}

}  // namespace
}  // namespace ksqldb::test
