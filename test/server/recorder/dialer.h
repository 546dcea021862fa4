#pragma once

#include "../waker.h"
#include "../wire.h"
#include "upstream_address.h"

#include <openssl/types.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>

namespace ksqldb::server {

/// Connects to the upstream, for any thread.
class Dialer {
public:
    /// The file has the authorities to trust, as PEM; empty: the system's. Throws
    /// std::runtime_error for a file that cannot be read.
    Dialer(UpstreamAddress address, const std::string& caFile);

    const UpstreamAddress& address() const { return address_; }

    /// A connection, not yet with TLS. Throws std::runtime_error with the reason why there is none,
    /// ConnectionEnded when the waker was notified meanwhile. Looking up the name cannot be
    /// interrupted.
    std::unique_ptr<Wire> connect(const Waker& giveUp);
    /// Where the address is https. Throws as connect().
    void startTls(Wire& wire, bool http2);

private:
    struct FreeContext {
        void operator()(SSL_CTX* context) const;
    };

    const UpstreamAddress address_;
    boost::asio::io_context io_;
    std::unique_ptr<SSL_CTX, FreeContext> tls_;
    std::atomic<std::uint64_t> written_{0};
};

}  // namespace ksqldb::server
