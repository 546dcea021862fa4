// Overflow::KeepLatest: which rows are kept, what is counted, and what becomes of header and
// tokens.
#include "delivery/latest_rows.h"
#include "protocol/row_decoder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using delivery::LatestRows;
using protocol::Batch;

constexpr std::size_t manyBytes = std::size_t{1} << 20;

/// Fills batches with rows [0], [1], … as a transfer does.
class Filled {
public:
    explicit Filled(std::size_t rows, std::size_t bytes = manyBytes) : latest(rows, bytes) {}

    Filled& add(int rows) {
        for (int i = 0; i < rows; ++i) open->addLine("[" + std::to_string(next_++) + "]");
        return *this;
    }
    Filled& token(std::string text) {
        open->tokens.push_back({open->lineCount(), std::move(text)});
        return *this;
    }
    /// What a transfer does after each read.
    Filled& endRead() {
        if (!latest.isFull(*open)) return *this;
        auto fresh = std::make_shared<Batch>();
        latest.putAside(std::move(open), *fresh);
        open = std::move(fresh);
        return *this;
    }
    /// What a consumer would get now, decoded.
    std::shared_ptr<Batch> collect() {
        auto newest = std::make_shared<Batch>();
        newest->schema = Schema({{"N", {}, false}});
        latest.collect(*open, *newest);
        protocol::RowDecoder().ensureDecoded(*newest);
        open = std::make_shared<Batch>();
        return newest;
    }

    LatestRows latest;
    std::shared_ptr<Batch> open = std::make_shared<Batch>();

private:
    int next_ = 0;
};

std::int64_t numberAt(const Batch& batch, std::uint32_t row) {
    return batch.row(row)[0].asBigint();
}

/// "4 dropped, 4 5 t1 6"
std::string textOf(const Batch& batch) {
    std::string text = std::to_string(batch.dropped) + " dropped,";
    std::size_t token = 0;
    for (std::uint32_t row = 0; row <= batch.rowCount; ++row) {
        for (; token < batch.tokens.size() && batch.tokens[token].beforeRow == row; ++token)
            text += " " + batch.tokens[token].token;
        if (row < batch.rowCount) text += " " + std::to_string(numberAt(batch, row));
    }
    EXPECT_EQ(token, batch.tokens.size()) << "a token behind the last row";
    return text;
}

TEST(LatestRows, KeepsAllOfFew) {
    Filled filled(5);
    EXPECT_FALSE(filled.latest.hasRows());
    filled.add(3).endRead();
    EXPECT_FALSE(filled.latest.hasRows());
    EXPECT_EQ(textOf(*filled.collect()), "0 dropped, 0 1 2");
}

TEST(LatestRows, KeepsTheNewestOfOneGeneration) {
    EXPECT_EQ(textOf(*Filled(2).add(5).collect()), "3 dropped, 3 4");
    Filled exact(5);
    EXPECT_EQ(textOf(*exact.add(5).endRead().collect()), "0 dropped, 0 1 2 3 4");
}

TEST(LatestRows, TakesWhatTheOpenBatchLacksFromTheOlderOne) {
    Filled filled(4);
    filled.add(5).endRead();
    EXPECT_TRUE(filled.latest.hasRows());
    EXPECT_EQ(filled.open->lineCount(), 0u);
    EXPECT_EQ(textOf(*filled.add(1).collect()), "2 dropped, 2 3 4 5");
    EXPECT_FALSE(filled.latest.hasRows());
}

TEST(LatestRows, DropsWholeGenerations) {
    Filled filled(3);
    for (int i = 0; i < 100; ++i) filled.add(7).endRead();
    EXPECT_EQ(textOf(*filled.add(2).collect()), "699 dropped, 699 700 701");
}

TEST(LatestRows, AGenerationIsFullOfBytesToo) {
    Filled filled(1000, 8);
    filled.add(3).endRead().add(3).endRead();
    EXPECT_EQ(textOf(*filled.add(1).collect()), "3 dropped, 3 4 5 6");
}

TEST(LatestRows, HeaderSurvives) {
    Filled filled(2);
    filled.open->header = Header("query_1", Schema());
    for (int i = 0; i < 10; ++i) filled.add(3).endRead();
    const auto batch = filled.collect();
    ASSERT_TRUE(batch->header);
    EXPECT_EQ(batch->header->queryId(), "query_1");
    EXPECT_FALSE(filled.add(1).collect()->header);
}

TEST(LatestRows, TokensStandBeforeTheirRows) {
    EXPECT_EQ(textOf(*Filled(3).add(4).token("t1").add(1).collect()), "2 dropped, 2 3 t1 4");
    EXPECT_EQ(textOf(*Filled(3).add(1).token("t1").add(4).token("t2").collect()),
              "2 dropped, t1 2 3 4 t2");
    // In the older generation, of which only some rows are kept …
    Filled older(4);
    older.token("t0").add(2).token("t1").add(2).token("t2").add(2).endRead().add(1);
    EXPECT_EQ(textOf(*older.collect()), "3 dropped, t0 t1 3 t2 4 5 6");
    // … and of one that was dropped.
    Filled dropped(2);
    dropped.token("t0").add(1).token("t1").add(3).endRead().add(2).endRead().add(1);
    EXPECT_EQ(textOf(*dropped.collect()), "5 dropped, t1 5 6");
}

TEST(LatestRows, TokensWithoutRowsSurvive) {
    Filled filled(2);
    filled.token("t1");
    EXPECT_EQ(textOf(*filled.collect()), "0 dropped, t1");
}

/// Against a plain list, whatever is read when.
TEST(LatestRows, AgreesWithAList) {
    constexpr unsigned seed = 7;
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
        const std::size_t keep = 1 + random() % 8;
        Filled filled(keep, random() % 3 == 0 ? 1 + random() % 40 : manyBytes);
        std::vector<std::string> tokenBefore;  // of each row
        std::string token;
        for (auto read = random() % 12; read > 0; --read) {
            for (auto line = random() % 6; line > 0; --line) {
                if (random() % 4 == 0) {
                    token = "t" + std::to_string(tokenBefore.size());
                    filled.token(token);
                }
                filled.add(1);
                tokenBefore.push_back(token);
            }
            filled.endRead();
        }
        const auto batch = filled.collect();
        ASSERT_EQ(batch->dropped + batch->rowCount, tokenBefore.size());
        ASSERT_LE(batch->rowCount, keep);
        std::string seen;
        std::size_t mark = 0;
        for (std::uint32_t row = 0; row < batch->rowCount; ++row) {
            for (; mark < batch->tokens.size() && batch->tokens[mark].beforeRow <= row; ++mark)
                seen = batch->tokens[mark].token;
            const std::uint64_t number = batch->dropped + row;
            ASSERT_EQ(static_cast<std::uint64_t>(numberAt(*batch, row)), number);
            ASSERT_EQ(seen, tokenBefore[number]);
        }
        ASSERT_EQ(batch->rowCount == 0, tokenBefore.empty());
    }
}

}  // namespace
}  // namespace ksqldb::test
