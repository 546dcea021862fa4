#include "client/tables/table_run.h"

#include "base/cancel_state.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/attempts/next_step.h"

#include <algorithm>
#include <utility>

namespace ksqldb::detail {

using client::CallKind;

/// What is to be done later, if the table is still there.
class TableRun::Alarm : public delivery::Runnable {
public:
    Alarm(std::weak_ptr<TableRun> run, const CallbackStream& stream, void (TableRun::*what)())
        : run_(std::move(run)), what_(what) {
        becomePartOf(stream);
    }
    void run() noexcept override {
        if (const auto alive = run_.lock()) ((*alive).*what_)();
    }

private:
    const std::weak_ptr<TableRun> run_;
    void (TableRun::*const what_)();
};

TableRun::TableRun(std::shared_ptr<ClientCore> core, std::string sql,
                   std::shared_ptr<TableRows> rows, LiveTableEvents events,
                   const LiveTableSettings& settings)
    : core_(std::move(core)),
      thread_(core_->deliveryThread()),
      sql_(std::move(sql)),
      rows_(std::move(rows)),
      settings_(settings),
      streamSettings_(StreamSettings::of(settings.stream)),
      events_(std::move(events)) {
    streamSettings_.tombstones = Tombstones::Deliver;
    streamSettings_.call.setOffsetReset(OffsetReset::Earliest);
}

void TableRun::start() {
    thread_->start();
    listening_.emplace(CancelState::of(streamSettings_.call.cancelToken),
                       CloseIt{weak_from_this()});
    const std::lock_guard lock(mutex_);
    startStream();
}

void TableRun::startStream() {
    const auto self = shared_from_this();
    StreamCallbacks callbacks;
    callbacks.onHeader = [self](StreamControl&, const Header& header) { self->onHeader(header); };
    callbacks.onRows = [self](StreamControl&, const RowBatch& rows) { self->onRows(rows); };
    callbacks.onEnd = [self](const Ending& ending) { self->onEnd(ending); };
    auto stream = std::make_shared<CallbackStream>(thread_, std::move(callbacks), streamSettings_,
                                                   core_->logger());
    stream->setWake([self] { self->lookAround(); });
    if (stream_) stream->follow(*stream_);
    client::CallSettings call = streamSettings_.call;
    if (isClosing_) {
        CancelSource cancelled;
        cancelled.cancel();
        call.cancelToken = cancelled.token();
    }
    stream_ = stream;
    core_->startQuery(stream, sql_, call, QueryAnswer::StreamedRow, {});
}

void TableRun::close() noexcept {
    if (isForked()) return;
    std::shared_ptr<CallbackStream> stream;
    {
        const std::lock_guard lock(mutex_);
        isClosing_ = true;
        if (!isWaiting_) stream = stream_;
    }
    if (stream)
        stream->cancel();
    else
        startAgain();
}

void TableRun::silence() noexcept {
    rows_->silence();
    std::shared_ptr<CallbackStream> stream;
    std::shared_ptr<CallbackStream> pull;
    {
        const std::lock_guard lock(mutex_);
        isSilent_ = true;
        stream = stream_;
        pull = std::move(pull_);
    }
    listening_.reset();
    if (stream) stream->silence();
    if (pull) pull->silence();
}

void TableRun::onHeader(const Header& header) {
    queryId_ = header.queryId();
    rows_->beginAnew(header.schema());
    client::CatchingUp::Settings settings;
    settings.byPullQuery = settings_.caughtUpBy == CaughtUpBy::PullQuery;
    settings.quietTime = settings_.quietTime;
    settings.atLatest = settings_.caughtUpAtLatest;
    catchingUp_.emplace(settings, Clock::now());
    lookAround();
}

void TableRun::onRows(const RowBatch& rows) {
    rows_->apply(rows);
    if (!catchingUp_) return;
    catchingUp_->rowsCame(Clock::now());
    lookAround();
}

void TableRun::lookAround() {
    if (!catchingUp_) return;
    std::optional<Ending> pullEnding;
    {
        const std::lock_guard lock(mutex_);
        pullEnding.swap(pullEnding_);
    }
    const auto now = Clock::now();
    if (pullEnding) {
        const Error* error = pullEnding->error();
        const bool isForNow = error != nullptr && client::failsForNow(*error);
        catchingUp_->pullEnded(*pullEnding == Ending::Kind::Finished, isForNow, now);
        if (error != nullptr && core_->logger().wants(LogLevel::Info))
            core_->logger().log(LogLevel::Info,
                                std::string("no pull query can tell whether the table has caught "
                                            "up: ") +
                                    error->what());
    }
    if (catchingUp_->isDone(*rows_, now)) return caughtUp();
    if (catchingUp_->isPullDue(now)) startPull();
    const std::lock_guard lock(mutex_);
    if (!std::exchange(isWakingLater_, true))
        postAlarm(now + catchingUp_->nextLook(), &TableRun::wakeStream);
}

void TableRun::caughtUp() {
    stopPull();
    catchingUp_.reset();
    restarts_ = 0;
    rows_->settle();
    setState(LiveTableState::Live);
    rows_->tellDifferences();
    if (events_.onCaughtUp && !isSilent()) callNamed("onCaughtUp", events_.onCaughtUp);
}

void TableRun::onEnd(const Ending& ending) {
    stopPull();
    catchingUp_.reset();
    const auto when = nextStart(ending);
    if (when && !isClosing())
        restart(ending, *when);
    else
        finish(ending);
}

std::optional<TableRun::Clock::time_point> TableRun::nextStart(const Ending& ending) {
    if (!settings_.restart) return std::nullopt;
    if (ending.error() == nullptr &&
        (ending != Ending::Kind::Finished || (queryId_ && core_->wasClosed(*queryId_))))
        return std::nullopt;
    const auto now = Clock::now();
    if (restarts_ == 0) lostAt_ = now;
    // What the server calls finished was ended by somebody, or the server stops.
    const Error error = ending.error() != nullptr
                            ? *ending.error()
                            : Error(ErrorCode::ConnectionLost, "the server ended the query");
    return client::nextAttempt(CallKind::Collect, {error}, client::withTheFirst(*settings_.restart),
                               {restarts_ + 1, lostAt_}, now, client::randomFraction());
}

void TableRun::restart(const Ending& why, Clock::time_point when) {
    {
        const std::lock_guard lock(mutex_);
        if (isSilent_) return;
        state_ = wasLive_ ? LiveTableState::Stale : LiveTableState::Reading;
    }
    try {
        if (events_.onRestart) events_.onRestart(why);
    } catch (...) {
        return finish(Ending(thrownBy("onRestart")));
    }
    ++restarts_;
    bool isClosing = false;
    {
        const std::lock_guard lock(mutex_);
        if (isSilent_) return;
        isClosing = isClosing_;
        if (!isClosing) {
            isWaiting_ = true;
            postAlarm(when, &TableRun::startAgain);
        }
    }
    if (isClosing) finish(Ending(Ending::Kind::Cancelled));
}

void TableRun::finish(const Ending& ending) {
    {
        const std::lock_guard lock(mutex_);
        if (isSilent_) return;
        ending_ = ending;
        state_ = LiveTableState::Ended;
        changed_.notify_all();
    }
    try {
        if (events_.onEnd) events_.onEnd(ending);
    } catch (...) {
        core_->logger().log(LogLevel::Error,
                            std::string("a live table's ") + thrownBy("onEnd").what());
    }
    events_ = {};
    const std::lock_guard lock(mutex_);
    hasEnded_ = true;
    changed_.notify_all();
}

void TableRun::setState(LiveTableState state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
    wasLive_ = wasLive_ || state == LiveTableState::Live;
    changed_.notify_all();
}

bool TableRun::isClosing() {
    const std::lock_guard lock(mutex_);
    return isClosing_;
}

bool TableRun::isSilent() {
    const std::lock_guard lock(mutex_);
    return isSilent_;
}

void TableRun::startPull() {
    const auto self = shared_from_this();
    StreamCallbacks callbacks;
    callbacks.onHeader = [rows = rows_](StreamControl&, const Header& header) {
        rows->beginCheck(header.schema());
    };
    callbacks.onRows = [rows = rows_](StreamControl&, const RowBatch& batch) {
        rows->check(batch);
    };
    callbacks.onEnd = [self](const Ending& ending) { self->pullEnded(ending); };
    const auto thread = core_->deliveryThread();
    thread->start();
    auto pull = std::make_shared<CallbackStream>(thread, std::move(callbacks),
                                                 delivery::ConsumerSettings(), core_->logger());
    catchingUp_->pullBegan();
    std::shared_ptr<CallbackStream> former;
    {
        const std::lock_guard lock(mutex_);
        if (isSilent_) return;
        former = std::exchange(pull_, pull);
    }
    client::CallSettings call = StreamSettings::of(settings_.stream).call;
    call.time.idle.reset();
    call.liveness = {};
    core_->startQuery(pull, client::pullStatement(sql_), call, QueryAnswer::Delimited, {});
    pull->listen(call.cancelToken, pull);
}

void TableRun::pullEnded(const Ending& ending) {
    std::shared_ptr<CallbackStream> stream;
    {
        const std::lock_guard lock(mutex_);
        pullEnding_ = ending;
        stream = stream_;
    }
    if (stream) stream->wake();
}

void TableRun::stopPull() {
    std::shared_ptr<CallbackStream> pull;
    {
        const std::lock_guard lock(mutex_);
        pull = std::move(pull_);
    }
    if (pull) pull->silence();
    const std::lock_guard lock(mutex_);
    pullEnding_.reset();
}

void TableRun::postAlarm(Clock::time_point when, void (TableRun::*what)()) {
    thread_->postAt(when, std::make_shared<Alarm>(weak_from_this(), *stream_, what));
}

void TableRun::wakeStream() {
    std::shared_ptr<CallbackStream> stream;
    {
        const std::lock_guard lock(mutex_);
        isWakingLater_ = false;
        stream = stream_;
    }
    if (stream) stream->wake();
}

void TableRun::startAgain() {
    std::shared_ptr<CallbackStream> former;
    const std::lock_guard lock(mutex_);
    if (isSilent_ || !std::exchange(isWaiting_, false)) return;
    former = stream_;
    startStream();
}

bool TableRun::waitCaughtUp(milliseconds limit) {
    checkWaiting();
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, base::after(Clock::now(), limit), [&] {
        return state_ == LiveTableState::Live || state_ == LiveTableState::Ended;
    });
    return state_ == LiveTableState::Live;
}

bool TableRun::waitEnded(std::optional<Clock::time_point> until) {
    checkWaiting();
    std::unique_lock lock(mutex_);
    const auto ended = [&] { return hasEnded_; };
    if (until) return changed_.wait_until(lock, *until, ended);
    changed_.wait(lock, ended);
    return true;
}

void TableRun::checkWaiting() const {
    if (isForked()) throw ClientCore::usedAfterFork();
    if (base::insideCallback())
        throw Error(
            ErrorCode::WouldDeadlock,
            "waiting for a live table inside a callback: it could wait for itself for ever");
}

LiveTableState TableRun::state() {
    const std::lock_guard lock(mutex_);
    return state_;
}

std::optional<Ending> TableRun::ending() {
    const std::lock_guard lock(mutex_);
    return ending_;
}

}  // namespace ksqldb::detail
