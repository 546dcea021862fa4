// By which way requests go: below a path, through a Unix domain socket, to addresses of the
// application's choice, from an interface of its choice, and over which version of HTTP.
#include "cluster.h"
#include "environment.h"
#include "proxy.h"
#include "server/temporary_file.h"
#include "tls.h"

#include <ksqldb/server_commands.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";
const std::string base = "/gateway/ksql";

/// What ksqlDB answers, below a path.
void serveBelow(LocalServer& server, const std::string& path) {
    server.on(path + "/query-stream", "", numbers(3));
    server.on(path + "/ksql", "", respond(200, R"([{"@type":"streams","streams":[]}])"));
    server.on(path + "/close-query", "", respond(200));
    server.on(path + "/info", "", respond(200, R"({"KsqlServerInfo":{"version":"7.6.1"}})"));
    server.on(path + "/healthcheck", "",
              respond(200, R"({"isHealthy":true,"details":{},"serverState":"READY"})"));
    server.on(path + "/status", "", respond(200, R"({"commandStatuses":{}})"));
    server.inserts().declare("s", "A INT");
    server.on(path + "/inserts-stream", "", server.inserts().script());
}

std::set<std::string> pathsOf(const LocalServer& server) {
    std::set<std::string> paths;
    for (const auto& request : server.requests()) paths.insert(request.path());
    return paths;
}

std::set<std::string> allPathsBelow(const std::string& path) {
    std::set<std::string> paths;
    for (const char* const end : {"/query-stream", "/ksql", "/close-query", "/info", "/healthcheck",
                                  "/status", "/inserts-stream"})
        paths.insert(path + end);
    return paths;
}

/// One call of each kind, and that it works.
void makeAllCalls(Client& client) {
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    ResultStream polled = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(polled), firstNumbers(3));
    Recorder recorder;
    const Subscription subscribed = client.streamQuery(statement, recorder.callbacks());
    EXPECT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(recorder.numbers(), firstNumbers(3));
    take(client.execute("LIST STREAMS;"));
    take(client.closeQuery("transient_1"));
    EXPECT_EQ(take(client.serverInfo()).version, "7.6.1");
    EXPECT_TRUE(take(client.healthCheck()).isHealthy);
    EXPECT_EQ(take(client.execute(rawRequest({"GET", "/status", {}, {}}))).status, 200);
    InsertRow row;
    take(client.insertInto("s", row.set("A", 1)));
    InsertStream stream = client.insertStream("s");
    stream.insert(row.clear().set("A", 2));
    EXPECT_TRUE(stream.close(patience).ok());
}

// Below a path.

TEST(BasePath, IsInFrontOfAllPaths) {
    for (const char* const end : {"", "/", "//"}) {
        LocalServer server;
        serveBelow(server, base);
        Client client(server.url() + base + end);
        makeAllCalls(client);
        EXPECT_EQ(pathsOf(server), allPathsBelow(base));
    }
}

TEST(BasePath, IsInErrors) {
    LocalServer server;
    server.onAny(respond(503, "no"));
    Client client(server.url() + base);
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).endpoint(),
              "POST " + server.url() + base + "/query-stream");
    EXPECT_EQ(errorFrom(client.serverInfo()).endpoint(), "GET " + server.url() + base + "/info");
}

TEST(BasePath, IsThatOfTheServerThatIsAsked) {
    LocalServer one, other;
    serveBelow(one, "/one");
    serveBelow(other, "/the/other");
    Client client(ClientOptions().servers({one.url() + "/one", other.url() + "/the/other"}));
    makeAllCalls(client);
    EXPECT_EQ(pathsOf(one), allPathsBelow("/one"));
    EXPECT_TRUE(pathsOf(other).empty());
    one.kill();
    makeAllCalls(client);
    EXPECT_EQ(pathsOf(other), allPathsBelow("/the/other"));
}

TEST(BasePath, IsThatOfHealthChecksToo) {
    LocalServer one, other;
    serveBelow(one, base);
    serveBelow(other, base);
    one.on(base + "/query-stream", "", respond(503, "no"));
    const LogLines log;
    Client client(ClientOptions()
                      .servers({one.url() + base, other.url() + base})
                      .circuitBreaker(CircuitBreaker().failures(1).delay(10ms, 10ms))
                      .log(LogLevel::Debug, log.sink()));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);  // at the other one
    // One is asked for its health, until it is well.
    ASSERT_TRUE(one.waitForRequests(2, patience));
    EXPECT_EQ(one.requests()[1].path(), base + "/healthcheck");
}

