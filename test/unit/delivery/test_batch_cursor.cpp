// Batches are walked in one place: rows, tombstones, tokens, counts, the end.
#include "delivery/batch_cursor.h"
#include "feed.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using delivery::BatchCursor;

class Channel : public delivery::RowChannel {
public:
    explicit Channel(std::size_t bytes) : RowChannel(bytes) {
        connect(producer, {"SELECT 1;", "POST http://x"});
    }
    const std::shared_ptr<CountingProducer> producer = std::make_shared<CountingProducer>();

protected:
    void itemsReady() override {}
};

class Cursor : public testing::Test {
protected:
    std::vector<std::int64_t> takeAll() {
        std::vector<std::int64_t> taken;
        while (cursor_.hasRow()) taken.push_back(cursor_.takeRow().get<std::int64_t>("N"));
        return taken;
    }

    Channel channel_{1000};
    Feed feed_{channel_};
    BatchCursor cursor_{channel_, Tombstones::Skip};
};

TEST_F(Cursor, HeaderRowsAndEndInOrder) {
    EXPECT_FALSE(cursor_.open());
    feed_.header().rows(2).offer().row(2).end();
    ASSERT_TRUE(cursor_.open());
    EXPECT_EQ(cursor_.header()->queryId(), "q1");
    EXPECT_EQ(takeAll(), (std::vector<std::int64_t>{0, 1}));
    EXPECT_FALSE(cursor_.close());
    EXPECT_FALSE(cursor_.isOpen());
    ASSERT_TRUE(cursor_.open());
    EXPECT_FALSE(cursor_.header());
    EXPECT_EQ(takeAll(), (std::vector<std::int64_t>{2}));
    const std::optional<Ending> ending = cursor_.close();
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->kind(), Ending::Kind::Finished);
    EXPECT_EQ(cursor_.counts().delivered, 3u);
    EXPECT_EQ(channel_.producer->cancels, 0);
    EXPECT_FALSE(cursor_.open());
}

