#pragma once

#include "request.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::server {

/// A blocking client over a bare socket: it sees every byte and how the connection ends.
class TestClient {
public:
    explicit TestClient(std::uint16_t port) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    }

    static std::string request(const std::string& path, const std::string& body,
                               const Headers& headers = {}, const std::string& method = "POST",
                               const std::string& version = "HTTP/1.1") {
        std::string text = method + ' ' + path + ' ' + version + "\r\nHost: localhost\r\n";
        for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
        return text + "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    TestClient& send(const std::string& bytes) {
        boost::asio::write(socket_, boost::asio::buffer(bytes));
        return *this;
    }

    /// Reads on until the text has come; false when the connection ended before.
    bool readUntil(std::string_view text) {
        std::size_t found = received_.find(text);
        while (found == std::string::npos) {
            if (!readSome()) return false;
            found = received_.find(text);
        }
        return true;
    }

    /// Everything until the connection's end.
    const std::string& readAll() {
        while (readSome()) {
        }
        return received_;
    }

    struct Answer {
        int status = 0;
        Headers headers;
        std::vector<std::string> parts;  // the chunks, or the body as one
        bool complete = false;
        std::string body() const {
            std::string text;
            for (const auto& part : parts) text += part;
            return text;
        }
    };

    /// One answer; what came behind it stays for the next.
    Answer answer() {
        Answer result;
        if (!readUntil("\r\n\r\n")) return result;
        const auto headEnd = received_.find("\r\n\r\n");
        std::string head = received_.substr(0, headEnd + 2);
        received_.erase(0, headEnd + 4);
        result.status = std::stoi(head.substr(9, 3));
        for (auto at = head.find("\r\n") + 2; at < head.size();) {
            const auto colon = head.find(": ", at);
            const auto end = head.find("\r\n", at);
            result.headers.emplace_back(head.substr(at, colon - at),
                                        head.substr(colon + 2, end - colon - 2));
            at = end + 2;
        }
        if (const auto size = findHeader(result.headers, "content-length")) {
            result.complete = take(std::stoul(*size), result.parts);
        } else {
            result.complete = takeChunks(result.parts);
        }
        return result;
    }

    void close() { socket_.close(); }
    /// Why the last read failed.
    boost::system::error_code error() const { return error_; }
    const std::string& received() const { return received_; }

private:
    bool readSome() {
        char bytes[16 * 1024];
        const std::size_t size = socket_.read_some(boost::asio::buffer(bytes), error_);
        received_.append(bytes, size);
        return !error_;
    }

    bool take(std::size_t size, std::vector<std::string>& parts) {
        while (received_.size() < size) {
            if (!readSome()) return false;
        }
        if (size > 0) parts.push_back(received_.substr(0, size));
        received_.erase(0, size);
        return true;
    }

    bool takeChunks(std::vector<std::string>& parts) {
        while (readUntil("\r\n")) {
            const auto size = std::stoul(received_, nullptr, 16);
            received_.erase(0, received_.find("\r\n") + 2);
            std::vector<std::string> chunk;
            if (!take(size, chunk) || !readUntil("\r\n")) return false;
            received_.erase(0, 2);
            if (size == 0) return true;
            parts.push_back(std::move(chunk.front()));
        }
        return false;
    }

    // Behind a pointer, so that clients can be moved.
    std::unique_ptr<boost::asio::io_context> io_ = std::make_unique<boost::asio::io_context>();
    boost::asio::ip::tcp::socket socket_{*io_};
    boost::system::error_code error_;
    std::string received_;
};

}  // namespace ksqldb::server
