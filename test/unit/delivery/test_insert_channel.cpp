#include "delivery/insert_channel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::test {
namespace {

using detail::InsertChannel;
using Taken = InsertChannel::Taken;
using Ranges = std::vector<SequenceRange>;
using std::chrono::milliseconds;

struct Sender : delivery::Producer {
    std::atomic<int> resumed{0};
    std::atomic<bool> cancelled{false};
    void resume() noexcept override { ++resumed; }
    void cancel() noexcept override { cancelled = true; }
};

struct InsertChannelTest : ::testing::Test {
    std::shared_ptr<Sender> sender = std::make_shared<Sender>();
    std::shared_ptr<InsertChannel> channel;

    void open(std::uint64_t rows = 10, std::size_t bytes = 1000) {
        channel = std::make_shared<InsertChannel>(InsertChannel::Limits{rows, bytes});
        channel->connect(sender, {"", "POST http://host/inserts-stream"});
    }
    bool tryInsert(std::string_view row = "{}") {
        return channel->insert(row, delivery::Clock::time_point::min()).has_value();
    }
    void insert(int rows) {
        for (int i = 0; i < rows; ++i) EXPECT_TRUE(tryInsert());
    }
    Taken take(std::size_t room = 1000) {
        std::string piece(room, ' ');
        std::size_t bytes = 0;
        const Taken taken = channel->take(piece.data(), room, bytes);
        sent += piece.substr(0, bytes);
        return taken;
    }
    std::string sent;
};

const Error lost(ErrorCode::ConnectionLost, "lost");

TEST_F(InsertChannelTest, LinesInTheOrderOfTheirNumbers) {
    open();
    EXPECT_EQ(channel->insert("{\"A\":1}", {}), 0U);
    EXPECT_EQ(channel->insert("{\"A\":2}", {}), 1U);
    EXPECT_EQ(take(10), Taken::Bytes);
    EXPECT_EQ(channel->insert("{\"A\":3}", {}), 2U);
    EXPECT_EQ(take(), Taken::Bytes);
    EXPECT_EQ(sent, "{\"A\":1}\n{\"A\":2}\n{\"A\":3}\n");
    EXPECT_EQ(take(), Taken::NothingForNow);
    EXPECT_EQ(take(), Taken::NothingYet);
}

TEST_F(InsertChannelTest, ARowIsSentWithItsFirstByte) {
    for (std::size_t bytes = 0; bytes <= 9; ++bytes)
        for (const std::size_t room : {std::size_t{1}, std::size_t{2}, bytes}) {
            open();
            sent.clear();
            insert(3);
            while (sent.size() < bytes) take(std::min(room, bytes - sent.size()));
            const std::size_t begun = (bytes + 2) / 3;
            EXPECT_EQ(channel->report().unknown, (begun > 0 ? Ranges{{0, begun - 1}} : Ranges{}))
                << bytes << " bytes by " << room;
            EXPECT_EQ(channel->waitingSince().has_value(), begun > 0);
            EXPECT_EQ(channel->report().notSent, begun < 3 ? (Ranges{{begun, 2}}) : Ranges{});
        }
}

/// Sending on is no sign of the server's.
TEST_F(InsertChannelTest, ItWaitsSinceTheFirstRowOrTheLastAcknowledgement) {
    open();
    insert(1);
    EXPECT_EQ(take(), Taken::Bytes);
    const auto first = channel->waitingSince();
    ASSERT_TRUE(first);
    insert(1);
    while (delivery::Clock::now() == *first) std::this_thread::yield();
    EXPECT_EQ(take(), Taken::Bytes);
    EXPECT_EQ(channel->waitingSince(), first);
    EXPECT_FALSE(channel->acknowledge({{0, 0}}));
    EXPECT_GT(channel->waitingSince(), first);
    EXPECT_FALSE(channel->acknowledge({{1, 1}}));
    EXPECT_FALSE(channel->waitingSince());
}

TEST_F(InsertChannelTest, TheSenderIsWokenOnceASleep) {
    open();
    insert(1);
    EXPECT_EQ(sender->resumed, 0) << "it was never asleep";
    EXPECT_EQ(take(), Taken::Bytes);
    EXPECT_FALSE(channel->acknowledge({{0, 0}}));
    EXPECT_EQ(take(), Taken::NothingYet);
    insert(3);
    EXPECT_EQ(sender->resumed, 1);
    EXPECT_EQ(take(), Taken::Bytes);
    EXPECT_FALSE(channel->acknowledge({{1, 3}}));
    EXPECT_EQ(take(), Taken::NothingYet);
    std::thread closing([&] { channel->close({}); });
    while (sender->resumed < 2) std::this_thread::yield();
    EXPECT_EQ(take(), Taken::End);
    channel->end({});
    closing.join();
}

/// Rows under way: those that come meanwhile are gathered, but not for ever.
TEST_F(InsertChannelTest, ItGathersAMomentAndThenSleeps) {
    open();
    insert(1);
    EXPECT_EQ(take(), Taken::Bytes);
    EXPECT_EQ(take(), Taken::NothingForNow);
    insert(2);
    EXPECT_EQ(sender->resumed, 0);
    EXPECT_EQ(take(), Taken::Bytes) << "the moment is over";
    EXPECT_EQ(take(), Taken::NothingForNow);
    EXPECT_EQ(take(), Taken::NothingYet) << "nothing came";
    insert(1);
    EXPECT_EQ(sender->resumed, 1) << "at once";
}

struct WhileGathering : InsertChannelTest {
    void gather(std::uint64_t rows = 10, std::size_t bytes = 1000) {
        open(rows, bytes);
        insert(1);
        EXPECT_EQ(take(), Taken::Bytes);
        EXPECT_EQ(take(), Taken::NothingForNow);
    }
};

TEST_F(WhileGathering, HalfAWindowIsEnough) {
    gather(10);
    insert(4);
    EXPECT_EQ(sender->resumed, 0);
    insert(4);
    EXPECT_EQ(sender->resumed, 1) << "once, with the fifth";
}

TEST_F(WhileGathering, HalfTheBufferIsEnough) {
    gather(100, 20);
    insert(3);
    EXPECT_EQ(sender->resumed, 0);
    insert(1);
    EXPECT_EQ(sender->resumed, 1);
}

TEST_F(WhileGathering, ManyBytesAreEnough) {
    gather(100, std::size_t{1} << 30);
    EXPECT_TRUE(tryInsert(std::string(65'000, ' ')));
    EXPECT_EQ(sender->resumed, 0);
    EXPECT_TRUE(tryInsert(std::string(1'000, ' ')));
    EXPECT_EQ(sender->resumed, 1);
}

TEST_F(WhileGathering, TheLastAcknowledgementEndsIt) {
    gather();
    insert(1);
    EXPECT_FALSE(channel->acknowledge({{0, 0}}));
    EXPECT_EQ(sender->resumed, 1);
    take();
    EXPECT_EQ(take(), Taken::NothingForNow);
    EXPECT_FALSE(channel->acknowledge({{1, 1}}));
    EXPECT_EQ(sender->resumed, 1) << "there is nothing to send";
    insert(1);
    EXPECT_EQ(sender->resumed, 2) << "nothing is under way";
}

TEST_F(WhileGathering, WhoWaitsEndsIt) {
    gather();
    insert(1);
    EXPECT_FALSE(channel->flush(delivery::Clock::now()));
    EXPECT_EQ(sender->resumed, 1);

    gather(100, 10);
    insert(1);
    EXPECT_FALSE(channel->insert("{\"A\":12}", delivery::Clock::now() + milliseconds(1)));
    EXPECT_EQ(sender->resumed, 2);

    gather();
    insert(1);
    channel->close(delivery::Clock::now());
    EXPECT_EQ(sender->resumed, 3);
}

TEST_F(InsertChannelTest, AWindowInRows) {
    open(2);
    insert(2);
    EXPECT_FALSE(tryInsert());
    take();
    EXPECT_FALSE(tryInsert()) << "they are sent, not acknowledged";
    EXPECT_FALSE(channel->insert("{}", delivery::Clock::now() + milliseconds(5)));
    EXPECT_FALSE(channel->acknowledge({{1, 1}}));
    EXPECT_TRUE(tryInsert());
    EXPECT_FALSE(tryInsert());
}

TEST_F(InsertChannelTest, AWindowInBytesAndOneLargerRow) {
    open(100, 10);
    insert(3);  // nine bytes with their line ends
    EXPECT_FALSE(tryInsert());
    take(3);
    EXPECT_TRUE(tryInsert());
    take();
    EXPECT_TRUE(tryInsert("{\"a row\":\"that is larger than all\"}"));
    EXPECT_FALSE(tryInsert());
}

TEST_F(InsertChannelTest, InsertWaitsForRoom) {
    open(1);
    insert(1);
    take();
    auto second = std::async(std::launch::async, [&] { return channel->insert("{}", {}); });
    EXPECT_EQ(second.wait_for(milliseconds(5)), std::future_status::timeout);
    channel->acknowledge({{0, 0}});
    EXPECT_EQ(second.get(), 1U);
}

TEST_F(InsertChannelTest, WhatEndsItWakesAllAndIsThrown) {
    open(1);
    insert(1);
    const auto codeOf = [](auto&& call) {
        try {
            call();
            return ErrorCode{};
        } catch (const Error& error) {
            EXPECT_EQ(error.endpoint(), "POST http://host/inserts-stream");
            return error.code();
        }
    };
    auto blocked =
        std::async(std::launch::async, [&] { return codeOf([&] { channel->insert("{}", {}); }); });
    auto flushing =
        std::async(std::launch::async, [&] { return codeOf([&] { channel->flush({}); }); });
    channel->end(lost);
    EXPECT_EQ(blocked.get(), ErrorCode::ConnectionLost);
    EXPECT_EQ(flushing.get(), ErrorCode::ConnectionLost);
    EXPECT_EQ(codeOf([&] { tryInsert(); }), ErrorCode::ConnectionLost);
    const InsertReport report = channel->close({});
    EXPECT_EQ(report.error->code(), ErrorCode::ConnectionLost);
    EXPECT_EQ(report.notSent, (Ranges{{0, 0}}));
    EXPECT_EQ(take(), Taken::Abort);
}

TEST_F(InsertChannelTest, FlushWaitsForWhatWasInsertedBefore) {
    open();
    EXPECT_TRUE(channel->flush({})) << "there is nothing";
    insert(3);
    take();
    EXPECT_FALSE(channel->flush(delivery::Clock::now()));
    take();  // the sender sleeps: flush() wakes it
    const int resumed = sender->resumed;
    auto flushing = std::async(std::launch::async, [&] { return channel->flush({}); });
    while (sender->resumed == resumed) std::this_thread::yield();
    EXPECT_FALSE(channel->acknowledge({{2, 2}, {0, 0}}));
    EXPECT_EQ(flushing.wait_for(milliseconds(5)), std::future_status::timeout);
    insert(1);
    EXPECT_FALSE(channel->acknowledge({{1, 1}}));
    EXPECT_TRUE(flushing.get());
    EXPECT_FALSE(channel->flush(delivery::Clock::now()));
}

/// One that waits for more rows does not make an earlier one wait for them.
TEST_F(InsertChannelTest, EachFlushWaitsForItsOwnRows) {
    open();
    insert(1);
    EXPECT_EQ(take(), Taken::Bytes);
    EXPECT_EQ(take(), Taken::NothingForNow);
    auto first = std::async(std::launch::async, [&] { return channel->flush({}); });
    while (sender->resumed < 1) std::this_thread::yield();
    insert(4);
    EXPECT_FALSE(channel->flush(delivery::Clock::time_point::min()));
    EXPECT_FALSE(channel->acknowledge({{0, 0}}));
    ASSERT_EQ(first.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    EXPECT_TRUE(first.get());
}

TEST_F(InsertChannelTest, CloseThatIsOutOfTimeEndsTheStream) {
    open();
    insert(3);
    take(4);
    const InsertReport report = channel->close(delivery::Clock::now());
    EXPECT_EQ(report.unknown, (Ranges{{0, 1}}));
    EXPECT_EQ(report.notSent, (Ranges{{2, 2}}));
    EXPECT_EQ(report.error->code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(report.error->limitName(), "close");
    EXPECT_TRUE(sender->cancelled);
    // What comes later changes nothing: the report was the last word.
    EXPECT_EQ(take(), Taken::Abort);
    EXPECT_FALSE(channel->acknowledge({{0, 0}}));
    EXPECT_FALSE(channel->refuse(1, lost));
    channel->end(lost);
    EXPECT_EQ(channel->report().acknowledged, 0U);
    EXPECT_EQ(channel->report().error->code(), ErrorCode::TotalTimeout);
}

TEST_F(InsertChannelTest, NothingIsInsertedAfterClose) {
    open();
    insert(1);
    take();
    channel->acknowledge({{0, 0}});
    auto closing = std::async(std::launch::async, [&] { return channel->close({}); });
    while (take() != Taken::End) std::this_thread::yield();
    try {
        tryInsert();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    }
    channel->end({});
    EXPECT_TRUE(closing.get().ok());
}

TEST_F(InsertChannelTest, InsideACallbackNobodyWaits) {
    open(1);
    const base::CallbackScope scope;
    EXPECT_TRUE(channel->insert("{}", {}));
    EXPECT_FALSE(tryInsert());
    const auto wouldDeadlock = [](auto&& call) {
        try {
            call();
            return false;
        } catch (const Error& error) {
            return error.code() == ErrorCode::WouldDeadlock;
        }
    };
    EXPECT_TRUE(wouldDeadlock([&] { channel->insert("{}", {}); }));
    EXPECT_TRUE(wouldDeadlock([&] { channel->flush({}); }));
    EXPECT_TRUE(wouldDeadlock([&] { channel->close({}); }));
    take();
    channel->acknowledge({{0, 0}});
    EXPECT_TRUE(channel->flush({}));
    channel->end({});
    EXPECT_TRUE(channel->close({}).ok());
}

TEST_F(InsertChannelTest, WhatIsFilledInIsAll) {
    open(1, 1);
    channel->fill("{}\n{}\n", 2);
    EXPECT_EQ(take(), Taken::Bytes);
    EXPECT_EQ(sent, "{}\n{}\n");
    EXPECT_EQ(take(), Taken::End);
    EXPECT_FALSE(channel->acknowledge({{0, 1}}));
    channel->end({});
    EXPECT_TRUE(channel->report().ok());
}

/// Many threads insert while one sends and acknowledges, in any order.
TEST_F(InsertChannelTest, ManyThreads) {
    constexpr int threads = 4;
    constexpr int rowsEach = 5000;
    open(50, 300);
    std::thread loop([&] {
        std::string all;
        std::uint64_t acknowledged = 0;
        while (true) {
            char piece[64];
            std::size_t bytes = 0;
            const Taken taken = channel->take(piece, sizeof piece, bytes);
            all.append(piece, bytes);
            std::uint64_t under = 0;
            for (const auto& range : channel->report().unknown) under += range.size();
            if (under > 1) {
                EXPECT_FALSE(channel->acknowledge(
                    {{acknowledged + 1, acknowledged + under - 1}, {acknowledged, acknowledged}}));
                acknowledged += under;
            } else if (under == 1) {
                EXPECT_FALSE(channel->acknowledge({{acknowledged, acknowledged}}));
                ++acknowledged;
            }
            if (taken == Taken::End) break;
            if (taken == Taken::NothingYet) std::this_thread::yield();
        }
        EXPECT_EQ(acknowledged, std::uint64_t{threads} * rowsEach);
        EXPECT_EQ(all.size(), std::size_t{3} * threads * rowsEach);
        channel->end({});
    });
    std::vector<std::thread> inserters;
    for (int i = 0; i < threads; ++i)
        inserters.emplace_back([&] {
            for (int row = 0; row < rowsEach; ++row) channel->insert("{}", {});
            EXPECT_TRUE(channel->flush({}));
        });
    for (auto& thread : inserters) thread.join();
    EXPECT_TRUE(channel->close({}).ok());
    loop.join();
}

}  // namespace
}  // namespace ksqldb::test
