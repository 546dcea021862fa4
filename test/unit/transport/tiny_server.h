#pragma once
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// Answers every request with the same bytes and then keeps the connection open, or closes it. For
/// tests of the transport alone; those of the library use the local server.
class TinyServer {
public:
    enum class After { Keep, Close, Reset };

    /// On the server's thread, `before` is called before each answer, and `more` after it, for
    /// further pieces, until it returns none.
    explicit TinyServer(
        std::string answer, After after = After::Keep, std::function<void()> before = {},
        std::function<std::string()> more = [] { return std::string(); })
        : answer_(std::move(answer)),
          after_(after),
          before_(std::move(before)),
          more_(std::move(more)),
          listener_(listening()),
          port_(portOf(listener_)) {
        if (pipe(stop_) != 0) throw std::runtime_error("no pipe");
        thread_ = std::thread([this] { run(); });
    }
    ~TinyServer() {
        close(stop_[1]);
        thread_.join();
        close(stop_[0]);
        if (listener_ >= 0) close(listener_);
    }
    TinyServer(const TinyServer&) = delete;
    TinyServer& operator=(const TinyServer&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    /// From now on it answers once it has a request's head, and leaves the body alone.
    void answerEarly() { early_ = true; }
    /// The next request is its end: nothing is answered, and nobody listens any more.
    void dieOfTheNext() { dies_ = true; }
    int connections() const { return connections_; }

    /// The last request that came whole.
    std::string request() const {
        std::lock_guard lock(mutex_);
        return request_;
    }

    /// An address where nobody listens.
    static std::string refusingUrl() {
        const int socket = listening();
        const std::uint16_t port = portOf(socket);
        close(socket);
        return "http://127.0.0.1:" + std::to_string(port);
    }

private:
    static int listening() {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (socket < 0 ||
            bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            listen(socket, 100) != 0)
            throw std::runtime_error("cannot listen");
        return socket;
    }
    static std::uint16_t portOf(int socket) {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

    struct Connection {
        int socket;
        std::string received;
    };

    void run() {
        std::vector<Connection> connections;
        while (true) {
            std::vector<pollfd> waits = {{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
            for (const Connection& connection : connections)
                waits.push_back({connection.socket, POLLIN, 0});
            poll(waits.data(), waits.size(), -1);
            if (waits[0].revents != 0) break;
            for (std::size_t i = connections.size(); i-- > 0;)
                if (waits[i + 2].revents != 0 && !serve(connections[i])) {
                    close(connections[i].socket);
                    connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(i));
                }
            if (waits[1].revents != 0) ++connections_;
            if (waits[1].revents != 0)
                connections.push_back({accept(listener_, nullptr, nullptr), {}});
        }
        for (const Connection& connection : connections) close(connection.socket);
    }

    /// How long the first of these requests is, or 0 while it is not whole.
    static std::size_t wholeRequest(const std::string& received) {
        const std::size_t head = received.find("\r\n\r\n");
        if (head == std::string::npos) return 0;
        std::size_t size = head + 4;
        const auto fieldAt = [&](std::string_view name) {
            const std::size_t at = received.find(name);
            return at < head ? at + name.size() : std::string::npos;
        };
        if (const std::size_t at = fieldAt("\r\nContent-Length: "); at != std::string::npos)
            size += std::stoul(received.substr(at));
        if (fieldAt("\r\nTransfer-Encoding: chunked") != std::string::npos) {
            const std::size_t last = received.find("0\r\n\r\n", size);
            if (last == std::string::npos) return 0;
            size = last + 5;
        }
        return size <= received.size() ? size : 0;
    }

    /// False: the connection is over.
    bool serve(Connection& connection) {
        char bytes[4096];
        const ssize_t count = read(connection.socket, bytes, sizeof bytes);
        if (count <= 0) return false;
        connection.received.append(bytes, static_cast<std::size_t>(count));
        std::size_t size = wholeRequest(connection.received);
        const std::size_t head = connection.received.find("\r\n\r\n");
        if (early_ && head != std::string::npos) size = head + 4;
        if (size == 0) return true;
        {
            std::lock_guard lock(mutex_);
            request_ = connection.received.substr(0, size);
        }
        connection.received.erase(0, size);
        if (dies_) {
            close(std::exchange(listener_, -1));
            return false;
        }
        if (before_) before_();
        if (!sendAll(connection.socket, answer_)) return false;
        for (std::string piece = more_(); !piece.empty(); piece = more_())
            if (!sendAll(connection.socket, piece)) return false;
        const linger none{1, 0};
        if (after_ == After::Reset)
            setsockopt(connection.socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        return after_ == After::Keep;
    }

    static bool sendAll(int socket, std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    const std::string answer_;
    const After after_;
    const std::function<void()> before_;
    const std::function<std::string()> more_;
    int listener_;  // none is -1, which poll() leaves alone
    const std::uint16_t port_;
    std::atomic<bool> early_{false};
    std::atomic<bool> dies_{false};
    std::atomic<int> connections_{0};
    int stop_[2];
    mutable std::mutex mutex_;
    std::string request_;
    std::thread thread_;
};

}  // namespace ksqldb::test
