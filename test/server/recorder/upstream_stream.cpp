#include "upstream_stream.h"

#include <utility>

namespace ksqldb::server {

namespace {

/// Whoever sends faster than the other side takes waits when so much waits to be sent.
constexpr std::size_t maxWaiting = 64 * 1024;

std::size_t bodySize(const Arrival& arrival) {
    std::size_t size = 0;
    for (const auto& piece : arrival.pieces) size += piece.bytes.size();
    return size;
}

}  // namespace

std::size_t Arrival::size() const { return raw.size() + bodySize(*this); }

void UpstreamStream::listen(std::function<void()> listener) {
    std::lock_guard lock(shared_->mutex);
    listener_ = std::move(listener);
}

bool UpstreamStream::takesMore() const {
    std::lock_guard lock(shared_->mutex);
    return outgoing_.size() < maxWaiting && !hasEnd_ && !isEnded_;
}

void UpstreamStream::send(std::string_view bytes) {
    std::lock_guard lock(shared_->mutex);
    outgoing_ += bytes;
    shared_->nudge();
}

void UpstreamStream::sendEnd() {
    std::lock_guard lock(shared_->mutex);
    hasEnd_ = true;
    shared_->nudge();
}

void UpstreamStream::sendInsteadOf(UpstreamStream& other) {
    std::string bytes;
    bool hasEnd = false;
    {
        std::lock_guard lock(other.shared_->mutex);
        bytes = std::exchange(other.outgoing_, {});
        hasEnd = other.hasEnd_;
    }
    if (!bytes.empty()) send(bytes);
    if (hasEnd) sendEnd();
}

bool UpstreamStream::hasArrival() const {
    std::lock_guard lock(shared_->mutex);
    return !arrivals_.empty();
}

std::optional<Arrival> UpstreamStream::take() {
    std::lock_guard lock(shared_->mutex);
    if (arrivals_.empty()) return std::nullopt;
    Arrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    waiting_ -= arrival.size();
    credit_ += bodySize(arrival);
    shared_->nudge();
    return arrival;
}

void UpstreamStream::abandon() {
    std::lock_guard lock(shared_->mutex);
    isAbandoned_ = true;
    listener_ = nullptr;
    shared_->nudge();
}

bool UpstreamStream::hasRoom() const { return waiting_ < maxWaiting; }

void UpstreamStream::arrive(Arrival arrival) {
    isEnded_ = arrival.kind == Arrival::Kind::End;
    waiting_ += arrival.size();
    arrivals_.push_back(std::move(arrival));
    notify();
}

void UpstreamStream::notify() {
    if (listener_) listener_();
}

}  // namespace ksqldb::server
