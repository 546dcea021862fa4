// Servers at addresses of IPv6: the local server, by way of a port of ::1.
#include "cluster.h"
#include "environment.h"
#include "proxy.h"
#include "tls.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT 1;";

bool hasLoopback() {
    const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const bool has = socket >= 0 &&
                     bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(socket);
    return has;
}

class Ipv6 : public testing::Test {
protected:
    void SetUp() override {
        if (!hasLoopback()) GTEST_SKIP() << "this machine has no ::1";
        plain = wayTo(server.port(), "::1");
        tls = wayTo(server.tlsPort(), "::1");
        server.on("/query-stream", "", numbers(3));
        server.inserts().declare("s", "A INT");
    }
    std::string port() const { return std::to_string(plain->port()); }
    std::string url() const { return "http://[::1]:" + port(); }
    std::string tlsUrl() const { return "https://[::1]:" + std::to_string(tls->port()); }
    static void expectRows(const ClientOptions& options) {
        Client client(options);
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
    }

    LocalServer server{tlsServer([](auto& with) { with.names = {"::1"}; })};
    std::unique_ptr<Middleman> plain, tls;
};

TEST_F(Ipv6, AUrlMayHoldAnAddress) {
    const TlsOptions trust = trusting(server);
    for (const std::string& at : {url(), tlsUrl()}) {
        server.forgetRequests();
        Client client(ClientOptions(at).tls(trust));
        EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
        ResultStream polled = client.streamQuery(statement);
        EXPECT_EQ(numbersOf(polled), firstNumbers(3));
        EXPECT_FALSE(take(client.serverInfo()).version.empty());
        take(client.insertInto("s", InsertRow().set("A", 1)));
        EXPECT_EQ(server.requests().size(), 4u);
        for (const auto& request : server.requests())
            EXPECT_EQ(request.header("Host"), at.substr(at.find('['))) << request.path();
    }
    Client client("::1", plain->port());
    EXPECT_EQ(take(client.executeQuery(statement)).size(), 3u);
}

TEST_F(Ipv6, TheCertificateHasToBeForTheAddress) {
    const LocalServer other(tlsServer([](auto& with) { with.names = {"::2", "127.0.0.1"}; }));
    const auto way = wayTo(other.tlsPort(), "::1");
    expectTlsFailed(
        ClientOptions("https://[::1]:" + std::to_string(way->port())).tls(trusting(other)),
        "the server's certificate is for other names than [::1]");
    EXPECT_TRUE(other.requests().empty());
}

TEST_F(Ipv6, ANameMayBeResolvedToAnAddress) {
    const std::string host = "db.example.invalid:" + port();
    expectRows(ClientOptions("http://" + host).proxy("direct").resolve(host + ":[::1]"));
    EXPECT_EQ(server.requests().at(0).header("Host"), host);
}

TEST_F(Ipv6, TheFamilyDecidesAmongTheAddressesOfAName) {
    const std::string host = "db.example.invalid:" + port();
    const auto options = [&](const std::string& addresses, AddressFamily family) {
        return ClientOptions("http://" + host)
            .proxy("direct")
            .resolve(host + ":" + addresses)
            .addressFamily(family);
    };
    // Nobody listens at this port of 127.0.0.1.
    expectRows(options("127.0.0.1,[::1]", AddressFamily::Ipv6));
    expectRows(options("127.0.0.1,[::1]", AddressFamily::Any));
    expectRows(options("[::1]", AddressFamily::Ipv6));
    for (const char* const addresses : {"127.0.0.1,[::1]", "[::1]"}) {
        Client client(options(addresses, AddressFamily::Ipv4));
        EXPECT_EQ(errorFrom(client.executeQuery(statement)).code(), ErrorCode::ConnectFailed);
    }
    expectRows(ClientOptions(url()).addressFamily(AddressFamily::Ipv6));
    EXPECT_EQ(server.requests().size(), 4u);
}

TEST_F(Ipv6, SomeAddressesAreNotBehindAProxy) {
    const Proxy proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const auto options = [&](const std::vector<std::string>& hosts) {
        return ClientOptions(url()).proxy(proxy.url()).noProxy(hosts);
    };
    for (const char* const entry : {"::1", "[::1]", "0:0:0:0:0:0:0:1", "::/8", "[::1]/128", "*"}) {
        SCOPED_TRACE(entry);
        expectRows(options({entry}));
    }
    expectRows(options({"10.0.0.0/8", "::1"}));
    EXPECT_TRUE(proxy.requests().empty());
    for (const char* const entry : {"::2", "fd00::/8", "127.0.0.1"}) {
        SCOPED_TRACE(entry);
        Client client(options({entry}));
        EXPECT_EQ(errorFrom(client.executeQuery(statement)).httpStatus(), 403);
    }
    EXPECT_EQ(proxy.requests().size(), 3u);
}

TEST_F(Ipv6, TheProxyOfTheEnvironmentIsNotForThisMachine) {
    const Proxy proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    const Variable one("http_proxy", proxy.url()), none("no_proxy", "");
    expectRows(ClientOptions(url()));
    EXPECT_TRUE(proxy.requests().empty());
}

TEST_F(Ipv6, OneOfSeveralServersMayBeThere) {
    expectRows(ClientOptions().servers({"http://[::1]:1", url()}));
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(Ipv6, AProxyMayBeThere) {
    const Proxy proxy(server.port());
    const auto way = wayTo(proxy.port(), "::1");
    expectRows(ClientOptions("http://db.example.invalid:8088")
                   .proxy("http://[::1]:" + std::to_string(way->port())));
    EXPECT_EQ(proxy.requests().size(), 1u);
}

}  // namespace
}  // namespace ksqldb::test
