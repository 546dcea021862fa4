// How the loop's side and the consumer's side of a channel wait for each other.
#include "delivery/row_channel.h"
#include "feed.h"

#include <ksqldb/cancel.h>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb::test {
namespace {

using delivery::RowChannel;
using protocol::Batch;

class Channel : public RowChannel {
public:
    using RowChannel::beginToWait;
    using RowChannel::RowChannel;

    int ready = 0;

protected:
    void itemsReady() override { ++ready; }
};

/// Both sides are this thread.
class Rows : public testing::Test {
protected:
    static constexpr std::size_t places = delivery::RowChannel::slots;
    static constexpr std::size_t batchBytes = 50;

    std::shared_ptr<Batch> batch() {
        auto some = std::make_shared<Batch>();
        some->addLine(std::string(batchBytes - 1, 'x'));
        return some;
    }
    /// Receives and offers a batch.
    void offer(Channel& channel) {
        channel.addReceived(batchBytes);
        channel.offer(batch());
    }
    void consume(Channel& channel) {
        std::shared_ptr<Batch> taken = channel.take();
        ASSERT_TRUE(taken);
        channel.countConsumed(*taken);
        channel.giveBack(std::move(taken));
    }
    void connect(Channel& channel) { channel.connect(producer_, {"SELECT 1;", "POST http://x"}); }
    int resumes() const { return producer_->resumes; }

    const std::shared_ptr<CountingProducer> producer_ = std::make_shared<CountingProducer>();
};

TEST_F(Rows, RoomEndsWithItsBytesUntilHalfIsConsumed) {
    Channel channel(4 * batchBytes);
    connect(channel);
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(channel.askForRoom());
        offer(channel);
    }
    EXPECT_FALSE(channel.askForRoom());
    consume(channel);
    EXPECT_EQ(resumes(), 0);  // only a quarter
    consume(channel);
    EXPECT_EQ(resumes(), 1);
    EXPECT_TRUE(channel.askForRoom());
    consume(channel);
    EXPECT_EQ(resumes(), 1);  // nobody waits
}

TEST_F(Rows, ThatDoNotFitAreLetThroughOneAtATime) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}}) {
        Channel channel(bytes);
        connect(channel);
        const int before = resumes();
        for (int i = 0; i < 3; ++i) {
            EXPECT_TRUE(channel.askForRoom());
            offer(channel);
            EXPECT_FALSE(channel.askForRoom());
            consume(channel);
        }
        EXPECT_EQ(resumes() - before, 3);
    }
}

TEST_F(Rows, TokensTakeRoomToo) {
    Channel channel(1000);
    auto tokens = std::make_shared<Batch>();
    tokens->addToken(std::string(1000, 't'));
    channel.addReceived(tokens->heldBytes());
    EXPECT_FALSE(channel.askForRoom());
}

TEST_F(Rows, PlacesEndUntilHalfOfThemIsTaken) {
    Channel channel(std::size_t{1} << 20);
    connect(channel);
    for (std::size_t i = 0; i < places; ++i) {
        EXPECT_TRUE(channel.askForPlace());
        offer(channel);
    }
    EXPECT_FALSE(channel.askForPlace());
    for (std::size_t i = 0; i < places / 2 - 1; ++i) consume(channel);
    EXPECT_EQ(resumes(), 0);
    consume(channel);
    EXPECT_EQ(resumes(), 1);
    EXPECT_TRUE(channel.askForPlace());
    EXPECT_EQ(channel.ready, static_cast<int>(places));
}

TEST_F(Rows, TheLastBatchHasAPlaceOfItsOwn) {
    Channel channel(std::size_t{1} << 20);
    connect(channel);
    for (std::size_t i = 0; i < places; ++i) offer(channel);
    auto last = std::make_shared<Batch>();
    last->end = Ending(Ending::Kind::Finished);
    channel.close(last);
    for (std::size_t i = 0; i < places; ++i) consume(channel);
    EXPECT_TRUE(channel.hasItems());
    EXPECT_EQ(channel.take(), last);
    EXPECT_FALSE(channel.hasItems());
    EXPECT_EQ(channel.take(), nullptr);
}

TEST_F(Rows, OnDemandComeOneBatchForOneAsking) {
    Channel channel(1000, true);
    connect(channel);
    EXPECT_TRUE(channel.askForPlace());  // the first one needs no asking
    offer(channel);
    EXPECT_FALSE(channel.askForPlace());
    consume(channel);
    EXPECT_FALSE(channel.askForPlace());
    EXPECT_EQ(resumes(), 0);
    channel.demand();
    EXPECT_EQ(resumes(), 1);
    EXPECT_TRUE(channel.askForPlace());
}

TEST_F(Rows, GiveTheirMemoryBack) {
    Channel channel(1000);
    connect(channel);
    offer(channel);
    std::shared_ptr<Batch> taken = channel.take();
    const Batch* const address = taken.get();
    channel.giveBack(std::move(taken));
    const std::shared_ptr<Batch> again = channel.newBatch();
    EXPECT_EQ(again.get(), address);
    EXPECT_TRUE(again->isEmpty());
}

