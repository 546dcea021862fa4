#include "delivery/polled_stream.h"

#include "base/clock.h"

#include <ostream>
#include <utility>

namespace ksqldb::detail {

/// Catches a second thread, which would otherwise corrupt what the first one does.
class PolledStream::InUse {
public:
    explicit InUse(PolledStream& stream) : flag_(stream.inUse_) {
        if (flag_.exchange(true, std::memory_order_acquire))
            throw Error(ErrorCode::ConcurrentUse, "two threads use one ResultStream");
    }
    ~InUse() { flag_.store(false, std::memory_order_release); }
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;

private:
    std::atomic<bool>& flag_;
};

PolledStream::PolledStream(std::shared_ptr<delivery::DeliveryThread> thread,
                           const delivery::ConsumerSettings& settings)
    : delivery::RowChannel(settings.bufferBytes),
      thread_(std::move(thread)),
      cursor_(*this, settings.tombstones),
      reportsEvents_(settings.reportEvents) {}

const Header& PolledStream::header() {
    const InUse inUse(*this);
    while (!header_) {
        const Step found = look();
        if (header_ || found != Step::Nothing) break;
        waitForItems(std::nullopt);
    }
    if (header_) return *header_;
    errorThrown_ = true;
    throw ending_->error() ? *ending_->error()
                           : describe(Error(ErrorCode::Cancelled, "cancelled before its header"));
}

Next PolledStream::next(RowView& row, Until until) {
    const InUse inUse(*this);
    const Next found = await(until);
    if (found == Next::Row) row = cursor_.takeRow();
    return found;
}

Next PolledStream::nextBatch(RowBatch& rows, Until until) {
    const InUse inUse(*this);
    const Next found = await(until);
    if (found == Next::Row) rows = cursor_.takeRows(cursor_.rowCount());
    return found;
}

bool PolledStream::isComplete() {
    const InUse inUse(*this);
    return look() == Step::End && (!ending_->error() || errorThrown_);
}

const Ending& PolledStream::ending() {
    if (!isComplete())
        throw Error(ErrorCode::InvalidArgument, "ending() of a stream that is not complete");
    return *ending_;
}

Next PolledStream::await(Until until) {
    while (true) {
        switch (advance()) {
            case Step::Row:
                return Next::Row;
            case Step::Event:
                event_ = cursor_.takeEvent();
                return Next::Event;
            case Step::End:
                if (ending_->error() && !std::exchange(errorThrown_, true)) throw *ending_->error();
                return Next::End;
            case Step::Nothing:
                if (!waitForItems(until)) return Next::Timeout;
        }
    }
}

PolledStream::Step PolledStream::advance() {
    cursor_.releaseRows();
    const Step found = look();
    cursor_.releaseRows();  // those of a batch that look() has left
    return found;
}

PolledStream::Step PolledStream::look() {
    while (!ending_) {
        if (cursor_.hasRow()) return Step::Row;
        if (!cursor_.isOpen()) {
            if (!cursor_.open()) return Step::Nothing;
            if (cursor_.header()) header_ = cursor_.header();
        } else if (!cursor_.hasEvent()) {
            ending_ = cursor_.close();
        } else if (reportsEvents_) {
            return Step::Event;
        } else {
            cursor_.takeEvent();
        }
    }
    return Step::End;
}

bool PolledStream::waitForItems(Until until) {
    refuseAfterFork();
    if (until && *until <= delivery::Clock::now()) return hasItems();
    if (base::insideCallback())
        throw Error(ErrorCode::WouldDeadlock,
                    "waiting for a row inside a callback: it could wait for itself for ever");
    std::unique_lock lock(mutex_);
    sleeping_.store(true, std::memory_order_seq_cst);
    bool arrived = true;
    if (until)
        arrived = arrived_.wait_until(lock, *until, [&] { return hasItems(); });
    else
        arrived_.wait(lock, [&] { return hasItems(); });
    sleeping_.store(false, std::memory_order_seq_cst);
    return arrived;
}

void PolledStream::itemsReady() {
    if (sleeping_.load(std::memory_order_seq_cst)) {
        std::lock_guard lock(mutex_);
        arrived_.notify_one();
    }
    if (!armed_.load(std::memory_order_seq_cst) ||
        !armed_.exchange(false, std::memory_order_seq_cst))
        return;
    try {
        thread_->post(shared_from_this());
    } catch (...) {
        armed_.store(true, std::memory_order_seq_cst);  // the end that follows is posted
        throw;
    }
}

void PolledStream::notifyWhenReady(std::function<void()> wake) {
    refuseAfterFork();
    thread_->start();
    // Once it is armed, whoever is woken may use the stream, and even destroy it.
    const auto self = shared_from_this();
    bool ready = false;
    {
        const InUse inUse(*this);
        ready = look() != Step::Nothing;
        std::lock_guard lock(mutex_);
        wake_.swap(wake);
    }
    armed_.store(true, std::memory_order_seq_cst);
    if ((ready || hasItems()) && armed_.exchange(false, std::memory_order_seq_cst))
        thread_->post(self);
}

void PolledStream::run() noexcept {
    std::function<void()> wake;
    {
        std::lock_guard lock(mutex_);
        wake.swap(wake_);
    }
    try {
        if (wake) wake();
    } catch (...) {  // it had only to post
    }
}

void PolledStream::abandon() noexcept {
    std::function<void()> wake;
    {
        std::lock_guard lock(mutex_);
        wake.swap(wake_);
    }
    cancelCall();
}

}  // namespace ksqldb::detail

