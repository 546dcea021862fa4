#pragma once
// What the stress tests share.
#include "support.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <iostream>
#include <random>
#include <thread>

namespace ksqldb::test {

/// KSQLDB_STRESS_SECONDS, or 5 s.
inline std::chrono::seconds stressTime() {
    const char* const text = std::getenv("KSQLDB_STRESS_SECONDS");
    return std::chrono::seconds(text != nullptr ? std::atoi(text) : 5);
}

/// What has begun has to end. A handle's destructor is an end, too, without a word.
struct Ledger {
    std::atomic<std::uint64_t> begun{0}, ended{0}, dropped{0}, twice{0};
};
class Call {
public:
    explicit Call(Ledger& ledger) : ledger_(ledger) { ++ledger_.begun; }
    void end() { ++(isOver_.exchange(true) ? ledger_.twice : ledger_.ended); }
    void drop() {
        if (!isOver_.exchange(true)) ++ledger_.dropped;
    }

private:
    Ledger& ledger_;
    std::atomic<bool> isOver_{false};
};

/// A thread's dice.
class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    unsigned operator()(unsigned sides) {
        return std::uniform_int_distribution<unsigned>(0, sides - 1)(engine_);
    }

private:
    std::minstd_rand engine_;
};

/// Waits for the future, whatever comes of it.
template <class T>
void settle(std::future<T> future, Call& call) {
    if (future.wait_for(patience) != std::future_status::ready) {
        ADD_FAILURE() << "a future does not become ready";
        return;
    }
    try {
        future.get();
    } catch (const Error&) {  // of a Client that was closed, for example
    }
    call.end();
}

/// When all Clients are gone. One whose last reference went in a callback ends by itself.
inline void expectAllEnded(const Ledger& ledger) {
    const auto limit = Clock::now() + patience;
    while (ledger.begun != ledger.ended + ledger.dropped && Clock::now() < limit)
        std::this_thread::sleep_for(1ms);
    EXPECT_EQ(ledger.begun, ledger.ended + ledger.dropped);
    EXPECT_EQ(ledger.twice, 0U);
    std::cout << ledger.begun << " calls, " << ledger.ended << " told their end, " << ledger.dropped
              << " were dropped\n";
}

}  // namespace ksqldb::test
