#include "protocol/insert_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <vector>

namespace ksqldb::test {
namespace {

using protocol::InsertLedger;
using Ranges = std::vector<SequenceRange>;

const Error reason(ErrorCode::ServerError, "no");

InsertLedger ledgerOf(std::uint64_t inserted, std::uint64_t sent) {
    InsertLedger ledger;
    for (std::uint64_t i = 0; i < inserted; ++i) EXPECT_EQ(ledger.insert(), i);
    ledger.send(sent);
    return ledger;
}

std::uint64_t sizeOf(const Ranges& ranges) {
    return std::accumulate(
        ranges.begin(), ranges.end(), std::uint64_t{0},
        [](std::uint64_t sum, const SequenceRange& range) { return sum + range.size(); });
}

void expectSum(const InsertReport& report) {
    EXPECT_EQ(report.acknowledged + (report.refused ? 1 : 0) + sizeOf(report.unknown) +
                  sizeOf(report.notSent),
              report.inserted);
}

TEST(InsertLedger, FourSets) {
    InsertLedger ledger = ledgerOf(10, 7);
    EXPECT_FALSE(ledger.acknowledge({0, 1}));
    EXPECT_FALSE(ledger.acknowledge({3, 3}));
    EXPECT_FALSE(ledger.refuse(5, reason));
    const InsertReport report = ledger.report();
    EXPECT_EQ(report.inserted, 10U);
    EXPECT_EQ(report.acknowledged, 3U);
    ASSERT_TRUE(report.refused);
    EXPECT_EQ(report.refused->sequence, 5U);
    EXPECT_STREQ(report.refused->error.what(), "no");
    EXPECT_EQ(report.unknown, (Ranges{{2, 2}, {4, 4}, {6, 6}}));
    EXPECT_EQ(report.notSent, (Ranges{{7, 9}}));
    EXPECT_STREQ(report.error->what(), "no");
    EXPECT_FALSE(report.ok());
    expectSum(report);
}

TEST(InsertLedger, NothingAndAllAreWell) {
    EXPECT_TRUE(ledgerOf(0, 0).report().ok());
    InsertLedger ledger = ledgerOf(3, 3);
    EXPECT_EQ(ledger.report().unknown, (Ranges{{0, 2}}));
    EXPECT_FALSE(ledger.report().ok());
    EXPECT_FALSE(ledger.acknowledge({0, 2}));
    EXPECT_TRUE(ledger.report().ok());
    EXPECT_TRUE(ledger.report().unknown.empty());
    ledger.fail(reason);
    EXPECT_FALSE(ledger.report().ok());
}

TEST(InsertLedger, TheFirstReasonCounts) {
    InsertLedger ledger = ledgerOf(1, 1);
    EXPECT_FALSE(ledger.refuse(0, reason));
    ledger.fail(Error(ErrorCode::ConnectionLost, "later"));
    EXPECT_STREQ(ledger.report().error->what(), "no");
}

TEST(InsertLedger, WhatCannotBeIsRefusedAndChangesNothing) {
    InsertLedger ledger = ledgerOf(10, 8);
    EXPECT_FALSE(ledger.acknowledge({0, 1}));
    EXPECT_FALSE(ledger.acknowledge({4, 5}));
    for (const SequenceRange& rows : Ranges{{0, 0},
                                            {1, 2},
                                            {4, 4},
                                            {3, 4},
                                            {5, 6},
                                            {3, 7},
                                            {2, 5},
                                            {2, 6},
                                            {8, 8},
                                            {7, 9},
                                            {100, 100}}) {
        const auto error = ledger.acknowledge(rows);
        ASSERT_TRUE(error) << rows.first << ' ' << rows.last;
        EXPECT_EQ(error->code(), ErrorCode::MalformedResponse);
    }
    for (const std::uint64_t row : {0U, 4U, 8U, 9U, 100U})
        EXPECT_EQ(ledger.refuse(row, reason)->code(), ErrorCode::MalformedResponse) << row;
    EXPECT_EQ(ledger.acknowledged(), 4U);
    EXPECT_EQ(ledger.report().unknown, (Ranges{{2, 3}, {6, 7}}));
    EXPECT_FALSE(ledger.report().refused);

    EXPECT_FALSE(ledger.refuse(6, reason));
    EXPECT_TRUE(ledger.refuse(6, reason));
    EXPECT_TRUE(ledger.acknowledge({6, 6}));
    EXPECT_TRUE(ledger.acknowledge({6, 7}));
}

/// Against a list of every row's fate.
TEST(InsertLedger, AnyOrderAddsUp) {
    enum class Fate { NotSent, Open, Acknowledged, Refused };
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const std::size_t rows = 1 + random() % 120;
        std::vector<Fate> fates(rows, Fate::NotSent);
        InsertLedger ledger;
        for (std::size_t i = 0; i < rows; ++i) ledger.insert();
        std::size_t sent = 0;
        for (int step = 0; step < 200; ++step) {
            if (random() % 4 == 0 && sent < rows) {
                const std::size_t more = 1 + random() % std::min<std::size_t>(rows - sent, 20);
                ledger.send(more);
                std::fill_n(fates.begin() + static_cast<std::ptrdiff_t>(sent), more, Fate::Open);
                sent += more;
            }
            const std::size_t first = random() % (sent + 1);
            const std::size_t last = first + random() % 4;
            const bool fits =
                last < sent && std::all_of(fates.begin() + static_cast<std::ptrdiff_t>(first),
                                           fates.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                                           [](Fate fate) { return fate == Fate::Open; });
            ASSERT_EQ(ledger.acknowledge({first, last}).has_value(), !fits);
            if (fits)
                std::fill(fates.begin() + static_cast<std::ptrdiff_t>(first),
                          fates.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                          Fate::Acknowledged);
        }
        const std::size_t refused = random() % rows;
        const bool fits = fates[refused] == Fate::Open;
        ASSERT_EQ(ledger.refuse(refused, reason).has_value(), !fits);
        if (fits) fates[refused] = Fate::Refused;

        const InsertReport report = ledger.report();
        const auto rangesOf = [&](Fate fate) {
            Ranges ranges;
            for (std::size_t i = 0; i < rows; ++i) {
                if (fates[i] != fate) continue;
                if (!ranges.empty() && ranges.back().last + 1 == i)
                    ranges.back().last = i;
                else
                    ranges.push_back({i, i});
            }
            return ranges;
        };
        ASSERT_EQ(report.unknown, rangesOf(Fate::Open));
        ASSERT_EQ(report.notSent, rangesOf(Fate::NotSent));
        ASSERT_EQ(report.acknowledged, sizeOf(rangesOf(Fate::Acknowledged)));
        ASSERT_EQ(report.refused.has_value(), fits);
        expectSum(report);
    }
}

TEST(InsertLedger, AMillionRowsInOrder) {
    InsertLedger ledger;
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {
        ledger.insert();
        ledger.send(1);
        ASSERT_FALSE(ledger.acknowledge({i, i}));
    }
    EXPECT_TRUE(ledger.report().ok());
}

}  // namespace
}  // namespace ksqldb::test
