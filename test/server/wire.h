#pragma once

#include "connection_end.h"
#include "stream.h"
#include "waker.h"

#include <openssl/types.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb::server {

/// One connection, plain or TLS. It blocks its own thread only in poll(), so that stop()
/// and nudge(), the two members for other threads, always get through.
class Wire {
public:
    using Clock = Stream::Clock;
    enum class Fill { Data, Nothing, Closed };

    Wire(boost::asio::ip::tcp::socket socket, std::atomic<std::uint64_t>& totalWritten);
    ~Wire();

    void startTls(SSL_CTX* context);
    /// As the client, who asks for this protocol (ALPN) and checks that the certificate is this
    /// host's. Throws std::runtime_error, with the reason.
    void startTlsTo(SSL_CTX* context, const std::string& host, std::string_view protocol);
    /// What ALPN has agreed on; empty if on nothing.
    std::string negotiatedProtocol() const;

    /// What came and was not consumed yet.
    std::string_view input() const { return input_; }
    void consume(std::size_t size) { input_.erase(0, size); }
    /// Waits for more input; false when the peer has closed its side.
    bool waitForInput();

    void write(std::string_view bytes);
    /// Waits until `until` holds, which is looked at after each nudge. What comes in meanwhile is
    /// kept as input.
    Waking wait(Clock::time_point deadline, const std::function<bool()>& until);

    /// For who reads and writes at the same time: as much as goes without waiting.
    Fill fill();
    std::size_t writeSome(std::string_view bytes);
    /// Waits for input or a nudge, or until more can be written.
    void waitForAny(bool toWrite, bool toRead = true);
    /// Whether the peer has ended the connection with an error (RST), not in order.
    bool wasReset() const { return wasReset_; }

    /// FIN, after everything written.
    void close(TlsEnd end = TlsEnd::Notify);
    /// RST.
    void reset();
    bool isOpen() const { return socket_.is_open(); }
    std::uint64_t written() const { return written_; }

    void nudge() { waker_.notify(); }
    void stop();
    /// From now on close() resets, as the system does to a process that is killed.
    void cut() { cutting_ = true; }
    bool isStopping() const { return stopping_; }

private:
    struct FreeSsl {
        void operator()(SSL* ssl) const;
    };

    /// Null when TLS is agreed on, or else OpenSSL's word for what is wrong.
    const char* handshake();
    Fill fillTls(char* into, std::size_t size);
    std::size_t writeSomePlain(std::string_view bytes);
    std::size_t writeSomeTls(std::string_view bytes);
    /// Polls the socket for `events`, and for a nudge. A negative timeout means none.
    void poll(short events, int timeoutMs);
    void throwIfStopping() const;

    boost::asio::ip::tcp::socket socket_;
    std::unique_ptr<SSL, FreeSsl> ssl_;
    Waker waker_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> cutting_{false};
    bool peerClosed_ = false;
    bool wasReset_ = false;
    short blockedOn_ = 0;  // what the last operation that could not go on waits for
    std::string input_;
    std::atomic<std::uint64_t> written_{0};
    std::atomic<std::uint64_t>& totalWritten_;
};

}  // namespace ksqldb::server
