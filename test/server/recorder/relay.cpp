#include "relay.h"

#include "secrets.h"

#include <optional>
#include <string>
#include <utility>

namespace ksqldb::server {

namespace {

/// The request as the upstream is to get it.
Request forUpstream(const Request& request, const UpstreamAddress& address) {
    Request result = request;
    result.target = address.basePath + request.target;
    result.body.clear();
    // Nothing is changed over to another protocol: the upstream answers as if it was not asked to.
    if (request.header("upgrade")) {
        std::erase_if(result.headers, [](const auto& header) {
            return equalIgnoringCase(header.first, "upgrade") ||
                   equalIgnoringCase(header.first, "http2-settings") ||
                   equalIgnoringCase(header.first, "connection");
        });
    }
    for (auto& [name, value] : result.headers)
        if (equalIgnoringCase(name, "host")) value = address.authority();
    // Who asks for a token has credentials of its own, maybe in the body.
    if (!address.credentials.empty() && !request.header("authorization") &&
        !issuesTokens(request.target))
        result.headers.emplace_back("authorization", "Basic " + address.credentials);
    return result;
}

class Relay {
public:
    Relay(Exchange& exchange, const RelaySettings& settings)
        : exchange_(exchange),
          settings_(settings),
          isHttp2_(exchange.request().version == "HTTP/2"),
          record_(exchange.request(), settings.recordLimit) {}

    ~Relay() {
        if (stream_) stream_->abandon();
    }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    void run() {
        try {
            open();
            passOn();
        } catch (const ConnectionEnded&) {
            if (!isWritten_) write(endWithoutClient());
            throw;
        }
    }

private:
    void open() {
        // The end of a request without a body comes with its head.
        std::optional<std::string> first;
        if (exchange_.hasPart()) {
            first = readPart();
            hasBody_ = first.has_value();
        }
        begin();
        if (first) stream_->send(*first);
    }

    void begin() {
        const Request request = forUpstream(exchange_.request(), settings_.address);
        const auto before = std::exchange(stream_, nullptr);
        while (!stream_) {
            connection_ = settings_.connection(exchange_.request(), connection_);
            stream_ = connection_->open(request, hasBody_);
        }
        if (before) stream_->sendInsteadOf(*before);
        stream_->listen([this] { exchange_.nudge(); });
    }

    void passOn() {
        while (true) {
            const auto woke = exchange_.waitUntil([this] { return mayAnswer() || maySend(); });
            if (woke == Woke::ClientGone) throw ConnectionEnded();
            if (maySend()) {
                const auto part = readPart();
                part ? stream_->send(*part) : stream_->sendEnd();
            }
            if (!mayAnswer()) continue;
            auto arrival = stream_->take();
            if (arrival->end == Arrival::End::Untouched) {
                begin();
            } else if (arrival->kind == Arrival::Kind::End) {
                return end(*arrival);
            } else {
                answer(*arrival);
            }
        }
    }

    bool mayAnswer() { return stream_->hasArrival() && exchange_.takesPart(); }
    bool maySend() { return !isBodyEnded_ && stream_->takesMore() && exchange_.hasPart(); }

    /// A part of the request's body; none at its end.
    std::optional<std::string> readPart() {
        auto part = exchange_.readPart();
        if (part) {
            record_.requestPart(*part);
        } else {
            isBodyEnded_ = true;
            record_.requestEnd();
        }
        return part;
    }

    void answer(Arrival& arrival) {
        if (arrival.kind == Arrival::Kind::Head) {
            record_.responseHead(arrival.status, arrival.headers);
            name();
        }
        if (!isHttp2_) {
            const bool isHead = arrival.kind == Arrival::Kind::Head;
            exchange_.send(arrival.raw, isHead ? std::to_string(arrival.status) : "");
        } else if (arrival.kind == Arrival::Kind::Head) {
            exchange_.head(arrival.status, arrival.headers, false);
        } else {
            for (const auto& piece : arrival.pieces) exchange_.chunk(piece.bytes);
        }
        record_.responsePieces(std::move(arrival.pieces));
    }

    void end(const Arrival& arrival) {
        name();
        try {
            takeRest();
            passEndOn(arrival);
        } catch (const ConnectionEnded&) {
            // The program has what it wanted.
        }
        if (arrival.end != Arrival::End::Complete) complain(arrival);
        write(arrival.end == Arrival::End::NotReached ? "fin (not reached)" : arrival.endText);
    }

    /// The server may have answered before the end of the request was looked at.
    void takeRest() {
        if (!isBodyEnded_ && exchange_.hasPart()) readPart();
    }

    void passEndOn(const Arrival& arrival) {
        if (!isHttp2_ && !arrival.raw.empty()) exchange_.send(arrival.raw);
        switch (arrival.end) {
            case Arrival::End::Complete:
                if (isHttp2_) return exchange_.lastChunk();
                if (!arrival.isReusable) exchange_.close();
                break;
            case Arrival::End::Reset:
                return exchange_.resetConnection();
            case Arrival::End::StreamReset:
                return exchange_.reset(arrival.code);
            case Arrival::End::Closed:
            case Arrival::End::NotReached:
            case Arrival::End::Untouched:
                return exchange_.close(TlsEnd::Cut);
        }
    }

    /// A client may go when it has the last byte of an answer: that is its end, then.
    std::string endWithoutClient() {
        try {
            if (stream_) takeRest();
        } catch (const ConnectionEnded&) {
            // Nothing of it has come.
        }
        while (auto arrival = stream_ ? stream_->take() : std::nullopt) {
            if (arrival->kind == Arrival::Kind::End && arrival->end == Arrival::End::Complete)
                return arrival->endText;
            record_.responsePieces(std::move(arrival->pieces));
        }
        return settings_.isStopping() ? "client closed (recorder stopped)" : "client closed";
    }

    void complain(const Arrival& arrival) {
        if (arrival.end == Arrival::End::NotReached) return;  // the connection has
        const auto& request = exchange_.request();
        std::string what = request.method + ' ' + pathWithoutSecrets(request.target) + ": ";
        what += arrival.end == Arrival::End::Closed  ? "the connection was closed"
                : arrival.end == Arrival::End::Reset ? "the connection was reset"
                                                     : "the stream was reset";
        what += record_.hasResponse() ? " within the answer" : " before an answer";
        settings_.complain(what + " (" + arrival.endText + ')');
    }

    /// Gives the recording its name, once.
    void name() {
        if (!name_.empty()) return;
        name_ = settings_.name(record_, exchange_.request());
        exchange_.note(name_);
        exchange_.noteRequest(pathWithoutSecrets(exchange_.request().target), record_.statement());
    }

    void write(std::string_view end) {
        name();
        isWritten_ = true;
        settings_.write(record_.finished(end, name_, settings_.serverVersion()));
    }

    Exchange& exchange_;
    const RelaySettings& settings_;
    const bool isHttp2_;
    ExchangeRecord record_;
    std::shared_ptr<UpstreamConnection> connection_;
    std::shared_ptr<UpstreamStream> stream_;
    bool hasBody_ = true;  // the request
    bool isBodyEnded_ = false;
    std::string name_;
    bool isWritten_ = false;
};

}  // namespace

void relay(Exchange& exchange, const RelaySettings& settings) { Relay(exchange, settings).run(); }

}  // namespace ksqldb::server
