// What a request asks of its connection, as the system and the server see it.
#include "loop_test.h"
#include "transport/transfer_options.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace ksqldb::test {
namespace {

using transport::ConnectionSettings;
using transport::CurlApi;
using transport::HttpRequest;
using transport::KeepAlive;
using transport::RouteSettings;
using transport::TlsSettings;

class TransferOptions : public LoopTest {
protected:
    std::shared_ptr<Probe> startWith(const std::string& url, const KeepAlive& keepAlive) {
        auto connection = std::make_shared<ConnectionSettings>();
        connection->baseUrl = url;
        connection->keepAlive = keepAlive;
        HttpRequest request = requestTo(url);
        request.connection = connection;
        auto probe = std::make_shared<Probe>();
        loop().start(loop().newId(), std::move(request), probe);
        return probe;
    }
};

INSTANTIATE_TEST_SUITE_P(Waiting, TransferOptions, waysToWait, nameOfWay);

#ifdef __linux__
int optionOf(int socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    getsockopt(socket, level, name, &value, &size);
    return value;
}

/// This process's end of its one connection to the server.
std::optional<int> socketTo(const TinyServer& server) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int file = std::stoi(entry.path().filename().string());
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (getpeername(file, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if ("http://127.0.0.1:" + std::to_string(ntohs(peer.sin_port)) == server.url()) return file;
    }
    return std::nullopt;
}

/// What a socket has to which nobody has said anything.
int systemsProbes() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int probes = optionOf(socket, IPPROTO_TCP, TCP_KEEPCNT);
    close(socket);
    return probes;
}

