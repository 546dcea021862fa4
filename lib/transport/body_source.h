#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ksqldb::transport {

/// A request's body that is made while it is sent. All members are called by the event loop's
/// thread; they must not block. What is sent cannot be asked for again, so such a request goes over
/// a connection of its own, never over one that the server may just have closed.
class BodySource {
public:
    enum class Kind {
        Data,   // `bytes` of them, at least one
        Wait,   // nothing yet: read() comes again after EventLoop::resumeSending, or at the time
                // that `again` says
        End,    // the body is complete; read() does not come again
        Abort,  // ends the transfer, TransferEnd::Kind::Aborted
    };
    struct Piece {
        Kind kind;
        std::size_t bytes = 0;
        std::optional<std::chrono::steady_clock::time_point> again{};  // Wait
    };

    virtual ~BodySource() = default;

    /// Writes the next bytes, at most `room` of them, to `into`. What it throws ends the transfer
    /// and comes in TransferEnd::exception.
    virtual Piece read(char* into, std::size_t room) = 0;
    /// How many bytes there will be, where that is known before the first. It becomes the
    /// Content-Length, and the source has to keep to it.
    virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
    /// Begins anew, for a server that has refused the request and its credentials before anything
    /// of it counted. False: too much was sent that is not there any more.
    virtual bool rewind() { return false; }
};

}  // namespace ksqldb::transport
