#pragma once

#include "../request.h"
#include "../waker.h"
#include "../wire.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::server {

/// What a recording holds as one part: a chunk, a DATA frame. It may come in pieces.
struct PartPiece {
    std::string bytes;
    bool isLast = false;  // of its part
};

/// What comes from the upstream for a request, in this order: any number of interim heads, a head,
/// pieces, an end.
struct Arrival {
    enum class Kind { Interim, Head, Body, End };
    /// How the answer ended.
    enum class End {
        Complete,
        Closed,       // the connection, in order (FIN)
        Reset,        // the connection
        StreamReset,  // RST_STREAM
        NotReached,   // there was no connection
        Untouched,    // the connection ended before it was told of the request
    };
    Kind kind;
    int status = 0;
    Headers headers = {};
    /// Over HTTP/1.1 the bytes as they came, whatever they are.
    std::string raw = {};
    std::vector<PartPiece> pieces = {};
    End end = End::Complete;
    std::uint32_t code = 0;  // of a StreamReset
    /// In the words of recordings: "last chunk", "fin in size".
    std::string endText = {};
    /// Whether the connection goes on behind it.
    bool isReusable = false;

    std::size_t size() const;
};

class UpstreamStream;

/// What the thread of an upstream connection shares with those that use it.
struct UpstreamShared {
    std::mutex mutex;
    Waker dialing;         // tells who connects to give up
    Wire* wire = nullptr;  // once there is one; of others stop() and nudge()
    bool isStopping = false;
    bool isOver = false;                                 // takes no more requests
    std::deque<std::shared_ptr<UpstreamStream>> opened;  // which its thread does not know yet

    /// With the mutex held.
    void nudge() {
        if (wire != nullptr) wire->nudge();
    }
};

/// One request to the upstream and what comes back, where the thread of the exchange and the one of
/// the connection meet.
class UpstreamStream {
public:
    UpstreamStream(Request request, bool hasBody, std::shared_ptr<UpstreamShared> shared)
        : request_(std::move(request)), shared_(std::move(shared)), hasEnd_(!hasBody) {}

    // For the exchange's thread.

    /// Called on the connection's thread when there is something new; an empty one ends that.
    void listen(std::function<void()> listener);
    /// Whether send() is to be called: no more of the body is kept than a little.
    bool takesMore() const;
    void send(std::string_view bytes);
    void sendEnd();
    /// Sends what the other one had to send, which was Untouched.
    void sendInsteadOf(UpstreamStream& other);
    bool hasArrival() const;
    std::optional<Arrival> take();
    /// Nobody is interested any more.
    void abandon();

    // For the connection's thread, which holds the mutex.

    /// Without its body.
    const Request& request() const { return request_; }
    /// What is to be sent of the body; empty where nothing is.
    std::string& outgoing() { return outgoing_; }
    bool hasEnd() const { return hasEnd_; }
    /// Some of outgoing() is gone.
    void sent() { notify(); }
    /// Whether more may be read for it.
    bool hasRoom() const;
    void arrive(Arrival arrival);
    bool isAbandoned() const { return isAbandoned_; }
    bool isEnded() const { return isEnded_; }
    /// How much of the answer was taken since the last call.
    std::size_t takeCredit() { return std::exchange(credit_, 0); }

private:
    void notify();

    const Request request_;
    const std::shared_ptr<UpstreamShared> shared_;
    std::function<void()> listener_;
    std::string outgoing_;
    bool hasEnd_;  // of the request's body
    std::deque<Arrival> arrivals_;
    std::size_t waiting_ = 0;  // bytes in arrivals_
    std::size_t credit_ = 0;
    bool isAbandoned_ = false;
    bool isEnded_ = false;  // its last arrival has come
};

}  // namespace ksqldb::server
