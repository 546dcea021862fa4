#pragma once
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// An HTTP proxy on 127.0.0.1. It opens every way (CONNECT) and forwards every plain request to
/// one server, whatever host they name, so that tests can ask for hosts that do not exist. Or it
/// refuses everything, with the same answer. *thread-safe*
class Proxy {
public:
    /// To the server that listens on this port of 127.0.0.1.
    explicit Proxy(std::uint16_t serverPort) : serverPort_(serverPort) { start(); }
    /// Sends `answer` to every request, and closes the connection.
    explicit Proxy(std::string answer) : refusal_(std::move(answer)) { start(); }
    ~Proxy() {
        close(stop_[1]);
        thread_.join();
        for (std::thread& link : links_) link.join();
        close(stop_[0]);
        close(listener_);
    }
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    /// "127.0.0.1:1234"
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    std::string url() const { return "http://" + address(); }
    /// The heads of the requests to the proxy, CONNECT or others.
    std::vector<std::string> requests() const {
        std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        return address;
    }

    void start() {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        if (listener_ < 0 ||
            bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
            listen(listener_, 100) != 0 ||
            getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
            pipe(stop_) != 0)
            throw std::runtime_error("cannot listen");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] {
            while (waitFor(listener_)) {
                const int client = accept(listener_, nullptr, nullptr);
                if (client >= 0) links_.emplace_back([this, client] { serve(client); });
            }
        });
    }

    /// False: the proxy ends.
    bool waitFor(int socket) const {
        pollfd waits[] = {{stop_[0], POLLIN, 0}, {socket, POLLIN, 0}};
        return poll(waits, 2, -1) > 0 && waits[0].revents == 0;
    }

    void serve(int client) {
        std::string head;
        char bytes[16384];
        while (head.find("\r\n\r\n") == std::string::npos) {
            const ssize_t count = waitFor(client) ? read(client, bytes, sizeof bytes) : 0;
            if (count <= 0) {
                close(client);
                return;
            }
            head.append(bytes, static_cast<std::size_t>(count));
        }
        {
            std::lock_guard lock(mutex_);
            requests_.push_back(head.substr(0, head.find("\r\n\r\n") + 4));
        }
        if (refusal_.empty())
            link(client, std::move(head));
        else
            sendAll(client, refusal_);
        close(client);
    }

    void link(int client, std::string head) {
        const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(serverPort_);
        const bool isTunnel = head.rfind("CONNECT ", 0) == 0;
        // "GET http://host/path HTTP/1.1" becomes "GET /path HTTP/1.1".
        const std::size_t scheme = head.find("http://");
        if (!isTunnel && scheme < head.find("\r\n"))
            head.erase(scheme, head.find('/', scheme + 7) - scheme);
        if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            sendAll(isTunnel ? client : server, isTunnel ? "HTTP/1.1 200 Opened\r\n\r\n" : head))
            pass(client, server);
        close(server);
    }

    /// Bytes in both directions, until one side or the proxy ends.
    void pass(int client, int server) const {
        char bytes[16384];
        while (true) {
            pollfd waits[] = {{stop_[0], POLLIN, 0}, {client, POLLIN, 0}, {server, POLLIN, 0}};
            if (poll(waits, 3, -1) <= 0 || waits[0].revents != 0) return;
            for (const auto& [from, to] : {std::pair{1, 2}, std::pair{2, 1}}) {
                if (waits[from].revents == 0) continue;
                const ssize_t count = read(waits[from].fd, bytes, sizeof bytes);
                if (count <= 0 || !sendAll(waits[to].fd, {bytes, static_cast<std::size_t>(count)}))
                    return;
            }
        }
    }

    static bool sendAll(int socket, std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    const std::string refusal_;
    const std::uint16_t serverPort_ = 0;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    int stop_[2] = {-1, -1};
    std::list<std::thread> links_;  // the accepting thread's, and then the destructor's
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace ksqldb::test
