#include "delivery/insert_channel.h"

#include "base/error_builder.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ksqldb::detail {

namespace {

/// The whole line or, without memory, nothing of it.
void appendLine(std::string& lines, std::string_view line) {
    const std::size_t before = lines.size();
    try {
        lines.append(line);
        lines += '\n';
    } catch (...) {
        lines.resize(before);
        throw;
    }
}

template <class Condition>
bool wait(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
          InsertChannel::Until until, Condition condition) {
    if (until) return changed.wait_until(lock, *until, condition);
    changed.wait(lock, condition);
    return true;
}

void refuseToWait(const char* what) {
    if (base::insideCallback())
        throw Error(ErrorCode::WouldDeadlock,
                    std::string(what) + " inside a callback: it could wait for itself for ever");
}

}  // namespace

void InsertChannel::connect(std::shared_ptr<delivery::Producer> sender,
                            base::ErrorContext context) {
    sender_ = std::move(sender);
    context_ = std::move(context);
}

void InsertChannel::setEndpoint(std::string endpoint) {
    std::lock_guard lock(mutex_);
    context_.endpoint = std::move(endpoint);
}

void InsertChannel::listen(const CancelToken& token, const std::shared_ptr<InsertChannel>& self) {
    listening_.emplace(CancelState::of(token), CancelInserts{self});
}

void CancelInserts::operator()() const noexcept {
    if (const auto alive = channel.lock()) alive->cancel();
}

void InsertChannel::fill(std::string lines, std::uint64_t rows) {
    std::lock_guard lock(mutex_);
    open_ = std::move(lines);
    queuedBytes_ = open_.size();
    for (std::uint64_t i = 0; i < rows; ++i) ledger_.insert();
    closing_ = true;
}

void InsertChannel::refuseAfterFork(const char* what) const {
    if (isForked()) throw Error(ErrorCode::UsedAfterFork, std::string(what) + " after fork()");
}

bool InsertChannel::hasRoom(std::size_t size) const {
    return ledger_.open() < limits_.rows &&
           (queuedBytes_ == 0 ||
            (queuedBytes_ < limits_.bytes && size < limits_.bytes - queuedBytes_));
}

bool InsertChannel::isEnough() const {
    const std::uint64_t queuedRows = ledger_.inserted() - ledger_.sent();
    return ledger_.sent() == ledger_.acknowledged() || queuedRows >= limits_.rows - queuedRows ||
           queuedBytes_ >= std::min(manyBytes, limits_.bytes / 2);
}

bool InsertChannel::rouseSender(bool isUrgent) {
    const bool rouse =
        state_ == Sender::Sleeps || (state_ == Sender::Gathers && (isUrgent || isEnough()));
    if (rouse) state_ = Sender::Awake;
    return rouse;
}

void InsertChannel::wakeInserters() {
    if (inserters_ > 0 && hasRoom(0)) room_.notify_all();
}

std::optional<std::uint64_t> InsertChannel::insert(std::string_view json, Until until) {
    refuseAfterFork("insert()");
    std::unique_lock lock(mutex_);
    const auto isDecided = [&] { return ended_ || closing_ || hasRoom(json.size()); };
    if (!isDecided()) {
        if (until && *until <= delivery::Clock::now()) return std::nullopt;
        refuseToWait("insert() with a full window");
        const bool isFullOfBytes = ledger_.open() < limits_.rows;
        if (isFullOfBytes && rouseSender(true)) sender_->resume();
        ++inserters_;
        const bool decided = wait(room_, lock, until, isDecided);
        --inserters_;
        if (!decided) return std::nullopt;
    }
    if (ledger_.error()) throw *ledger_.error();
    if (closing_ || ended_) throw Error(ErrorCode::InvalidArgument, "insert() after close()");
    appendLine(open_, json);
    queuedBytes_ += json.size() + 1;
    const std::uint64_t sequence = ledger_.insert();
    const bool rouse = rouseSender(false);
    lock.unlock();
    if (rouse) sender_->resume();
    return sequence;
}

bool InsertChannel::flush(Until until) {
    refuseAfterFork("flush()");
    std::unique_lock lock(mutex_);
    const std::uint64_t rows = ledger_.inserted();
    const auto isDecided = [&] {
        if (ledger_.acknowledgedBelow() >= rows || ended_) return true;
        flushBelow_ = flushBelow_ == 0 ? rows : std::min(flushBelow_, rows);
        return false;
    };
    if (!isDecided()) {
        refuseToWait("flush()");
        if (rouseSender(true)) sender_->resume();
        if (!wait(progress_, lock, until, isDecided)) return false;
    }
    if (ledger_.acknowledgedBelow() < rows && ledger_.error()) throw *ledger_.error();
    return ledger_.acknowledgedBelow() >= rows;
}

