#include "protocol/sequence_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace ksqldb::test {
namespace {

using protocol::SequenceSet;
using Ranges = std::vector<SequenceRange>;

TEST(SequenceSet, NeighboursAreOneRange) {
    SequenceSet set;
    EXPECT_TRUE(set.add({4, 5}));
    EXPECT_TRUE(set.add({8, 8}));
    EXPECT_TRUE(set.add({6, 7}));
    EXPECT_TRUE(set.add({0, 0}));
    EXPECT_EQ(set.takeAll(), (Ranges{{0, 0}, {4, 8}}));
    EXPECT_TRUE(set.empty());
}

TEST(SequenceSet, NothingIsInItTwice) {
    SequenceSet set;
    set.add({4, 5});
    for (const SequenceRange& rows : Ranges{{4, 4}, {5, 5}, {3, 4}, {5, 6}, {0, 9}}) {
        EXPECT_TRUE(set.overlaps(rows));
        EXPECT_FALSE(set.add(rows));
    }
    EXPECT_FALSE(set.overlaps({0, 3}));
    EXPECT_FALSE(set.overlaps({6, 9}));
    EXPECT_EQ(set.takeAll(), (Ranges{{4, 5}}));
}

TEST(SequenceSet, ARangeIsTakenByItsBeginning) {
    SequenceSet set;
    EXPECT_EQ(set.takeFrom(0), 0U);
    set.add({2, 3});
    set.add({7, 7});
    EXPECT_EQ(set.takeFrom(1), 1U);
    EXPECT_EQ(set.takeFrom(3), 3U);
    EXPECT_EQ(set.takeFrom(2), 4U);
    EXPECT_EQ(set.takeAll(), (Ranges{{7, 7}}));
}

TEST(SequenceSet, AsASetOfNumbers) {
    std::mt19937 random(11);
    for (int round = 0; round < 200; ++round) {
        SequenceSet set;
        std::set<std::uint64_t> numbers;
        for (int step = 0; step < 60; ++step) {
            const std::uint64_t first = random() % 100;
            const SequenceRange rows{first, first + random() % 5};
            bool isNew = true;
            for (auto row = rows.first; row <= rows.last; ++row)
                isNew = isNew && !numbers.count(row);
            ASSERT_EQ(set.overlaps(rows), !isNew);
            ASSERT_EQ(set.add(rows), isNew);
            for (auto row = rows.first; isNew && row <= rows.last; ++row) numbers.insert(row);
        }
        Ranges expected;
        for (const std::uint64_t number : numbers) {
            if (!expected.empty() && expected.back().last + 1 == number)
                expected.back().last = number;
            else
                expected.push_back({number, number});
        }
        ASSERT_EQ(set.takeAll(), expected);
    }
}

}  // namespace
}  // namespace ksqldb::test
