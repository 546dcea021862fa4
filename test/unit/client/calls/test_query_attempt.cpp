// Who decodes, what is offered, and how an attempt ends.
#include "client/calls/query_attempt.h"
#include "client/calls/query_call.h"
#include "delivery/collector.h"
#include "delivery/row_channel.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ksqldb::test {
namespace {

using client::QueryAttempt;
using client::QueryLimits;
using protocol::Batch;
using transport::Clock;
using transport::TransferEnd;

constexpr const char* head = R"({"queryId":"q1","columnNames":["N"],"columnTypes":["BIGINT"]})"
                             "\n";

std::string rows(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "[" + std::to_string(i) + "]\n";
    return text;
}

class Channel : public delivery::RowChannel {
public:
    using RowChannel::RowChannel;

protected:
    void itemsReady() override {}
};

QueryLimits limitsOfALine() {
    QueryLimits limits;
    limits.sizes.lineBytes = std::size_t{1} << 20;
    return limits;
}

/// Without an answer.
std::unique_ptr<QueryAttempt> attemptThatWaits(
    std::shared_ptr<delivery::RowChannel> channel, const QueryLimits& limits,
    protocol::Content content = protocol::Content::Rows) {
    const auto loop = std::make_shared<transport::EventLoop>(std::chrono::microseconds(0), [] {});
    client::QueryCall::Setup setup{client::CallKind::Stream,
                                   {},
                                   {},
                                   limits,
                                   RetryPolicy(),
                                   std::nullopt,
                                   base::Logger(),
                                   std::make_shared<protocol::RowDecoder>(),
                                   content};
    return std::make_unique<QueryAttempt>(
        std::make_shared<client::QueryCall>(loop, std::move(channel), std::move(setup)),
        Clock::now());
}

std::unique_ptr<QueryAttempt> attemptInto(std::shared_ptr<delivery::RowChannel> channel,
                                          const QueryLimits& limits = limitsOfALine()) {
    auto attempt = attemptThatWaits(std::move(channel), limits);
    attempt->onHead({200});
    return attempt;
}

/// The end that an attempt of this answer comes to.
Ending endingOf(const std::string& answer, const QueryLimits& limits) {
    const auto channel = std::make_shared<Channel>(std::size_t{1} << 20);
    const auto attempt = attemptInto(channel, limits);
    attempt->onBody(answer);
    attempt->onEnd({TransferEnd::Kind::Complete, 200, {}, {}, true});
    const std::shared_ptr<Batch> last = channel->take();
    return last && last->end ? *last->end : Ending(Error(ErrorCode::InvalidArgument, "no end"));
}

TEST(QueryAttempt, CountsALastRowWithoutALineEnd) {
    // Two rows of four bytes each, of which a line end is none.
    QueryLimits limits = limitsOfALine();
    limits.bytes = 2 * sizeof("[12]");
    EXPECT_EQ(endingOf(head + std::string("[11]\n[12]"), limits).kind(), Ending::Kind::Finished);
    limits.bytes -= 1;
    const Ending tooLarge = endingOf(head + std::string("[11]\n[12]"), limits);
    ASSERT_NE(tooLarge.error(), nullptr);
    EXPECT_EQ(tooLarge.error()->code(), ErrorCode::TooManyBytes);
}

TEST(QueryAttempt, KeepsABoundedPartOfAnErrorBody) {
    QueryLimits limits = limitsOfALine();
    limits.sizes.errorBodyBytes = 1000;
    const auto channel = std::make_shared<Channel>(std::size_t{1} << 20);
    const auto attempt = attemptInto(channel, limits);
    attempt->onHead({500});
    EXPECT_EQ(attempt->onBody(std::string(600, 'x')), QueryAttempt::Taken::All);
    EXPECT_EQ(attempt->onBody(std::string(600, 'y')), QueryAttempt::Taken::Abort);
    attempt->onEnd({TransferEnd::Kind::Aborted, 500, {}});
    const std::shared_ptr<Batch> last = channel->take();
    ASSERT_TRUE(last && last->end && last->end->error());
    EXPECT_EQ(last->end->error()->code(), ErrorCode::HttpStatus);
    EXPECT_EQ(last->end->error()->serverMessage(), std::string(600, 'x') + std::string(400, 'y'));
}

TEST(QueryAttempt, ABadRowInAShortAnswerIsTheQuerysEnd) {
    // Rows, the bad one and the end of the answer come to the collector as one batch.
    const auto thread = std::make_shared<delivery::DeliveryThread>("test-futures");
    std::promise<Outcome<QueryResult>> done;
    const auto collector = std::make_shared<delivery::Collector>(
        thread, std::make_unique<delivery::KeptResult>(
                    [&](Outcome<QueryResult> outcome) { done.set_value(std::move(outcome)); },
                    std::nullopt));
    const auto attempt = attemptInto(collector);
    attempt->onBody(head + std::string("[1]\n[2,]\n[3]\n"));
    attempt->onEnd({TransferEnd::Kind::Complete, 200, {}, {}, true});
    const Outcome<QueryResult> outcome = done.get_future().get();
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code(), ErrorCode::MalformedResponse);
    EXPECT_NE(std::string(outcome.error().what()).find("row 2"), std::string::npos)
        << outcome.error().what();
    thread->stop();
    thread->join();
}

