#include "base/cancel_state.h"

#include <ksqldb/cancel.h>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

/// Listens as long as it lives.
class Listener {
public:
    Listener(const CancelToken& token, std::function<void()> action)
        : callback_(detail::CancelState::of(token), std::move(action)) {}

private:
    std::stop_callback<std::function<void()>> callback_;
};

TEST(CancelToken, ADefaultOneIsNeverCancelled) {
    const CancelToken token;
    EXPECT_FALSE(token.isCancelled());
    bool called = false;
    {
        const Listener registration(token, [&] { called = true; });
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

TEST(CancelListener, HearsOfItOnce) {
    CancelSource source;
    int calls = 0;
    const Listener registration(source.token(), [&] { ++calls; });
    EXPECT_EQ(calls, 0);
    source.cancel();
    source.cancel();
    EXPECT_EQ(calls, 1);
}

TEST(CancelListener, HearsAtOnceWhereItComesTooLate) {
    CancelSource source;
    source.cancel();
    int calls = 0;
    {
        const Listener registration(source.token(), [&] { ++calls; });
    }
    EXPECT_EQ(calls, 1);
}

TEST(CancelListener, HearsNothingAfterItsEnd) {
    CancelSource source;
    int calls = 0;
    {
        const Listener registration(source.token(), [&] { ++calls; });
    }
    source.cancel();
    EXPECT_EQ(calls, 0);
}

TEST(CancelListener, ListenersMayUseTheStateThatCallsThem) {
    CancelSource source;
    std::optional<Listener> other;
    bool late = false;
    bool seen = false;
    const Listener registration(source.token(), [&] {
        seen = source.token().isCancelled();
        other.emplace(source.token(), [&] { late = true; });
        source.cancel();
        other.reset();
    });
    source.cancel();
    EXPECT_TRUE(seen);
    EXPECT_TRUE(late);
}

TEST(CancelListener, ThreadsThatComeAndGoWhileItIsCancelled) {
    CancelSource source;
    std::atomic<int> started{0};
    std::atomic<int> heard{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            started.fetch_add(1);
            while (!source.token().isCancelled()) const Listener brief(source.token(), [] {});
            const Listener late(source.token(), [&] { heard.fetch_add(1); });
        });
    while (started.load() < 4) std::this_thread::yield();
    source.cancel();
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(heard.load(), 4);
}

}  // namespace
}  // namespace ksqldb::test
