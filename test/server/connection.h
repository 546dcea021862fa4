#pragma once

#include "server_state.h"
#include "wire.h"

#include <openssl/types.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <thread>

namespace ksqldb::server {

/// One connection and the thread that reads its requests and runs their scripts.
class Connection {
public:
    /// A context means TLS.
    Connection(boost::asio::ip::tcp::socket socket, SSL_CTX* tls, std::uint64_t id,
               ServerState& state);
    /// Stops and waits.
    ~Connection();

    void stop() { wire_.stop(); }
    bool isDone() const { return done_; }

private:
    void run();
    void serve();
    /// The next request; none when the client has closed or sent what cannot be read.
    std::optional<Request> readRequest();
    void refuseUnreadable(int status);
    /// Whether another request may follow.
    bool answer(const Request& request);

    ServerState& state_;
    SSL_CTX* tls_;
    std::uint64_t id_;
    Wire wire_;
    std::atomic<bool> done_{false};
    std::thread thread_;
};

}  // namespace ksqldb::server
