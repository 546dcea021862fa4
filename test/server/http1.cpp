#include "http1.h"

#include "answering.h"
#include "http1_reader.h"
#include "stream.h"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace ksqldb::server {

namespace {

std::string statusLine(const Request& request, int status) {
    namespace http = boost::beast::http;
    const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    std::string line = request.version + ' ' + std::to_string(status) + ' ';
    line.append(reason.data(), reason.size());
    return line + "\r\n";
}

void append(std::string& text, const Headers& headers) {
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
}

class Http1Stream final : public Stream {
public:
    Http1Stream(const Request& request, Wire& wire, Http1Reader& reader)
        : request_(request), wire_(wire), reader_(reader) {}

    void head(int status, const Headers& headers, bool chunked) override {
        std::string text = statusLine(request_, status);
        if (chunked && !findHeader(headers, "Transfer-Encoding")) {
            text += "Transfer-Encoding: chunked\r\n";
        }
        append(text, headers);
        chunked_ = chunked;
        open_ = chunked;
        raw(text + "\r\n");
    }

    void part(std::string_view bytes) override {
        if (!chunked_) return raw(bytes);
        std::array<char, 16> size;
        const auto end =
            std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
        std::string text;
        text.reserve(bytes.size() + size.size() + 4);
        text.append(size.data(), end).append("\r\n").append(bytes).append("\r\n");
        raw(text);
    }

    void end() override {
        if (chunked_) raw("0\r\n\r\n");
        open_ = false;
    }

    void whole(int status, std::string_view body, const Headers& headers) override {
        std::string text = statusLine(request_, status);
        append(text, headers);
        if (!findHeader(headers, "Content-Length")) {
            append(text, {{"content-length", std::to_string(body.size())}});
        }
        raw((text += "\r\n").append(body));
    }

    void raw(std::string_view bytes) override {
        answered_ = true;
        wire_.write(bytes);
    }

    void reset(std::uint32_t) override { wire_.reset(); }
    void resetConnection() override { wire_.reset(); }
    void close(TlsEnd end) override { wire_.close(end); }

    bool bodyReady() override {
        try {
            return reader_.bodyReady();
        } catch (const Unreadable&) {
            throw ConnectionEnded();
        }
    }
    std::string takeBody() override { return reader_.takeBody(); }

    Waking wait(Clock::time_point deadline, const std::function<bool()>& until) override {
        return wire_.wait(deadline, until);
    }
    void nudge() override { wire_.nudge(); }
    std::uint64_t written() const override { return wire_.written(); }

    /// Whether the connection can serve another request.
    bool reusable() const {
        if (!wire_.isOpen() || !answered_ || open_) return false;
        const auto connection = request_.header("Connection");
        if (connection && equalIgnoringCase(*connection, "close")) return false;
        return request_.version == "HTTP/1.1" ||
               (connection && equalIgnoringCase(*connection, "keep-alive"));
    }

private:
    const Request& request_;
    Wire& wire_;
    Http1Reader& reader_;
    bool answered_ = false;
    bool chunked_ = true;
    bool open_ = false;
};

/// Whether another request may follow.
bool serveOne(Wire& wire, ServerState& state, std::uint64_t connection, bool overTls) {
    Http1Reader reader(wire, state.whileTheyCome);
    if (!reader.readHead()) return false;
    Request request = reader.head();
    state.takeBasePath(request);
    request.overTls = overTls;
    request.connection = connection;
    if (!isAnsweredWhileItComes(request, state)) {
        if (reader.expectsContinue()) wire.write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!reader.readBody()) return false;
        request.body = reader.takeBody();
    }
    Http1Stream stream(request, wire, reader);
    answer(request, stream, state);
    return stream.reusable() && reader.readBody();
}

}  // namespace

void serveHttp1(Wire& wire, ServerState& state, std::uint64_t connection, bool overTls) {
    try {
        while (serveOne(wire, state, connection, overTls)) {
        }
    } catch (const Unreadable& unreadable) {
        const Request none{"?", "?", "HTTP/1.1", {}, {}, overTls, connection};
        Http1Reader nothing(wire);
        Http1Stream stream(none, wire, nothing);
        if (state.log) state.log("unreadable -> " + std::to_string(unreadable.status));
        stream.whole(unreadable.status, {}, {{"connection", "close"}});
    }
}

}  // namespace ksqldb::server