TEST(QueryAttempt, DecodesSmallBatchesAndLeavesLargeOnesToTheConsumer) {
    const auto channel = std::make_shared<Channel>(std::size_t{1} << 20);
    const auto attempt = attemptInto(channel);
    for (const auto& [count, isSmall] : {std::pair{10, true}, {4000, false}, {1, true}}) {
        attempt->onBody((count == 10 ? head : "") + rows(count));
        attempt->onRoundEnd();
        const std::shared_ptr<Batch> batch = channel->take();
        ASSERT_TRUE(batch);
        EXPECT_EQ(batch->lineCount(), static_cast<std::uint32_t>(count));
        EXPECT_EQ(batch->isDecoded(), isSmall);
    }
    attempt->onEnd({TransferEnd::Kind::Cancelled, 200});
}

TEST(QueryAttempt, HelpsAConsumerThatIsBehind) {
    const auto channel = std::make_shared<Channel>(std::size_t{8} << 20);
    const auto attempt = attemptInto(channel);
    attempt->onBody(head);
    for (const int count : {4000, 4000, 100'000}) {
        attempt->onBody(rows(count));
        attempt->onRoundEnd();
    }
    EXPECT_FALSE(channel->take()->isDecoded()) << "nothing waited";
    EXPECT_TRUE(channel->take()->isDecoded());
    EXPECT_FALSE(channel->take()->isDecoded()) << "too much for the loop";
    attempt->onEnd({TransferEnd::Kind::Cancelled, 200});
}

TEST(QueryAttempt, CellsThatAreMadeEarlyCountAsBuffered) {
    const auto channel = std::make_shared<Channel>(std::size_t{80} << 10);
    const auto attempt = attemptInto(channel);
    attempt->onBody(head + rows(4000));  // 28 kB
    attempt->onRoundEnd();
    attempt->onBody(rows(4000));  // with its cells, 76 kB
    EXPECT_EQ(attempt->onBody(rows(1)), QueryAttempt::Taken::All);
    attempt->onRoundEnd();
    EXPECT_EQ(attempt->onBody(rows(1)), QueryAttempt::Taken::Nothing);
    attempt->onEnd({TransferEnd::Kind::Cancelled, 200});
}

TEST(QueryAttempt, ALastRowWithoutALineEndCountsAsReceived) {
    const auto channel = std::make_shared<Channel>(std::size_t{1} << 20);
    const auto attempt = attemptInto(channel);
    attempt->onBody(head + std::string("[1]\n[2]"));
    attempt->onEnd({TransferEnd::Kind::Complete, 200, {}, {}, true});
    const std::shared_ptr<Batch> last = channel->take();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->lineCount(), 2U);
    EXPECT_EQ(channel->statistics().waitingBytes, last->heldBytes());
}

TEST(QueryAttempt, OnlyBytesEndASilence) {
    QueryLimits limits = limitsOfALine();
    limits.idle = std::chrono::hours(1);
    const auto attempt = attemptInto(std::make_shared<Channel>(std::size_t{1} << 20), limits);
    attempt->onBody(head);
    attempt->onRoundEnd();
    const auto strikes = attempt->onTimer(Clock::now()).next;
    ASSERT_TRUE(strikes);
    attempt->onRoundEnd();  // the consumer asks for more
    EXPECT_EQ(attempt->onTimer(Clock::now()).next, strikes);
    attempt->onBody(rows(1));
    attempt->onRoundEnd();
    EXPECT_GT(attempt->onTimer(Clock::now()).next, strikes);
    attempt->onEnd({TransferEnd::Kind::Cancelled, 200});
}

TEST(QueryAttempt, AsksForNoSignOfLifeBeforeTheAnswerToPrint) {
    constexpr std::chrono::hours interval(1);
    QueryLimits limits = limitsOfALine();
    limits.liveness = {interval, std::chrono::seconds(1)};
    const auto attempt = attemptThatWaits(std::make_shared<Channel>(std::size_t{1} << 20), limits,
                                          protocol::Content::Lines);
    const Clock::time_point later = Clock::now() + 2 * interval;
    EXPECT_EQ(attempt->onTimer(later).next, later + interval);
    const Clock::time_point before = Clock::now();
    attempt->onHead({200});
    const auto asks = attempt->onTimer(Clock::now()).next;
    EXPECT_GE(asks, before + interval) << "the silence begins with the answer";
    EXPECT_LE(asks, Clock::now() + interval);
    attempt->onEnd({TransferEnd::Kind::Cancelled, 200});
}

TEST(QueryAttempt, OffersNothingWhereNothingCame) {
    const auto channel = std::make_shared<Channel>(std::size_t{1} << 20);
    const auto attempt = attemptInto(channel);
    attempt->onRoundEnd();
    attempt->onBody(std::string(head).substr(0, 20));
    attempt->onRoundEnd();
    EXPECT_EQ(channel->take(), nullptr);
    attempt->onBody(std::string(head).substr(20));
    attempt->onRoundEnd();
    const std::shared_ptr<Batch> batch = channel->take();
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->header->queryId(), "q1");
    attempt->onEnd({TransferEnd::Kind::Cancelled, 200});
}

}  // namespace
}  // namespace ksqldb::test
