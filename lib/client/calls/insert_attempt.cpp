#include "client/calls/insert_attempt.h"

#include "base/error_builder.h"
#include "client/attempts/answer_body.h"
#include "client/attempts/attempt_end.h"
#include "client/attempts/next_step.h"
#include "client/attempts/time_limits.h"
#include "protocol/error_body.h"
#include "values/json_document.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ksqldb::client {

using transport::TransferEnd;

InsertAttempt::InsertAttempt(std::shared_ptr<detail::InsertChannel> channel, Setup setup)
    : channel_(std::move(channel)), setup_(std::move(setup)), reader_(setup_.sizes) {}

void InsertAttempt::begin() {
    transport::HttpRequest request = setup_.request;
    request.body = shared_from_this();
    setup_.loop->start(setup_.id, std::move(request), shared_from_this());
}

InsertAttempt::Piece InsertAttempt::read(char* into, std::size_t room) {
    const std::size_t count = std::min(room, setup_.targetLine.size() - targetAt_);
    // A refusal has ended the server's side. libcurl ends the transfer when ours is ended as well.
    if (isRefused()) return {Kind::End};
    std::memcpy(into, setup_.targetLine.data() + targetAt_, count);
    targetAt_ += count;
    const bool mayGoOn =
        targetAt_ == setup_.targetLine.size() && (setup_.rowsAtOnce || status_ == 200);
    if (!mayGoOn) return {count > 0 ? Kind::Data : Kind::Wait, count};
    if (count == room) return {Kind::Data, count};

    std::size_t bytes = 0;
    const auto taken = channel_->take(into + count, room - count, bytes);
    if (bytes > 0 && setup_.acknowledgementTimeout.count() > 0) lookFromNowOn();
    if (count + bytes > 0) return {Kind::Data, count + bytes};
    switch (taken) {
        case detail::InsertChannel::Taken::End:
            isEndSent_ = true;
            lookFromNowOn();
            return {Kind::End};
        case detail::InsertChannel::Taken::Abort:
            return {Kind::Abort};
        case detail::InsertChannel::Taken::NothingForNow:
            return {Kind::Wait, 0, base::Clock::now() + gatherTime};
        default:
            return {Kind::Wait};
    }
}

bool InsertAttempt::rewind() {
    if (setup_.rowsAtOnce) return false;
    targetAt_ = 0;  // no row was taken before the server's 200
    return true;
}

void InsertAttempt::onHead(const transport::ResponseHead& head) {
    status_ = head.status;
    refusalCame_ = base::Clock::now();
    if (isRefused()) lookFromNowOn();
    if (setup_.route && status_ == 200) setup_.route->answered();
    channel_->open();
}

InsertAttempt::Taken InsertAttempt::onBody(std::string_view bytes) {
    if (isRefused()) {
        refusalCame_ = base::Clock::now();
        if (appendUpTo(errorBody_, bytes, setup_.sizes.errorBodyBytes)) return Taken::All;
        takeRefusal();
        return Taken::Abort;
    }
    if (reader_.feed(bytes)) return Taken::All;
    takeAnswer();
    return Taken::Abort;
}

void InsertAttempt::onRoundEnd() {
    if (error_) return;
    if (!isRefused())
        takeAnswer();
    else if (values::JsonDocument::parse(errorBody_))
        takeRefusal();  // whole, whether its end is noticed or not
    if (error_) channel_->cancel();
}

void InsertAttempt::takeAnswer() {
    if (error_) return;
    if (!reader_.ranges().empty()) error_ = channel_->acknowledge(reader_.ranges());
    reader_.clearRanges();
    if (const auto line = reader_.takeUnknownLine())
        setup_.logger.log(LogLevel::Warn, "a line of an unknown kind: " + *line);
    if (error_ || !reader_.error()) return;
    error_ = reader_.error();
    if (!reader_.refused()) return;
    if (const auto wrong = channel_->refuse(*reader_.refused(), *reader_.error())) error_ = wrong;
}

InsertAttempt::Timer InsertAttempt::onTimer(transport::Clock::time_point now) {
    TimeLimits time(now);
    const bool isSilent = status_ == 0;
    const char* const missing = isSilent ? "no answer over HTTP/2" : "not all was acknowledged";
    time.add(setup_.timeout, started_, ErrorCode::TotalTimeout, "timeout", missing);
    time.add(setup_.requestTimeout, begun_, ErrorCode::TotalTimeout, "requestTimeout", missing);
    if (isSilent)
        time.add(setup_.headerTimeout, begun_, ErrorCode::HeaderTimeout, "headerTimeout",
                 "no answer over HTTP/2");
    if (const auto since = channel_->waitingSince())
        time.add(setup_.acknowledgementTimeout, *since, ErrorCode::IdleTimeout,
                 "acknowledgementTimeout", "no acknowledgement");
    const bool isStrict = setup_.acknowledgementTimeout.count() > 0;
    looks_ = isRefused() || isEndSent_ || (isStrict && channel_->waitingSince());
    if (looks_)
        time.lookAgain(isStrict ? std::min(timerStep, setup_.acknowledgementTimeout) : timerStep);
    if (time.struck()) error_ = time.struck();
    return isOverdue(now) ? Timer{std::nullopt, true} : time.timer();
}

