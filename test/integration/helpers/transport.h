#pragma once
#include "server/local_server.h"

#include <ksqldb/client_options.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace ksqldb::test {

/// Over what the tests' clients reach their servers, where a test does not say it itself. All tests
/// can be run over each: `meson test --setup=tls --suite=any_transport`.
enum class Transport {
    Http11,
    H2c,                // HTTP/2 without TLS
    Tls,                //
    ClientCertificate,  // TLS, and the server asks who comes
    Basic,              // user and secret
    Bearer,             // a token
    HttpProxy,          // a proxy that forwards
    ConnectProxy,       // a proxy that opens the way for TLS
    BasePath,           // below /route
};
/// KSQLDB_TEST_TRANSPORT, "tls" for example.
Transport transport();

/// A server for the transport that the tests run over.
class LocalServer : public server::LocalServer {
public:
    explicit LocalServer(server::ServerOptions options = {});

    /// Where the transport's clients find it.
    std::string url() const { return urlBy("127.0.0.1", wirePort()); }
    std::string tlsUrl() const;
    /// Where it listens for them.
    std::uint16_t wirePort() const;
    /// By another name, or by way of a port that leads to it.
    std::string urlBy(const std::string& host, std::uint16_t port) const;
};

/// What a client needs for these servers besides their URLs.
ClientOptions& reach(ClientOptions& options, std::initializer_list<const LocalServer*> servers);
ClientOptions& reach(ClientOptions& options, const std::vector<std::unique_ptr<LocalServer>>& all);

}  // namespace ksqldb::test

/// For a test that is about the bytes on the wire, or about the transport itself: SKIP_OVER("it
/// writes bytes of HTTP/1.1", Transport::H2c);
#define SKIP_OVER(why, ...)                                    \
    for (const ::ksqldb::test::Transport one_ : {__VA_ARGS__}) \
        if (::ksqldb::test::transport() == one_)               \
    GTEST_SKIP() << "not over this transport: " << (why)
