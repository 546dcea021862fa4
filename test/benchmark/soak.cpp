// Push queries with numbered rows, whose server is killed or stopped and started again all the
// time. With continuation tokens no row may be lost; without, each gap has to be told. Threads,
// descriptors and memory must not grow. Exits with 1 where that does not hold.
//     benchmark-soak [--queries=100] [--seconds=60]
// First one server, so many queries with tokens and as many without; then three servers, of which
// one is always away, and queries with tokens.

#include "harness.h"
#include "process_state.h"
#include "server/local_server.h"
#include "server/numbered_source.h"

#include <ksqldb/ksqldb.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::benchmark {
namespace {

using namespace std::chrono_literals;
using server::LocalServer;
using server::NumberedSource;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 30s;
constexpr auto betweenRows = 20ms;
constexpr std::size_t tokenEach = 5;  // rows
constexpr int warmUps = 3;            // restarts before anything is measured

/// What became of a query's rows.
struct Rows {
    std::uint64_t came = 0;
    std::uint64_t lost = 0;
    std::uint64_t lostUntold = 0;  // no gap was told there
    std::uint64_t twice = 0;
    std::uint64_t mostTwice = 0;  // as the events say
    std::uint64_t resumed = 0;
    std::uint64_t gaps = 0;  // told

    bool areAsTold() const { return lostUntold == 0 && twice <= mostTwice; }
    void operator+=(const Rows& other) {
        came += other.came;
        lost += other.lost;
        lostUntold += other.lostUntold;
        twice += other.twice;
        mostTwice += other.mostTwice;
        resumed += other.resumed;
        gaps += other.gaps;
    }
    std::string toString() const {
        const auto n = [](std::uint64_t number) { return std::to_string(number); };
        return n(came) + " rows, resumed " + n(resumed) + " times, " + n(lost) + " lost, " +
               n(lostUntold) + " of them untold, " + n(gaps) + " gaps told, " + n(twice) +
               " twice of at most " + n(mostTwice);
    }
};

/// A push query, and what became of its rows.
class Watched {
public:
    Watched(Client& client, bool withTokens) : hasTokens(withTokens) {
        StreamOptions options;
        options.resume(RetryPolicy().attempts(1'000'000).delay(10ms, 200ms).within(0ms));
        if (withTokens)
            options.property("ksql.query.push.v2.enabled", true)
                .property("ksql.query.push.v2.continuation.tokens.enabled", true);
        StreamCallbacks callbacks;
        callbacks.onRow = [this](StreamControl&, RowView row) { take(row[0].asBigint()); };
        callbacks.onEvent = [this](StreamControl&, const StreamEvent& event) { take(event); };
        callbacks.onHeader = [this](StreamControl&, const Header&) { hasBegun = true; };
        callbacks.onEnd = [this](const Ending& ending) {
            std::printf("a query has ended: %s\n", ending.toString().c_str());
            hasEnded = true;
        };
        stream_ = client.streamQuery("SELECT N FROM NUMBERS EMIT CHANGES;", std::move(callbacks),
                                     options);
    }
    /// No callback comes any more.
    void stop() { stream_ = Subscription(); }

    const bool hasTokens;
    std::atomic<std::int64_t> newest{-1};
    std::atomic<bool> hasBegun{false};
    std::atomic<bool> hasEnded{false};
    Rows rows;  // the callbacks', until stop()

private:
    void take(std::int64_t number) {
        ++rows.came;
        const std::int64_t last = newest;
        if (number <= last) {
            ++rows.twice;
            return;
        }
        const auto missing = static_cast<std::uint64_t>(number - last - 1);
        if (last >= 0) rows.lost += missing;
        if (last >= 0 && !isGapTold_) rows.lostUntold += missing;
        isGapTold_ = false;
        newest = number;
    }
    void take(const StreamEvent& event) {
        if (event.kind == StreamEvent::Kind::Resumed) {
            ++rows.resumed;
            rows.mostTwice += event.rowsAfterToken;
        }
        if (event.kind == StreamEvent::Kind::Gap) {
            ++rows.gaps;
            isGapTold_ = true;
        }
    }

