// The question by which a query's server is asked for a sign of life.
#include "client/calls/query_call.h"
#include "delivery/row_channel.h"
#include "unit/transport/tiny_server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using client::Answer;
using client::QueryCall;
using transport::Credentials;

class Channel : public delivery::RowChannel {
public:
    using RowChannel::RowChannel;

protected:
    void itemsReady() override {}
};

/// Knows these credentials, or waits for some without end. They are refused and known again.
class Authorizer : public transport::Authorizer {
public:
    explicit Authorizer(std::optional<Credentials> known) : known_(std::move(known)) {}
    std::optional<Credentials> credentialsFor(std::uint64_t) override { return known_; }
    bool refused(const Credentials&) override {
        ++refusals;
        return true;
    }
    bool mayRenew() const override { return true; }

    int refusals = 0;

private:
    const std::optional<Credentials> known_;
};

Outcome<Answer> answerTo(const std::string& url, std::shared_ptr<transport::Authorizer> authorizer,
                         std::chrono::milliseconds timeout) {
    const auto loop = std::make_shared<transport::EventLoop>(0us, [] {});
    QueryCall::Setup setup{client::CallKind::Stream,
                           {},
                           {},
                           {},
                           RetryPolicy(),
                           std::nullopt,
                           base::Logger(),
                           std::make_shared<protocol::RowDecoder>()};
    setup.limits.liveness.timeout = timeout;
    auto connection = std::make_shared<transport::ConnectionSettings>();
    connection->baseUrl = url;
    setup.request.connection = std::move(connection);
    setup.question.emplace().authorizer = std::move(authorizer);
    setup.question->method = "GET";
    setup.question->path = "/info";
    const auto call = std::make_shared<QueryCall>(
        loop, std::make_shared<Channel>(std::size_t{1} << 20), std::move(setup));
    std::promise<Outcome<Answer>> answer;
    auto came = answer.get_future();
    call->question([&](Outcome<Answer> outcome) { answer.set_value(std::move(outcome)); })->start();
    return came.get();
}

TEST(Question, ThatWaitedForCredentialsSaysNothingOfTheServer) {
    const auto answer =
        answerTo("http://127.0.0.1:1", std::make_shared<Authorizer>(std::nullopt), 1ms);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::CredentialsFailed);
}

TEST(Question, WithoutAnAnswerIsItsLimitsError) {
    const TinyServer silent("");
    const auto answer =
        answerTo(silent.url(), std::make_shared<Authorizer>(Credentials{{}, {}, "token"}), 50ms);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(answer.error().limitName(), "livenessProbe");
}

TEST(Question, ThatIsRefusedIsAnswered) {
    const TinyServer server("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    const auto authorizer = std::make_shared<Authorizer>(Credentials{{}, {}, "token"});
    const auto answer = answerTo(server.url(), authorizer, 30s);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer.value().status, 401);
    EXPECT_EQ(authorizer->refusals, 1) << "or the next call would ask with them, too";
    EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace ksqldb::test
