#include "wire.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <climits>
#include <stdexcept>
#include <utility>

namespace ksqldb::server {
namespace asio = boost::asio;

namespace {

constexpr std::size_t readSize = 16 * 1024;
/// A client that sends while it is being answered is not read further than this.
constexpr std::size_t maxReadAhead = 1024 * 1024;

bool wouldBlock(const boost::system::error_code& error) {
    return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

void Wire::FreeSsl::operator()(SSL* ssl) const { SSL_free(ssl); }

Wire::Wire(asio::ip::tcp::socket socket, std::atomic<std::uint64_t>& totalWritten)
    : socket_(std::move(socket)), totalWritten_(totalWritten) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Wire::~Wire() = default;

void Wire::startTls(SSL_CTX* context) {
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), socket_.native_handle());
    SSL_set_accept_state(ssl_.get());
    if (handshake() != nullptr) throw ConnectionEnded();
}

void Wire::startTlsTo(SSL_CTX* context, const std::string& host, std::string_view protocol) {
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), socket_.native_handle());
    SSL_set_connect_state(ssl_.get());
    boost::system::error_code isName;
    asio::ip::make_address(host, isName);
    if (isName) {
        // The macro for it has a cast of the old style.
        std::string name = host;
        SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
        SSL_set1_host(ssl_.get(), host.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
    }
    const std::string wanted = static_cast<char>(protocol.size()) + std::string(protocol);
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(wanted.data()),
                        static_cast<unsigned>(wanted.size()));
    const char* failure = handshake();
    if (failure == nullptr) return;
    const long verified = SSL_get_verify_result(ssl_.get());
    throw std::runtime_error(verified == X509_V_OK ? failure
                                                   : X509_verify_cert_error_string(verified));
}

const char* Wire::handshake() {
    while (true) {
        throwIfStopping();
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_.get());
        if (result == 1) return nullptr;
        const int error = SSL_get_error(ssl_.get(), result);
        if (error == SSL_ERROR_WANT_READ) {
            poll(POLLIN, -1);
        } else if (error == SSL_ERROR_WANT_WRITE) {
            poll(POLLOUT, -1);
        } else {
            const char* reason = ERR_reason_error_string(ERR_peek_error());
            return reason == nullptr ? "the connection was closed" : reason;
        }
    }
}

std::string Wire::negotiatedProtocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    if (ssl_) SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return size == 0 ? "" : std::string(reinterpret_cast<const char*>(name), size);
}

bool Wire::waitForInput() {
    while (true) {
        throwIfStopping();
        switch (fill()) {
            case Fill::Data:
                return true;
            case Fill::Closed:
                return false;
            case Fill::Nothing:
                poll(blockedOn_, -1);
        }
    }
}

void Wire::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t size = writeSome(bytes);
        bytes.remove_prefix(size);
        if (size == 0) poll(blockedOn_, -1);
    }
}

std::size_t Wire::writeSome(std::string_view bytes) {
    throwIfStopping();
    if (!isOpen()) throw ConnectionEnded();
    const std::size_t size = ssl_ ? writeSomeTls(bytes) : writeSomePlain(bytes);
    written_ += size;
    totalWritten_ += size;
    return size;
}

Waking Wire::wait(Clock::time_point deadline, const std::function<bool()>& until) {
    while (true) {
        throwIfStopping();
        if (until()) return Waking::Nudged;
        if (!isOpen() || peerClosed_) return Waking::PeerClosed;
        const bool reading = input_.size() < maxReadAhead;
        if (reading) {
            const Fill filled = fill();
            if (filled == Fill::Closed) return Waking::PeerClosed;
            if (filled == Fill::Data) continue;
        }
        int timeoutMs = -1;
        if (deadline != Clock::time_point::max()) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
            if (left <= 0) return Waking::Time;
            timeoutMs = static_cast<int>(std::min<long long>(left, INT_MAX));
        }
        poll(reading ? blockedOn_ : 0, timeoutMs);
    }
}

void Wire::waitForAny(bool toWrite, bool toRead) {
    throwIfStopping();
    poll(static_cast<short>((toWrite ? POLLOUT : 0) | (toRead ? POLLIN : 0)), -1);
    throwIfStopping();
}

void Wire::close(TlsEnd end) {
    if (!isOpen()) return;
    if (cutting_) return reset();
    if (ssl_ && end == TlsEnd::Notify) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }
    boost::system::error_code error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    // Closing a socket with unread input would send RST after all.
    std::array<char, readSize> unread;
    while (!error) socket_.read_some(asio::buffer(unread), error);
    socket_.close(error);
}

void Wire::reset() {
    if (!isOpen()) return;
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

void Wire::stop() {
    stopping_ = true;
    waker_.notify();
}

Wire::Fill Wire::fill() {
    if (!isOpen() || peerClosed_) return Fill::Closed;
    std::array<char, readSize> bytes;
    if (ssl_) return fillTls(bytes.data(), bytes.size());
    boost::system::error_code error;
    const std::size_t size = socket_.read_some(asio::buffer(bytes), error);
    if (wouldBlock(error)) {
        blockedOn_ = POLLIN;
        return Fill::Nothing;
    }
    if (error) {
        peerClosed_ = true;
        wasReset_ = error != asio::error::eof;
        return Fill::Closed;
    }
    input_.append(bytes.data(), size);
    return Fill::Data;
}

Wire::Fill Wire::fillTls(char* into, std::size_t size) {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), into, static_cast<int>(size));
    if (got > 0) {
        input_.append(into, static_cast<std::size_t>(got));
        return Fill::Data;
    }
    const int error = SSL_get_error(ssl_.get(), got);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        blockedOn_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        return Fill::Nothing;
    }
    peerClosed_ = true;
    wasReset_ = error == SSL_ERROR_SYSCALL && errno == ECONNRESET;
    return Fill::Closed;
}

std::size_t Wire::writeSomePlain(std::string_view bytes) {
    boost::system::error_code error;
    const std::size_t size = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    if (error && !wouldBlock(error)) {
        peerClosed_ = true;
        wasReset_ = true;
        throw ConnectionEnded();
    }
    blockedOn_ = POLLOUT;
    return size;
}

std::size_t Wire::writeSomeTls(std::string_view bytes) {
    ERR_clear_error();
    const int size = SSL_write(ssl_.get(), bytes.data(),
                               static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX)));
    if (size > 0) return static_cast<std::size_t>(size);
    const int error = SSL_get_error(ssl_.get(), size);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        peerClosed_ = true;
        throw ConnectionEnded();
    }
    blockedOn_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    return 0;
}

void Wire::poll(short events, int timeoutMs) {
    std::array<pollfd, 2> watched{pollfd{waker_.fd(), POLLIN, 0},
                                  // With nothing asked for, a hang-up would still end each poll.
                                  pollfd{events == 0 ? -1 : socket_.native_handle(), events, 0}};
    ::poll(watched.data(), watched.size(), timeoutMs);
    if (watched[0].revents != 0) waker_.drain();
}

void Wire::throwIfStopping() const {
    if (stopping_) throw ConnectionEnded();
}

}  // namespace ksqldb::server
