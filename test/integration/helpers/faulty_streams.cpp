// Calls that go on for ever: push queries and live tables.
#include "faulty_call.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {

namespace {

using server::NumberedSource;

constexpr std::size_t rowsFirst = 5;  // that come before the fault, where it is in the middle
constexpr std::size_t rowsMeanwhile = 3;
constexpr std::size_t rowsLast = 5;

/// What a push query brings.
class Brought {
public:
    explicit Brought(FaultWorld& world) : world_(world) {}

    void header() { note(hasHeader_); }
    void row(std::int64_t number) {
        const std::lock_guard lock(mutex_);
        rows_.push_back(number);
        changed_.notify_all();
    }
    void event(const StreamEvent& event) {
        const std::lock_guard lock(mutex_);
        if (event.kind == StreamEvent::Kind::Gap) isGapTold_ = true;
        if (event.kind == StreamEvent::Kind::Resumed) mostTwice_ += event.rowsAfterToken;
    }
    void end(std::optional<Error> error) {
        {
            const std::lock_guard lock(mutex_);
            error_ = std::move(error);
        }
        note(hasEnded_);
        world_.noteTrouble();
    }

    bool waitForHeader() {
        return waitFor([&] { return hasHeader_ || hasEnded_; });
    }
    bool waitForRows(std::size_t count) {
        return waitFor([&] { return rows_.size() >= count || hasEnded_; });
    }
    bool waitForRow(std::int64_t number) {
        return waitFor([&] {
            return hasEnded_ || std::find(rows_.begin(), rows_.end(), number) != rows_.end();
        });
    }
    bool waitForEnd() {
        return waitFor([&] { return hasEnded_; });
    }

    /// Of the rows from `begin` to `end`, without the latter.
    Verdict verdict(std::uint64_t begin, std::uint64_t end) const {
        const std::lock_guard lock(mutex_);
        Verdict verdict;
        verdict.error = error_;
        verdict.isGapTold = isGapTold_;
        verdict.mostTwice = mostTwice_;
        std::map<std::int64_t, std::uint64_t> times;
        for (const std::int64_t row : rows_) ++times[row];
        for (std::uint64_t row = begin; row < end; ++row)
            if (times.find(static_cast<std::int64_t>(row)) == times.end()) ++verdict.lost;
        for (const auto& [row, n] : times) verdict.twice += n - 1;
        return verdict;
    }

private:
    void note(bool& flag) {
        const std::lock_guard lock(mutex_);
        flag = true;
        changed_.notify_all();
    }
    template <class Condition>
    bool waitFor(Condition condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, condition);
    }

    FaultWorld& world_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool hasHeader_ = false;
    bool hasEnded_ = false;
    bool isGapTold_ = false;
    std::uint64_t mostTwice_ = 0;
    std::vector<std::int64_t> rows_;
    std::optional<Error> error_;
};

class Push : public FaultyCall {
public:
    Push(CallKind kind, FaultWorld& world, const NumberedSource& source)
        : kind_(kind),
          world_(world),
          source_(source),
          brought_(world),
          client_(world.clientOptions()) {}
    ~Push() override {
        cancel();
        if (poller_.joinable()) poller_.join();
    }

