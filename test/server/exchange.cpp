#include "exchange.h"

#include "statement.h"
#include "wire.h"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <exception>
#include <memory>
#include <utility>

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

}  // namespace

Exchange::Exchange(const Request& request, Wire& wire, RunningQueries& queries,
                   const RequestLog& log)
    : request_(request), wire_(wire), queries_(queries), log_(log) {}

Exchange::~Exchange() {
    try {
        answering("no answer");
    } catch (const std::exception&) {
        // A line less.
    }
}

void Exchange::send(std::string_view bytes) {
    answering("odd bytes");
    wire_.write(bytes);
}

void Exchange::head(int status, const Headers& headers, bool chunked) {
    answering(std::to_string(status));
    std::string text = statusLine(request_, status);
    if (chunked && !findHeader(headers, "Transfer-Encoding")) {
        text += "Transfer-Encoding: chunked\r\n";
    }
    append(text, headers);
    chunkedOpen_ = chunked;
    send(text + "\r\n");
}

void Exchange::chunk(std::string_view bytes) {
    if (bytes.empty()) return;
    std::array<char, 16> size;
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    std::string text;
    text.reserve(bytes.size() + size.size() + 4);
    text.append(size.data(), end).append("\r\n").append(bytes).append("\r\n");
    send(text);
}

void Exchange::lastChunk() {
    send("0\r\n\r\n");
    chunkedOpen_ = false;
}

void Exchange::respond(int status, std::string_view body, const Headers& headers) {
    answering(std::to_string(status));
    std::string text = statusLine(request_, status);
    append(text, headers);
    if (!findHeader(headers, "Content-Length")) {
        append(text, {{"content-length", std::to_string(body.size())}});
    }
    send((text += "\r\n").append(body));
}

void Exchange::reset() {
    answering("reset");
    wire_.reset();
}

void Exchange::close(TlsEnd end) {
    answering("closed");
    wire_.close(end);
}

Woke Exchange::pause(std::chrono::milliseconds time) {
    return wait(Wire::Clock::now() + time, [] { return false; });
}

Woke Exchange::stall() {
    return wait(Wire::Clock::time_point::max(), [] { return false; });
}

Woke Exchange::waitFor(Event& event, std::chrono::milliseconds timeout) {
    const Event::Listening listening(event, [this] { wire_.nudge(); });
    return wait(Wire::Clock::now() + timeout, [&] { return event.isSet(); });
}

bool Exchange::waitForClientClose(std::chrono::milliseconds timeout) {
    return wire_.wait(Wire::Clock::now() + timeout, [] { return false; }) == Wire::Woke::PeerClosed;
}

RunningQuery Exchange::running(std::string queryId, Closable closable) {
    auto query = queries_.add(std::move(queryId), closable, [this] { wire_.nudge(); });
    query_ = query.entry_;
    return query;
}

void Exchange::endQuery(Form form) {
    if (form == Form::StreamedRow || form == Form::Protobuf) {
        chunk(R"({"finalMessage":"Query Completed"})");
    }
    if (form != Form::Delimited) chunk("]");
    lastChunk();
}

void Exchange::pass(std::string hint) {
    passed_ = true;
    if (!hint.empty()) hint_ = std::move(hint);
}

void Exchange::answering(std::string_view how) {
    if (std::exchange(answered_, true) || !log_) return;
    std::string line = request_.method + ' ' + request_.target + ' ' + request_.version;
    const std::string statement = request_.sql();
    if (!statement.empty()) line += " \"" + shortened(statement, 100) + '"';
    line.append(" -> ").append(how);
    if (!note_.empty()) line += " (" + note_ + ')';
    log_(line);
}

std::uint64_t Exchange::bytesWritten() const { return wire_.written(); }

Woke Exchange::wait(Wire::Clock::time_point deadline, const std::function<bool()>& until) {
    switch (wire_.wait(deadline, [&] { return ended() || until(); })) {
        case Wire::Woke::Time:
            return Woke::Time;
        case Wire::Woke::PeerClosed:
            return Woke::ClientGone;
        case Wire::Woke::Nudged:
            break;
    }
    return ended() ? Woke::QueryEnded : Woke::Happened;
}

bool Exchange::reusable() const {
    if (!wire_.isOpen() || !answered_ || chunkedOpen_) return false;
    const auto connection = request_.header("Connection");
    if (connection && equalIgnoringCase(*connection, "close")) return false;
    return request_.version == "HTTP/1.1" ||
           (connection && equalIgnoringCase(*connection, "keep-alive"));
}

}  // namespace ksqldb::server
