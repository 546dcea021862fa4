#include "delivery/callback_stream.h"

#include "base/clock.h"
#include "base/error_builder.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace ksqldb::detail {

namespace {

bool isOnDemand(const delivery::ConsumerSettings& settings) {
    return settings.minInterval.count() > 0 || settings.overflow == Overflow::KeepLatest;
}

}  // namespace

CallbackStream::CallbackStream(std::shared_ptr<delivery::DeliveryThread> thread,
                               StreamCallbacks callbacks,
                               const delivery::ConsumerSettings& settings, base::Logger logger)
    : delivery::RowChannel(settings.bufferBytes, isOnDemand(settings)),
      thread_(std::move(thread)),
      logger_(std::move(logger)),
      rowsPerTurn_(std::max<std::size_t>(settings.maxRowsPerCall, 1)),
      minInterval_(settings.minInterval),
      onDemand_(isOnDemand(settings)),
      executor_(settings.executor),
      callbacks_(std::move(callbacks)),
      cursor_(*this, settings.tombstones) {}

void CallbackStream::cancel() noexcept {
    if (isForked()) return;
    if (cancelled_.exchange(true, std::memory_order_seq_cst)) return;
    cancelCall();
    scheduleNow();
}

void CallbackStream::silence() noexcept {
    StreamCallbacks callbacks;
    std::function<void()> onWake;
    Executor executor;
    {
        std::unique_lock lock(gate_);
        silenced_ = true;
        const auto me = std::this_thread::get_id();
        // Whatever the executor's function refers to may die next, as what the callbacks do.
        gateChanged_.wait(lock, [&] { return posting_ == std::thread::id() || posting_ == me; });
        if (delivering_ == me) {  // inside a callback: leave() cleans up
            lock.unlock();
            cancel();
            return;
        }
        cancelled_.store(true, std::memory_order_seq_cst);  // so that a running turn is short
        gateChanged_.wait(lock, [&] { return delivering_ == std::thread::id(); });
        callbacks = std::move(callbacks_);
        onWake.swap(onWake_);
        executor = std::move(executor_);
        callbacks_ = {};
        executor_ = {};
    }
    cancelCall();
}

bool CallbackStream::waitEnded(std::optional<delivery::Clock::time_point> until) {
    refuseAfterFork();
    if (base::insideCallback())
        throw Error(ErrorCode::WouldDeadlock,
                    "waiting for a stream inside a callback: it could wait for itself for ever");
    std::unique_lock lock(gate_);
    const auto ended = [&] { return ended_; };
    if (until) return gateChanged_.wait_until(lock, *until, ended);
    gateChanged_.wait(lock, ended);
    return true;
}

void CallbackStream::retire(std::shared_ptr<delivery::RowChannel> self) {
    // The last reference may be the loop's; what callbacks captured must not die on its thread.
    struct Retired : delivery::Runnable {
        std::shared_ptr<delivery::RowChannel> stream;
        void run() noexcept override { stream.reset(); }
    };
    auto retired = std::make_shared<Retired>();
    retired->stream = std::move(self);
    thread_->post(std::move(retired));
}

void CallbackStream::wake() {
    woken_.store(true, std::memory_order_seq_cst);
    schedule();
}

bool CallbackStream::hasWork() const {
    return hasItems() || isUrgent() || woken_.load(std::memory_order_seq_cst);
}

void CallbackStream::schedule() { (void)postFrom(State::Idle); }

void CallbackStream::scheduleNow() {
    if (!postFrom(State::Resting)) schedule();
}

bool CallbackStream::postFrom(State from) {
    State state = from;
    if (!state_.compare_exchange_strong(state, State::Posted)) return false;
    try {
        thread_->post(shared_from_this());
    } catch (...) {
        state_.store(from);  // the end that follows is posted
        throw;
    }
    return true;
}

bool CallbackStream::isUrgent() const {
    return cancelled_.load(std::memory_order_seq_cst) || rejected_.load(std::memory_order_seq_cst);
}

void CallbackStream::rest() {
    struct Alarm : delivery::Runnable {
        explicit Alarm(std::shared_ptr<CallbackStream> whose) : stream(std::move(whose)) {
            becomePartOf(*stream);
        }
        void run() noexcept override { stream->wakeUp(); }
        std::shared_ptr<CallbackStream> stream;  // a query that is detached may have no other owner
    };
    auto alarm = std::make_shared<Alarm>(shared_from_this());
    state_.store(State::Resting);
    thread_->postAt(base::after(delivery::Clock::now(), minInterval_), std::move(alarm));
    if (isUrgent()) scheduleNow();  // cancel() may have come while the turn was still going on
}

