#include "http2_stream.h"

#include "exchange.h"

#include <algorithm>
#include <cstring>

namespace ksqldb::server {

namespace {

/// A script that writes faster than the client reads waits when so much waits to be sent.
constexpr std::size_t maxQueued = 64 * 1024;

using Kind = Http2Output::Kind;

bool isCut(Kind kind) {
    return kind == Kind::Reset || kind == Kind::ResetConnection || kind == Kind::Close;
}

}  // namespace

void Http2Stream::head(int status, const Headers& headers, bool) {
    put({.kind = Kind::Head, .status = status, .headers = headers});
}

void Http2Stream::part(std::string_view bytes) {
    put({.kind = Kind::Part, .bytes = std::string(bytes)}, true);
}

void Http2Stream::end() { put({.kind = Kind::End}); }

void Http2Stream::whole(int status, std::string_view body, const Headers& headers) {
    Headers all = headers;
    if (!findHeader(all, "content-length")) {
        all.emplace_back("content-length", std::to_string(body.size()));
    }
    head(status, all, false);
    if (!body.empty()) part(body);
    end();
}

void Http2Stream::raw(std::string_view bytes) {
    put({.kind = Kind::Raw, .bytes = std::string(bytes)}, true);
}

bool Http2Stream::takesPart() {
    std::lock_guard lock(shared_.mutex);
    return queued_ < maxQueued;
}

void Http2Stream::reset(std::uint32_t code) { put({.kind = Kind::Reset, .code = code}); }

void Http2Stream::resetConnection() { put({.kind = Kind::ResetConnection}); }

void Http2Stream::close(TlsEnd end) { put({.kind = Kind::Close, .end = end}); }

bool Http2Stream::bodyReady() {
    std::lock_guard lock(shared_.mutex);
    return bodyEnded_ || !body_.empty();
}

std::string Http2Stream::takeBody() {
    std::lock_guard lock(shared_.mutex);
    if (body_.empty()) return {};
    credit_ += body_.size();
    shared_.wire.nudge();
    return std::exchange(body_, {});
}

Waking Http2Stream::wait(Clock::time_point deadline, const std::function<bool()>& until) {
    const auto isStirred = [this] { return nudged_ || gone_ || shared_.stopping; };
    while (true) {
        {
            std::lock_guard lock(shared_.mutex);
            nudged_ = false;
        }
        // Without the lock: it may ask others, who nudge under locks of their own.
        if (until()) return Waking::Nudged;
        std::unique_lock lock(shared_.mutex);
        if (!isStirred()) {
            if (deadline == Clock::time_point::max()) {
                changed_.wait(lock, isStirred);
            } else if (!changed_.wait_until(lock, deadline, isStirred)) {
                return Waking::Time;
            }
        }
        if (shared_.stopping) throw ConnectionEnded();
        if (gone_) return Waking::PeerClosed;
    }
}

void Http2Stream::nudge() {
    std::lock_guard lock(shared_.mutex);
    nudged_ = true;
    wake();
}

void Http2Stream::finish() {
    std::lock_guard lock(shared_.mutex);
    if (!ended_ && !gone_) {
        output_.push_back({.kind = Kind::Reset, .code = http2::internalError});
    }
    finished_ = true;
    credit_ += body_.size();
    body_.clear();
    shared_.wire.nudge();
}

void Http2Stream::done() {
    queued_ -= output_.front().bytes.size();
    offset_ = 0;
    output_.pop_front();
    if (queued_ >= maxQueued) return;
    nudged_ = true;
    wake();
}

std::size_t Http2Stream::takePart(std::uint8_t* into, std::size_t size) {
    const std::string& bytes = output_.front().bytes;
    const std::size_t taken = std::min(size, bytes.size() - offset_);
    std::memcpy(into, bytes.data() + offset_, taken);
    offset_ += taken;
    if (offset_ == bytes.size()) done();
    return taken;
}

void Http2Stream::receive(std::string_view bytes) {
    if (finished_) {
        credit_ += bytes.size();
        return;
    }
    body_ += bytes;
    nudged_ = true;
    wake();
}

void Http2Stream::receiveEnd() {
    bodyEnded_ = true;
    nudged_ = true;
    wake();
}

void Http2Stream::gone() {
    gone_ = true;
    output_.clear();
    queued_ = 0;
    offset_ = 0;
    wake();
}

void Http2Stream::put(Http2Output output, bool mayWait) {
    std::unique_lock lock(shared_.mutex);
    const auto isBlocked = [this] { return queued_ >= maxQueued && !gone_ && !shared_.stopping; };
    if (mayWait) changed_.wait(lock, [&] { return !isBlocked(); });
    if (shared_.stopping || gone_ || cut_) throw ConnectionEnded();
    if (ended_) return;
    cut_ = isCut(output.kind);
    ended_ = cut_ || output.kind == Kind::End;
    queued_ += output.bytes.size();
    output_.push_back(std::move(output));
    shared_.wire.nudge();
}

}  // namespace ksqldb::server
