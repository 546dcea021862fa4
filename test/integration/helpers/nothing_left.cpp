// Every test of every integration program: the threads and descriptors that it made are gone when
// it is over.
#include "nothing_left.h"

#include "process.h"
#include "support.h"
#include "tsan.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>
#include <utility>

namespace ksqldb::test {
namespace {

/// Those that were not there before.
template <class Map>
Map beyond(Map now, const Map& before) {
    std::erase_if(now, [&](const auto& entry) { return before.count(entry.first) != 0; });
    return now;
}

std::map<int, ThreadState> watchedThreads() {
#ifdef KSQLDB_TEST_HAS_TSAN
    return libraryThreadsNow();  // TSan makes a thread of its own when it likes
#else
    return threadsNow();
#endif
}

std::map<int, std::string> kept;
bool isShared = false;

class NothingLeft : public testing::EmptyTestEventListener {
    struct State {
        std::map<int, ThreadState> threads = watchedThreads();
        std::map<int, std::string> descriptors = descriptorsNow();
    };

    void OnTestSuiteStart(const testing::TestSuite&) override { beforeSuite_ = State(); }
    void OnTestStart(const testing::TestInfo&) override { beforeTest_ = State(); }
    void OnTestEnd(const testing::TestInfo& test) override {
        // One that has failed may have left anything.
        if (!isShared && test.result()->Passed()) expectNothingBeyond(beforeTest_);
    }
    void OnTestSuiteEnd(const testing::TestSuite& suite) override {
        if (std::exchange(isShared, false) && suite.Passed()) expectNothingBeyond(beforeSuite_);
    }

    static void expectNothingBeyond(const State& before) {
        // A thread that was joined, or has told that it ends, may need a moment more.
        const auto deadline = Clock::now() + patience;
        std::string left = what(before);
        for (; !left.empty() && Clock::now() < deadline; left = what(before))
            std::this_thread::sleep_for(1ms);
        if (!left.empty()) ADD_FAILURE() << "left:" << left;
    }

    static std::string what(const State& before) {
        std::ostringstream left;
        for (const auto& [id, thread] : beyond(watchedThreads(), before.threads))
            left << " thread " << id << " " << thread.name;
        for (const auto& [number, target] :
             beyond(beyond(descriptorsNow(), before.descriptors), kept))
            left << " descriptor " << number << " " << target;
        return left.str();
    }

    State beforeSuite_;
    State beforeTest_;
};

[[maybe_unused]] const bool isListening = [] {
    testing::UnitTest::GetInstance()->listeners().Append(new NothingLeft);
    return true;
}();

}  // namespace

void sharedBySuite() { isShared = true; }
void keptForGood() { kept.merge(descriptorsNow()); }

}  // namespace ksqldb::test