TEST_P(TransferOptions, ConnectionsAreKeptAliveAndNotInheritedByOtherPrograms) {
    const TinyServer server(openAnswer);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    const auto socket = socketTo(server);
    ASSERT_TRUE(socket);
    EXPECT_EQ(fcntl(*socket, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    // A silent query outlives a middlebox's patience.
    EXPECT_EQ(optionOf(*socket, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(optionOf(*socket, IPPROTO_TCP, TCP_KEEPIDLE), 30);
    EXPECT_EQ(optionOf(*socket, IPPROTO_TCP, TCP_KEEPINTVL), 30);
    EXPECT_EQ(optionOf(*socket, IPPROTO_TCP, TCP_KEEPCNT), systemsProbes());
}

TEST_P(TransferOptions, TheTimesOfKeepAliveAreThoseThatWereAskedFor) {
    const TinyServer server(openAnswer);
    const auto probe = startWith(server.url(), {7s, 3s, 2});
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    const auto socket = socketTo(server);
    ASSERT_TRUE(socket);
    EXPECT_EQ(optionOf(*socket, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(optionOf(*socket, IPPROTO_TCP, TCP_KEEPIDLE), 7);
    EXPECT_EQ(optionOf(*socket, IPPROTO_TCP, TCP_KEEPINTVL), 3);
    EXPECT_EQ(optionOf(*socket, IPPROTO_TCP, TCP_KEEPCNT), 2);
}

TEST_P(TransferOptions, KeepAliveCanBeOff) {
    const TinyServer server(openAnswer);
    const auto probe = startWith(server.url(), {0s, 3s, 2});
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    const auto socket = socketTo(server);
    ASSERT_TRUE(socket);
    EXPECT_EQ(optionOf(*socket, SOL_SOCKET, SO_KEEPALIVE), 0);
    EXPECT_NE(optionOf(*socket, IPPROTO_TCP, TCP_KEEPIDLE), 3);
}
#endif

/// Notes what libcurl is told.
class Listening : public CurlApi {
public:
    std::set<CURLoption> told;

private:
    CURLcode beforeSetopt(CURLoption option) override {
        told.insert(option);
        return CURLE_OK;
    }
};

using EasyHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

EasyHandle newHandle() { return {curl_easy_init(), &curl_easy_cleanup}; }

std::set<CURLoption> toldFor(const ConnectionSettings& settings) {
    Listening api;
    HttpRequest request;
    request.connection = std::make_shared<ConnectionSettings>(settings);
    const EasyHandle easy = newHandle();
    transport::TransferOptions options(api, easy.get());
    options.setAll(request, {});
    EXPECT_FALSE(options.error());
    return api.told;
}

/// What libcurl says of a URL that got as far as to it, all checks of ours notwithstanding.
CURLcode wordOn(const char* url) {
    HttpRequest request;
    request.connection = std::make_shared<ConnectionSettings>();
    const EasyHandle easy = newHandle();
    transport::TransferOptions options(CurlApi::real(), easy.get());
    options.setAll(request, {});
    EXPECT_FALSE(options.error());
    curl_easy_setopt(easy.get(), CURLOPT_URL, url);
    return curl_easy_perform(easy.get());
}

TEST(UrlsOfTransfers, AreThoseOfHttpWhateverLibcurlCan) {
    for (const char* const url :
         {"file:///dev/null", "ftp://127.0.0.1:1", "ftps://127.0.0.1:1", "gopher://127.0.0.1:1",
          "telnet://127.0.0.1:1", "dict://127.0.0.1:1", "tftp://127.0.0.1:1", "smtp://127.0.0.1:1",
          "ldap://127.0.0.1:1", "rtsp://127.0.0.1:1", "scp://127.0.0.1:1", "smb://127.0.0.1:1"})
        EXPECT_EQ(wordOn(url), CURLE_UNSUPPORTED_PROTOCOL) << url;
    for (const char* const url : {"http://127.0.0.1:1", "https://127.0.0.1:1"})
        EXPECT_EQ(wordOn(url), CURLE_COULDNT_CONNECT) << url;
}

TEST(UrlsOfTransfers, HoldNoCredentials) {
    for (const char* const url : {"http://tom@127.0.0.1:1", "https://tom:hunter2@127.0.0.1:1"})
        EXPECT_EQ(wordOn(url), CURLE_LOGIN_DENIED) << url;
}

/// Which cannot be tried where the system's folder of authorities is not the test's.
TEST(TlsOfTransfers, AuthoritiesTakeThePlaceOfTheSystems) {
    ConnectionSettings settings;
    settings.baseUrl = "https://127.0.0.1:1";
    EXPECT_EQ(toldFor(settings).count(CURLOPT_CAPATH), 0u);
    const auto with = [&](const TlsSettings& tls) {
        settings.tls = std::make_shared<TlsSettings>(tls);
        return toldFor(settings);
    };
    TlsSettings file, text;
    file.caFile = "/some/file";
    text.caPem = "-----BEGIN CERTIFICATE-----";
    for (const TlsSettings& tls : {file, text}) {
        EXPECT_EQ(with(tls).count(CURLOPT_CAPATH), 1u);
        EXPECT_EQ(with(tls).count(CURLOPT_PROXY_CAPATH), 0u);
    }
    RouteSettings route;
    route.proxy = "https://127.0.0.1:2";
    settings.route = std::make_shared<RouteSettings>(route);
    EXPECT_EQ(with(file).count(CURLOPT_PROXY_CAPATH), 1u);
}

/// OpenSSL would ask the terminal.
TEST(TlsOfTransfers, AKeyAlwaysHasAPassword) {
    ConnectionSettings settings;
    settings.baseUrl = "https://127.0.0.1:1";
    EXPECT_EQ(toldFor(settings).count(CURLOPT_KEYPASSWD), 0u);
    TlsSettings tls;
    tls.certificateFile = "/some/file";
    settings.tls = std::make_shared<TlsSettings>(tls);
    EXPECT_EQ(toldFor(settings).count(CURLOPT_KEYPASSWD), 1u);
}

TEST_P(TransferOptions, ARequestMayWantAConnectionOfItsOwn) {
    const TinyServer server(answer);
    const auto ask = [&](bool own) {
        HttpRequest request = requestTo(server.url());
        request.ownConnection = own;
        const auto probe = std::make_shared<Probe>();
        loop().start(loop().newId(), std::move(request), probe);
        ASSERT_TRUE(probe->waitForEnd());
        expectEnd(*probe, Kind::Complete, 200);
    };
    ask(false);
    ask(false);
    EXPECT_EQ(server.connections(), 1);
    ask(true);
    EXPECT_EQ(server.connections(), 2);
    ask(false);  // by the first one
    ask(true);
    EXPECT_EQ(server.connections(), 3);
}

}  // namespace
}  // namespace ksqldb::test