    bool isGapTold_ = false;
    Subscription stream_;
};

bool waitUntil(const std::function<bool()>& holds) {
    const auto deadline = Clock::now() + patience;
    while (!holds()) {
        if (Clock::now() > deadline) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

struct Setup {
    std::size_t servers = 1;
    std::size_t withTokens = 100;
    std::size_t without = 100;
};

class Soak {
public:
    explicit Soak(const Setup& setup) {
        std::vector<std::string> urls;
        for (std::size_t i = 0; i < setup.servers; ++i) {
            server::ServerOptions options;
            options.recordRequests = false;
            servers_.push_back(std::make_unique<LocalServer>(options));
            servers_.back()->on("/query-stream", "", source_.script());
            urls.push_back(servers_.back()->url());
        }
        ClientOptions options(urls.front());
        if (urls.size() > 1) options.servers(urls, ServerOrder::RoundRobin);
        client_.emplace(options);
        for (std::size_t i = 0; i < setup.withTokens; ++i) queries_.emplace_back(*client_, true);
        for (std::size_t i = 0; i < setup.without; ++i) queries_.emplace_back(*client_, false);
    }

    int run(std::size_t seconds) {
        if (!bringARowToAll()) return fail("not all queries have begun");
        for (int i = 0; i < warmUps; ++i) restart();
        if (!bringARowToAll()) return fail("not all queries go on at first");
        std::vector<ProcessState> states{ProcessState::now()};
        for (int half = 0; half < 2; ++half) {
            const auto end = Clock::now() + std::chrono::seconds(seconds) / 2;
            while (Clock::now() < end) restart();
            if (!bringARowToAll()) return fail("not all queries go on in the end");
            states.push_back(ProcessState::now());
        }
        return report(states);
    }

private:
    static int fail(const char* what) {
        std::printf("  FAILED: %s\n", what);
        return 1;
    }

    /// One server goes, for good or until the next one goes. Rows come all the time.
    void restart() {
        LocalServer& server = *servers_[static_cast<std::size_t>(restarts_) % servers_.size()];
        growFor(700ms);
        // Twice by a kill, then in an orderly way, and so on.
        if (++restarts_ % 3 == 0)
            server.stopOrderly(50ms);
        else
            server.kill(restarts_ % 3 == 1 ? server::Cut::Close : server::Cut::Reset);
        // Of several servers one is away at all times.
        LocalServer* const away = servers_.size() == 1 ? &server : away_;
        if (away != nullptr) away->start({.refuses = 100ms, .notReady = 50ms});
        away_ = &server;
        growFor(250ms);
    }
    void growFor(std::chrono::milliseconds time) {
        const auto end = Clock::now() + time;
        while (Clock::now() < end) {
            source_.grow(1);
            std::this_thread::sleep_for(betweenRows);
        }
    }
    /// When all are running, so that no row is under way afterwards.
    bool bringARowToAll() {
        const auto running = [&] {
            std::size_t count = 0;
            for (const auto& server : servers_) count += server->runningQueries().size();
            return count == queries_.size();
        };
        const auto haveBegun = [&] {
            return std::all_of(queries_.begin(), queries_.end(),
                               [](const Watched& query) { return query.hasBegun.load(); });
        };
        // Before its first token a query can only go on at what is new.
        if (!waitUntil([&] { return running() && haveBegun(); })) return false;
        source_.grow(tokenEach);
        const auto last = static_cast<std::int64_t>(source_.size()) - 1;
        return waitUntil([&] {
            return std::all_of(queries_.begin(), queries_.end(),
                               [last](const Watched& query) { return query.newest == last; });
        });
    }

    int report(const std::vector<ProcessState>& states) {
        bool isWell = true;
        Rows with;
        Rows without;
        for (Watched& query : queries_) {
            query.stop();
            isWell = isWell && !query.hasEnded && query.rows.areAsTold();
            if (query.hasTokens) isWell = isWell && query.rows.lost == 0;
            (query.hasTokens ? with : without) += query.rows;
        }
        std::printf("%zu push queries, %zu servers, %d restarts, %llu rows\n", queries_.size(),
                    servers_.size(), restarts_ - warmUps,
                    static_cast<unsigned long long>(source_.size()));
        std::printf("  with tokens:    %s\n", with.toString().c_str());
        if (without.came > 0) std::printf("  without tokens: %s\n", without.toString().c_str());
        constexpr const char* when[] = {"begin", "half ", "end  "};
        for (std::size_t i = 0; i < states.size(); ++i)
            std::printf("  %s: %s\n", when[i], states[i].toString().c_str());
        if (!isWell) return fail("rows were lost or came twice, and nobody said so");
        // What is kept to be used again has reached its size by the half.
        // Where there are several servers, the Client remembers which of them ran its newest 16 384
        // queries.
        const std::size_t growth = servers_.size() == 1 ? 512U << 10 : 6U << 20;
        if (!states[2].isLike(states[1], growth)) return fail("something has grown");
        return 0;
    }

    NumberedSource source_{{.rowsPerToken = tokenEach}};
    std::vector<std::unique_ptr<LocalServer>> servers_;
    LocalServer* away_ = nullptr;
    std::optional<Client> client_;
    std::list<Watched> queries_;
    int restarts_ = 0;
};

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    raiseFileLimit();
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // it takes long
    const std::size_t queries = option(argc, argv, "queries", 100);
    const std::size_t seconds = option(argc, argv, "seconds", 60);
    const int one = Soak({1, queries, queries}).run(seconds);
    const int several = Soak({3, queries, 0}).run(seconds);
    return one != 0 ? one : several;
}
