#include "relay.h"

#include "loopback.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <vector>

namespace ksqldb::test {

namespace {

constexpr std::size_t mostHeld = 64 * 1024;

int newSocket() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

void prepare(int fd) {
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

void closeWithReset(int fd) {
    const linger hard{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
}

void closeSoftly(int fd) { close(fd); }

bool mayGoOn() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Relay::Relay(std::uint16_t serverPort) : serverPort_(serverPort) {
    listener_ = newSocket();
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 100) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0)
        throw std::runtime_error("the relay cannot listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

Relay::~Relay() {
    {
        const std::lock_guard lock(mutex_);
        isStopping_ = true;
    }
    wake();
    thread_.join();
    resetAll();
    close(listener_);
    close(wake_[0]);
    close(wake_[1]);
}

void Relay::freeze() {
    const std::lock_guard lock(mutex_);
    isFrozen_ = true;
    for (Link& link : links_) link.isFrozen = true;
    wake();
}

void Relay::thaw() {
    const std::lock_guard lock(mutex_);
    isFrozen_ = false;
    wake();
}

void Relay::slowDown(std::size_t bytes, std::chrono::milliseconds pace) {
    const std::lock_guard lock(mutex_);
    bytesEach_ = bytes;
    pace_ = pace;
    wake();
}

void Relay::reset() {
    std::unique_lock lock(mutex_);
    isResetting_ = true;
    wake();
    changed_.wait(lock, [&] { return !isResetting_; });
}

void Relay::resetAll() {
    for (const Link& link : links_) end(link, true);
    links_.clear();
    isResetting_ = false;
    changed_.notify_all();
}

void Relay::end(const Link& link, bool hard) {
    for (const int fd : {link.up.from, link.up.to}) hard ? closeWithReset(fd) : closeSoftly(fd);
}

std::size_t Relay::openConnections() const {
    const std::lock_guard lock(mutex_);
    return links_.size();
}

bool Relay::waitForOpenConnections(std::size_t count, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return links_.size() == count; });
}

void Relay::wake() const { [[maybe_unused]] const auto written = write(wake_[1], "", 1); }

void Relay::run() {
    while (true) {
        wait();
        const std::lock_guard lock(mutex_);
        if (isStopping_) return;
        if (isResetting_) resetAll();
        if (!isFrozen_) acceptOne();
        for (auto link = links_.begin(); link != links_.end();) {
            Way& up = link->up;
            Way& down = link->down;
            const bool isWhole = link->isFrozen || (pass(up) && pass(down));
            if (isWhole && !(up.isClosed && down.isClosed)) {
                ++link;
                continue;
            }
            end(*link, !isWhole);
            link = links_.erase(link);
            changed_.notify_all();
        }
    }
}

/// Until there is something to do, or a trickle's time is over.
void Relay::wait() {
    std::vector<pollfd> waits{{wake_[0], POLLIN, 0}};
    int limit = -1;
    {
        const std::lock_guard lock(mutex_);
        if (!isFrozen_) waits.push_back({listener_, POLLIN, 0});
        for (const Link& link : links_) {
            if (link.isFrozen) continue;
            for (const Way* way : {&link.up, &link.down}) {
                if (!way->isOver && way->held.size() < mostHeld)
                    waits.push_back({way->from, POLLIN, 0});
                if (way->held.empty()) continue;
                if (bytesEach_ > 0)
                    limit = static_cast<int>(pace_.count());
                else
                    waits.push_back({way->to, POLLOUT, 0});
            }
        }
    }
    poll(waits.data(), waits.size(), limit);
    char woken[64];
    while (read(wake_[0], woken, sizeof woken) > 0) {
    }
    // What comes meanwhile must not make the trickle faster.
    if (limit >= 0) std::this_thread::sleep_for(std::chrono::milliseconds(limit));
}

void Relay::acceptOne() {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 0) <= 0) return;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) return;
    const int server = newSocket();
    const sockaddr_in address = loopback(serverPort_);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close(server);
        closeWithReset(client);
        return;
    }
    prepare(client);
    prepare(server);
    links_.push_back({{client, server}, {server, client}});
    changed_.notify_all();
}

bool Relay::takeIn(Way& way) const {
    while (!way.isOver && way.held.size() < mostHeld) {
        char bytes[16 * 1024];
        const ssize_t count = read(way.from, bytes, sizeof bytes);
        if (count < 0) return mayGoOn();
        if (count == 0) way.isOver = true;
        way.held.append(bytes, static_cast<std::size_t>(count));
    }
    return true;
}

bool Relay::pass(Way& way) const {
    if (!takeIn(way)) return false;
    const std::size_t most =
        bytesEach_ > 0 ? std::min(bytesEach_, way.held.size()) : way.held.size();
    if (most > 0) {
        const ssize_t count = send(way.to, way.held.data(), most, MSG_NOSIGNAL);
        if (count < 0) return mayGoOn();
        way.held.erase(0, static_cast<std::size_t>(count));
    }
    if (way.isOver && way.held.empty() && !way.isClosed) {
        shutdown(way.to, SHUT_WR);
        way.isClosed = true;
    }
    return true;
}

}  // namespace ksqldb::test