TEST(BasePath, IsThatOfTheClustersServersToo) {
    LocalServer one, other;
    serveBelow(one, base);
    one.on(base + "/clusterStatus", "", respond(200, R"({"clusterStatus":{}})"));
    Client client(
        ClientOptions().servers({one.url() + base, other.url() + base}).discoverServers());
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    ASSERT_TRUE(one.waitForRequests(2, patience));
    EXPECT_EQ(pathsOf(one), (std::set{base + "/clusterStatus", base + "/query-stream"}));
}

TEST(BasePath, IsThatOfTheLivenessProbeToo) {
    LocalServer server;
    serveBelow(server, base);
    server.on(base + "/query-stream", "", endless("transient_1"));
    Client client(server.url() + base);
    Recorder recorder;
    const Subscription query =
        client.streamQuery("SELECT N FROM S EMIT CHANGES;", recorder.callbacks(),
                           StreamOptions().livenessProbe(20ms, patience));
    ASSERT_TRUE(server.waitForRequests(3, patience));
    EXPECT_EQ(pathsOf(server), (std::set{base + "/info", base + "/query-stream"}));
}

// Unix domain sockets.

struct Folder {
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "ksqldb-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path path;
};

TEST(UnixSocket, AllCallsGoThroughIt) {
    LocalServer server;
    serveBelow(server, "");
    const Folder folder;
    const std::string path = (folder.path / "ksql socket").string();
    const auto relay = wayTo(server.port(), path);
    // Nobody listens on the way, so that credentials may go.
    Client client(ClientOptions("unix://" + path).apiKey("key", "secret"));
    makeAllCalls(client);
    EXPECT_EQ(pathsOf(server), allPathsBelow(""));
    for (const auto& request : server.requests()) {
        EXPECT_EQ(request.header("Authorization"), "Basic a2V5OnNlY3JldA==");
        EXPECT_EQ(request.header("Host"), "localhost") << request.path();
    }
}

TEST(UnixSocket, ThatIsMissingIsNamed) {
    const Folder folder;
    const std::string path = (folder.path / "none").string();
    Client client("unix://" + path);
    for (const Error& error :
         {errorFrom(client.executeQuery(statement)), errorFrom(client.serverInfo()),
          errorFrom(client.execute("LIST STREAMS;"))}) {
        EXPECT_EQ(error.code(), ErrorCode::ConnectFailed) << error.what();
        EXPECT_NE(error.endpoint().find("unix://" + path), std::string::npos) << error.endpoint();
        EXPECT_TRUE(error.isRetryable());
    }
    InsertRow row;
    const Error error = errorFrom(client.insertInto("s", row.set("A", 1)));
    EXPECT_EQ(error.code(), ErrorCode::ConnectFailed) << error.what();
    EXPECT_NE(error.endpoint().find("unix://" + path), std::string::npos) << error.endpoint();
}

TEST(UnixSocket, MayBeOneOfSeveralServers) {
    LocalServer server;
    serveBelow(server, "");
    const Folder folder;
    const std::string none = (folder.path / "none").string(), path = (folder.path / "s").string();
    const auto relay = wayTo(server.port(), path);
    Client client(ClientOptions().servers({"unix://" + none, "unix://" + path}));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
}

TEST(UnixSocket, IsNotBehindAProxy) {
    LocalServer server;
    serveBelow(server, "");
    const Folder folder;
    const std::string path = (folder.path / "s").string();
    const auto relay = wayTo(server.port(), path);
    const Proxy proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const Variable one("http_proxy", proxy.url()), none("no_proxy", "");
    for (const ClientOptions& options :
         {ClientOptions("unix://" + path), ClientOptions("unix://" + path).proxy(proxy.url())}) {
        Client client(options);
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    }
    EXPECT_TRUE(proxy.requests().empty());
}

// Addresses.

const std::string farAway = "db.example.invalid";

TEST(Resolve, TakesTheAddressInsteadOfTheNames) {
    LocalServer server(tlsServer([](auto& with) { with.names = {farAway}; }));
    server.on("/query-stream", "", numbers(3));
    for (const Wire wire : {Wire::Plain, Wire::Tls}) {
        const bool isTls = wire == Wire::Tls;
        const std::string host =
            farAway + ":" + std::to_string(isTls ? server.tlsPort() : server.port());
        const auto options = [&] {
            return ClientOptions((isTls ? "https://" : "http://") + host)
                .tls(trusting(server))
                .proxy("direct");
        };
        Client lost(options());
        EXPECT_EQ(errorFrom(lost.executeQuery(statement)).code(), ErrorCode::ConnectFailed);
        Client client(options().resolve(host + ":127.0.0.1"));
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
        EXPECT_EQ(server.requests().back().header("Host"), host);
        EXPECT_EQ(server.requests().back().overTls, isTls);
    }
}

