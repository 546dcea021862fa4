#pragma once

#include "../recording.h"
#include "../request.h"
#include "upstream_stream.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// The recording of one exchange while it goes on. It holds no more than a limit.
class ExchangeRecord {
public:
    /// The head of the request, which begins now. The limit is in bytes of both bodies, and a part
    /// counts for some more.
    ExchangeRecord(const Request& request, std::size_t limit);

    void requestPart(std::string_view bytes);
    void requestEnd() { request().bodyLeftOpen = false; }
    void responseHead(int status, const Headers& headers);
    void responsePieces(std::vector<PartPiece>&& pieces);

    /// The statement or the target of the inserts, as far as it has come; empty if there is none.
    std::string statement() const;
    bool hasResponse() const { return recording_.response.status != 0; }

    /// The whole recording, which is not to be used any more, without secrets. `end` is in the
    /// words of recordings.
    Recording finished(std::string_view end, std::string name, std::string server);

private:
    using Clock = std::chrono::steady_clock;

    decltype(Recording::request)& request() { return recording_.request; }
    long now() const;
    /// Whether so much more may be kept.
    bool mayKeep(std::size_t size);

    const Clock::time_point start_ = Clock::now();
    const std::size_t limit_;
    Recording recording_;
    std::size_t kept_ = 0;
    bool isCut_ = false;
    std::size_t lost_ = 0;  // bytes that came when it was cut
    bool isPartOpen_ = false;
};

}  // namespace ksqldb::server
