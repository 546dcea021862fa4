#include "hostile_server.h"

#include "input.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <utility>

namespace ksqldb::fuzz {

namespace {

constexpr int requestMs = 200;  // for the rest of a request
constexpr int goodbyeMs = 2;    // for what a client says to an answer
constexpr std::string_view http2Preface = "PRI * HTTP/2.0\r\n\r\n";

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) { require(descriptor >= 0); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { close(descriptor_); }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

bool isReadable(int socket, int limitMs) {
    pollfd waited{socket, POLLIN, 0};
    return poll(&waited, 1, limitMs) == 1;
}

/// Whether a whole request of HTTP/1.1, or the beginning of HTTP/2, is there.
bool isRequest(std::string_view text) {
    if (text.starts_with(http2Preface)) return true;
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t length = text.substr(0, end).find(name);
    if (length == std::string_view::npos) return true;
    return text.size() - end - 4 >=
           std::strtoul(std::string(text.substr(length + name.size(), 10)).c_str(), nullptr, 10);
}

void readRequest(int socket) {
    std::string request;
    std::array<char, 4096> bytes{};
    while (!isRequest(request) && isReadable(socket, requestMs)) {
        const ssize_t count = recv(socket, bytes.data(), bytes.size(), 0);
        if (count <= 0) return;
        request.append(bytes.data(), static_cast<std::size_t>(count));
    }
}

std::string http2Frame(char type, char flags, char stream, std::string_view payload) {
    std::string frame;
    for (const unsigned shift : {16U, 8U, 0U})
        frame += static_cast<char>(payload.size() >> shift & 0xFFU);
    frame += type;
    frame += flags;
    frame.append(3, '\0');
    frame += stream;
    return frame.append(payload);
}

std::string chunk(std::string_view piece) {
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    return std::string(size.data()).append(piece).append("\r\n");
}

/// What goes over the wire.
std::string framed(const Answer& answer) {
    const std::string& bytes = answer.bytes;
    const std::string length = std::to_string(bytes.size());
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::string settings = http2Frame(4, 0, 0, {}) + http2Frame(4, 1, 0, {});
    std::string out;
    switch (answer.framing) {
        case Framing::Raw:
            return bytes;
        case Framing::Length:
            return ok + "Content-Length: " + length + "\r\n\r\n" + bytes;
        case Framing::TooLong:
            return ok + "Content-Length: 1" + length + "\r\n\r\n" + bytes;
        case Framing::UntilClose:
            return ok + "\r\n" + bytes;
        case Framing::Error:
            return "HTTP/1.1 400 Bad Request\r\nContent-Length: " + length + "\r\n\r\n" + bytes;
        case Framing::Chunked:
            out = ok + "Transfer-Encoding: chunked\r\n\r\n";
            inPieces(bytes, answer.seed + 1, [&](std::string_view piece) { out += chunk(piece); });
            return out + "0\r\n\r\n";
        case Framing::Http2:
            out = settings + http2Frame(1, 4, 1, "\x88");  // :status 200
            inPieces(bytes, answer.seed + 1,
                     [&](std::string_view piece) { out += http2Frame(0, 0, 1, piece); });
            return out + http2Frame(0, 1, 1, {});
        case Framing::Http2Raw:
            return settings + bytes;
    }
    return out;
}

void sendAll(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void serve(const Socket& connection, const Answer& answer) {
    const int on = 1;
    setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    readRequest(connection.get());
    // Seldom longer than a segment, so each piece is sent at once.
    inPieces(framed(answer), answer.seed,
             [&](std::string_view piece) { sendAll(connection.get(), piece); });
    if (answer.resets) {
        const linger now{1, 0};
        setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return;
    }
    // What has not been read would make it a reset.
    shutdown(connection.get(), SHUT_WR);
    std::array<char, 4096> rest{};
    while (isReadable(connection.get(), goodbyeMs) &&
           recv(connection.get(), rest.data(), rest.size(), 0) > 0) {
    }
}

}  // namespace

struct HostileServer::State {
    Socket listener{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::atomic<bool> isOver{false};
    std::mutex mutex;
    Answer answer;

    void run() {
        while (true) {
            const int accepted = accept(listener.get(), nullptr, nullptr);
            if (isOver || accepted < 0) {
                if (accepted >= 0) close(accepted);
                return;
            }
            const Socket connection(accepted);
            Answer current;
            {
                const std::lock_guard lock(mutex);
                current = answer;
            }
            serve(connection, current);
        }
    }
};

HostileServer::HostileServer() : state_(std::make_shared<State>()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    const int listener = state_->listener.get();
    require(bind(listener, plain, size) == 0 && listen(listener, 16) == 0);
    require(getsockname(listener, plain, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([state = state_] { state->run(); });
}

HostileServer::~HostileServer() {
    state_->isOver = true;
    shutdown(state_->listener.get(), SHUT_RDWR);  // wakes accept()
    thread_.join();
}

void HostileServer::answer(Answer answer) {
    const std::lock_guard lock(state_->mutex);
    state_->answer = std::move(answer);
}

}  // namespace ksqldb::fuzz