TEST(Resolve, TakesAnEntryForEachServer) {
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    const std::string port = std::to_string(server.port());
    Client client(ClientOptions()
                      .servers({"http://one.invalid:" + port, "http://two.invalid:" + port},
                               ServerOrder::RoundRobin)
                      .proxy("direct")
                      .resolve("one.invalid:" + port + ":127.0.0.1")
                      .resolve("two.invalid:" + port + ":127.0.0.1"));
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    std::set<std::string> hosts;
    for (const auto& request : server.requests()) hosts.insert(request.header("Host").value());
    EXPECT_EQ(hosts, (std::set{"one.invalid:" + port, "two.invalid:" + port}));
}

TEST(AddressFamily, LeavesOutOtherAddresses) {
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    const std::string url = "http://localhost:" + std::to_string(server.port());
    for (const AddressFamily family : {AddressFamily::Any, AddressFamily::Ipv4}) {
        Client client(ClientOptions(url).addressFamily(family));
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    }
    Client client(ClientOptions(url).addressFamily(AddressFamily::Ipv6));
    EXPECT_EQ(errorFrom(client.executeQuery(statement)).code(), ErrorCode::ConnectFailed);
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST(LocalInterface, IsWhereConnectionsComeFrom) {
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    struct Peers {
        std::mutex mutex;
        std::set<std::string> all;
    };
    const auto peers = std::make_shared<Peers>();
    const Middleman relay([peers, port = server.port()](const Middleman& by, int client) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        getpeername(client, reinterpret_cast<sockaddr*>(&peer), &size);
        char text[INET_ADDRSTRLEN] = "";
        inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
        {
            const std::lock_guard lock(peers->mutex);
            peers->all.insert(text);
        }
        const int to = Middleman::connectTo(port);
        by.pass(client, to);
        close(to);
    });
    const std::string url = "http://127.0.0.1:" + std::to_string(relay.port());
    const auto peersOf = [&](const ClientOptions& options) {
        Client client(options);
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
        const std::lock_guard lock(peers->mutex);
        return std::exchange(peers->all, {});
    };
    EXPECT_EQ(peersOf(ClientOptions(url)), std::set<std::string>{"127.0.0.1"});
#ifdef __linux__  // where all of 127.0.0.0/8 is this machine
    EXPECT_EQ(peersOf(ClientOptions(url).localInterface("127.0.0.2")),
              std::set<std::string>{"127.0.0.2"});
#endif
}

TEST(LocalInterface, ThatIsNotThereIsNoWay) {
    const LocalServer server;
    for (const char* const name : {"nosuch0", "192.0.2.1"}) {
        Client client(ClientOptions(server.url()).localInterface(name));
        const Error error = errorFrom(client.serverInfo());
        EXPECT_EQ(error.code(), ErrorCode::ConnectFailed) << error.what();
        EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
    EXPECT_TRUE(server.requests().empty());
}

// Versions of HTTP.

class HttpVersions : public testing::TestWithParam<Wire> {};
INSTANTIATE_TEST_SUITE_P(Wires, HttpVersions, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(HttpVersions, TwoIsForAllRequests) {
    LocalServer server(serverOptions(GetParam()));
    serveBelow(server, "");
    Client client(clientOptions(server, GetParam()).httpVersion(HttpVersion::Http2));
    makeAllCalls(client);
    EXPECT_EQ(pathsOf(server), allPathsBelow(""));
    for (const auto& request : server.requests())
        EXPECT_EQ(request.version, "HTTP/2") << request.path();
}

TEST_P(HttpVersions, OneIsForAllButInserts) {
    LocalServer server(serverOptions(GetParam()));
    serveBelow(server, "");
    Client client(clientOptions(server, GetParam()));
    makeAllCalls(client);
    for (const auto& request : server.requests())
        EXPECT_EQ(request.version, request.path() == "/inserts-stream" ? "HTTP/2" : "HTTP/1.1");
}

TEST_P(HttpVersions, TwoIsNotForAServerThatHasOne) {
    ServerOptions options = serverOptions(GetParam());
    options.http2 = false;
    LocalServer server(options);
    server.on("/query-stream", "", numbers(3));
    Client client(clientOptions(server, GetParam()).httpVersion(HttpVersion::Http2));
    const Error error = errorFrom(client.executeQuery(statement));
    // Over plain http nobody is asked first, and a server may just hang up.
    if (GetParam() == Wire::Tls || error.code() != ErrorCode::ConnectionLost) {
        EXPECT_EQ(error.code(), ErrorCode::Http2Required) << error.what();
        EXPECT_FALSE(error.isRetryable());
    }
    EXPECT_NE(std::string(error.what()).find("HTTP/2"), std::string::npos) << error.what();
}

}  // namespace
}  // namespace ksqldb::test