TEST_F(Cursor, TombstonesAreCountedAndLeftOut) {
    feed_.row(1).tombstone().row(2).tombstone().end();
    ASSERT_TRUE(cursor_.open());
    EXPECT_EQ(takeAll(), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(cursor_.counts().tombstones, 2u);
    EXPECT_EQ(cursor_.counts().delivered, 2u);
}

TEST_F(Cursor, TombstonesAreRowsWhereAskedFor) {
    BatchCursor all(channel_, Tombstones::Deliver);
    feed_.row(1).tombstone().end();
    ASSERT_TRUE(all.open());
    EXPECT_FALSE(all.takeRow().isTombstone());
    EXPECT_TRUE(all.takeRow().isTombstone());
    EXPECT_EQ(all.counts().tombstones, 0u);
    EXPECT_EQ(all.counts().delivered, 2u);
}

TEST_F(Cursor, RowsThatAreKeptArePartsOfTheBatch) {
    feed_.rows(5).end();
    ASSERT_TRUE(cursor_.open());
    const RowBatch first = cursor_.takeRows(2);
    EXPECT_EQ(cursor_.passRows(1), 1u);
    const RowBatch rest = cursor_.takeRows(100);
    EXPECT_TRUE(cursor_.close());
    cursor_.releaseRows();
    ASSERT_EQ(first.size(), 2u);
    ASSERT_EQ(rest.size(), 2u);
    EXPECT_EQ(first[1].get<int>("N"), 1);
    EXPECT_EQ(rest[0].get<int>("N"), 3);
    EXPECT_EQ(cursor_.counts().delivered, 5u);
    // Its memory is the application's.
    EXPECT_EQ(rest[1].get<int>("N"), 4);
}

TEST_F(Cursor, ABatchThatIsKeptIsNotUsedAgain) {
    feed_.rows(2).offer();
    ASSERT_TRUE(cursor_.open());
    const RowBatch kept = cursor_.takeRows(2);
    cursor_.close();
    cursor_.releaseRows();
    feed_.row(7).offer().row(8).offer();
    while (cursor_.open()) {
        takeAll();
        cursor_.close();
    }
    EXPECT_EQ(kept[1].get<int>("N"), 1);
}

TEST_F(Cursor, ARowLivesUntilItIsReleased) {
    feed_.row(1).offer();
    ASSERT_TRUE(cursor_.open());
    const RowView row = cursor_.takeRow();
    EXPECT_FALSE(cursor_.close());
    feed_.row(2).offer().row(3).offer();  // in the batch's memory, if it was given back
    ASSERT_TRUE(cursor_.open());
    EXPECT_EQ(row.get<int>("N"), 1);
    cursor_.releaseRows();
    EXPECT_EQ(takeAll(), (std::vector<std::int64_t>{2}));
}

TEST_F(Cursor, ItsMemoryIsUsedAgainAfterwards) {
    feed_.row(1).offer();
    const auto fresh = channel_.newBatch();
    ASSERT_TRUE(cursor_.open());
    const void* const block = cursor_.header() ? nullptr : &cursor_.header();
    takeAll();
    cursor_.close();
    cursor_.releaseRows();
    const auto inItsPlace = std::make_shared<protocol::Batch>();  // where one that is gone lay
    const auto again = channel_.newBatch();
    EXPECT_EQ(static_cast<const void*>(&again->header), block);
}

TEST_F(Cursor, ARowThatIsLentLivesUntilItIsReleased) {
    feed_.rows(3).offer();
    ASSERT_TRUE(cursor_.open());
    const void* const block = &cursor_.header();
    {
        const RowBatch lent = cursor_.lendRows();
        EXPECT_FALSE(cursor_.hasRow());
        cursor_.close();
        EXPECT_EQ(cursor_.counts().delivered, 3u);
        ASSERT_EQ(lent.size(), 3u);
        EXPECT_EQ(lent[2].get<int>("N"), 2);
        feed_.row(9).offer();
        EXPECT_EQ(lent[2].get<int>("N"), 2);
    }
    cursor_.releaseRows();
    const auto inItsPlace = std::make_shared<protocol::Batch>();  // where one that is gone lay
    const auto again = channel_.newBatch();
    EXPECT_EQ(static_cast<const void*>(&again->header), block);
}

TEST_F(Cursor, ClosingMakesRoomThoughARowIsLookedAt) {
    feed_.line("[" + std::string(1000, ' ') + "1]").offer();
    EXPECT_FALSE(channel_.askForRoom());
    ASSERT_TRUE(cursor_.open());
    takeAll();
    cursor_.close();
    EXPECT_EQ(channel_.producer->resumes, 1);
    EXPECT_TRUE(channel_.askForRoom());
}

TEST_F(Cursor, ATokenCountsFromTheRowBehindIt) {
    feed_.token("a").row(1).row(2).token("b").token("c").row(3).token("d").offer();
    ASSERT_TRUE(cursor_.open());
    EXPECT_EQ(cursor_.token(), "");
    const std::vector<std::string> expected{"a", "a", "c"};
    for (const std::string& token : expected) {
        cursor_.takeRow();
        EXPECT_EQ(cursor_.token(), token);
    }
    cursor_.close();
    EXPECT_EQ(cursor_.token(), "c");  // the row is still looked at
    cursor_.releaseRows();
    EXPECT_EQ(cursor_.token(), "d");
}

TEST_F(Cursor, TokensOfRowsThatAreLeftOutCount) {
    feed_.token("a").tombstone().token("b").row(1).token("c").tombstone().offer();
    ASSERT_TRUE(cursor_.open());
    cursor_.takeRow();
    EXPECT_EQ(cursor_.token(), "b");
    cursor_.close();
    cursor_.releaseRows();
    EXPECT_EQ(cursor_.token(), "c");
}

TEST_F(Cursor, ABadRowEndsTheQueryThoughItsEndIsThere) {
    feed_.row(1).line("[oops]").row(2).end();
    ASSERT_TRUE(cursor_.open());
    EXPECT_EQ(takeAll(), (std::vector<std::int64_t>{1}));
    const std::optional<Ending> ending = cursor_.close();
    ASSERT_TRUE(ending && ending->error());
    EXPECT_EQ(ending->error()->code(), ErrorCode::MalformedResponse);
    EXPECT_EQ(ending->error()->statement(), "SELECT 1;");
    EXPECT_EQ(ending->error()->endpoint(), "POST http://x");
    EXPECT_EQ(channel_.producer->cancels, 1);
}

TEST_F(Cursor, TheNumberOfABadRowCountsAllThatCame) {
    feed_.rows(3).offer().rows(3).tombstone().offer().rows(3).offer();
    feed_.row(1).line("[oops]").offer();
    std::optional<Ending> ending;
    while (!ending && cursor_.open()) {
        takeAll();
        ending = cursor_.close();
    }
    ASSERT_TRUE(ending && ending->error());
    EXPECT_NE(std::string(ending->error()->what()).find("row 12"), std::string::npos)
        << ending->error()->what();
}

TEST_F(Cursor, DroppedRowsAreCountedAndNumbered) {
    auto batch = channel_.newBatch();
    batch->schema = Schema({{"N", {}, false}});
    batch->dropped = 40;
    batch->addLine("[1]");
    batch->addLine("[oops]");
    channel_.offer(batch);
    ASSERT_TRUE(cursor_.open());
    takeAll();
    const std::optional<Ending> ending = cursor_.close();
    EXPECT_EQ(cursor_.counts().dropped, 40u);
    ASSERT_TRUE(ending && ending->error());
    EXPECT_NE(std::string(ending->error()->what()).find("row 42"), std::string::npos)
        << ending->error()->what();
}

}  // namespace
}  // namespace ksqldb::test