void CallbackStream::wakeUp() {
    State resting = State::Resting;
    if (!state_.compare_exchange_strong(resting, State::InTurn)) return;  // cancelled meanwhile
    if (cursor_.isOpen()) {
        state_.store(State::Posted);
        run();
        return;
    }
    demand();
    state_.store(State::Idle);
    if (hasWork()) schedule();
}

void CallbackStream::run() noexcept {
    if (!post()) deliver(false);
}

/// Hands a turn to the executor. False: there is none, or none any more.
bool CallbackStream::post() {
    Executor executor;  // a copy, for ~Subscription may take the original
    {
        std::lock_guard lock(gate_);
        if (!executor_ || silenced_.load() || rejected_.load()) return false;
        executor = executor_;
        posting_ = std::this_thread::get_id();
    }
    const Posted posted = postTo(executor, [self = shared_from_this()] { self->deliver(true); });
    if (posted != Posted::Yes) {
        rejected_.store(true, std::memory_order_seq_cst);
        // Where the task has run all the same, its turn may be over: there is another one.
        scheduleNow();
    }
    std::lock_guard lock(gate_);
    posting_ = {};
    if (silenced_.load()) gateChanged_.notify_all();
    return !rejected_.load();
}

void CallbackStream::deliver(bool byExecutor) {
    State posted = State::Posted;
    if (!state_.compare_exchange_strong(posted, State::InTurn)) return;  // a task that runs again
    if (!enter()) return;
    if (!byExecutor && rejected_.load(std::memory_order_seq_cst) && !failure_)
        failure_ = Error(ErrorCode::ExecutorRejected, "the stream's executor threw");
    try {
        turn();
    } catch (...) {
        if (!failure_) failure_ = describe(base::currentError());
    }
    // The handle is gone, perhaps in a callback that used up the quota: leave() cleans up here.
    if (silenced_.load(std::memory_order_relaxed)) finished_ = true;
    const bool isOver = finished_;
    const bool goesOn = cursor_.isOpen() || failure_.has_value();
    const bool mayRest = calledForRows_ && minInterval_.count() > 0 && !failure_;
    leave();
    if (isOver) return;
    if (mayRest && !isUrgent()) {
        rest();
        return;
    }
    if (onDemand_ && !goesOn) demand();
    // First idle, then another look: what came before found a turn that was running and posted no
    // other. From here on the next turn may run beside this one, which only touches atomics.
    state_.store(State::Idle);
    if (goesOn || hasWork()) schedule();
}

bool CallbackStream::enter() {
    std::lock_guard lock(gate_);
    if (silenced_.load() || ended_ || delivering_ != std::thread::id()) return false;
    delivering_ = std::this_thread::get_id();
    return true;
}

void CallbackStream::leave() {
    if (finished_) {
        // What the callbacks captured dies before anybody who waits for the end goes on.
        const base::CallbackScope scope;
        callbacks_ = {};
        onWake_ = {};
        Executor executor;  // may own the Subscription: it must not die under the lock
        std::lock_guard lock(gate_);
        executor.swap(executor_);
    }
    std::lock_guard lock(gate_);
    ended_ = finished_;
    delivering_ = {};
    // Who waits for the end is not to be woken by each turn.
    if (ended_ || silenced_.load()) gateChanged_.notify_all();
}

bool CallbackStream::mustStop() const {
    return failure_.has_value() || cancelled_.load(std::memory_order_relaxed);
}

void CallbackStream::turn() {
    const base::CallbackScope scope;
    calledForRows_ = false;
    std::size_t quota = rowsPerTurn_;
    while (quota > 0 && !finished_) {
        if (mustStop()) {
            if (failure_) cancelCall();
            if (silenced_.load(std::memory_order_relaxed))
                finished_ = true;  // the handle is gone, inside a callback or while one ran
            else
                end(failure_ ? Ending(*failure_) : Ending(Ending::Kind::Cancelled));
            break;
        }
        if (woken_.exchange(false) && onWake_) {
            call("onWake", [&](StreamControl&) { onWake_(); });
            continue;
        }
        if (!cursor_.isOpen()) {
            if (!startBatch(quota)) break;
        } else if (cursor_.hasEvent()) {
            const StreamEvent event = cursor_.takeEvent();
            --quota;
            if (callbacks_.onEvent)
                call("onEvent",
                     [&](StreamControl& control) { callbacks_.onEvent(control, event); });
        } else if (cursor_.hasRow()) {
            if (calledForRows_ && callbacks_.onRows && minInterval_.count() > 0) break;
            deliverRows(quota);
        } else {
            endBatch();
        }
    }
}

