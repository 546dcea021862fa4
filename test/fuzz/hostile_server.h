#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace ksqldb::fuzz {

/// How the bytes of an answer are brought, so that they come further than to the first line.
enum class Framing : std::uint8_t {
    Raw,         ///< as they are, in place of an answer
    Length,      ///< as the body of HTTP/1.1, with a length
    TooLong,     ///< the same, and the length is more than what comes
    Chunked,     ///< as its chunks
    UntilClose,  ///< as its body, which the end of the connection ends
    Error,       ///< as the body of status 400
    Http2,       ///< as DATA of HTTP/2
    Http2Raw,    ///< behind the server's SETTINGS
};
constexpr unsigned lastFraming = static_cast<unsigned>(Framing::Http2Raw);

struct Answer {
    std::string bytes;
    Framing framing = Framing::Raw;
    unsigned seed = 0;  ///< of the pieces in which they are sent
    bool resets = false;
};

/// Listens on a port of 127.0.0.1 and answers each connection's first request, whatever it is, by
/// one answer; then it closes or resets the connection. Ends with its last answer sent.
class HostileServer {
public:
    HostileServer();
    HostileServer(const HostileServer&) = delete;
    HostileServer& operator=(const HostileServer&) = delete;
    ~HostileServer();

    std::uint16_t port() const noexcept { return port_; }
    /// The answer to all connections from now on.
    void answer(Answer answer);

private:
    struct State;

    std::shared_ptr<State> state_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace ksqldb::fuzz
