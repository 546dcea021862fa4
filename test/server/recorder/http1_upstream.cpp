#include "http1_answer_reader.h"
#include "upstream_connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace ksqldb::server {

namespace {

std::string headText(const Request& request) {
    std::string text = request.method + ' ' + request.target + ' ' + request.version + "\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    return text + "\r\n";
}

bool isChunked(const Request& request) { return request.header("transfer-encoding").has_value(); }

/// What the request says of its body, which a reader of HTTP has checked.
std::size_t lengthOf(const Request& request) {
    const std::string text = request.header("content-length").value_or("");
    std::size_t length = 0;
    std::from_chars(text.data(), text.data() + text.size(), length);
    return length;
}

std::string chunk(std::string_view bytes) {
    std::array<char, 16> size;
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    std::string text(size.data(), end);
    return text.append("\r\n").append(bytes).append("\r\n");
}

/// One request and its answer.
class Conversation {
public:
    Conversation(Wire& wire, UpstreamShared& shared, UpstreamStream& stream)
        : wire_(wire),
          shared_(shared),
          stream_(stream),
          outgoing_(headText(stream.request())),
          isChunked_(isChunked(stream.request())),
          unsent_(lengthOf(stream.request())),
          reader_(stream.request().method) {}

    /// Whether another one can follow on this connection.
    bool run() {
        while (!reader_.isDone()) {
            bool hasRoom = false;
            {
                std::lock_guard lock(shared_.mutex);
                if (stream_.isAbandoned()) return false;
                takeBody();
                hasRoom = stream_.hasRoom();
            }
            const std::size_t written = outgoing_.empty() ? 0 : wire_.writeSome(outgoing_);
            outgoing_.erase(0, written);
            const Wire::Fill filled = hasRoom ? wire_.fill() : Wire::Fill::Nothing;
            if (filled == Wire::Fill::Data) takeAnswer();
            if (filled == Wire::Fill::Closed) return end();
            if (filled == Wire::Fill::Nothing && written == 0)
                wire_.waitForAny(!outgoing_.empty(), hasRoom);
        }
        return end();
    }

    /// Hands the end over, if that is not done. Whether the connection goes on.
    bool end() {
        std::lock_guard lock(shared_.mutex);
        handEndOver();
        return isReusable_;
    }

private:
    // With the mutex held.

    void handEndOver() {
        if (stream_.isEnded()) return;
        takeBody();  // its end may be all that is missing
        Arrival end = reader_.end(wire_.wasReset());
        const bool isSent = outgoing_.empty() && (isChunked_ ? hasSentEnd_ : unsent_ == 0);
        end.isReusable = isReusable_ = end.isReusable && isSent;
        stream_.arrive(std::move(end));
    }

    void takeBody() {
        if (!outgoing_.empty() || hasSentEnd_) return;
        const std::string bytes = std::exchange(stream_.outgoing(), {});
        if (!bytes.empty()) {
            outgoing_ = isChunked_ ? chunk(bytes) : bytes;
            unsent_ -= std::min(unsent_, bytes.size());
            stream_.sent();
        }
        if (stream_.hasEnd()) {
            if (isChunked_) outgoing_ += "0\r\n\r\n";
            hasSentEnd_ = true;
        }
    }

    // Without it.

    void takeAnswer() {
        auto arrivals = reader_.read(wire_.input());
        wire_.consume(wire_.input().size());
        std::lock_guard lock(shared_.mutex);
        for (auto& arrival : arrivals) stream_.arrive(std::move(arrival));
        // A client that has all of it may be gone before anything else is known.
        if (reader_.isDone()) handEndOver();
    }

    Wire& wire_;
    UpstreamShared& shared_;
    UpstreamStream& stream_;
    std::string outgoing_;
    const bool isChunked_;
    std::size_t unsent_;       // of a body that is not chunked
    bool hasSentEnd_ = false;  // of the body
    bool isReusable_ = false;  // the connection
    Http1AnswerReader reader_;
};

/// The next request; null when the connection ends before.
std::shared_ptr<UpstreamStream> nextStream(Wire& wire, UpstreamShared& shared, bool isFirst) {
    for (;; isFirst = false) {
        {
            std::lock_guard lock(shared.mutex);
            // Nothing was asked, so whatever comes is the end. It may have come before the request,
            // which is asked elsewhere then; the first one has to be told.
            if (!isFirst && wire.fill() != Wire::Fill::Nothing) return nullptr;
            if (!shared.opened.empty()) {
                auto stream = std::move(shared.opened.front());
                shared.opened.pop_front();
                return stream;
            }
        }
        wire.waitForAny(false);
    }
}

}  // namespace

void talkHttp1(Wire& wire, UpstreamShared& shared) {
    bool isFirst = true;
    while (const auto stream = nextStream(wire, shared, std::exchange(isFirst, false))) {
        Conversation conversation(wire, shared, *stream);
        try {
            if (!conversation.run()) return;
        } catch (const Http1AnswerReader::Unreadable&) {
            conversation.end();
            return;
        } catch (const ConnectionEnded&) {
            conversation.end();
            throw;
        }
    }
}

}  // namespace ksqldb::server