    void begin() override {
        constexpr const char* sql = "SELECT N FROM NUMBERS EMIT CHANGES;";
        if (kind_ == CallKind::PushPolled) {
            polled_.emplace(client_.streamQuery(sql, options().reportEvents()));
            poller_ = std::thread([this] { poll(); });
            return;
        }
        StreamCallbacks callbacks;
        callbacks.onHeader = [this](StreamControl&, const Header&) { brought_.header(); };
        callbacks.onRow = [this](StreamControl&, RowView row) {
            brought_.row(row["N"].asBigint());
        };
        callbacks.onEvent = [this](StreamControl&, const StreamEvent& event) {
            brought_.event(event);
        };
        callbacks.onEnd = [this](const Ending& ending) {
            brought_.end(ending.error() != nullptr ? std::optional(*ending.error()) : std::nullopt);
        };
        called_ = client_.streamQuery(sql, std::move(callbacks), options());
    }
    void reachMiddle() override {
        EXPECT_TRUE(brought_.waitForHeader());
        // One more, where that is the one which is not whole.
        source_.grow(world_.fault() == Fault::ResetInRow ? rowsFirst + 1 : rowsFirst);
        EXPECT_TRUE(brought_.waitForRows(rowsFirst));
    }
    void noticeFault() override { EXPECT_TRUE(world_.waitForTrouble()); }
    void duringOutage() override {
        begun_ = source_.begunQueries();
        source_.grow(rowsMeanwhile);
    }
    Verdict finish() override {
        EXPECT_TRUE(source_.waitForBegunQueries(begun_ + 1, patience));
        const bool hadBegun = begun_ > 0 || kind_ == CallKind::PushSkipSeen;
        // A query that had not begun begins at what is new.
        const std::uint64_t first = hadBegun ? 0 : source_.size();
        source_.grow(rowsLast);
        EXPECT_TRUE(brought_.waitForRow(static_cast<std::int64_t>(source_.size()) - 1));
        cancel();
        EXPECT_TRUE(brought_.waitForEnd());
        return brought_.verdict(first, source_.size());
    }

private:
    bool hasTokens() const {
        return kind_ == CallKind::PushCallback || kind_ == CallKind::PushPolled;
    }
    StreamOptions options() const {
        StreamOptions options;
        options.resume(FaultWorld::policy(),
                       kind_ == CallKind::PushSkipSeen ? ResumeFrom::SkipSeen : ResumeFrom::Latest);
        if (kind_ == CallKind::PushSkipSeen) options.offsetReset(OffsetReset::Earliest);
        if (hasTokens())
            options.property("ksql.query.push.v2.enabled", true)
                .property("ksql.query.push.v2.continuation.tokens.enabled", true);
        if (world_.isSilent()) options.idleTimeout(FaultWorld::limit);
        return options;
    }
    void poll() {
        std::optional<Error> error;
        try {
            polled_->header();
            brought_.header();
            RowView row;
            for (Next next = Next::Timeout; next != Next::End; next = polled_->next(row)) {
                if (next == Next::Row) brought_.row(row["N"].asBigint());
                if (next == Next::Event) brought_.event(polled_->event());
            }
        } catch (const Error& e) {
            error = e;
        }
        brought_.end(error);
    }
    void cancel() {
        if (polled_) polled_->cancel();
        called_.cancel();
    }

    const CallKind kind_;
    FaultWorld& world_;
    NumberedSource source_;
    std::size_t begun_ = 0;
    Brought brought_;
    Client client_;
    std::optional<ResultStream> polled_;
    std::thread poller_;
    Subscription called_;
};

struct Numbered {
    std::string key;
    std::int64_t number = 0;
    static constexpr auto ksqldbFields() {
        return fields(ksqldb::key("K", &Numbered::key), field("N", &Numbered::number));
    }
};

class Table : public FaultyCall {
public:
    Table(FaultWorld& world, const NumberedSource& source)
        : world_(world), source_(source), client_(world.clientOptions()) {}

