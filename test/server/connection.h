#pragma once

#include "server_state.h"
#include "wire.h"

#include <openssl/types.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <thread>

namespace ksqldb::server {

/// One connection and its thread. Over HTTP/1.1 the thread also runs the scripts; over HTTP/2 each
/// stream's script has a thread of its own.
class Connection {
public:
    /// A context means TLS.
    Connection(boost::asio::ip::tcp::socket socket, SSL_CTX* tls, std::uint64_t id,
               ServerState& state);
    /// Stops and waits.
    ~Connection();

    /// With RST.
    void cut() {
        wire_.cut();
        stop();
    }
    void stop() { wire_.stop(); }
    bool isDone() const { return done_; }

private:
    void run();
    /// Finds out which HTTP the client speaks; may wait for its first bytes.
    bool isHttp2();

    ServerState& state_;
    SSL_CTX* tls_;
    std::uint64_t id_;
    Wire wire_;
    std::atomic<bool> done_{false};
    std::thread thread_;
};

}  // namespace ksqldb::server