TEST_F(Rows, MakeRoomBeforeTheirMemoryIsGivenBack) {
    Channel channel(batchBytes);
    connect(channel);
    offer(channel);
    EXPECT_FALSE(channel.askForRoom());
    const std::shared_ptr<Batch> kept = channel.take();
    channel.countConsumed(*kept);
    EXPECT_EQ(resumes(), 1);
    EXPECT_TRUE(channel.askForRoom());
    EXPECT_NE(channel.newBatch(), kept);
    EXPECT_EQ(kept->lineCount(), 1u);
}

TEST_F(Rows, RoomThatIsMadeWhileItIsAskedForIsSeen) {
    Channel channel(batchBytes);
    connect(channel);
    offer(channel);
    // The loop found no room, and before it could say that it waits:
    consume(channel);
    EXPECT_FALSE(channel.beginToWait());
    EXPECT_EQ(resumes(), 0);
    offer(channel);
    EXPECT_TRUE(channel.beginToWait());
    consume(channel);
    EXPECT_EQ(resumes(), 1);
}

TEST_F(Rows, AreCalledOffByAToken) {
    CancelSource source;
    const auto channel = std::make_shared<Channel>(1000);
    connect(*channel);
    channel->listen(source.token(), channel);
    EXPECT_EQ(producer_->cancels, 0);
    source.cancel();
    source.cancel();
    EXPECT_EQ(producer_->cancels, 1);
}

TEST_F(Rows, AreCalledOffAtOnceByATokenThatIsCancelled) {
    CancelSource source;
    source.cancel();
    const auto channel = std::make_shared<Channel>(1000);
    connect(*channel);
    channel->listen(source.token(), channel);
    EXPECT_EQ(producer_->cancels, 1);
}

TEST_F(Rows, ThatAreGoneHearNoToken) {
    CancelSource source;
    {
        const auto channel = std::make_shared<Channel>(1000);
        connect(*channel);
        channel->listen(source.token(), channel);
    }
    source.cancel();
    EXPECT_EQ(producer_->cancels, 0);
}

TEST_F(Rows, MayDieWhileTheirTokenIsCancelled) {
    struct LetsGo : delivery::Producer {
        void resume() noexcept override {}
        void cancel() noexcept override { channel.reset(); }
        std::shared_ptr<Channel> channel;
    };
    CancelSource source;
    const auto producer = std::make_shared<LetsGo>();
    producer->channel = std::make_shared<Channel>(1000);
    const std::weak_ptr<Channel> watched = producer->channel;
    producer->channel->connect(producer, {});
    producer->channel->listen(source.token(), producer->channel);
    source.cancel();
    EXPECT_TRUE(watched.expired());
}

TEST_F(Rows, AreCountedBatchByBatch) {
    Channel channel(4 * batchBytes);
    connect(channel);
    QueryStatistics all = channel.statistics();
    EXPECT_EQ(all.rows + all.batches + all.bytes + all.waitingBytes + all.pauses, 0u);
    EXPECT_FALSE(all.firstRow);

    offer(channel);
    offer(channel);
    consume(channel);
    all = channel.statistics();
    EXPECT_EQ(all.rows, 2u);
    EXPECT_EQ(all.batches, 2u);
    EXPECT_EQ(all.bytes, 2 * batchBytes);
    EXPECT_EQ(all.waitingBytes, batchBytes);
    EXPECT_EQ(all.mostWaitingBytes, 2 * batchBytes);

    // The last batch does not go through the ring. One that drops rows has had them.
    const auto last = batch();
    last->dropped = 5;
    channel.flow().countLast(*last);
    channel.close(last);
    all = channel.statistics();
    EXPECT_EQ(all.rows, 8u);
    EXPECT_EQ(all.batches, 3u);
}

TEST_F(Rows, PausesAreCountedWithTheirTime) {
    using namespace std::chrono_literals;
    Channel channel(4 * batchBytes);
    const base::Clock::time_point now = base::Clock::now();
    channel.flow().beginPause(now - 3s);
    channel.flow().endPause(now - 1s);
    EXPECT_EQ(channel.statistics().pausedTime, 2s);
    EXPECT_EQ(channel.statistics().pauses, 1u);
    // One that lasts.
    channel.flow().beginPause(now - 1s);
    EXPECT_GE(channel.statistics().pausedTime, 3s);
    EXPECT_EQ(channel.statistics().pauses, 2u);
    channel.flow().endPause(now);
    EXPECT_EQ(channel.statistics().pausedTime, 3s);
}

TEST_F(Rows, TheFirstRowIsNotedOnce) {
    using namespace std::chrono_literals;
    Channel channel(4 * batchBytes);
    channel.flow().noteFirstRow(0us);
    channel.flow().noteFirstRow(7us);
    EXPECT_EQ(channel.statistics().firstRow, 0us);
}

}  // namespace
}  // namespace ksqldb::test
