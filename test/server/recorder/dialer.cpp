#include "dialer.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace ksqldb::server {
using boost::asio::ip::tcp;

namespace {

/// Empty when it is connected, or else why not.
std::string connected(tcp::socket& socket, const tcp::endpoint& endpoint, const Waker& giveUp) {
    socket.open(endpoint.protocol());
    socket.non_blocking(true);
    // Not by Asio, which would wait for the connection.
    int error = 0;
    if (::connect(socket.native_handle(), endpoint.data(),
                  static_cast<socklen_t>(endpoint.size())) != 0) {
        error = errno;
    }
    if (error == EINPROGRESS) {
        std::array<pollfd, 2> watched{pollfd{giveUp.fd(), POLLIN, 0},
                                      pollfd{socket.native_handle(), POLLOUT, 0}};
        ::poll(watched.data(), watched.size(), -1);
        if (watched[0].revents != 0) throw ConnectionEnded();
        socklen_t size = sizeof error;
        ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
    return error == 0 ? "" : std::generic_category().message(error);
}

}  // namespace

void Dialer::FreeContext::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

Dialer::Dialer(UpstreamAddress address, const std::string& caFile) : address_(std::move(address)) {
    if (!address_.tls) return;
    tls_.reset(SSL_CTX_new(TLS_client_method()));
    if (!tls_) throw std::runtime_error("OpenSSL: SSL_CTX_new");
    SSL_CTX* context = tls_.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    // A blocked write is continued from wherever the rest of its bytes is.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const bool isRead = caFile.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                       : SSL_CTX_load_verify_file(context, caFile.c_str()) == 1;
    if (!isRead) throw std::runtime_error("no certificate authorities can be read from " + caFile);
}

std::unique_ptr<Wire> Dialer::connect(const Waker& giveUp) {
    boost::system::error_code error;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(address_.host, std::to_string(address_.port), error);
    if (error) throw std::runtime_error("the name is not found: " + error.message());
    std::string failure = "the name has no address";
    for (const auto& entry : found) {
        tcp::socket socket(io_);
        failure = connected(socket, entry.endpoint(), giveUp);
        if (failure.empty()) return std::make_unique<Wire>(std::move(socket), written_);
    }
    throw std::runtime_error(failure);
}

void Dialer::startTls(Wire& wire, bool http2) {
    if (!address_.tls) return;
    const std::string_view protocol = http2 ? "h2" : "http/1.1";
    wire.startTlsTo(tls_.get(), address_.host, protocol);
    if (http2 && wire.negotiatedProtocol() != protocol)
        throw std::runtime_error("it does not speak HTTP/2 over TLS");
}

}  // namespace ksqldb::server
