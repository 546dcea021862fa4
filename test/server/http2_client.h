#pragma once

#include "request.h"

#include <nghttp2/nghttp2.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// A blocking HTTP/2 client that sees every frame of an answer and how its stream ends. It stands
/// on nghttp2 and on any two functions that read and write.
class Http2Client {
public:
    struct Answer {
        int status = 0;
        Headers headers;
        std::vector<std::string> parts;  // of DATA frames that are not empty
        bool complete = false;           // END_STREAM came
        std::optional<std::uint32_t> reset;
        std::string body() const {
            std::string text;
            for (const auto& part : parts) text += part;
            return text;
        }
        /// No more can come.
        bool isOver() const { return complete || reset; }
    };

    /// Blocks until something is there; 0 at the end of the connection.
    using Read = std::function<std::size_t(char*, std::size_t)>;
    using Write = std::function<void(std::string_view)>;

    Http2Client(Read read, Write write) : read_(std::move(read)), write_(std::move(write)) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onClose);
        nghttp2_session_client_new(&session_, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    }

    /// By prior knowledge over a socket of its own, which has a time limit.
    explicit Http2Client(std::uint16_t port) : Http2Client({}, {}) {
        io_ = std::make_unique<boost::asio::io_context>();
        socket_ = std::make_unique<boost::asio::ip::tcp::socket>(*io_);
        socket_->connect({boost::asio::ip::address_v4::loopback(), port});
        const timeval limit{10, 0};
        ::setsockopt(socket_->native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        read_ = [this](char* into, std::size_t size) {
            // Not by Asio, which would wait on when the time is over.
            const auto got = ::recv(socket_->native_handle(), into, size, 0);
            if (got == 0) error_ = boost::asio::error::eof;
            if (got < 0) error_ = {errno, boost::system::system_category()};
            return got > 0 ? static_cast<std::size_t>(got) : 0;
        };
        write_ = [this](std::string_view bytes) {
            boost::asio::write(*socket_, boost::asio::buffer(bytes.data(), bytes.size()), error_);
        };
    }

    ~Http2Client() { nghttp2_session_del(session_); }
    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;

    /// Begins a request whose body comes by send(). Its number is the answer's.
    std::int32_t open(const std::string& path, const Headers& headers = {},
                      const std::string& method = "POST", bool hasBody = true) {
        Headers all{
            {":method", method}, {":scheme", "http"}, {":authority", "localhost"}, {":path", path}};
        all.insert(all.end(), headers.begin(), headers.end());
        std::vector<nghttp2_nv> fields;
        for (auto& [name, value] : all) {
            fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                              reinterpret_cast<std::uint8_t*>(value.data()), name.size(),
                              value.size(), NGHTTP2_NV_FLAG_NONE});
        }
        nghttp2_data_provider provider{};
        provider.source.ptr = this;
        provider.read_callback = readBody;
        const auto id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                               hasBody ? &provider : nullptr, nullptr);
        answers_[id];
        flush();
        return id;
    }

    void send(std::int32_t id, std::string_view bytes, bool last = false) {
        auto& body = bodies_[id];
        body.bytes += bytes;
        body.last = last;
        nghttp2_session_resume_data(session_, id);
        flush();
    }
    /// What send() could not send yet, because the server has not made room for it.
    std::size_t unsent(std::int32_t id) { return bodies_[id].bytes.size(); }

    void reset(std::int32_t id, std::uint32_t code = NGHTTP2_CANCEL) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
        flush();
    }

    /// A whole request and its whole answer.
    const Answer& ask(const std::string& path, const std::string& body, const Headers& headers = {},
                      const std::string& method = "POST") {
        const auto id = open(path, headers, method, !body.empty());
        if (!body.empty()) send(id, body, true);
        return rest(id);
    }
    /// Reads on until the answer is over, or the connection.
    const Answer& rest(std::int32_t id) {
        until([&] { return answers_[id].isOver(); });
        return answers_[id];
    }
    /// Reads on until the answer's body holds the text; false when it is over before.
    bool readUntil(std::int32_t id, std::string_view text) {
        const auto found = [&] { return answers_[id].body().find(text) != std::string::npos; };
        until([&] { return found() || answers_[id].isOver(); });
        return found();
    }
    /// Reads on until it holds; false when the connection has ended before.
    template <typename Predicate>
    bool until(Predicate predicate) {
        while (!predicate()) {
            if (!step()) return false;
        }
        return true;
    }
    /// Reads once and answers what HTTP/2 wants answered; false at the connection's end.
    bool step() {
        char bytes[16 * 1024];
        const std::size_t size = read_(bytes, sizeof bytes);
        if (size == 0) return false;
        received_.append(bytes, size);
        const auto used =
            nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes), size);
        if (used < 0) return false;
        flush();
        return true;
    }

    const Answer& answer(std::int32_t id) { return answers_[id]; }
    std::uint32_t maxStreams() {
        return nghttp2_session_get_remote_settings(session_,
                                                   NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    }
    /// Every byte that came.
    const std::string& received() const { return received_; }
    boost::system::error_code error() const { return error_; }
    void close() { socket_->close(); }

private:
    struct Body {
        std::string bytes;
        bool last = false;
    };

    void flush() {
        const std::uint8_t* bytes = nullptr;
        std::string all;
        for (auto size = nghttp2_session_mem_send(session_, &bytes); size > 0;
             size = nghttp2_session_mem_send(session_, &bytes)) {
            all.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        }
        if (!all.empty()) write_(all);
    }

    static Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }

    static ssize_t readBody(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t size,
                            std::uint32_t* flags, nghttp2_data_source* source, void*) {
        auto& body = self(source->ptr).bodies_[id];
        const std::size_t taken = std::min(size, body.bytes.size());
        std::memcpy(into, body.bytes.data(), taken);
        body.bytes.erase(0, taken);
        if (body.bytes.empty() && body.last) {
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        } else if (taken == 0) {
            return NGHTTP2_ERR_DEFERRED;
        }
        return static_cast<ssize_t>(taken);
    }
    static int onHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                        std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize,
                        std::uint8_t, void* user) {
        auto& answer = self(user).answers_[frame->hd.stream_id];
        std::string key(reinterpret_cast<const char*>(name), nameSize);
        std::string text(reinterpret_cast<const char*>(value), valueSize);
        if (key == ":status") {
            answer.status = std::stoi(text);
        } else {
            answer.headers.emplace_back(std::move(key), std::move(text));
        }
        return 0;
    }
    static int onFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        const bool mayEnd = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
        if (mayEnd && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            self(user).answers_[frame->hd.stream_id].complete = true;
        }
        return 0;
    }
    static int onData(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                      std::size_t size, void* user) {
        self(user).answers_[id].parts.emplace_back(reinterpret_cast<const char*>(bytes), size);
        return 0;
    }
    static int onClose(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
        auto& answer = self(user).answers_[id];
        if (!answer.complete) answer.reset = code;
        return 0;
    }

    Read read_;
    Write write_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, Answer> answers_;
    std::map<std::int32_t, Body> bodies_;
    std::string received_;
    std::unique_ptr<boost::asio::io_context> io_;
    std::unique_ptr<boost::asio::ip::tcp::socket> socket_;
    boost::system::error_code error_;
};

}  // namespace ksqldb::server
