#pragma once
#include "base/cancel_state.h"
#include "base/error_context.h"
#include "base/thread.h"
#include "delivery/acknowledgement_callback.h"
#include "delivery/producer.h"
#include "protocol/insert_ledger.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::detail {

class InsertChannel;

/// What a cancelled token does.
struct CancelInserts {
    std::weak_ptr<InsertChannel> channel;
    void operator()() const noexcept;
};

/// The way of rows from the threads that insert them to the event loop, bounded in rows and bytes,
/// and the account of what became of them. A lock an insert, none an acknowledgement: those that
/// come in one round of the loop are taken together.
class InsertChannel {
public:
    using Until = std::optional<delivery::Clock::time_point>;  // none: for ever

    struct Limits {
        std::uint64_t rows;  // inserted and not acknowledged
        std::size_t bytes;   // inserted and not sent; one larger row is let through
    };

    explicit InsertChannel(Limits limits) : limits_(limits) {}
    InsertChannel(const InsertChannel&) = delete;
    InsertChannel& operator=(const InsertChannel&) = delete;

    /// Before the request starts. resume() of the sender goes on with sending.
    void connect(std::shared_ptr<delivery::Producer> sender, base::ErrorContext context);
    void listen(const CancelToken& token, const std::shared_ptr<InsertChannel>& self);
    void callWithAcknowledged(std::shared_ptr<delivery::AcknowledgementCallback> callback) {
        callback_ = std::move(callback);
    }
    /// Instead of insert() and close(): these lines are all that there will be.
    void fill(std::string lines, std::uint64_t rows);

    // Any thread.
    /// The row's number; none: there was no room until then. Throws what ended the stream.
    std::optional<std::uint64_t> insert(std::string_view json, Until until);
    /// Until all that was inserted before is acknowledged; false: not until then. Throws what ended
    /// the stream.
    bool flush(Until until);
    /// No more rows; the report when the stream has ended, or was ended because it was time.
    InsertReport close(Until until);
    InsertReport report() const;
    void cancel() noexcept;
    /// The handle is gone.
    void abandon() noexcept;
    bool isForked() const { return process_.isForked(); }

    // The event loop's side.
    enum class Taken { Bytes, NothingYet, End, Abort };
    /// Copies what is to be sent next, in pieces as the rows come. After NothingYet the sender is
    /// resumed when there is more.
    Taken take(char* to, std::size_t room, std::size_t& bytes);
    /// What is wrong with it.
    std::optional<Error> acknowledge(const std::vector<SequenceRange>& rows);
    std::optional<Error> refuse(std::uint64_t sequence, const Error& why);
    /// What there is may be sent now: the sender is resumed.
    void open() { sender_->resume(); }
    /// Since when rows are under way and none of them was acknowledged. None: none is under way.
    Until waitingSince() const;
    /// No more rows follow, and all are acknowledged.
    bool isDone() const;
    /// Once, and last; later ones do nothing. No Error: all is well.
    void end(const std::optional<Error>& error);

private:
    bool hasRoom(std::size_t size) const;
    std::size_t queuedBytes() const { return open_.size() + sending_.size() - sendingAt_; }
    /// Requires the lock, and lets go of it.
    void wakeSender(std::unique_lock<std::mutex>& lock);
    void wakeInserters();
    /// Throws Error(UsedAfterFork).
    void refuseAfterFork(const char* what) const;

    const Limits limits_;
    const base::ProcessMark process_;
    std::shared_ptr<delivery::Producer> sender_;
    base::ErrorContext context_;
    std::shared_ptr<delivery::AcknowledgementCallback> callback_;
    std::optional<std::stop_callback<CancelInserts>> listening_;

    mutable std::mutex mutex_;          // for what follows
    std::condition_variable room_;      // for insert()
    std::condition_variable progress_;  // for flush() and close()
    int inserters_ = 0;                 // that wait
    std::uint64_t flushBelow_ = 0;      // the least that a flush() waits for; 0: none does
    protocol::InsertLedger ledger_;
    std::string open_;     // lines of rows, whole ones
    std::string sending_;  // the same, being sent
    std::size_t sendingAt_ = 0;
    bool atLineStart_ = true;  // what was sent last ended a line
    bool senderSleeps_ = false;
    delivery::Clock::time_point waitingSince_;
    bool closing_ = false;
    bool ended_ = false;
};

}  // namespace ksqldb::detail