    void begin() override {
        LiveTableCallbacks<std::string, Numbered> callbacks;
        callbacks.onInsert = [this](const std::string&, const Numbered& row) { take(row, -1); };
        callbacks.onUpdate = [this](const std::string&, const Numbered& before,
                                    const Numbered& after) { take(after, before.number); };
        callbacks.onRestart = [this](const Ending&) { world_.noteTrouble(); };
        callbacks.onEnd = [this](const Ending&) { world_.noteTrouble(); };
        LiveTableOptions options;
        options.quietTime(1h).restart(
            RetryPolicy().attempts(1'000'000).delay(1ms, 5ms).within(0ms));
        if (world_.isSilent()) options.stream(StreamOptions().idleTimeout(FaultWorld::limit));
        table_.emplace(client_, "T", std::move(callbacks), options);
    }
    void reachMiddle() override { EXPECT_TRUE(table_->waitCaughtUp(patience)); }
    void noticeFault() override { EXPECT_TRUE(world_.waitForTrouble()); }
    void duringOutage() override { source_.grow(rowsMeanwhile); }
    Verdict finish() override {
        EXPECT_TRUE(table_->waitCaughtUp(patience));
        source_.grow(rowsLast);
        const auto size = static_cast<std::int64_t>(source_.size());
        {
            std::unique_lock lock(mutex_);
            EXPECT_TRUE(changed_.wait_for(lock, patience, [&] { return newest_ == size - 1; }));
        }
        const auto rows = table_->snapshot();
        Verdict verdict;
        if (const auto ending = table_->ending(); ending && ending->error() != nullptr)
            verdict.error = *ending->error();
        for (std::int64_t number = size - keys; number < size; ++number) {
            const auto found = rows.find("k" + std::to_string(number % keys));
            if (found == rows.end() || found->second.number != number) ++verdict.lost;
        }
        const std::lock_guard lock(mutex_);
        verdict.twice = toldAgain_;
        return verdict;
    }

    static constexpr std::int64_t keys = 4;

private:
    /// A change is told: what it was, and what it is.
    void take(const Numbered& row, std::int64_t before) {
        const std::lock_guard lock(mutex_);
        std::int64_t& last = told_.try_emplace(row.key, -1).first->second;
        if (row.number <= last || before != last) ++toldAgain_;
        last = row.number;
        newest_ = std::max(newest_, row.number);
        changed_.notify_all();
    }

    FaultWorld& world_;
    NumberedSource source_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::int64_t> told_;
    std::uint64_t toldAgain_ = 0;
    std::int64_t newest_ = -1;
    Client client_;
    std::optional<LiveTable<std::string, Numbered>> table_;
};

}  // namespace

FaultWorld::Place placeOfPush(CallKind kind, const NumberedSource& source) {
    const bool hasToken = kind == CallKind::PushCallback || kind == CallKind::PushPolled;
    // The header, five rows, and a token behind the third.
    return {"/query-stream", source.script(), 1 + rowsFirst + (hasToken ? 1 : 0), true, true};
}

std::unique_ptr<FaultyCall> pushCall(CallKind kind, FaultWorld& world,
                                     const NumberedSource& source) {
    return std::make_unique<Push>(kind, world, source);
}

FaultWorld::Place placeOfLiveTable(const NumberedSource& source) {
    return {"/query-stream", source.script(), 1 + rowsFirst, false, true};
}

std::unique_ptr<FaultyCall> liveTableCall(FaultWorld& world, const NumberedSource& source) {
    return std::make_unique<Table>(world, source);
}

namespace {

Verdict run(Fault fault, FaultWorld& world, FaultyCall& call) {
    call.begin();
    if (world.strikesInTheMiddle()) {
        call.reachMiddle();
        world.strike();
    }
    if (fault != Fault::SlowTrickle) {
        call.noticeFault();
        call.duringOutage();
        world.heal();
    }
    return call.finish();
}

Verdict run(Fault fault, const ShortCall& call) {
    FaultWorld world(fault, call.place);
    return run(fault, world, *call.make(world));
}

}  // namespace

Verdict runCell(Fault fault, CallKind kind) {
    switch (kind) {
        case CallKind::Pull:
            return run(fault, pullCall());
        case CallKind::PullTyped:
            return run(fault, typedPullCall());
        case CallKind::InsertStream:
            return run(fault, insertCall());
        case CallKind::Statement:
            return run(fault, statementCall());
        case CallKind::Listing:
            return run(fault, listingCall());
        case CallKind::LiveTable: {
            NumberedSource source({.name = "T", .keys = Table::keys});
            source.grow(rowsFirst + 1);
            FaultWorld world(fault, placeOfLiveTable(source));
            return run(fault, world, *liveTableCall(world, source));
        }
        default: {
            const NumberedSource source({.rowsPerToken = 3});
            FaultWorld world(fault, placeOfPush(kind, source));
            return run(fault, world, *pushCall(kind, world, source));
        }
    }
}

}  // namespace ksqldb::test
