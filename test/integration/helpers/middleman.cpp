#include "middleman.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace ksqldb::test {

namespace {

sockaddr_in loopbackAt(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// What came is passed on at once: a reset would overtake what waits for an acknowledgement.
void dontWait(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Middleman::Middleman(Serve serve, const std::string& at) : serve_(std::move(serve)), at_(at) {
    listenOn(at);
    if (pipe(stop_) != 0) throw std::runtime_error("cannot make a pipe");
    thread_ = std::thread([this] {
        // OpenSSL writes to connections that are closed. The links inherit it.
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        while (waitFor(listener_)) {
            const int client = accept(listener_, nullptr, nullptr);
            dontWait(client);
            if (client >= 0) begin(client);
        }
    });
}

void Middleman::begin(int client) {
    links_.remove_if([](Link& link) {
        if (!link.isOver) return false;
        link.thread.join();
        return true;
    });
    Link& link = links_.emplace_back();
    link.thread = std::thread([this, client, &link] {
        serve_(*this, client);
        close(client);
        link.isOver = true;
    });
}

Middleman::~Middleman() {
    close(stop_[1]);
    thread_.join();
    for (Link& link : links_) link.thread.join();
    close(stop_[0]);
    close(listener_);
    if (port_ == 0) unlink(at_.c_str());
}

void Middleman::listenOn(const std::string& at) {
    sockaddr_in v4 = loopbackAt(0);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    at.copy(local.sun_path, sizeof local.sun_path - 1);
    const auto listenAt = [this](int family, auto& address) {
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        listener_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (listener_ < 0 || bind(listener_, any, size) != 0 || listen(listener_, 100) != 0 ||
            getsockname(listener_, any, &size) != 0)
            throw std::runtime_error("cannot listen");
    };
    if (at == "127.0.0.1") {
        listenAt(AF_INET, v4);
        port_ = ntohs(v4.sin_port);
    } else if (at == "::1") {
        listenAt(AF_INET6, v6);
        port_ = ntohs(v6.sin6_port);
    } else {
        listenAt(AF_UNIX, local);
    }
}

bool Middleman::waitFor(int socket) const {
    pollfd waits[] = {{stop_[0], POLLIN, 0}, {socket, POLLIN, 0}};
    return poll(waits, 2, -1) > 0 && waits[0].revents == 0;
}

std::string Middleman::readUntil(int socket, std::string_view end) const {
    std::string bytes;
    while (bytes.find(end) == std::string::npos) {
        char some[16384];
        const ssize_t count = waitFor(socket) ? read(socket, some, sizeof some) : 0;
        if (count <= 0) break;
        bytes.append(some, static_cast<std::size_t>(count));
    }
    return bytes;
}

std::string Middleman::readSome(int socket, std::size_t count) const {
    std::string bytes;
    while (bytes.size() < count) {
        char byte = 0;
        if (!waitFor(socket) || read(socket, &byte, 1) != 1) break;
        bytes.push_back(byte);
    }
    return bytes;
}

std::optional<std::pair<bool, bool>> Middleman::waitFor(int one, int other) const {
    pollfd waits[] = {{stop_[0], POLLIN, 0}, {one, POLLIN, 0}, {other, POLLIN, 0}};
    if (poll(waits, 3, -1) <= 0 || waits[0].revents != 0) return std::nullopt;
    return std::pair(waits[1].revents != 0, waits[2].revents != 0);
}

void Middleman::pass(int client, int server) const {
    const auto move = [](int from, int to) {
        char bytes[16384];
        const ssize_t count = read(from, bytes, sizeof bytes);
        const linger now{1, 0};  // what is reset on one side is reset on the other
        if (count < 0) setsockopt(to, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return count > 0 && sendAll(to, {bytes, static_cast<std::size_t>(count)});
    };
    while (const auto has = waitFor(client, server)) {
        if (has->first && !move(client, server)) return;
        if (has->second && !move(server, client)) return;
    }
}

int Middleman::connectTo(std::uint16_t port) {
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopbackAt(port);
    dontWait(server);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return server;
    close(server);
    return -1;
}

bool Middleman::sendAll(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace ksqldb::test