/// False: none has come.
bool CallbackStream::startBatch(std::size_t& quota) {
    const std::uint64_t skippedBefore = counts().tombstones;
    if (!cursor_.open()) return false;
    // What brings no row takes its time as well.
    const std::uint64_t skipped = counts().tombstones - skippedBefore;
    quota -= std::min<std::size_t>(quota, skipped + (cursor_.rowCount() == 0 ? 1 : 0));
    if (!cursor_.header()) return true;
    header_ = *cursor_.header();
    if (callbacks_.onHeader)
        call("onHeader", [&](StreamControl& control) { callbacks_.onHeader(control, header_); });
    return true;
}

/// As many as the quota allows.
void CallbackStream::deliverRows(std::size_t& quota) {
    calledForRows_ = true;
    if (callbacks_.onRows) {
        const RowBatch rows = cursor_.takeRows(quota);
        quota -= rows.size();
        call("onRows", [&](StreamControl& control) { callbacks_.onRows(control, rows); });
    } else if (callbacks_.onRow) {
        call("onRow", [&](StreamControl& control) {
            while (quota > 0 && cursor_.hasRow() && !mustStop()) {
                --quota;
                callbacks_.onRow(control, cursor_.takeRow());
            }
        });
    } else {
        quota -= cursor_.passRows(quota);
    }
}

void CallbackStream::endBatch() {
    const std::optional<Ending> ending = cursor_.close();
    cursor_.releaseRows();
    if (ending) end(*ending);
}

void CallbackStream::end(const Ending& ending) {
    finished_ = true;
    if (!callbacks_.onEnd) {
        if (ending.error() != nullptr)
            logger_.log(LogLevel::Warn,
                        std::string("a query without onEnd failed: ") + ending.error()->what());
        return;
    }
    try {
        callbacks_.onEnd(ending);
    } catch (const std::exception& e) {
        logger_.log(LogLevel::Error, std::string("onEnd threw: ") + e.what());
    } catch (...) {
        logger_.log(LogLevel::Error, "onEnd threw");
    }
}

/// What it throws ends the query.
template <class F>
void CallbackStream::call(const char* name, F&& callback) {
    StreamControl control(*this);
    try {
        callback(control);
    } catch (...) {
        failure_ = thrownBy(name);
    }
}

}  // namespace ksqldb::detail

namespace ksqldb {

const Header& StreamControl::header() const noexcept { return stream_.header(); }
const RowCounts& StreamControl::counts() const noexcept { return stream_.counts(); }
QueryStatistics StreamControl::statistics() const noexcept { return stream_.statistics(); }
const std::string& StreamControl::continuationToken() const noexcept {
    return stream_.continuationToken();
}
void StreamControl::cancel() noexcept { stream_.cancel(); }

Subscription::Subscription() noexcept = default;
Subscription::Subscription(std::shared_ptr<detail::CallbackStream> stream) noexcept
    : stream_(std::move(stream)) {}
Subscription::Subscription(Subscription&& other) noexcept = default;
Subscription& Subscription::operator=(Subscription&& other) noexcept {
    Subscription old(std::move(*this));
    stream_ = std::move(other.stream_);
    return *this;
}
Subscription::~Subscription() {
    if (!stream_) return;
    if (stream_->isForked()) {
        base::leak(std::move(stream_));
        return;
    }
    stream_->silence();
}

void Subscription::cancel() noexcept {
    if (stream_) stream_->cancel();
}
QueryStatistics Subscription::statistics() const noexcept {
    return stream_ ? stream_->statistics() : QueryStatistics();
}
bool Subscription::waitFor(milliseconds limit) {
    return !stream_ || stream_->waitEnded(base::after(delivery::Clock::now(), limit));
}
void Subscription::wait() {
    if (stream_) stream_->waitEnded(std::nullopt);
}
void Subscription::detach() && noexcept { stream_.reset(); }

}  // namespace ksqldb
