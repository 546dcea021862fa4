#include "client/attempts/call_watch.h"

#include "client/attempts/observed_headers.h"
#include "transport/http_request.h"

#include <exception>
#include <ostream>
#include <utility>

namespace ksqldb {

Observer::~Observer() = default;
ObserverContext Observer::onCall(const ObservedCall&) { return nullptr; }
ObserverContext Observer::onRequest(const ObservedRequest&, const ObserverContext&, HttpHeaders&) {
    return nullptr;
}
void Observer::onRequestEnd(const ObservedRequest&, const RequestResult&, const ObserverContext&) {}
void Observer::onCallEnd(const ObservedCall&, const CallResult&, const ObserverContext&) {}

std::string_view toString(ObservedCall::Kind kind) noexcept {
    using Kind = ObservedCall::Kind;
    switch (kind) {
        case Kind::Query:
            return "Query";
        case Kind::Stream:
            return "Stream";
        case Kind::Lines:
            return "Lines";
        case Kind::Command:
            return "Command";
        case Kind::Insert:
            return "Insert";
        case Kind::InsertStream:
            return "InsertStream";
        case Kind::Own:
            return "Own";
        case Kind::Token:
            return "Token";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, ObservedCall::Kind kind) {
    return out << toString(kind);
}

namespace client {

namespace {

std::chrono::microseconds since(base::Clock::time_point begin) {
    return std::chrono::duration_cast<std::chrono::microseconds>(base::Clock::now() - begin);
}

std::optional<ObservedFailure> failureOf(const Error* error) {
    if (error == nullptr) return std::nullopt;
    return ObservedFailure{error->code(), error->category(), error->serverCode()};
}

std::string withoutQuery(const std::string& url) { return url.substr(0, url.find_first_of("?#")); }

RequestTimes timesFrom(const transport::RequestFigures& figures, base::Clock::time_point begin) {
    const auto reached = [](std::chrono::microseconds time) {
        return time.count() > 0 ? std::optional(time) : std::nullopt;
    };
    RequestTimes times;
    if (!figures.isReused) {
        times.resolved = reached(figures.resolved);
        times.connected = reached(figures.connected);
        times.secured = reached(figures.secured);
    }
    times.sent = reached(figures.sent);
    if (figures.answered)
        times.firstByte =
            std::chrono::duration_cast<std::chrono::microseconds>(*figures.answered - begin);
    times.end = since(begin);
    return times;
}

}  // namespace

void Hooks::complain(Name name, const std::string& text) noexcept {
    if (hasComplained_[static_cast<std::size_t>(name)].exchange(true)) return;
    if (logger_.wants(LogLevel::Warn)) logger_.log(LogLevel::Warn, text);
}

void Hooks::complainOfThrow(Name name) noexcept {
    constexpr const char* names[]{"Observer::onCall", "Observer::onRequest",
                                  "Observer::onRequestEnd", "Observer::onCallEnd"};
    try {
        complain(name, detail::thrownBy(names[static_cast<std::size_t>(name)]).what() +
                           std::string("; the call goes on, and this is logged once"));
    } catch (...) {  // no memory for a line of the log
    }
}

/// One request and its repetitions.
class CallWatch::Request : public transport::RequestWatch {
public:
    explicit Request(std::shared_ptr<CallWatch> call) : call_(std::move(call)) {}

    transport::Headers begin(const transport::HttpRequest& request) noexcept override {
        transport::Headers headers;
        begun_ = base::Clock::now();
        isOpen_ = true;
        figures_ = {};
        ++call_->requests_;
        ++told_.attempt;
        hooks().call(Hooks::Name::Request, [&](Observer& observer) {
            told_.call = call_->call_;
            told_.method = request.method;
            told_.path = withoutQuery(request.path);
            told_.server = withoutQuery(request.connection->name());
            context_ = observer.onRequest(told_, call_->context_, headers);
        });
        return accepted(std::move(headers));
    }

    void measure(const transport::RequestFigures& figures) noexcept override { figures_ = figures; }

    void end(const Error* error, bool isRepeated) noexcept override {
        if (!std::exchange(isOpen_, false)) return;
        hooks().call(Hooks::Name::RequestEnd, [&](Observer& observer) {
            RequestResult result;
            result.status = figures_.status;
            result.failure = failureOf(error);
            result.isRepeated = isRepeated;
            result.isReused = figures_.isReused;
            if (figures_.isHttp2)
                result.version = *figures_.isHttp2 ? HttpVersion::Http2 : HttpVersion::Http11;
            result.sentBytes = figures_.sentBytes;
            result.receivedBytes = figures_.receivedBytes;
            result.times = timesFrom(figures_, begun_);
            result.queryId = call_->queryId_;
            observer.onRequestEnd(told_, result, context_);
        });
        context_.reset();
    }

private:
    Hooks& hooks() const noexcept { return *call_->hooks_; }

    transport::Headers accepted(transport::Headers wanted) noexcept {
        if (wanted.empty()) return {};
        ObservedHeaders headers;
        try {
            headers = ObservedHeaders::from(std::move(wanted));
            if (!headers.refusal.empty())
                hooks().complain(Hooks::Name::Headers,
                                 "a header that an Observer adds is not sent, and this is logged "
                                 "once: " +
                                     headers.refusal);
        } catch (...) {  // no memory: the request goes without
        }
        return std::move(headers.taken);
    }

    const std::shared_ptr<CallWatch> call_;
    ObservedRequest told_{{}, {}, {}, {}, 0};
    ObserverContext context_;
    base::Clock::time_point begun_;
    bool isOpen_ = false;
    transport::RequestFigures figures_;
};

std::shared_ptr<CallWatch> CallWatch::begin(const std::shared_ptr<Hooks>& hooks, Kind kind,
                                            std::uint64_t id) {
    if (!hooks) return nullptr;
    std::shared_ptr<CallWatch> watch(new CallWatch(hooks, {kind, id}));
    hooks->call(Hooks::Name::Call,
                [&](Observer& observer) { watch->context_ = observer.onCall(watch->call_); });
    return watch;
}

std::shared_ptr<transport::RequestWatch> CallWatch::request(
    const std::shared_ptr<CallWatch>& call) {
    return call ? std::make_shared<Request>(call) : nullptr;
}

std::shared_ptr<transport::RequestWatch> CallWatch::ownRequest(const std::shared_ptr<Hooks>& hooks,
                                                               Kind kind) {
    if (!hooks) return nullptr;
    return std::make_shared<Request>(std::shared_ptr<CallWatch>(new CallWatch(hooks, {kind, 0})));
}

CallWatch::~CallWatch() {
    if (isEnded_ || call_.id == 0) return;
    const Error error(ErrorCode::InvalidArgument, "the call was refused");
    end(&error);
}

void CallWatch::noteQuery(const std::optional<std::string>& id) {
    if (id) queryId_ = *id;
}

void CallWatch::end(const Error* error, std::optional<QueryStatistics> query) noexcept {
    if (std::exchange(isEnded_, true)) return;
    hooks_->call(Hooks::Name::CallEnd, [&](Observer& observer) {
        CallResult result;
        result.failure = failureOf(error);
        result.time = since(begun_);
        result.requests = requests_;
        result.query = query;
        result.queryId = queryId_;
        observer.onCallEnd(call_, result, context_);
    });
    context_.reset();
}

}  // namespace client

}  // namespace ksqldb
