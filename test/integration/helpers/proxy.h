#pragma once
#include "middleman.h"

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {

/// An HTTP proxy on 127.0.0.1. It opens ways (CONNECT) and forwards plain requests, each over a
/// connection of its own. A connection that is reset on one side is reset on the other. Or it
/// refuses everything, with the same answer. *thread-safe*
class Proxy {
public:
    /// To the port that is asked for, always on 127.0.0.1.
    Proxy();
    /// Everything to one server, whatever is asked for, so that tests can ask for hosts that do not
    /// exist.
    explicit Proxy(std::uint16_t serverPort);
    /// The same for those who come with these credentials in Proxy-Authorization; others get 407.
    Proxy(std::uint16_t serverPort, std::string_view credentials);
    /// Sends `answer` to every request, and closes the connection.
    explicit Proxy(std::string answer);

    /// "127.0.0.1:1234"
    std::string address() const { return "127.0.0.1:" + std::to_string(listener_->port()); }
    std::string url() const { return "http://" + address(); }
    std::uint16_t port() const { return listener_->port(); }
    /// The heads of the requests to the proxy, CONNECT or others.
    std::vector<std::string> requests() const;

private:
    void serve(const Middleman& by, int client);
    void link(const Middleman& by, int client, std::string bytes) const;

    const std::string refusal_;
    const std::uint16_t serverPort_ = 0;
    const std::string authorization_;  // the header's line; empty: everybody may
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::unique_ptr<Middleman> listener_;
};

/// A proxy for SOCKS 5, without credentials. It opens every way to one server. *thread-safe*
class SocksProxy {
public:
    explicit SocksProxy(std::uint16_t serverPort);

    std::string address() const { return "127.0.0.1:" + std::to_string(listener_->port()); }
    /// Which hosts were asked for, by name or address.
    std::vector<std::string> hosts() const;

private:
    void serve(const Middleman& by, int client);

    const std::uint16_t serverPort_;
    mutable std::mutex mutex_;
    std::vector<std::string> hosts_;
    std::unique_ptr<Middleman> listener_;
};

/// Takes TLS from its clients and passes what is in it to a plain port of 127.0.0.1: what makes an
/// http:// proxy one of https://. The context is a server's, and has to live longer.
std::unique_ptr<Middleman> tlsInFrontOf(std::uint16_t port, SSL_CTX* context);

/// Another way to a port of 127.0.0.1: from a free port of ::1, or a Unix domain socket at a path.
std::unique_ptr<Middleman> wayTo(std::uint16_t port, const std::string& from);

}  // namespace ksqldb::test
