// The benchmarks' server: a process of its own, so that a client's CPU time is the client's alone.
// What it sends lies ready in memory; a row is a chunk, as ksqlDB sends it. The statement says what
// is wanted:
//     blast <set> <rows> [delimited]                   as fast as the socket takes it
//     paced <set> <rows> <rows a second> [<burst> <ms>]  a write a row, each with the time it was
//                                                      sent; a silence after each burst
//     idle <set>                                       a header, then nothing
// With the word `told` behind it, the time at which an answer's last byte was sent is printed.
//     SELECT table <keys> <updates> EMIT CHANGES;      a row for each key, then updates in another
//                                                      order, as fast as the socket takes them
// It prints its port, and ends with its parent.

#include "data_set.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::benchmark {
namespace {

constexpr std::size_t stampDigits = 19;

struct Wanted {
    std::string kind, set;
    std::size_t rows = 0;
    std::size_t updates = 0;
    std::size_t rate = 0;
    std::size_t burst = 0;
    int silenceMs = 0;
    Form form = Form::StreamedRow;
    bool isTold = false;

    explicit Wanted(const std::string& request) {
        const std::size_t begin = request.find("\"sql\":\"") + 7;
        const std::string sql = request.substr(begin, request.find('"', begin) - begin);
        std::istringstream words(sql);
        words >> kind;
        if (kind == "SELECT") {
            words >> kind >> rows >> updates;
            return;
        }
        words >> set >> rows >> rate >> burst >> silenceMs;
        if (sql.find("delimited") != std::string::npos) form = Form::Delimited;
        isTold = sql.find("told") != std::string::npos;
    }
};

std::string head(const Wanted& wanted) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
           chunk(DataSet::named(wanted.set).header(wanted.form));
}

std::string tail(Form form) {
    std::string out;
    for (const std::string& line : lastLines(form)) out += chunk(line);
    return out + "0\r\n\r\n";
}

/// All of it, waiting where the socket is full. False: the client has gone.
bool sendAll(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN) return false;
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return true;
}

long long nowNs() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<long long>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void stamp(char* digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%019lld", nowNs());
    std::memcpy(digits, text, stampDigits);
}

void tell() {
    std::printf("%lld\n", nowNs());
    std::fflush(stdout);
}

/// On a thread of its own, which wakes for each row, or for those that are due.
void sendPaced(int socket, const Wanted& wanted) {
    using std::chrono::nanoseconds;
    using std::chrono::steady_clock;
    prctl(PR_SET_TIMERSLACK, 1UL);
    const DataSet& set = DataSet::named(wanted.set);
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < 1000; ++i) rows.push_back(chunk(set.row(i, wanted.form)));
    const std::size_t stampAt = rows[0].find("1000000000000000000");
    const bool isStamped = wanted.set == "real";
    if (!sendAll(socket, head(wanted))) return;
    const nanoseconds interval(1'000'000'000 / std::max<std::size_t>(wanted.rate, 1));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    auto due = steady_clock::now();
    for (std::size_t i = 0; i < wanted.rows; ++i) {
        if (wanted.burst != 0 && i % wanted.burst == 0)
            due = steady_clock::now() + std::chrono::milliseconds(wanted.silenceMs);
        if (due > steady_clock::now()) std::this_thread::sleep_until(due);
        due += interval;
        std::string& row = rows[i % rows.size()];
        if (isStamped) stamp(&row[stampAt]);
        if (!sendAll(socket, row)) return;
    }
    sendAll(socket, tail(wanted.form));
    if (wanted.isTold) tell();
}

/// A table's rows: a key of 14 bytes, two numbers, a text of 30 bytes.
void sendTable(int socket, const Wanted& wanted) {
    std::string block =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
        chunk(
            "[{\"header\":{\"queryId\":\"transient_T_1\",\"schema\":\"`K` STRING, `N` BIGINT, "
            "`X` DOUBLE, `S` STRING\"}},\n");
    char row[160];
    for (std::size_t i = 0; i < wanted.rows + wanted.updates; ++i) {
        // A factor without a common divisor with the number of keys brings each key once a round.
        const std::size_t key = i < wanted.rows ? i : i * 7919 % wanted.rows;
        std::snprintf(row, sizeof row,
                      "{\"row\":{\"columns\":[\"key-%010zu\",%zu,%zu.5,"
                      "\"a text of thirty bytes, %06zu\"]}},\n",
                      key, i, i % 1000, i % 1'000'000);
        block += chunk(row);
        if (block.size() < 64 * 1024) continue;
        if (!sendAll(socket, block)) return;
        block.clear();
    }
    sendAll(socket, block + tail(wanted.form));
}

