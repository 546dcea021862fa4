// What libcurl could do by itself, and does not do here.
#include "cluster.h"
#include "environment.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";

TEST(Redirects, AreNotFollowed) {
    const LocalServer elsewhere;
    LocalServer server;
    for (const int status : {301, 302, 303, 307, 308})
        for (const std::string& to :
             {elsewhere.url() + "/query-stream", std::string("file:///etc/hostname")}) {
            server.onAny(respond(status, {}, {{"location", to}}));
            Client client(clientOptions(server));
            EXPECT_EQ(errorFrom(client.executeQuery(statement)).httpStatus(), status);
            EXPECT_EQ(errorFrom(client.execute("LIST STREAMS;")).httpStatus(), status);
            EXPECT_EQ(errorFrom(client.serverInfo()).httpStatus(), status);
            ResultStream stream = client.streamQuery(statement);
            EXPECT_EQ(errorFrom([&] { stream.header(); }).httpStatus(), status);
        }
    EXPECT_TRUE(elsewhere.requests().empty());
    EXPECT_EQ(server.requests().size(), 40u);
}

TEST(Redirects, OfTheTokenRequestAreNotFollowedEither) {
    const LocalServer elsewhere;
    LocalServer server;
    for (const int status : {301, 302, 303, 307, 308})
        for (const bool inBody : {false, true}) {
            server.on("/token", "",
                      respond(status, {}, {{"location", elsewhere.url() + "/token"}}));
            Client client(clientOptions(server).allowCredentialsOverPlainHttp().credentials(
                OAuthClientCredentials(server.url() + "/token", "me", "hunter2")
                    .secretInBody(inBody)));
            const Error error = errorFrom(client.serverInfo());
            EXPECT_EQ(error.code(), ErrorCode::CredentialsFailed) << error.what();
            EXPECT_EQ(error.httpStatus(), status);
        }
    EXPECT_TRUE(elsewhere.requests().empty());
    EXPECT_EQ(server.requests().size(), 10u);  // and nothing without a token
}

TEST(Cookies, AreNotKept) {
    LocalServer server;
    server.onAny(respond(200, R"({"KsqlServerInfo":{"version":"7.6.1"}})",
                         {{"set-cookie", "session=hunter2; Path=/"}}));
    Client client(clientOptions(server));
    for (int i = 0; i < 3; ++i) take(client.serverInfo());
    ASSERT_EQ(server.requests().size(), 3u);
    EXPECT_EQ(server.acceptedConnections(), 1u);
    for (const auto& request : server.requests()) EXPECT_EQ(request.header("Cookie"), std::nullopt);
}

TEST(Netrc, IsNotRead) {
    std::string folder = (std::filesystem::temp_directory_path() / "ksqldb-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    std::ofstream(folder + "/.netrc") << "machine 127.0.0.1 login tom password hunter2\n"
                                         "default login tom password hunter2\n";
    const Variable home("HOME", folder), netrc("NETRC", folder + "/.netrc");
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    Client client(clientOptions(server));
    take(client.executeQuery(statement));
    take(client.serverInfo());
    EXPECT_EQ(server.requests().size(), 2u);
    for (const auto& request : server.requests())
        EXPECT_EQ(request.header("Authorization"), std::nullopt);
    std::filesystem::remove_all(folder);
}

TEST(Schemes, AreThoseOfHttp) {
    for (const char* const url : {"file:///etc/hostname", "ftp://localhost", "gopher://localhost",
                                  "ws://localhost", "localhost:8088", "://", ""}) {
        SCOPED_TRACE(url);
        EXPECT_EQ(errorFrom([&] { const Client client(url); }).code(), ErrorCode::InvalidArgument);
        EXPECT_EQ(errorFrom([&] { const Client client(ClientOptions().servers({url})); }).code(),
                  ErrorCode::InvalidArgument);
    }
}

}  // namespace
}  // namespace ksqldb::test
