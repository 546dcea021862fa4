#pragma once
#include "transport/headers.h"

#include <ksqldb/error.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace ksqldb::transport {

struct HttpRequest;

/// What libcurl has measured of an exchange. Times count from where libcurl took it; 0: it did not
/// come to that.
struct RequestFigures {
    using Time = std::chrono::microseconds;

    int status = 0;
    std::optional<bool> isHttp2{};                   // none: no answer
    bool isReused = false;                           // sent over a connection that was kept
    std::uint64_t sentBytes = 0, receivedBytes = 0;  // of bodies
    Time resolved{0}, connected{0}, secured{0}, sent{0};
    /// By our clock: over HTTP/2, libcurl 7.88 takes the connection's first frame for the answer.
    std::optional<std::chrono::steady_clock::time_point> answered{};
};

/// Sees the exchanges of a request, one after the other. Its members are the event loop's, save an
/// end() for what never began.
class RequestWatch {
public:
    virtual ~RequestWatch() = default;
    /// One begins, to the server that the request says. The headers that it gets besides its own.
    virtual Headers begin(const HttpRequest& request) noexcept = 0;
    /// libcurl is done with it.
    virtual void measure(const RequestFigures& figures) noexcept = 0;
    /// What became of it; null: it went well. Does nothing where none has begun.
    virtual void end(const Error* error, bool isRepeated) noexcept = 0;
};

}  // namespace ksqldb::transport