/// A connection whose answer is sent as fast as the socket takes it.
struct Connection {
    std::string request;
    std::string before, after;  // what is left of head and tail
    const Wire* wire = nullptr;
    std::size_t rows = 0;    // left
    std::size_t offset = 0;  // in the block
    std::size_t row = 0;     // in the block
    bool isTold = false;

    bool isSending() const { return !before.empty() || rows > 0 || !after.empty(); }
};

class Server {
public:
    Server() : epoll_(epoll_create1(0)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            listen(listener_, 4096) != 0)
            std::abort();
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        std::printf("%d\n", ntohs(address.sin_port));
        std::fflush(stdout);
        watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    }

    [[noreturn]] void run() {
        std::vector<epoll_event> events(512);
        while (true) {
            const int count = epoll_wait(epoll_, events.data(), 512, -1);
            for (int i = 0; i < count; ++i) {
                const epoll_event& event = events[static_cast<std::size_t>(i)];
                if (event.data.fd == listener_)
                    accept();
                else if (event.events & EPOLLOUT)
                    sendMore(event.data.fd);
                else
                    receive(event.data.fd);
            }
        }
    }

private:
    void watch(int socket, unsigned events, int operation) {
        epoll_event event{};
        event.events = events;
        event.data.fd = socket;
        epoll_ctl(epoll_, operation, socket, &event);
    }

    void accept() {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) return;
        const int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections_[socket] = std::make_unique<Connection>();
        watch(socket, EPOLLIN, EPOLL_CTL_ADD);
    }

    void drop(int socket) {
        connections_.erase(socket);
        close(socket);
    }

    void receive(int socket) {
        char bytes[4096];
        const ssize_t got = recv(socket, bytes, sizeof bytes, 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return drop(socket);
        Connection& connection = *connections_[socket];
        connection.request.append(bytes, static_cast<std::size_t>(got));
        if (connection.request.find("\r\n\r\n") == std::string::npos ||
            connection.request.back() != '}')
            return;
        const Wanted wanted(std::exchange(connection.request, {}));
        if (wanted.kind == "paced" || wanted.kind == "table") {
            // Its end of the connection closes with it, as it does not come back here.
            epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
            connections_.erase(socket);
            std::thread([socket, wanted] {
                if (wanted.kind == "table")
                    sendTable(socket, wanted);
                else
                    sendPaced(socket, wanted);
                char rest[256];
                while (recv(socket, rest, sizeof rest, 0) < 0 && errno == EAGAIN)
                    std::this_thread::sleep_for(std::chrono::milliseconds(5));
                close(socket);
            }).detach();
            return;
        }
        connection.before = head(wanted);
        connection.isTold = wanted.isTold;
        if (wanted.kind == "blast") {
            connection.wire = &Wire::of(wanted.set, wanted.form);
            connection.rows = wanted.rows;
            connection.offset = connection.row = 0;
            connection.after = tail(wanted.form);
        }
        watch(socket, EPOLLOUT, EPOLL_CTL_MOD);
    }

    void sendMore(int socket) {
        Connection& connection = *connections_[socket];
        for (int i = 0; i < 8 && connection.isSending(); ++i)
            if (!sendPart(socket, connection)) return;
        if (connection.isSending()) return;
        if (connection.isTold) tell();
        watch(socket, EPOLLIN, EPOLL_CTL_MOD);
    }

    /// False: the socket is full, or the client has gone.
    bool sendPart(int socket, Connection& connection) {
        std::string_view part = connection.before;
        const bool isRows = part.empty() && connection.rows > 0;
        if (isRows) {
            const std::size_t last =
                std::min(connection.row + connection.rows, connection.wire->ends.size());
            const std::size_t end = connection.wire->ends[last - 1];
            part = std::string_view(connection.wire->bytes)
                       .substr(connection.offset,
                               std::min<std::size_t>(end - connection.offset, 256 * 1024));
        } else if (part.empty()) {
            part = connection.after;
        }
        const ssize_t sent = send(socket, part.data(), part.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN) drop(socket);
            return false;
        }
        const auto count = static_cast<std::size_t>(sent);
        if (!isRows) {
            (connection.before.empty() ? connection.after : connection.before).erase(0, count);
            return true;
        }
        connection.offset += count;
        const auto& ends = connection.wire->ends;
        while (connection.row < ends.size() && ends[connection.row] <= connection.offset) {
            ++connection.row;
            --connection.rows;
        }
        if (connection.row == ends.size()) connection.row = connection.offset = 0;
        return true;
    }

    int epoll_;
    int listener_;
    std::map<int, std::unique_ptr<Connection>> connections_;
};

}  // namespace
}  // namespace ksqldb::benchmark

int main() {
    using namespace ksqldb::benchmark;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (const char* name : {"narrow", "typical", "wide"})
        for (const Form form : {Form::StreamedRow, Form::Delimited}) Wire::of(name, form);
    DataSet::named("real");
    Server().run();
}
