// The benchmark of inserts' server: HTTP/2 without TLS. It counts the lines of every request's body
// and acknowledges each but the first, as ksqlDB does, as fast as they come. Prints its port.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <thread>

namespace {

struct Stream {
    std::uint64_t lines = 0;
    std::uint64_t acknowledged = 0;
    std::string pending;  // acknowledgements
    std::size_t pendingAt = 0;
    bool isWhole = false;    // the request
    bool isWaiting = false;  // for acknowledgements
};

struct Connection {
    int socket;
    nghttp2_session* session = nullptr;
    std::map<std::int32_t, Stream> streams;
};

void acknowledge(Stream& stream) {
    constexpr std::string_view start = "{\"seq\":";
    constexpr std::string_view end = ",\"status\":\"ok\"}\n";
    char digits[24];
    while (stream.acknowledged + 1 < stream.lines) {
        const auto [stop, error] =
            std::to_chars(digits, digits + sizeof digits, stream.acknowledged++);
        stream.pending.append(start).append(digits, stop).append(end);
    }
}

ssize_t readBody(nghttp2_session*, std::int32_t id, std::uint8_t* to, std::size_t room,
                 std::uint32_t* flags, nghttp2_data_source*, void* user) {
    Stream& stream = static_cast<Connection*>(user)->streams[id];
    const std::size_t count = std::min(room, stream.pending.size() - stream.pendingAt);
    std::memcpy(to, stream.pending.data() + stream.pendingAt, count);
    stream.pendingAt += count;
    if (stream.pendingAt == stream.pending.size()) {
        stream.pending.clear();
        stream.pendingAt = 0;
        if (stream.isWhole) {
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        } else if (count == 0) {
            stream.isWaiting = true;
            return NGHTTP2_ERR_DEFERRED;
        }
    }
    return static_cast<ssize_t>(count);
}

int onFrame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    auto& connection = *static_cast<Connection*>(user);
    const std::int32_t id = frame->hd.stream_id;
    if (frame->hd.type == NGHTTP2_HEADERS) {
        connection.streams[id] = {};
        char name[] = ":status";
        char value[] = "200";
        const nghttp2_nv status{reinterpret_cast<std::uint8_t*>(name),
                                reinterpret_cast<std::uint8_t*>(value), 7, 3, NGHTTP2_NV_FLAG_NONE};
        nghttp2_data_provider body{};
        body.read_callback = readBody;
        nghttp2_submit_response(session, id, &status, 1, &body);
    }
    if (id != 0 && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
        connection.streams[id].isWhole = true;
        nghttp2_session_resume_data(session, id);
    }
    return 0;
}

int onData(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
           std::size_t size, void* user) {
    Stream& stream = static_cast<Connection*>(user)->streams[id];
    stream.lines += static_cast<std::uint64_t>(std::count(bytes, bytes + size, '\n'));
    acknowledge(stream);
    if (stream.isWaiting) {
        stream.isWaiting = false;
        nghttp2_session_resume_data(session, id);
    }
    return 0;
}

int onClose(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    static_cast<Connection*>(user)->streams.erase(id);
    return 0;
}

bool sendAll(Connection& connection) {
    while (true) {
        const std::uint8_t* bytes = nullptr;
        const ssize_t size = nghttp2_session_mem_send(connection.session, &bytes);
        if (size <= 0) return size == 0;
        for (ssize_t sent = 0; sent < size;) {
            const ssize_t n = send(connection.socket, bytes + sent,
                                   static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
            if (n <= 0) return false;
            sent += n;
        }
    }
}

void serve(int socket) {
    Connection connection{socket, nullptr, {}};
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onClose);
    nghttp2_session_server_new(&connection.session, callbacks, &connection);
    nghttp2_session_callbacks_del(callbacks);
    constexpr std::uint32_t window = 1U << 20;
    const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
    nghttp2_submit_settings(connection.session, NGHTTP2_FLAG_NONE, &settings, 1);
    nghttp2_session_set_local_window_size(connection.session, NGHTTP2_FLAG_NONE, 0, window);
    static thread_local char buffer[256 * 1024];
    while (sendAll(connection)) {
        const ssize_t size = recv(socket, buffer, sizeof buffer, 0);
        if (size <= 0) break;
        if (nghttp2_session_mem_recv(connection.session,
                                     reinterpret_cast<const std::uint8_t*>(buffer),
                                     static_cast<std::size_t>(size)) < 0)
            break;
    }
    nghttp2_session_del(connection.session);
    close(socket);
}

}  // namespace

int main() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener, 16) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 1;
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    while (true) {
        const int socket = accept(listener, nullptr, nullptr);
        if (socket < 0) return 1;
        const int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        std::thread(serve, socket).detach();
    }
}
