#pragma once
#include <ksqldb/error.h>

#include <chrono>
#include <optional>
#include <string_view>

namespace ksqldb::transport {

using Clock = std::chrono::steady_clock;

/// How a transfer ended.
struct TransferEnd {
    enum class Kind {
        Complete,   // the whole answer came
        Failed,     // by the network, TLS or HTTP: error
        Aborted,    // by its handler
        Cancelled,  // by EventLoop::cancel
        Closed,     // by EventLoop::shutDown
    };
    Kind kind;
    int status = 0;  // the HTTP status; 0: no head came
    std::optional<Error> error;
};

/// Takes the answer to one request. All members are called by the event loop's thread.
class ResponseHandler {
public:
    enum class Taken { All, Nothing, Abort };

    virtual ~ResponseHandler() = default;

    /// A part of the body. Nothing: the transfer pauses until EventLoop::resume, and these bytes
    /// come again. Called for every chunk, that is for every row.
    virtual Taken onBody(int status, std::string_view bytes) = 0;
    /// After a round of the loop in which there was a part of the body, and after resume().
    virtual void onRoundEnd() {}
    /// When the time has come that the handler last asked for; before the first request it is asked
    /// for that time. None: no timer is needed any more. `abort` ends the transfer.
    struct Timer {
        std::optional<Clock::time_point> next;
        bool abort = false;
    };
    virtual Timer onTimer(Clock::time_point) { return {}; }
    /// Once, and last.
    virtual void onEnd(const TransferEnd& end) = 0;
};

}  // namespace ksqldb::transport
