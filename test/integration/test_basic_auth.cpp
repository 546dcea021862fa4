// Key and secret, and that what is secret stays so.
#include "support.h"

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";

class Auth : public testing::TestWithParam<Wire> {
protected:
    Auth() {
        server.requireBasicAuth("ke:y", secret);
        server.on("/query-stream", "", numbers(3));
    }
    ClientOptions options() {
        return clientOptions(server, GetParam())
            .allowCredentialsOverPlainHttp(GetParam() == Wire::Plain);
    }

    const std::string secret = "pssst: hunter2";
    LocalServer server{serverOptions(GetParam())};
};

TEST_P(Auth, RightCredentialsAreLetIn) {
    // A key with a colon cannot work with basic authentication: its rest would be the secret's.
    server.requireBasicAuth("key", secret);
    Client client(options().apiKey("key", secret));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    EXPECT_FALSE(take(client.serverInfo()).version.empty());
    ResultStream stream = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(stream), firstNumbers(3));
    // They are sent at once, never asked for first.
    for (const auto& request : server.requests())
        EXPECT_EQ(request.header("Authorization"), "Basic a2V5OnBzc3N0OiBodW50ZXIy");
    EXPECT_EQ(server.requests().size(), 3u);
}

TEST_P(Auth, WrongOrMissingCredentialsAreUnauthorized) {
    for (const ClientOptions& wrong : {options(), options().apiKey("key", "wrong-hunter2")}) {
        Client client(wrong);
        ResultStream stream = client.streamQuery(statement);
        for (const Error& error :
             {errorFrom(client.executeQuery(statement)), errorFrom(client.serverInfo()),
              errorFrom(client.closeQuery("transient_1")), errorFrom([&] { stream.header(); })}) {
            EXPECT_EQ(error.code(), ErrorCode::Unauthorized);
            EXPECT_EQ(error.category(), ErrorCategory::Server);
            EXPECT_EQ(error.httpStatus(), 401);
            EXPECT_EQ(error.serverCode(), 40100);
            EXPECT_EQ(error.serverMessage(), "Unauthorized");
            EXPECT_FALSE(error.isRetryable());
            EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
        }
    }
}

TEST_P(Auth, HealthNeedsNoCredentials) {
    Client client(options());
    EXPECT_TRUE(take(client.healthCheck()).isHealthy);
}

TEST_P(Auth, SecretsAreInNoErrorAndNoLogLine) {
    server.requireBasicAuth("key", secret);
    std::mutex mutex;
    std::vector<std::string> texts;
    const auto keep = [&](const std::string& text) {
        std::lock_guard lock(mutex);
        texts.push_back(text);
    };
    const auto keepError = [&](const Error& error) {
        keep(error.what());
        keep(error.endpoint());
        keep(error.serverMessage());
        keep(error.statement());
    };
    {
        Client client(options()
                          .apiKey("key", secret)
                          .requestHeader("X-Token", "hunter2-token")
                          .log(LogLevel::Trace,
                               [&](LogLevel, std::string_view line) { keep(std::string(line)); }));
        take(client.executeQuery(statement));
        server.on("/query-stream", "", [](Exchange& exchange) { exchange.reset(); });
        keepError(errorFrom(client.executeQuery(statement)));
        server.on("/query-stream", "", [](Exchange& exchange) { exchange.respond(403, "no"); });
        keepError(errorFrom(client.executeQuery(statement)));
        server.on("/query-stream", "",
                  [](Exchange& exchange) { exchange.send("garbage\r\n\r\n"); });
        keepError(errorFrom(client.executeQuery(statement)));
        keepError(errorFrom(client.closeQuery("transient_1")));
        server.requireBasicAuth("key", "another");
        keepError(errorFrom(client.executeQuery(statement)));
        client.close();
        keepError(errorFrom(client.executeQuery(statement)));
    }
    EXPECT_GT(texts.size(), 24u);  // more than the Errors'
    for (const std::string& text : texts)
        for (const char* hidden : {"hunter2", "a2V5OnBzc3N0", "Authorization"})
            EXPECT_EQ(text.find(hidden), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(Transports, Auth, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST(PlainAuth, IsRefusedUnlessAllowed) {
    const LocalServer server;
    const Error error =
        errorFrom([&] { const Client client(clientOptions(server).apiKey("key", "hunter2")); });
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_NE(std::string(error.what()).find("allowCredentialsOverPlainHttp"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
    const Client allowed(
        clientOptions(server).apiKey("key", "hunter2").allowCredentialsOverPlainHttp());
}

TEST(PlainAuth, IsNotSentOnARedirect) {
    LocalServer elsewhere;
    LocalServer server;
    server.onAny([&](Exchange& exchange) {
        exchange.respond(307, {}, {{"location", elsewhere.url() + "/query-stream"}});
    });
    Client client(clientOptions(server).apiKey("key", "hunter2").allowCredentialsOverPlainHttp());
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).httpStatus(), 307);
    EXPECT_TRUE(elsewhere.requests().empty());
}

}  // namespace
}  // namespace ksqldb::test
