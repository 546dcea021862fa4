#pragma once
#include <ksqldb/error.h>
#include <ksqldb/header.h>
#include <ksqldb/live_rows.h>
#include <ksqldb/options.h>

#include <chrono>
#include <string>

namespace ksqldb::client {

/// The statement of a pull query that finds what the push query has brought when it is caught up:
/// the same without EMIT CHANGES.
std::string pullStatement(const std::string& pushSql);

/// Whether a pull query has failed because the table cannot be read yet, or nobody is there to read
/// it. A scan that takes too long, for example, would take as long again.
bool failsForNow(const Error& error) noexcept;

/// Decides when a live table has caught up, and when to ask by a pull query. It knows no clock.
///
/// The state behind a pull query is ahead of the topic that the push query reads, and a row may be
/// overtaken by the next before it is written there. So a pull query is repeated, and rows that
/// differ from one to the next need not come as they were found; their keys have to.
///
/// While pull queries fail for now, the table behind them may be about to be made, and the push
/// query is silent until it is. So silence is no sign before a pull query has said what there is.
class CatchingUp {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using milliseconds = std::chrono::milliseconds;

    struct Settings {
        bool byPullQuery = true;
        milliseconds quietTime{2'000};
        milliseconds atLatest{0};  // 0: no limit
    };
    /// `now`: that of the header.
    CatchingUp(const Settings& settings, TimePoint now)
        : settings_(settings), begun_(now), lastSign_(now) {}

    void rowsCame(TimePoint now) noexcept;
    void pullBegan() noexcept { isPulling_ = true; }
    /// `isForNow`: whether another pull query is worth while, where this one failed.
    void pullEnded(bool found, bool isForNow, TimePoint now) noexcept;

    bool isDone(const detail::TableRows& rows, TimePoint now) const;
    bool isPullDue(TimePoint now) const noexcept;
    /// How long until it is worth while to look again, if nothing happens.
    milliseconds nextLook() const noexcept;

private:
    static constexpr milliseconds pause_{50};  // between the rows: they may all be there
    static constexpr milliseconds noRows_{200};
    static constexpr milliseconds longestFlow_{10'000};
    static constexpr milliseconds longestWait_{30'000};

    const Settings settings_;
    const TimePoint begun_;
    TimePoint lastSign_;  // the header or rows
    bool hasRows_ = false;

    bool isPulling_ = false;
    bool hasPulled_ = false;  // one has found what there is
    bool hasFailed_ = false;  // one has not, for now
    bool cannotBePulled_ = false;
    TimePoint nextPull_;        // once there was one
    milliseconds wait_{1'000};  // between pull queries
};

}  // namespace ksqldb::client
