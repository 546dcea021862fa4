#pragma once

#include "dialer.h"
#include "upstream_stream.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace ksqldb::server {

/// A connection to the upstream and its thread. Over HTTP/1.1 its requests come one after the
/// other, over HTTP/2 as they are opened.
class UpstreamConnection {
public:
    /// It connects for the first request, on its thread. `complain` is told there why it could not.
    UpstreamConnection(Dialer& dialer, bool http2,
                       std::function<void(const std::string&)> complain);
    /// Closes the connection.
    ~UpstreamConnection();
    UpstreamConnection(const UpstreamConnection&) = delete;
    UpstreamConnection& operator=(const UpstreamConnection&) = delete;

    /// Begins a request, whose target and headers are sent as they are. Null when the connection
    /// takes none any more.
    std::shared_ptr<UpstreamStream> open(const Request& request, bool hasBody);

private:
    void run();

    Dialer& dialer_;
    const bool http2_;
    const std::function<void(const std::string&)> complain_;
    const std::shared_ptr<UpstreamShared> shared_ = std::make_shared<UpstreamShared>();
    std::thread thread_;
};

/// Speak HTTP on the wire until it ends or takes no more requests; on the connection's thread.
/// All streams that they have taken from `opened` end before they return or throw ConnectionEnded.
void talkHttp1(Wire& wire, UpstreamShared& shared);
void talkHttp2(Wire& wire, UpstreamShared& shared, const UpstreamAddress& address);

}  // namespace ksqldb::server
