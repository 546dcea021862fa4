#include "delivery/spsc_ring.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

namespace ksqldb::test {
namespace {

using delivery::SpscRing;

TEST(SpscRing, KeepsTheOrder) {
    SpscRing<int, 4> ring;
    int item = 0;
    EXPECT_FALSE(ring.tryPop(item));
    for (int round = 0; round < 10; ++round) {  // around the ring's end, more than once
        for (int i = 0; i < 3; ++i) {
            item = 10 * round + i;
            EXPECT_TRUE(ring.tryPush(item));
        }
        EXPECT_EQ(ring.size(), 3U);
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(ring.tryPop(item));
            EXPECT_EQ(item, 10 * round + i);
        }
        EXPECT_EQ(ring.size(), 0U);
        EXPECT_FALSE(ring.tryPop(item));
    }
}

TEST(SpscRing, AFullOneLeavesTheItemUntouched) {
    SpscRing<std::unique_ptr<int>, 2> ring;
    for (int i = 0; i < 2; ++i) {
        auto item = std::make_unique<int>(i);
        ASSERT_TRUE(ring.tryPush(item));
        EXPECT_EQ(item, nullptr);
    }
    auto extra = std::make_unique<int>(2);
    EXPECT_FALSE(ring.tryPush(extra));
    ASSERT_NE(extra, nullptr);
    EXPECT_EQ(*extra, 2);
    std::unique_ptr<int> item;
    ASSERT_TRUE(ring.tryPop(item));
    EXPECT_EQ(*item, 0);
    EXPECT_TRUE(ring.tryPush(extra));
    EXPECT_EQ(ring.size(), 2U);
}

TEST(SpscRing, APoppedItemIsGoneFromTheRing) {
    SpscRing<std::shared_ptr<int>, 2> ring;
    auto item = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = item;
    ASSERT_TRUE(ring.tryPush(item));
    ASSERT_TRUE(ring.tryPop(item));
    EXPECT_EQ(watch.use_count(), 1);
    item.reset();
    EXPECT_TRUE(watch.expired());
}

TEST(SpscRing, DestroysWhatIsLeft) {
    std::weak_ptr<int> left;
    {
        SpscRing<std::shared_ptr<int>, 4> ring;
        for (int i = 0; i < 3; ++i) {
            auto item = std::make_shared<int>(i);
            left = item;
            ASSERT_TRUE(ring.tryPush(item));
        }
        std::shared_ptr<int> item;
        ASSERT_TRUE(ring.tryPop(item));
        EXPECT_FALSE(left.expired());
    }
    EXPECT_TRUE(left.expired());
}

/// Under TSan: nothing but the ring itself orders the items' contents.
TEST(SpscRing, BetweenTwoThreadsNothingIsLostOrSwapped) {
    struct Item {
        std::uint64_t number;
        std::uint64_t twice;
    };
    constexpr std::uint64_t count = 200'000;
    SpscRing<std::unique_ptr<Item>, 8> ring;
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < count; ++i) {
            auto item = std::make_unique<Item>(Item{i, 2 * i});
            while (!ring.tryPush(item)) std::this_thread::yield();
        }
    });
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        std::unique_ptr<Item> item;
        while (!ring.tryPop(item)) {
            if (ring.size() > decltype(ring)::slots) ++wrong;
            std::this_thread::yield();
        }
        if (item->number != i || item->twice != 2 * i) ++wrong;
    }
    producer.join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(ring.size(), 0U);
}

}  // namespace
}  // namespace ksqldb::test
