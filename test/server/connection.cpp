#include "connection.h"

#include "exchange.h"
#include "own_answers.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <limits>
#include <utility>

namespace ksqldb::server {
namespace http = boost::beast::http;

namespace {

// The limits of a real server; its limit for bodies is none, or 10 MiB, by release.
constexpr std::uint32_t maxHeaderSize = 8192;
constexpr std::size_t maxTargetSize = 4096;

std::string text(boost::beast::string_view view) { return {view.data(), view.size()}; }

Request converted(http::request<http::string_body>&& message) {
    Request request;
    request.method = text(message.method_string());
    request.target = text(message.target());
    request.version = message.version() == 10 ? "HTTP/1.0" : "HTTP/1.1";
    for (const auto& field : message) {
        request.headers.emplace_back(text(field.name_string()), text(field.value()));
    }
    request.body = std::move(message.body());
    return request;
}

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket, SSL_CTX* tls, std::uint64_t id,
                       ServerState& state)
    : state_(state), tls_(tls), id_(id), wire_(std::move(socket), state.bytesWritten) {
    thread_ = std::thread([this] { run(); });
}

Connection::~Connection() {
    stop();
    thread_.join();
}

void Connection::run() {
    blockSignalsInThisThread();
    try {
        serve();
        wire_.close();
    } catch (const std::exception&) {
        // ConnectionEnded, or a script's way to give up: the connection just ends.
        wire_.close(TlsEnd::Cut);
    }
    state_.connections.change(-1);
    done_ = true;
}

void Connection::serve() {
    if (tls_ != nullptr) wire_.startTls(tls_);
    while (const auto request = readRequest()) {
        state_.journal.add(*request);
        if (!answer(*request)) return;
    }
}

std::optional<Request> Connection::readRequest() {
    http::request_parser<http::string_body> parser;
    parser.eager(true);
    parser.header_limit(maxHeaderSize);
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    bool continued = false;
    while (true) {
        boost::system::error_code error;
        const auto input = wire_.input();
        const std::size_t used =
            input.empty() ? 0 : parser.put(boost::asio::buffer(input.data(), input.size()), error);
        wire_.consume(used);
        if (error && error != http::error::need_more) {
            refuseUnreadable(error == http::error::header_limit ? 431 : 400);
            return std::nullopt;
        }
        if (parser.is_done()) break;
        if (parser.is_header_done() && !continued) {
            continued = true;
            const auto expect = parser.get()[http::field::expect];
            if (equalIgnoringCase(text(expect), "100-continue")) {
                wire_.write("HTTP/1.1 100 Continue\r\n\r\n");
            }
        }
        if ((error == http::error::need_more || used == 0 || wire_.input().empty()) &&
            !wire_.waitForInput()) {
            return std::nullopt;
        }
    }
    auto request = converted(parser.release());
    if (request.target.size() > maxTargetSize) {
        refuseUnreadable(414);
        return std::nullopt;
    }
    request.overTls = tls_ != nullptr;
    request.connection = id_;
    return request;
}

void Connection::refuseUnreadable(int status) {
    const Request none{"?", "?", "HTTP/1.1", {}, {}, false, 0};
    Exchange(none, wire_, state_.queries, state_.log)
        .respond(status, {}, {{"connection", "close"}});
}

bool Connection::answer(const Request& request) {
    Exchange exchange(request, wire_, state_.queries, state_.log);
    const auto verdict = state_.credentials.judge(request);
    if (verdict != Credentials::Verdict::Accepted) {
        answerUnauthorized(exchange, verdict);
        return exchange.reusable();
    }
    for (const auto& script : state_.scripts.matching(request)) {
        exchange.passed_ = false;
        script(exchange);
        if (!exchange.passed_) return exchange.reusable();
    }
    answerItself(exchange, state_);
    return exchange.reusable();
}

}  // namespace ksqldb::server
