#include "transport.h"

#include "proxy.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

namespace ksqldb::test {

namespace {

constexpr const char* basePath = "/route";
constexpr const char* user = "a-user";
constexpr const char* secret = "a-secret";
constexpr const char* token = "a-token";

bool isOverTls() {
    return transport() == Transport::Tls || transport() == Transport::ClientCertificate ||
           transport() == Transport::ConnectProxy;
}

/// One for the whole program.
const Proxy& proxy() {
    static const Proxy one;
    return one;
}

/// It is there before the first test, which otherwise would leave it behind.
[[maybe_unused]] const bool isProxyThere =
    (transport() == Transport::HttpProxy || transport() == Transport::ConnectProxy) &&
    !proxy().url().empty();

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

server::ServerOptions adapted(server::ServerOptions options) {
    options.tls = options.tls || isOverTls();
    options.certificate.names.push_back("server.test");  // which tests resolve as they like
    if (transport() == Transport::ClientCertificate) options.certificate.requireClient = true;
    if (transport() == Transport::BasePath) options.basePath = basePath;
    return options;
}

}  // namespace

Transport transport() {
    static const Transport chosen = [] {
        static const std::map<std::string, Transport> names{
            {"", Transport::Http11},
            {"h2c", Transport::H2c},
            {"tls", Transport::Tls},
            {"client_certificate", Transport::ClientCertificate},
            {"basic", Transport::Basic},
            {"bearer", Transport::Bearer},
            {"http_proxy", Transport::HttpProxy},
            {"connect_proxy", Transport::ConnectProxy},
            {"base_path", Transport::BasePath}};
        const char* const name = std::getenv("KSQLDB_TEST_TRANSPORT");
        return names.at(name != nullptr ? name : "");
    }();
    return chosen;
}

LocalServer::LocalServer(server::ServerOptions options)
    : server::LocalServer(adapted(std::move(options))) {
    if (transport() == Transport::Basic) requireBasicAuth(user, secret);
    if (transport() == Transport::Bearer) requireBearerToken(token);
}

std::uint16_t LocalServer::wirePort() const { return isOverTls() ? tlsPort() : port(); }

std::string LocalServer::urlBy(const std::string& host, std::uint16_t port) const {
    return (isOverTls() ? "https://" : "http://") + host + ":" + std::to_string(port) +
           (transport() == Transport::BasePath ? basePath : "");
}

std::string LocalServer::tlsUrl() const {
    return server::LocalServer::tlsUrl() + (transport() == Transport::BasePath ? basePath : "");
}

namespace {

ClientOptions& reachAll(ClientOptions& options, const std::vector<const LocalServer*>& servers) {
    TlsOptions tls;
    std::string authorities;
    for (const LocalServer* server : servers)
        if (server->hasTls()) authorities += contentOf(server->caFile());
    if (!authorities.empty()) tls.caPem(authorities);
    switch (transport()) {
        case Transport::Http11:
        case Transport::Tls:
        case Transport::BasePath:
            break;
        case Transport::H2c:
            options.httpVersion(HttpVersion::Http2);
            break;
        case Transport::ClientCertificate:
            // Each server has an authority of its own: a Client of several cannot show one to all.
            tls.clientCertificateFile(servers.at(0)->clientFile().string());
            break;
        case Transport::Basic:
            options.apiKey(user, secret).allowCredentialsOverPlainHttp();
            break;
        case Transport::Bearer:
            options.credentials(Credentials::bearer(token)).allowCredentialsOverPlainHttp();
            break;
        case Transport::HttpProxy:
        case Transport::ConnectProxy:
            options.proxy(proxy().url());
            break;
    }
    return options.tls(tls);
}

}  // namespace

ClientOptions& reach(ClientOptions& options, std::initializer_list<const LocalServer*> servers) {
    return reachAll(options, servers);
}

ClientOptions& reach(ClientOptions& options, const std::vector<std::unique_ptr<LocalServer>>& all) {
    std::vector<const LocalServer*> servers;
    for (const auto& server : all) servers.push_back(server.get());
    return reachAll(options, servers);
}

}  // namespace ksqldb::test
