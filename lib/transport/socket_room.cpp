#include "transport/socket_room.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace ksqldb::transport {

namespace {

int localPortOf(curl_socket_t socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return -1;
    sockaddr_in ipv4{};
    sockaddr_in6 ipv6{};
    switch (address.ss_family) {
        case AF_INET:
            std::memcpy(&ipv4, &address, sizeof ipv4);
            return ntohs(ipv4.sin_port);
        case AF_INET6:
            std::memcpy(&ipv6, &address, sizeof ipv6);
            return ntohs(ipv6.sin6_port);
        default:
            return 0;
    }
}

/// A socket counts as writable when a third of its buffer is free. What lies there takes up to
/// twice its size, and libcurl may hold 2 KiB that it was given before.
constexpr std::size_t partOfBuffer = 16;
constexpr std::size_t leastBytes = 512;

}  // namespace

void SocketRoom::connected(int localPort) {
    socket_ = CURL_SOCKET_BAD;
    most_ = unlimited;
    const auto found =
        std::find_if(sockets_.begin(), sockets_.end(), [localPort](curl_socket_t socket) {
            return localPortOf(socket) == std::max(localPort, 0);
        });
    if (found == sockets_.end()) return;
    socket_ = *found;
    int size = 0;
    socklen_t length = sizeof size;
    getsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &size, &length);
    most_ = std::max(static_cast<std::size_t>(std::max(size, 0)) / partOfBuffer, leastBytes);
}

std::size_t SocketRoom::bytes() const {
    pollfd events{socket_, POLLOUT, 0};
    // An error is libcurl's to find.
    return socket_ != CURL_SOCKET_BAD && poll(&events, 1, 0) == 0 ? 0 : most_;
}

}  // namespace ksqldb::transport
