// Who asks: known at once, later, or never; and what the loop does when the server says 401.
#include "loop_test.h"
#include "transport/authorizer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using transport::Credentials;

constexpr const char* unauthorized =
    "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Gives what the test has set, and notes who asked.
class Keeper : public transport::Authorizer {
public:
    std::optional<Credentials> credentialsFor(std::uint64_t id) override {
        std::lock_guard lock(mutex_);
        lastId = id;
        ++asked;  // last: who waits for it then reads the other
        if (throws) throw std::runtime_error("no token");
        return known_;
    }
    bool refused(const Credentials& credentials) override {
        std::lock_guard lock(mutex_);
        refused_.push_back(credentials.generation);
        if (next || forgets) known_ = next;
        return renews;
    }
    bool mayRenew() const override { return renews; }

    void know(const Credentials& credentials) {
        std::lock_guard lock(mutex_);
        known_ = credentials;
    }
    std::vector<std::uint64_t> refusals() {
        std::lock_guard lock(mutex_);
        return refused_;
    }

    std::atomic<int> asked{0};
    std::atomic<std::uint64_t> lastId{0};
    std::atomic<bool> throws{false}, renews{false}, forgets{false};
    std::optional<Credentials> next;

private:
    std::mutex mutex_;
    std::optional<Credentials> known_;
    std::vector<std::uint64_t> refused_;
};

class LoopCredentials : public LoopTest {
protected:
    std::shared_ptr<Probe> startAs(const std::string& url, Clock::time_point when = {}) {
        HttpRequest request = requestTo(url);
        request.authorizer = keeper_;
        request.body = body_;
        request.refused = [refusals = refusalsTold_] { ++*refusals; };
        lastId_ = loop().newId();
        auto probe = std::make_shared<Probe>();
        loop().start(lastId_, std::move(request), probe, when);
        return probe;
    }
    bool waitForQuestions(int count) {
        const auto deadline = Clock::now() + 30s;
        while (keeper_->asked < count && Clock::now() < deadline) std::this_thread::yield();
        return keeper_->asked >= count;
    }

    const std::shared_ptr<Keeper> keeper_ = std::make_shared<Keeper>();
    const std::shared_ptr<std::atomic<int>> refusalsTold_ = std::make_shared<std::atomic<int>>(0);
    HttpRequest::Body body_ = std::string();
};

INSTANTIATE_TEST_SUITE_P(Waiting, LoopCredentials, waysToWait, nameOfWay);

bool wasSent(const TinyServer& server, const std::string& header) {
    return server.request().find("\r\n" + header + "\r\n") != std::string::npos;
}

TEST_P(LoopCredentials, AreAskedForAsTheAttemptStarts) {
    const TinyServer server(answer);
    keeper_->know({"user", "secret", {}});
    const auto waiting = startAs(server.url(), Clock::now() + 1h);
    ASSERT_TRUE(waiting->waitForTimerCalls(1));
    EXPECT_EQ(keeper_->asked, 0);
    const auto probe = startAs(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    EXPECT_EQ(keeper_->asked, 1);
    EXPECT_TRUE(wasSent(server, "Authorization: Basic dXNlcjpzZWNyZXQ=")) << server.request();
}

TEST_P(LoopCredentials, WhatTheirAuthorizerThrowsIsTheEnd) {
    keeper_->throws = true;
    const auto probe = startAs("http://127.0.0.1:1");
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted);
    EXPECT_EQ(thrownIn(*probe), "no token");
    EXPECT_FALSE(probe->ends().at(0).wasSent);
}

TEST_P(LoopCredentials, ThatAreNotKnownYetAreWaitedFor) {
    const TinyServer server(answer);
    const auto probe = startAs(server.url());
    ASSERT_TRUE(waitForQuestions(1));
    EXPECT_EQ(keeper_->lastId, lastId_);
    loop().begin(lastId_);  // knows no more
    ASSERT_TRUE(waitForQuestions(2));
    EXPECT_TRUE(probe->ends().empty());
    keeper_->know({{}, {}, "token"});
    loop().begin(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
    EXPECT_TRUE(wasSent(server, "Authorization: Bearer token")) << server.request();
}

TEST_P(LoopCredentials, AnAttemptThatWaitsForThemCanBeCancelled) {
    const auto probe = startAs("http://127.0.0.1:1");
    ASSERT_TRUE(waitForQuestions(1));
    loop().cancel(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Cancelled);
    EXPECT_TRUE(probe->ends().at(0).waitedForCredentials);
    EXPECT_EQ(*refusalsTold_, 0);
    loop().begin(lastId_);  // too late
}

TEST_P(LoopCredentials, BeginHurriesNothingThatWaitsForItsTime) {
    keeper_->know({{}, {}, "token"});
    const auto probe = startAs("http://127.0.0.1:1", Clock::now() + 1h);
    ASSERT_TRUE(probe->waitForTimerCalls(1));
    loop().begin(lastId_);
    loop().askTimer(lastId_);
    ASSERT_TRUE(probe->waitForTimerCalls(2));
    EXPECT_EQ(keeper_->asked, 0);
}

TEST_P(LoopCredentials, ThatAreRefusedAreReplacedOnce) {
    const TinyServer server(unauthorized);
    keeper_->renews = true;
    keeper_->know({{}, {}, "old", 1});
    keeper_->next = Credentials{{}, {}, "new", 2};
    const auto probe = startAs(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 401);  // the second one is the answer
    EXPECT_FALSE(probe->ends().at(0).waitedForCredentials);
    EXPECT_EQ(keeper_->refusals(), std::vector<std::uint64_t>{1});
    EXPECT_EQ(*refusalsTold_, 1);
    EXPECT_EQ(keeper_->asked, 2);
    EXPECT_TRUE(wasSent(server, "Authorization: Bearer new")) << server.request();
}

TEST_P(LoopCredentials, ThatAreRefusedAreToldBeforeOthersCome) {
    const TinyServer server(unauthorized);
    keeper_->renews = true;
    keeper_->forgets = true;
    keeper_->know({{}, {}, "old", 1});
    const auto probe = startAs(server.url());
    ASSERT_TRUE(waitForQuestions(2));
    EXPECT_EQ(*refusalsTold_, 1);
    loop().cancel(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Cancelled);
    EXPECT_TRUE(probe->ends().at(0).waitedForCredentials);
}

TEST_P(LoopCredentials, ThatCannotBeReplacedAreAnAnswer) {
    const TinyServer server(unauthorized);
    keeper_->know({{}, {}, "only", 1});
    const auto probe = startAs(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 401);
    EXPECT_EQ(keeper_->asked, 1);
}

TEST_P(LoopCredentials, ABodyThatCannotBeginAnewIsNotRepeated) {
    struct Once : transport::BodySource {
        Piece read(char*, std::size_t) override { return {Kind::End}; }
    };
    const TinyServer server(unauthorized);
    keeper_->renews = true;
    keeper_->know({{}, {}, "old", 1});
    body_ = std::make_shared<Once>();
    const auto probe = startAs(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 401);
    EXPECT_EQ(keeper_->asked, 1);
}

}  // namespace
}  // namespace ksqldb::test
