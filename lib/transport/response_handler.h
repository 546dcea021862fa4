#pragma once
#include "transport/headers.h"

#include <ksqldb/error.h>

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::transport {

using Clock = std::chrono::steady_clock;

/// The head of an answer.
struct ResponseHead {
    /// How the body's end is told.
    enum class Framing {
        None,        // there is no body
        Length,      // Content-Length
        Chunked,     // a last chunk
        Http2,       // END_STREAM
        UntilClose,  // only by the connection's end, which may as well be an accident
    };
    int status = 0;  // never 1xx, never a proxy's answer to CONNECT
    Framing framing = Framing::None;
    std::string contentType{};      // as sent, empty where there is none; so below
    std::string contentEncoding{};  // nobody asks for one
    std::optional<std::chrono::seconds> retryAfter{};
    Headers headers{};  // all of them, in order, if HttpRequest::wantsHeaders
};

/// How a transfer ended.
struct TransferEnd {
    enum class Kind {
        Complete,   // as far as HTTP can tell, the whole answer came
        Failed,     // by the network, TLS or HTTP: error
        Aborted,    // by its handler, or its body's source: by what it answered, or threw
        Cancelled,  // by EventLoop::cancel
        Closed,     // by EventLoop::shutDown
    };
    Kind kind;
    int status = 0;                  // the HTTP status; 0: no head came
    std::optional<Error> error{};    // of Failed; of Closed where there is more to say
    std::exception_ptr exception{};  // Aborted by what was thrown
    /// Complete, and not only by the connection's end (ResponseHead::Framing::UntilClose).
    bool isWhole = false;
    /// Something of the request may have reached the server, so that it may have acted on it.
    bool wasSent = false;
    /// No credentials had come for it, at first or after the server had refused others.
    bool waitedForCredentials = false;
};

/// Takes the answer to one request. All members are called by the event loop's thread. What a
/// member throws, save onEnd(), ends the transfer and comes in TransferEnd::exception.
class ResponseHandler {
public:
    enum class Taken { All, Nothing, Abort };

    virtual ~ResponseHandler() = default;

    /// Once, before anything of the body. There may be no body at all.
    virtual void onHead(const ResponseHead&) {}
    /// A part of the body, of 16 KiB at most: all that came together. Nothing: the transfer pauses
    /// until EventLoop::resume, and these bytes come again.
    virtual Taken onBody(std::string_view bytes) = 0;
    /// After a round of the loop in which there was a part of the body, and after resume().
    virtual void onRoundEnd() {}
    /// When the time has come that the handler last asked for; and once before the request is sent
    /// or waits for its time, to ask for the first. None: no timer is needed any more. `abort` ends
    /// the transfer.
    struct Timer {
        std::optional<Clock::time_point> next;
        bool abort = false;
    };
    virtual Timer onTimer(Clock::time_point) { return {}; }
    /// Once, and last. From here the next attempt may be started under the same id.
    virtual void onEnd(const TransferEnd& end) = 0;
};

}  // namespace ksqldb::transport