void InsertAttempt::lookFromNowOn() {
    if (!std::exchange(looks_, true)) setup_.loop->askTimer(setup_.id);
}

void InsertAttempt::takeRefusal() { error_ = protocol::errorFromBody(status_, errorBody_); }

bool InsertAttempt::isOverdue(base::Clock::time_point now) {
    if (isRefused()) {
        const bool isLate = now - refusalCame_ >= patienceAtEnd;
        if (isLate && !error_) takeRefusal();
        return isLate;
    }
    if (!isEndSent_ || !channel_->isDone()) return false;
    if (!doneSince_) doneSince_ = now;
    return now - *doneSince_ >= patienceAtEnd;
}

void InsertAttempt::onEnd(const TransferEnd& end) {
    if (status_ == 200) {
        if (end.kind == TransferEnd::Kind::Complete) reader_.finish();
        takeAnswer();
    }
    std::optional<Error> error = errorOf(end);
    // Once the target is accepted rows are on their way.
    if (error && status_ != 200)
        error = detail::ErrorBuilder(*error)
                    .retryable(mayBeRepeated(CallKind::Execute, {*error}))
                    .build();
    if (setup_.route) {
        setup_.route->ended(error ? &*error : nullptr, {});
        if (goOnElsewhere(error)) return;
        channel_->setEndpoint(setup_.route->endpoint(setup_.request));
    }
    if (error && setup_.logger.wants(LogLevel::Debug))
        setup_.logger.log(LogLevel::Debug, std::string("inserts end: ") + error->what());
    tellAttemptEnd(error, false);
    if (setup_.watch && setup_.endsCall) {
        // It may have been ended before, by a callback that threw.
        const std::optional<Error> first = channel_->report().error;
        const std::optional<Error>& told = first ? first : error;
        setup_.watch->end(told ? &*told : nullptr);
    }
    channel_->end(error);
    if (setup_.ended) setup_.ended();
}

bool InsertAttempt::goOnElsewhere(const std::optional<Error>& error) {
    const base::Clock::time_point now = base::Clock::now();
    const bool mayGoOn = error && targetAt_ == 0 &&
                         mayGoElsewhere(CallKind::Execute, {*error}, {}, now) &&
                         setup_.route->hasOther();
    if (!mayGoOn) return false;
    if (setup_.logger.wants(LogLevel::Info))
        setup_.logger.log(LogLevel::Info,
                          describeMove(*error, setup_.route->endpoint(setup_.request)));
    begun_ = now;
    tellAttemptEnd(error, true);
    begin();
    return true;
}

void InsertAttempt::tellAttemptEnd(const std::optional<Error>& error, bool isRepeated) const {
    if (setup_.request.watch) setup_.request.watch->end(error ? &*error : nullptr, isRepeated);
}

std::optional<Error> InsertAttempt::errorOf(const TransferEnd& end) const {
    if (error_) return withEnd(*error_, end);
    if (end.kind == TransferEnd::Kind::Aborted && doneSince_) return std::nullopt;
    auto error = client::errorOf(end, {std::nullopt, errorBody_});
    if (error || channel_->isDone()) return error;
    return detail::ErrorBuilder(ErrorCode::TruncatedResponse,
                                "the server ended the stream of rows before its time")
        .http(end.status)
        .build();
}

namespace {

/// The attempt as the channel sees it.
class Sender : public delivery::Producer {
public:
    Sender(std::shared_ptr<transport::EventLoop> loop, transport::EventLoop::TransferId id)
        : loop_(std::move(loop)), id_(id) {}

    void resume() noexcept override { loop_->resumeSending(id_); }
    void cancel() noexcept override { loop_->cancel(id_); }

private:
    const std::shared_ptr<transport::EventLoop> loop_;
    const transport::EventLoop::TransferId id_;
};

}  // namespace

void startInserts(std::shared_ptr<transport::EventLoop> loop,
                  const std::shared_ptr<detail::InsertChannel>& channel,
                  transport::HttpRequest request, InsertAttempt::Setup setup,
                  const std::optional<transport::TransferEnd>& end) {
    const auto id = setup.watch ? setup.watch->id() : loop->newId();
    channel->connect(std::make_shared<Sender>(loop, id), {"", request.endpoint()});
    if (setup.route) setup.route->lead(request);
    request.watch = CallWatch::request(setup.watch);
    setup.request = std::move(request);
    setup.loop = std::move(loop);
    setup.id = id;
    const auto attempt = std::make_shared<InsertAttempt>(channel, std::move(setup));
    if (end)
        attempt->onEnd(*end);
    else
        attempt->begin();
}

}  // namespace ksqldb::client
