// The lock of a live table's rows: readers without a pause leave the writer its turn.
#include <ksqldb/live_rows.h>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using detail::WriterFirstMutex;

TEST(WriterFirstMutex, AWriterGetsInWhileReadersFollowOneAnother) {
    WriterFirstMutex mutex;
    std::atomic<int> entered{0};
    std::atomic<int> inside{0};
    std::atomic<bool> isDone{false};
    // Each reader leaves when another one has come, if one comes: so one always is inside.
    const auto read = [&] {
        while (!isDone) {
            const std::shared_lock lock(mutex);
            ++inside;
            const int mine = ++entered;
            const auto until = std::chrono::steady_clock::now() + 200ms;
            while (entered == mine && !isDone && std::chrono::steady_clock::now() < until)
                std::this_thread::yield();
            --inside;
        }
    };
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) readers.emplace_back(read);
    while (entered == 0) std::this_thread::yield();
    auto writer = std::async(std::launch::async, [&] {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(inside, 0);
    });
    EXPECT_EQ(writer.wait_for(20s), std::future_status::ready);
    isDone = true;
    for (std::thread& reader : readers) reader.join();
}

TEST(WriterFirstMutex, NobodyReadsWhileSomebodyWrites) {
    WriterFirstMutex mutex;
    constexpr int rounds = 2'000;
    int first = 0;
    int second = 0;
    std::atomic<int> faults{0};
    std::atomic<int> writers{2};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < rounds; ++n) {
                const std::lock_guard lock(mutex);
                ++first;
                ++second;
            }
            --writers;
        });
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            while (writers > 0) {
                const std::shared_lock lock(mutex);
                if (first != second) ++faults;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(faults, 0);
    EXPECT_EQ(first, 2 * rounds);
}

}  // namespace
}  // namespace ksqldb::test
