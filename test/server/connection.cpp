#include "connection.h"

#include "http1.h"
#include "http2.h"

#include <exception>
#include <utility>

namespace ksqldb::server {

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
        if (tls_ != nullptr) wire_.startTls(tls_);
        if (isHttp2()) {
            serveHttp2(wire_, state_, id_, tls_ != nullptr);
        } else {
            serveHttp1(wire_, state_, id_, tls_ != nullptr);
        }
        wire_.close();
    } catch (const std::exception&) {
        // ConnectionEnded, or a script's way to give up: the connection just ends.
        wire_.close(TlsEnd::Cut);
    }
    if (state_.connectionEnded) state_.connectionEnded(id_);
    state_.connections.change(-1);
    done_ = true;
}

bool Connection::isHttp2() {
    if (tls_ != nullptr) return wire_.negotiatedProtocol() == "h2";
    if (!state_.http2) return false;
    // Prior knowledge: the client begins with HTTP/2's preface.
    constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    while (wire_.input().size() < preface.size()) {
        if (preface.substr(0, wire_.input().size()) != wire_.input()) return false;
        if (!wire_.waitForInput()) return false;
    }
    return wire_.input().substr(0, preface.size()) == preface;
}

}  // namespace ksqldb::server
