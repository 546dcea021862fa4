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
/// come in one round of the loop are taken together. A row that comes while others are under way
/// wakes nobody: it waits a moment for more of them.
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
    /// Where its Errors come from, from now on.
    void setEndpoint(std::string endpoint);
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
    enum class Taken { Bytes, NothingYet, NothingForNow, End, Abort };
    /// Copies what is to be sent next, in pieces as the rows come. After NothingYet the sender is
    /// resumed when there is more. After NothingForNow it should look again soon: it is resumed
    /// only when there is much, or somebody waits for what there is.
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
    enum class Sender {
        Awake,
        Gathers,  // and looks again by itself
        Sleeps,
    };

    /// So many bytes are worth being sent at once: four DATA frames, and all that libcurl takes.
    static constexpr std::size_t manyBytes = std::size_t{64} * 1024;

    bool hasRoom(std::size_t size) const;
    /// Whether the rows that were not sent should wait no longer for others.
    bool isEnough() const;
    /// Whether it is to be resumed; it then counts as awake.
    bool rouseSender(bool isUrgent);
    void noteSent(std::uint64_t rows, std::size_t bytes);
    Taken takenNothing();
    void wakeInserters();
    /// Throws Error(UsedAfterFork).
    void refuseAfterFork(const char* what) const;

    const Limits limits_;
    const base::ProcessMark process_;
    std::shared_ptr<delivery::Producer> sender_;
    std::shared_ptr<delivery::AcknowledgementCallback> callback_;
    std::optional<std::stop_callback<CancelInserts>> listening_;

    mutable std::mutex mutex_;  // for what follows
    base::ErrorContext context_;
    std::condition_variable room_;      // for insert()
    std::condition_variable progress_;  // for flush() and close()
    int inserters_ = 0;                 // that wait
    std::uint64_t flushBelow_ = 0;      // the least that a flush() waits for; 0: none does
    protocol::InsertLedger ledger_;
    std::string open_;             // lines of rows, whole ones
    std::size_t queuedBytes_ = 0;  // in open_, and of sending_ what is not sent
    Sender state_ = Sender::Awake;
    bool hasSent_ = false;  // since there was nothing to send
    delivery::Clock::time_point waitingSince_;
    bool closing_ = false;
    bool ended_ = false;

    // The event loop's alone.
    std::string sending_;  // lines of rows
    std::size_t sendingAt_ = 0;
    bool atLineStart_ = true;  // what was sent last ended a line
};

}  // namespace ksqldb::detail
