#include "base/cancel_state.h"

#include <ksqldb/cancel.h>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using base::CancelRegistration;

TEST(CancelToken, ADefaultOneIsNeverCancelled) {
    const CancelToken token;
    EXPECT_FALSE(token.isCancelled());
    bool called = false;
    {
        const CancelRegistration registration(token, [&] { called = true; });
    }
    EXPECT_FALSE(called);
}

TEST(CancelToken, AllTokensOfASourceAreCancelledAtOnce) {
    const CancelSource source;
    CancelSource copy = source;
    const CancelToken first = source.token();
    const CancelToken second = copy.token();
    EXPECT_FALSE(first.isCancelled());
    copy.cancel();
    EXPECT_TRUE(first.isCancelled());
    EXPECT_TRUE(second.isCancelled());
    EXPECT_TRUE(source.token().isCancelled());
    EXPECT_FALSE(CancelSource().token().isCancelled());
}

TEST(CancelToken, OutlivesItsSource) {
    CancelToken token;
    {
        CancelSource source;
        token = source.token();
        source.cancel();
    }
    EXPECT_TRUE(token.isCancelled());
}

TEST(CancelRegistration, HearsOfItOnce) {
    CancelSource source;
    int calls = 0;
    const CancelRegistration registration(source.token(), [&] { ++calls; });
    EXPECT_EQ(calls, 0);
    source.cancel();
    source.cancel();
    EXPECT_EQ(calls, 1);
}

TEST(CancelRegistration, HearsAtOnceWhereItComesTooLate) {
    CancelSource source;
    source.cancel();
    int calls = 0;
    {
        const CancelRegistration registration(source.token(), [&] { ++calls; });
    }
    EXPECT_EQ(calls, 1);
}

TEST(CancelRegistration, HearsNothingAfterItsEnd) {
    CancelSource source;
    int calls = 0;
    {
        const CancelRegistration registration(source.token(), [&] { ++calls; });
    }
    source.cancel();
    EXPECT_EQ(calls, 0);
}

TEST(CancelRegistration, ListensOnWhereItIsMovedTo) {
    CancelSource source;
    int first = 0;
    int second = 0;
    CancelRegistration kept;
    {
        CancelRegistration registration(source.token(), [&] { ++first; });
        CancelRegistration moved(std::move(registration));
        kept = std::move(moved);
    }
    {
        const CancelRegistration other(source.token(), [&] { ++second; });
        source.cancel();
    }
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 1);
}

TEST(CancelRegistration, EndsWhatItIsAssignedOver) {
    CancelSource source;
    int old = 0;
    CancelRegistration registration(source.token(), [&] { ++old; });
    registration = CancelRegistration();
    source.cancel();
    EXPECT_EQ(old, 0);
}

TEST(CancelRegistration, ListenersMayUseTheStateThatCallsThem) {
    CancelSource source;
    std::optional<CancelRegistration> other;
    bool late = false;
    bool seen = false;
    const CancelRegistration registration(source.token(), [&] {
        seen = source.token().isCancelled();
        other.emplace(source.token(), [&] { late = true; });
        source.cancel();
        other.reset();
    });
    source.cancel();
    EXPECT_TRUE(seen);
    EXPECT_TRUE(late);
}

TEST(CancelRegistration, ThreadsThatComeAndGoWhileItIsCancelled) {
    CancelSource source;
    std::atomic<int> started{0};
    std::atomic<int> heard{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            started.fetch_add(1);
            while (!source.token().isCancelled())
                const CancelRegistration brief(source.token(), [] {});
            const CancelRegistration late(source.token(), [&] { heard.fetch_add(1); });
        });
    while (started.load() < 4) std::this_thread::yield();
    source.cancel();
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(heard.load(), 4);
}

}  // namespace
}  // namespace ksqldb::test
