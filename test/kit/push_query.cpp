// One query of a Push: what its requests get.

#include "push_query.h"

#include "server/json.h"
#include "server/negotiation.h"
#include "server/own_answers.h"
#include "server/push_token.h"
#include "server/query_answer.h"

#include <algorithm>

namespace ksqldb::testing {

using server::Exchange;
using server::Form;
using server::QueryAnswer;
using Kind = Push::Impl::Sent::Kind;
using Stop = Push::Impl::Stop;

namespace {

bool isTrue(const server::Request& request, std::string_view property) {
    return request.property(property) == "true";
}

/// A server takes the property with the prefix, too.
bool isFromBeginning(const server::Request& request) {
    return request.property("auto.offset.reset") == "\"earliest\"" ||
           request.property("ksql.streams.auto.offset.reset") == "\"earliest\"";
}

/// What a request asks of a push query.
struct Wish {
    bool fromBeginning = false;
    bool isScalable = false;
    bool wantsTokens = false;
    std::optional<std::string> token;  // to go on from; JSON

    explicit Wish(const server::Request& request)
        : fromBeginning(isFromBeginning(request)),
          isScalable(isTrue(request, "ksql.query.push.v2.enabled") && !fromBeginning),
          wantsTokens(isScalable &&
                      isTrue(request, "ksql.query.push.v2.continuation.tokens.enabled")) {
        if (wantsTokens)
            token = request.requestProperty("request.ksql.query.push.continuation.token");
    }
};

/// Brings what was sent to one subscriber.
class Query {
public:
    Query(Push::Impl& push, Exchange& exchange, QueryAnswer& answer, bool wantsTokens,
          std::shared_ptr<Push::Impl::Subscriber> subscriber)
        : push_(push),
          exchange_(exchange),
          answer_(answer),
          wantsTokens_(wantsTokens),
          limit_(detail::limitOf(exchange.request().sql())),
          subscriber_(std::move(subscriber)) {}
    ~Query() { leave(); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Whoever waits for subscribers sees it from now on.
    void join() {
        std::lock_guard lock(push_.mutex);
        push_.subscribers.push_back(subscriber_);
        push_.subscribersChanged.notify_all();
    }

    void run() {
        while (true) {
            const Now now = take();
            for (const auto& sent : now.sent) {
                if (exchange_.ended()) return answer_.end();
                if (!bring(sent)) return finish(true);
            }
            if (now.stop) return stop(*now.stop);
            if (exchange_.waitFor(*now.changed) != server::Woke::Happened) break;
        }
        if (exchange_.ended()) finish(false);
    }

private:
    struct Now {
        std::vector<Push::Impl::Sent> sent;
        std::optional<Stop> stop;
        std::shared_ptr<server::Event> changed;
    };

    Now take() {
        std::lock_guard lock(push_.mutex);
        const auto stop = subscriber_->stop;
        const std::size_t end = stop ? stop->at : push_.sent.size();
        const auto begin = push_.sent.begin();
        Now now{{}, stop, push_.changed};
        if (subscriber_->next < end)
            now.sent.assign(begin + static_cast<std::ptrdiff_t>(subscriber_->next),
                            begin + static_cast<std::ptrdiff_t>(end));
        subscriber_->next = end;
        return now;
    }

    /// False when the LIMIT is reached.
    bool bring(const Push::Impl::Sent& sent) {
        if (sent.kind == Kind::Token) {
            if (wantsTokens_) answer_.token(sent.text);
            return true;
        }
        sent.kind == Kind::Row ? answer_.row(sent.text) : answer_.tombstone(sent.text);
        return ++count_ != limit_;
    }

    void finish(bool limitReached) {
        leave();
        answer_.end(limitReached);
    }
    void stop(const Stop& stop) {
        if (stop.kind == Stop::Kind::Disconnect) return exchange_.reset();
        if (stop.kind == Stop::Kind::Fail)
            return answer_.error(stop.error.code, stop.error.message);
        answer_.end();
    }
    void leave() {
        std::lock_guard lock(push_.mutex);
        if (std::erase(push_.subscribers, subscriber_) != 0) push_.subscribersChanged.notify_all();
    }

    Push::Impl& push_;
    Exchange& exchange_;
    QueryAnswer& answer_;
    const bool wantsTokens_;
    const std::optional<std::uint64_t> limit_;
    std::shared_ptr<Push::Impl::Subscriber> subscriber_;
    std::uint64_t count_ = 0;
};

}  // namespace

void Push::Impl::serve(Exchange& exchange) {
    const server::Request& request = exchange.request();
    if (request.path() != "/query-stream" && request.path() != "/query")
        return exchange.pass("It is described as a query, and those go to /query-stream.");
    const auto form = server::negotiatedForm(request.path(), request.header("Accept"));
    if (!form || *form == Form::Protobuf) return exchange.respond(406);

    const Wish wish(request);
    auto subscriber = std::make_shared<Subscriber>();
    detail::Columns header;
    {
        std::lock_guard lock(mutex);
        if (columns.empty()) return exchange.pass("onPush() was said of it, but no columns().");
        header = columns;
        subscriber->next = wish.fromBeginning ? 0 : sent.size();
    }
    if (wish.token) {
        const auto from = server::pushTokenEnd(*wish.token);
        if (!from)
            return server::refuse(
                exchange, 400,
                server::statementError(40001, "Couldn't decode push offset range token",
                                       request.sql()));
        subscriber->next = *from;
    }
    exchange.note("described");
    const std::string id =
        wish.isScalable ? server::scalablePushQueryId() : detail::pushQueryId(request.sql());
    const auto running =
        exchange.running(id, wish.isScalable ? server::Closable::No : server::Closable::Yes);
    QueryAnswer answer(exchange, *form,
                       wish.isScalable ? QueryAnswer::Kind::ScalablePush : QueryAnswer::Kind::Push);
    Query query(*this, exchange, answer, wish.wantsTokens, std::move(subscriber));
    answer.header(id, header);
    query.join();
    query.run();
}

void Push::Impl::stop(Stop stop) {
    std::shared_ptr<server::Event> happened;
    {
        std::lock_guard lock(mutex);
        stop.at = sent.size();
        for (const auto& subscriber : subscribers) subscriber->stop = stop;
        subscribers.clear();
        subscribersChanged.notify_all();
        happened = takeChanged();
    }
    happened->set();
}

}  // namespace ksqldb::testing
