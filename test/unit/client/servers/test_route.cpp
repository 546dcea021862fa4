// A call's way through several servers, and which query runs where.
#include "base/error_builder.h"
#include "client/servers/route.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::client {
namespace {

const Error refused(ErrorCode::ConnectFailed, "refused");
const Error late =
    detail::ErrorBuilder(ErrorCode::TotalTimeout, "no answer").limit("requestTimeout").build();

/// Of three servers, on a loop that has nothing to do.
class ARoute : public testing::Test {
protected:
    explicit ARoute(unsigned failures = 1000) {
        std::vector<Connection> given;
        for (const char* const name : {"a", "b", "c"}) {
            auto connection = std::make_shared<transport::ConnectionSettings>();
            connection->baseUrl = name;
            given.push_back(std::move(connection));
        }
        const CircuitBreaker breaker =
            CircuitBreaker().failures(failures).delay(std::chrono::hours(1), std::chrono::hours(1));
        servers_ = std::make_shared<Servers>(
            loop_, Servers::Setup{std::move(given), ServerOrder::InOrder, breaker, false, {}, {}});
    }
    ~ARoute() override {
        loop_->shutDown();
        loop_->join();
    }
    std::shared_ptr<Route> route(const std::string& queryId = {}) {
        auto made = std::make_shared<Route>(servers_, queryId);
        made->lead(request_);
        return made;
    }
    /// Begins an attempt of the route that leads request_. Where it goes.
    std::string begin() { return request_.choose()->baseUrl; }

    const std::shared_ptr<transport::EventLoop> loop_ =
        std::make_shared<transport::EventLoop>(std::chrono::microseconds(0), [] {});
    transport::HttpRequest request_;
    std::shared_ptr<Servers> servers_;
};

TEST_F(ARoute, TriesEachServerOnceARound) {
    const auto way = route();
    for (int round = 0; round < 2; ++round) {
        for (const char* const name : {"a", "b", "c"}) {
            EXPECT_TRUE(way->hasOther());
            EXPECT_EQ(begin(), name);
            way->ended(&refused, {});
        }
        EXPECT_FALSE(way->hasOther());
        way->beginRound();
    }
    EXPECT_EQ(begin(), "a");
    way->ended(&refused, {});
    way->beginRoundElsewhere();
    EXPECT_EQ(begin(), "b");
}

TEST_F(ARoute, SaysWhereItIs) {
    request_.path = "/ksql";
    const auto way = route();
    EXPECT_EQ(way->endpoint(request_), "POST /ksql");
    begin();
    EXPECT_EQ(way->endpoint(request_), "POST a/ksql");
    way->ended(&refused, {});
    EXPECT_EQ(way->endpoint(request_), "POST a/ksql");
    begin();
    EXPECT_EQ(way->endpoint(request_), "POST b/ksql");
}

TEST_F(ARoute, AnAttemptThatHasNotBegunSaysNothingOfItsServer) {
    const auto way = route();
    begin();
    way->ended(&refused, std::chrono::seconds(0));
    way->ended(&refused, std::chrono::seconds(1000));  // the next one, cancelled while it waited
    way->answered();
    way->noteQuery("q1");
    EXPECT_EQ(servers_->serverOf("q1"), nullptr);
    EXPECT_FALSE(way->leastRest());
    const auto other = route();
    EXPECT_EQ(begin(), "a");
}

TEST_F(ARoute, FurtherRequestsOfACommandGoToTheSameServer) {
    const auto way = route();
    begin();
    way->ended(&refused, {});
    EXPECT_EQ(begin(), "b");
    way->ended(nullptr, {});
    way->goOnHere();
    EXPECT_EQ(begin(), "b");
    way->ended(&refused, {});
    EXPECT_EQ(begin(), "a");
}

TEST_F(ARoute, LeadsToTheServerOfAQuery) {
    const auto first = route();
    begin();
    first->ended(&refused, {});
    EXPECT_EQ(begin(), "b");
    first->noteQuery("q1");
    first->noteQuery("q1");

    const auto way = route("q1");
    EXPECT_EQ(begin(), "b");
    way->ended(&refused, {});
    EXPECT_EQ(begin(), "a");
    way->ended(&refused, {});
    way->goOnHere();
    EXPECT_EQ(begin(), "b") << "which knows the query";
    const auto unknown = route("q2");
    EXPECT_EQ(begin(), "a");
}

TEST_F(ARoute, AnAttemptThatIsMadeAgainGoesWhereItWas) {
    const auto first = route();
    EXPECT_EQ(begin(), "a");
    request_.refused();
    EXPECT_EQ(begin(), "a") << "with other credentials";
    first->ended(&refused, {});
    EXPECT_EQ(begin(), "b");
    first->noteQuery("q1");

    const auto way = route("q1");
    EXPECT_EQ(begin(), "b");
    request_.refused();
    EXPECT_EQ(begin(), "b");
    way->ended(&refused, {});
    EXPECT_EQ(begin(), "a");
    request_.refused();
    way->ended(&refused, {});
    EXPECT_EQ(begin(), "c") << "the next attempt is another one";
}

TEST_F(ARoute, AnAttemptThatWaitedForCredentialsGoesToNoOtherServer) {
    const auto way = route();
    way->ended(&late, {});
    EXPECT_FALSE(way->hasOther()) << "it had no server yet";
    EXPECT_EQ(begin(), "a");
    request_.refused();
    way->ended(&late, {});
    EXPECT_FALSE(way->hasOther());
    EXPECT_EQ(begin(), "b");
    way->ended(&late, {});
    EXPECT_TRUE(way->hasOther());
}

class ARouteOfServersThatMayFailOnce : public ARoute {
protected:
    ARouteOfServersThatMayFailOnce() : ARoute(2) {}
};

TEST_F(ARouteOfServersThatMayFailOnce, AServerThatRefusesCredentialsIsWell) {
    for (int i = 0; i < 3; ++i) {
        const auto way = route();
        EXPECT_EQ(begin(), "a");
        request_.refused();
        way->ended(&late, {});
    }
    for (int i = 0; i < 2; ++i) {
        const auto way = route();
        EXPECT_EQ(begin(), "a");
        way->ended(&late, {});
        EXPECT_EQ(begin(), "b");
        request_.refused();
        EXPECT_EQ(begin(), "b");
        way->ended(&late, {});
    }
    const auto way = route();
    EXPECT_EQ(begin(), "b") << "after two failures in a row of a, but none of b between refusals";
}

TEST_F(ARoute, TheOldestQueriesAreForgotten) {
    const auto way = route();
    begin();
    for (int i = 0; i < 20'000; ++i) way->noteQuery("q" + std::to_string(i));
    EXPECT_EQ(servers_->serverOf("q0"), nullptr);
    EXPECT_EQ(servers_->serverOf("q3615"), nullptr);
    EXPECT_NE(servers_->serverOf("q3616"), nullptr);
    EXPECT_NE(servers_->serverOf("q19999"), nullptr);
}

TEST_F(ARoute, WhoAskedToBeLeftAloneIsWaitedForAsLongAsAllHaveAsked) {
    using std::chrono::seconds;
    const auto way = route();
    for (const auto asked : {seconds(7), seconds(5), seconds::max()}) {
        EXPECT_FALSE(way->leastRest());
        begin();
        way->ended(&refused, asked);
    }
    EXPECT_EQ(way->leastRest(), seconds(5));
}

}  // namespace
}  // namespace ksqldb::client
