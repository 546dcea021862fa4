#pragma once
#include "client/client_core.h"
#include "client/options/live_table_settings.h"
#include "client/tables/catching_up.h"
#include "delivery/callback_stream.h"
#include "delivery/delivery_thread.h"

#include <ksqldb/live_table.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace ksqldb::detail {

/// A live table's queries: the push query, the pull queries that tell when it has caught up, and
/// the queries that follow when it ends.
///
/// What decides and what calls back is done in the turns of the push query's stream, so it is never
/// done twice at once. Others, a pull query or a time that is over, only wake the stream. Between
/// two streams nothing can be told, so whoever ends the table then starts the next stream,
/// cancelled, and that one tells the end.
class TableRun : public std::enable_shared_from_this<TableRun> {
public:
    TableRun(std::shared_ptr<ClientCore> core, std::string sql, std::shared_ptr<TableRows> rows,
             LiveTableEvents events, const LiveTableSettings& settings);

    void start();
    void close() noexcept;
    /// No callback after this, and none running, unless it is the caller.
    void silence() noexcept;

    bool waitCaughtUp(milliseconds limit);
    bool waitEnded(std::optional<delivery::Clock::time_point> until);
    LiveTableState state();
    std::optional<Ending> ending();
    bool isForked() const { return core_->isForked(); }

private:
    using Clock = delivery::Clock;

    /// For a token, which may be cancelled when the table is gone.
    struct CloseIt {
        std::weak_ptr<TableRun> run;
        void operator()() const noexcept {
            if (const auto alive = run.lock()) alive->close();
        }
    };
    class Alarm;

    // In the stream's turns.
    void onHeader(const Header& header);
    void onRows(const RowBatch& rows);
    void lookAround();
    void caughtUp();
    void onEnd(const Ending& ending);
    /// None: no query follows.
    std::optional<Clock::time_point> nextStart(const Ending& ending);
    void restart(const Ending& why, Clock::time_point when);
    void finish(const Ending& ending);

    void setState(LiveTableState state);
    bool isClosing();
    bool isSilent();
    void startPull();
    void pullEnded(const Ending& ending);
    void stopPull();

    // With the lock held, while no stream runs.
    void startStream();

    // On the delivery thread.
    void postAlarm(Clock::time_point when, void (TableRun::*what)());
    void wakeStream();
    void startAgain();
    void checkWaiting() const;

    const std::shared_ptr<ClientCore> core_;
    const std::shared_ptr<delivery::DeliveryThread> thread_;
    const std::string sql_;
    const std::shared_ptr<TableRows> rows_;
    const LiveTableSettings settings_;
    StreamSettings streamSettings_;
    std::optional<std::stop_callback<CloseIt>> listening_;

    // The turns'.
    LiveTableEvents events_;
    std::optional<client::CatchingUp> catchingUp_;  // none: caught up, or no header yet
    std::optional<std::string> queryId_;
    unsigned restarts_ = 0;       // since it was caught up
    Clock::time_point lostAt_{};  // before the first of them

    std::mutex mutex_;  // for what follows
    std::condition_variable changed_;
    std::shared_ptr<CallbackStream> stream_;
    std::shared_ptr<CallbackStream> pull_;
    std::optional<Ending> pullEnding_;  // not looked at yet
    LiveTableState state_ = LiveTableState::Reading;
    std::optional<Ending> ending_;
    bool hasEnded_ = false;  // onEnd has returned
    bool wasLive_ = false;
    bool isWaiting_ = false;  // to start another stream
    bool isClosing_ = false;
    bool isSilent_ = false;
    bool isWakingLater_ = false;
};

}  // namespace ksqldb::detail
