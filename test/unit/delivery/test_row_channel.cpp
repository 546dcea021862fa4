// How the loop's side and the consumer's side of a channel wait for each other.
#include "delivery/row_channel.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace ksqldb::test {
namespace {

using delivery::RowChannel;
using protocol::Batch;

/// The consumer's side, made public.
class Channel : public RowChannel {
public:
    using RowChannel::demand;
    using RowChannel::giveBack;
    using RowChannel::hasItems;
    using RowChannel::RowChannel;
    using RowChannel::take;

    int ready = 0;

protected:
    void itemsReady() override { ++ready; }
};

class CountingProducer : public delivery::Producer {
public:
    void resume() noexcept override { ++resumes; }
    void cancel() noexcept override { ++cancels; }

    int resumes = 0;
    int cancels = 0;
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
        channel.giveBack(std::move(taken), false);
    }
    void connect(Channel& channel) { channel.connect(producer_, {"SELECT 1;", "POST http://x"}); }
    int resumes() const { return producer_->resumes; }

    const std::shared_ptr<CountingProducer> producer_ = std::make_shared<CountingProducer>();
};

TEST_F(Rows, RoomEndsWithItsBytesUntilHalfIsConsumed) {
    Channel channel(4 * batchBytes);
    connect(channel);
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(channel.hasRoom());
        offer(channel);
    }
    EXPECT_FALSE(channel.hasRoom());
    consume(channel);
    EXPECT_EQ(resumes(), 0);  // only a quarter
    consume(channel);
    EXPECT_EQ(resumes(), 1);
    EXPECT_TRUE(channel.hasRoom());
    consume(channel);
    EXPECT_EQ(resumes(), 1);  // nobody waits
}

TEST_F(Rows, ThatDoNotFitAreLetThroughOneAtATime) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}}) {
        Channel channel(bytes);
        connect(channel);
        const int before = resumes();
        for (int i = 0; i < 3; ++i) {
            EXPECT_TRUE(channel.hasRoom());
            offer(channel);
            EXPECT_FALSE(channel.hasRoom());
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
    EXPECT_FALSE(channel.hasRoom());
}

TEST_F(Rows, PlacesEndUntilHalfOfThemIsTaken) {
    Channel channel(std::size_t{1} << 20);
    connect(channel);
    for (std::size_t i = 0; i < places; ++i) {
        EXPECT_TRUE(channel.hasPlace());
        offer(channel);
    }
    EXPECT_FALSE(channel.hasPlace());
    for (std::size_t i = 0; i < places / 2 - 1; ++i) consume(channel);
    EXPECT_EQ(resumes(), 0);
    consume(channel);
    EXPECT_EQ(resumes(), 1);
    EXPECT_TRUE(channel.hasPlace());
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
    EXPECT_TRUE(channel.hasPlace());  // the first one needs no asking
    offer(channel);
    EXPECT_FALSE(channel.hasPlace());
    consume(channel);
    EXPECT_FALSE(channel.hasPlace());
    EXPECT_EQ(resumes(), 0);
    channel.demand();
    EXPECT_EQ(resumes(), 1);
    EXPECT_TRUE(channel.hasPlace());
}

TEST_F(Rows, GiveTheirMemoryBackUnlessTheyAreShared) {
    Channel channel(1000);
    connect(channel);
    offer(channel);
    std::shared_ptr<Batch> taken = channel.take();
    const Batch* const address = taken.get();
    channel.giveBack(std::move(taken), false);
    const std::shared_ptr<Batch> again = channel.newBatch();
    EXPECT_EQ(again.get(), address);
    EXPECT_TRUE(again->isEmpty());
    offer(channel);
    taken = channel.take();
    const std::shared_ptr<Batch> kept = taken;
    channel.giveBack(std::move(taken), true);
    EXPECT_NE(channel.newBatch(), kept);
    EXPECT_EQ(kept->lineCount(), 1u);
}

}  // namespace
}  // namespace ksqldb::test
