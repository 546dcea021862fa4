#include "upstream_connection.h"

#include <exception>
#include <stdexcept>
#include <utility>

namespace ksqldb::server {

UpstreamConnection::UpstreamConnection(Dialer& dialer, bool http2,
                                       std::function<void(const std::string&)> complain)
    : dialer_(dialer), http2_(http2), complain_(std::move(complain)) {}

UpstreamConnection::~UpstreamConnection() {
    {
        std::lock_guard lock(shared_->mutex);
        shared_->isStopping = true;
        shared_->dialing.notify();
        if (shared_->wire != nullptr) shared_->wire->stop();
    }
    if (thread_.joinable()) thread_.join();
}

std::shared_ptr<UpstreamStream> UpstreamConnection::open(const Request& request, bool hasBody) {
    std::lock_guard lock(shared_->mutex);
    if (shared_->isOver) return nullptr;
    shared_->opened.push_back(std::make_shared<UpstreamStream>(request, hasBody, shared_));
    shared_->nudge();
    // Not before: it could end without an exchange that is told why.
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    return shared_->opened.back();
}

void UpstreamConnection::run() {
    blockSignalsInThisThread();
    Arrival::End end = Arrival::End::NotReached;
    std::unique_ptr<Wire> wire;
    try {
        wire = dialer_.connect(shared_->dialing);
        {
            std::lock_guard lock(shared_->mutex);
            if (shared_->isStopping) throw ConnectionEnded();
            shared_->wire = wire.get();
        }
        dialer_.startTls(*wire, http2_);
        end = Arrival::End::Untouched;
        if (http2_) {
            talkHttp2(*wire, *shared_, dialer_.address());
        } else {
            talkHttp1(*wire, *shared_);
        }
    } catch (const std::runtime_error& error) {
        complain_(dialer_.address().text() + " is not reached: " + error.what());
    } catch (const ConnectionEnded&) {
        // It was stopped, or the upstream is gone.
    }
    std::lock_guard lock(shared_->mutex);
    shared_->isOver = true;
    shared_->wire = nullptr;
    for (const auto& stream : std::exchange(shared_->opened, {}))
        stream->arrive({.kind = Arrival::Kind::End, .end = end});
    if (wire) wire->close();
}

}  // namespace ksqldb::server
