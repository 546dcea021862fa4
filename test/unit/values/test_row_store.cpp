// Where a whole result's rows lie: copies, in little more memory than they need.
#include "row_builder.h"
#include "values/row_store.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using detail::Cell;
using values::RowStore;

/// A row of one column, by hand.
const detail::RowBlock& addText(RowStore& store, const Schema& schema, const std::string& text) {
    const std::vector<Cell> cells = {
        {Cell::Kind::String, static_cast<std::uint32_t>(text.size()), 0}};
    const std::vector<detail::RowEntry> rows = {detail::rowEntry(0, false)};
    return store.add(schema, text, cells, rows);
}

Schema oneColumn() { return BuiltRows("`A` STRING", {}).block()->schema; }

TEST(RowStore, KeepsRowsWhoseSourceIsGone) {
    const auto store = std::make_shared<RowStore>();
    const detail::RowBlock* block = nullptr;
    {
        std::string text = "alice";
        block = &addText(*store, oneColumn(), text);
        text = "bob..";
    }
    ASSERT_EQ(block->rowCount, 1U);
    EXPECT_EQ(block->row(0)[0].asString(), "alice");
    EXPECT_FALSE(block->row(0).isTombstone());
}

TEST(RowStore, NoRows) {
    RowStore store;
    const detail::RowBlock& block = store.add(oneColumn(), {}, {}, {});
    EXPECT_EQ(block.rowCount, 0U);
    EXPECT_EQ(store.bytes(), 0U);
}

TEST(RowStore, TakesWhatOneBatchNeeds) {
    RowStore store;
    addText(store, oneColumn(), std::string(100'000, 'x'));
    EXPECT_LE(store.bytes(), 100'000U + 64U);
}

TEST(RowStore, ManySmallBatchesShareMemory) {
    RowStore store;
    const Schema schema = oneColumn();
    const std::size_t batches = 20'000;
    std::vector<const detail::RowBlock*> blocks;
    for (std::size_t i = 0; i < batches; ++i)
        blocks.push_back(&addText(store, schema, "number " + std::to_string(i)));
    const std::size_t needed = batches * (12 + sizeof(Cell) + sizeof(detail::RowEntry));
    EXPECT_LE(store.bytes(), needed + needed / 3);
    for (std::size_t i = 0; i < batches; ++i)
        ASSERT_EQ(blocks[i]->row(0)[0].asString(), "number " + std::to_string(i));
}

TEST(RowStore, ALargeResultIsWholeAcrossLargePages) {
    RowStore store;
    const Schema schema = oneColumn();
    std::vector<const detail::RowBlock*> blocks;
    std::size_t needed = 0;
    for (char c = 'a'; c <= 'z'; ++c) {
        blocks.push_back(&addText(store, schema, std::string(700'000, c)));
        needed += 700'000;
    }
    for (std::size_t i = 0; i < blocks.size(); ++i)
        ASSERT_EQ(blocks[i]->row(0)[0].asString(),
                  std::string(700'000, static_cast<char>('a' + i)));
    EXPECT_LE(store.bytes(), needed + needed / 2);
}

}  // namespace
}  // namespace ksqldb::test
