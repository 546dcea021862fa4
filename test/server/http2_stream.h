#pragma once

#include "stream.h"
#include "wire.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace ksqldb::server {

/// What the thread of an HTTP/2 connection and those of its streams share.
struct Http2Shared {
    explicit Http2Shared(Wire& connection) : wire(connection) {}

    Wire& wire;  // the connection's; of others nudge() and written()
    std::mutex mutex;
    bool stopping = false;
};

/// What a stream's script wants to have done, in order.
struct Http2Output {
    enum class Kind { Head, Part, End, Raw, Reset, ResetConnection, Close };
    Kind kind;
    std::string bytes = {};
    int status = 0;
    Headers headers = {};
    std::uint32_t code = 0;
    TlsEnd end = TlsEnd::Notify;
};

/// One stream of an HTTP/2 connection, where the script's thread and the connection's meet: what
/// the one wants sent waits here until the other sends it, what the other receives until the one
/// takes it.
class Http2Stream final : public Stream {
public:
    explicit Http2Stream(Http2Shared& shared) : shared_(shared) {}

    void head(int status, const Headers& headers, bool chunked) override;
    void part(std::string_view bytes) override;
    void end() override;
    void whole(int status, std::string_view body, const Headers& headers) override;
    void raw(std::string_view bytes) override;
    bool takesPart() override;
    void reset(std::uint32_t code) override;
    void resetConnection() override;
    void close(TlsEnd end) override;
    bool bodyReady() override;
    std::string takeBody() override;
    Waking wait(Clock::time_point deadline, const std::function<bool()>& until) override;
    void nudge() override;
    std::uint64_t written() const override { return shared_.wire.written(); }

    /// When the script is over: an answer without an end is reset.
    void finish();

    // For the connection's thread, which holds the mutex.

    /// The next to do, or null.
    Http2Output* next() { return output_.empty() ? nullptr : &output_.front(); }
    void done();
    /// Up to `size` bytes of the part that is next.
    std::size_t takePart(std::uint8_t* into, std::size_t size);
    void receive(std::string_view bytes);
    void receiveEnd();
    /// How much of the body has been taken since the last call.
    std::size_t takeCredit() { return std::exchange(credit_, 0); }
    /// Nothing more comes, and nothing more can be sent.
    void gone();
    void wake() { changed_.notify_all(); }
    bool isFinished() const { return finished_; }

private:
    void put(Http2Output output, bool mayWait = false);

    Http2Shared& shared_;
    std::condition_variable changed_;
    std::deque<Http2Output> output_;
    std::size_t queued_ = 0;  // bytes in output_
    std::size_t offset_ = 0;  // of the first part
    std::string body_;
    std::size_t credit_ = 0;
    bool bodyEnded_ = false;
    bool nudged_ = false;
    bool gone_ = false;
    bool ended_ = false;     // the script has said how it ends
    bool cut_ = false;       // by other than END_STREAM
    bool finished_ = false;  // the script is over
};

}  // namespace ksqldb::server
