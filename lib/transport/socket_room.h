#pragma once
#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <limits>

namespace ksqldb::transport {

/// How much a connection's socket takes at once of a body that is made while it is sent. libcurl
/// 7.88 may send bytes again, or give up, when a socket with HTTP/2 is full, so it is given no more
/// than fits.
class SocketRoom {
public:
    /// A socket for the connection; there may be several, for several addresses.
    void opened(curl_socket_t socket) noexcept { sockets_[opened_++ % sockets_.size()] = socket; }
    /// It is the one with this local port; 0: one that has none.
    void connected(int localPort);
    /// CURL_SOCKET_BAD where it is not known.
    curl_socket_t socket() const noexcept { return socket_; }
    /// 0: the socket has no room for now. Where the socket is not known there is no limit.
    std::size_t bytes() const;

private:
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

    /// The newest: libcurl tries two addresses at a time.
    std::array<curl_socket_t, 4> sockets_{CURL_SOCKET_BAD, CURL_SOCKET_BAD, CURL_SOCKET_BAD,
                                          CURL_SOCKET_BAD};
    std::size_t opened_ = 0;
    curl_socket_t socket_ = CURL_SOCKET_BAD;
    std::size_t most_ = unlimited;
};

}  // namespace ksqldb::transport
