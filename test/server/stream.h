#pragma once

#include "connection_end.h"
#include "request.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ksqldb::server {

/// Why a wait on a connection ended.
enum class Waking { Time, Nudged, PeerClosed };

/// One request and its answer on a connection of HTTP/1.1 or HTTP/2: what an Exchange stands on.
/// For the thread that runs the exchange's script, save nudge(), which is for any. The writing
/// members throw ConnectionEnded when the client is gone, all of them when the server stops.
class Stream {
public:
    using Clock = std::chrono::steady_clock;

    virtual ~Stream() = default;

    virtual void head(int status, const Headers& headers, bool chunked) = 0;
    /// A part of the body: one chunk, one DATA frame. Not empty.
    virtual void part(std::string_view bytes) = 0;
    /// The last chunk; END_STREAM.
    virtual void end() = 0;
    /// Head, body and end at once.
    virtual void whole(int status, std::string_view body, const Headers& headers) = 0;
    /// Bytes that are no HTTP, on the connection.
    virtual void raw(std::string_view bytes) = 0;
    /// Whether part() would not have to wait, as far as that can be told.
    virtual bool takesPart() { return true; }

    /// Ends this stream with RST_STREAM; over HTTP/1.1 resets the connection.
    virtual void reset(std::uint32_t code) = 0;
    virtual void resetConnection() = 0;
    virtual void close(TlsEnd end) = 0;

    /// Whether some of the request's body can be taken, or its end has come.
    virtual bool bodyReady() = 0;
    /// What of the body came since; empty when bodyReady() tells of the end.
    virtual std::string takeBody() = 0;

    /// Waits until `until` holds, which is looked at after each nudge and whenever something came.
    virtual Waking wait(Clock::time_point deadline, const std::function<bool()>& until) = 0;
    virtual void nudge() = 0;

    /// What the network took of this connection's answers so far.
    virtual std::uint64_t written() const = 0;
};

}  // namespace ksqldb::server