InsertReport InsertChannel::close(Until until) {
    refuseAfterFork("close()");
    std::unique_lock lock(mutex_);
    if (!ended_) refuseToWait("close()");
    closing_ = true;
    room_.notify_all();
    if (rouseSender(true)) sender_->resume();
    if (!wait(progress_, lock, until, [&] { return ended_; })) {
        lock.unlock();
        end(ErrorBuilder(ErrorCode::TotalTimeout, "not all was acknowledged within close()'s limit")
                .limit("close")
                .build());
        sender_->cancel();
        lock.lock();
    }
    InsertReport report = ledger_.report();
    lock.unlock();
    if (callback_ && !base::insideCallback()) callback_->drain(until);
    return report;
}

InsertReport InsertChannel::report() const {
    refuseAfterFork("report()");
    std::lock_guard lock(mutex_);
    return ledger_.report();
}

void InsertChannel::cancel() noexcept {
    if (!isForked()) sender_->cancel();
}

void InsertChannel::abandon() noexcept {
    cancel();
    if (callback_) callback_->silence();
}

InsertChannel::Taken InsertChannel::take(char* to, std::size_t room, std::size_t& bytes) {
    bytes = 0;
    while (bytes < room) {
        if (sendingAt_ == sending_.size()) {
            sending_.clear();
            sendingAt_ = 0;
            std::lock_guard lock(mutex_);
            if (ended_) break;
            if (open_.empty()) return bytes > 0 ? Taken::Bytes : takenNothing();
            sending_.swap(open_);
        }
        // Who inserts goes on meanwhile.
        const std::size_t count = std::min(room - bytes, sending_.size() - sendingAt_);
        const char* const from = sending_.data() + sendingAt_;
        std::memcpy(to + bytes, from, count);
        // A row counts as sent with its first byte.
        auto rows = static_cast<std::uint64_t>(std::count(from, from + count - 1, '\n'));
        if (std::exchange(atLineStart_, from[count - 1] == '\n')) ++rows;
        sendingAt_ += count;

        std::lock_guard lock(mutex_);
        if (ended_) break;
        noteSent(rows, count);
        bytes += count;
    }
    if (bytes == room) return Taken::Bytes;
    bytes = 0;  // it has ended, and the report was made without these
    return Taken::Abort;
}

void InsertChannel::noteSent(std::uint64_t rows, std::size_t bytes) {
    if (ledger_.sent() == ledger_.acknowledged()) waitingSince_ = delivery::Clock::now();
    ledger_.send(rows);
    queuedBytes_ -= bytes;
    hasSent_ = true;
    state_ = Sender::Awake;
    wakeInserters();
}

InsertChannel::Taken InsertChannel::takenNothing() {
    if (closing_) return Taken::End;
    const bool isUnderWay = ledger_.sent() > ledger_.acknowledged();
    const bool gathers = std::exchange(hasSent_, false) && isUnderWay;
    state_ = gathers ? Sender::Gathers : Sender::Sleeps;
    return gathers ? Taken::NothingForNow : Taken::NothingYet;
}

std::optional<Error> InsertChannel::acknowledge(const std::vector<SequenceRange>& rows) {
    std::optional<Error> error;
    std::vector<SequenceRange> taken;
    bool rouse = false;
    {
        std::lock_guard lock(mutex_);
        if (ended_) return std::nullopt;
        for (const SequenceRange& range : rows) {
            error = ledger_.acknowledge(range);
            if (error) break;
            if (callback_) taken.push_back(range);
        }
        waitingSince_ = delivery::Clock::now();
        rouse = state_ == Sender::Gathers && queuedBytes_ > 0 && rouseSender(false);
        wakeInserters();
        if (flushBelow_ > 0 && ledger_.acknowledgedBelow() >= flushBelow_) {
            flushBelow_ = 0;
            progress_.notify_all();
        }
    }
    if (rouse) sender_->resume();
    if (!taken.empty()) callback_->add(taken);
    return error;
}

std::optional<Error> InsertChannel::refuse(std::uint64_t sequence, const Error& why) {
    std::lock_guard lock(mutex_);
    if (ended_) return std::nullopt;
    return ledger_.refuse(sequence, context_.describe(why));
}

InsertChannel::Until InsertChannel::waitingSince() const {
    std::lock_guard lock(mutex_);
    if (ledger_.sent() == ledger_.acknowledged()) return std::nullopt;
    return waitingSince_;
}

bool InsertChannel::isDone() const {
    std::lock_guard lock(mutex_);
    return closing_ && ledger_.open() == 0;
}

void InsertChannel::end(const std::optional<Error>& error) {
    std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    if (error) ledger_.fail(context_.describe(*error));
    room_.notify_all();
    progress_.notify_all();
}

}  // namespace ksqldb::detail