namespace ksqldb {

namespace {
detail::PolledStream::Until untilFrom(milliseconds limit) {
    return base::after(delivery::Clock::now(), limit);
}
}  // namespace

ResultStream::ResultStream(std::shared_ptr<detail::PolledStream> stream) noexcept
    : stream_(std::move(stream)) {}
ResultStream::ResultStream(ResultStream&& other) noexcept = default;
ResultStream& ResultStream::operator=(ResultStream&& other) noexcept {
    ResultStream old(std::move(*this));
    stream_ = std::move(other.stream_);
    current_ = other.current_;
    return *this;
}
ResultStream::~ResultStream() {
    if (!stream_) return;
    if (stream_->isForked()) {
        base::leak(std::move(stream_));
        return;
    }
    stream_->abandon();
}

const Header& ResultStream::header() & { return stream_->header(); }
Next ResultStream::next(RowView& row) { return stream_->next(row, std::nullopt); }
Next ResultStream::next(RowView& row, milliseconds limit) {
    return stream_->next(row, untilFrom(limit));
}
Next ResultStream::nextBatch(RowBatch& batch, milliseconds limit) {
    return stream_->nextBatch(batch, untilFrom(limit));
}
void ResultStream::notifyWhenReady(std::function<void()> wake) {
    stream_->notifyWhenReady(std::move(wake));
}
const StreamEvent& ResultStream::event() const& noexcept { return stream_->event(); }
bool ResultStream::isComplete() const { return stream_->isComplete(); }
const Ending& ResultStream::ending() const& { return stream_->ending(); }
RowCounts ResultStream::counts() const noexcept { return stream_->counts(); }
QueryStatistics ResultStream::statistics() const noexcept { return stream_->statistics(); }
const std::string& ResultStream::continuationToken() const& noexcept {
    return stream_->continuationToken();
}
void ResultStream::cancel() noexcept { stream_->cancelCall(); }

std::string_view toString(Next next) noexcept {
    switch (next) {
        case Next::Row:
            return "Row";
        case Next::Event:
            return "Event";
        case Next::Timeout:
            return "Timeout";
        case Next::End:
            return "End";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, Next next) { return out << toString(next); }

}  // namespace ksqldb
