#include "base/error_builder.h"
#include "client/credentials/authorization.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using client::CredentialSource;
using client::RenewedAuthorization;

/// Answers when the test says so.
class Source : public CredentialSource {
public:
    void fetch(Done done) override {
        ++fetches;
        if (throws) throw Error(ErrorCode::NoThread, "no thread");
        done_ = std::move(done);
    }
    std::string name() const override { return "the test"; }
    void answer(Outcome<Credentials> outcome) { std::exchange(done_, nullptr)(std::move(outcome)); }

    int fetches = 0;
    bool throws = false;

private:
    Done done_;
};

struct Authorization : testing::Test {
    std::optional<std::string> tokenFor(std::uint64_t id) {
        const auto known = authorization->credentialsFor(id);
        if (!known) return std::nullopt;
        last = *known;
        return known->bearer;
    }
    std::optional<ErrorCode> failureOf(std::uint64_t id) {
        try {
            tokenFor(id);
        } catch (const Error& error) {
            what = error.what();
            return error.code();
        }
        return std::nullopt;
    }
    /// The first token.
    void begin(const Credentials& credentials) {
        EXPECT_EQ(tokenFor(1), std::nullopt);
        source->answer(credentials);
    }

    const std::shared_ptr<Source> source = std::make_shared<Source>();
    std::vector<std::uint64_t> begun;
    const std::shared_ptr<RenewedAuthorization> authorization =
        std::make_shared<RenewedAuthorization>(
            source, [this](std::uint64_t id) { begun.push_back(id); }, base::Logger());
    transport::Credentials last;
    std::string what;
};

using Ids = std::vector<std::uint64_t>;

TEST_F(Authorization, IsFetchedOnceForAllThatWait) {
    EXPECT_EQ(source->fetches, 0);
    EXPECT_EQ(tokenFor(1), std::nullopt);
    EXPECT_EQ(tokenFor(2), std::nullopt);
    EXPECT_EQ(source->fetches, 1);
    EXPECT_TRUE(begun.empty());
    source->answer(Credentials::bearer("a"));
    EXPECT_EQ(begun, (Ids{1, 2}));
    for (const std::uint64_t id : Ids{1, 2, 3}) EXPECT_EQ(tokenFor(id), "a");
    EXPECT_EQ(source->fetches, 1);
}

TEST_F(Authorization, MayBeUserAndSecret) {
    begin(Credentials::basic("alice", "s"));
    tokenFor(1);
    EXPECT_EQ(last.user, "alice");
    EXPECT_EQ(last.secret, "s");
}

TEST_F(Authorization, AFailureIsForThoseThatWaitedAndTheNextOneAsksAgain) {
    EXPECT_EQ(tokenFor(1), std::nullopt);
    EXPECT_EQ(tokenFor(2), std::nullopt);
    source->answer(Error(ErrorCode::CredentialsFailed, "down"));
    EXPECT_EQ(begun, (Ids{1, 2}));
    EXPECT_EQ(failureOf(1), ErrorCode::CredentialsFailed);
    EXPECT_EQ(what, "down");
    EXPECT_EQ(failureOf(2), ErrorCode::CredentialsFailed);
    EXPECT_EQ(tokenFor(2), std::nullopt);  // its next attempt
    EXPECT_EQ(source->fetches, 2);
    source->answer(Credentials::bearer("a"));
    EXPECT_EQ(tokenFor(2), "a");
}

TEST_F(Authorization, ASourceThatCannotBeginIsAFailure) {
    source->throws = true;
    EXPECT_EQ(tokenFor(1), std::nullopt);
    EXPECT_EQ(begun, Ids{1});
    EXPECT_EQ(failureOf(1), ErrorCode::NoThread);
}

TEST_F(Authorization, ThatIsRefusedIsFetchedOnceForAll) {
    begin(Credentials::bearer("a"));
    tokenFor(1);
    const transport::Credentials old = last;
    EXPECT_TRUE(authorization->refused(old));
    EXPECT_TRUE(authorization->refused(old));  // another call's
    EXPECT_EQ(tokenFor(1), std::nullopt);
    EXPECT_EQ(tokenFor(2), std::nullopt);
    EXPECT_EQ(source->fetches, 2);
    source->answer(Credentials::bearer("b"));
    EXPECT_EQ(tokenFor(1), "b");
    EXPECT_TRUE(authorization->refused(old));  // late: there are new ones already
    EXPECT_EQ(tokenFor(2), "b");
    EXPECT_EQ(source->fetches, 2);
}

TEST_F(Authorization, ThatHasExpiredIsWaitedFor) {
    begin(Credentials::bearer("a").expiresIn(0ms));
    EXPECT_EQ(tokenFor(1), "a");  // those that waited get it all the same
    const auto deadline = base::Clock::now() + 30s;
    while (tokenFor(2) && base::Clock::now() < deadline) std::this_thread::yield();
    EXPECT_EQ(tokenFor(2), std::nullopt);
    EXPECT_EQ(source->fetches, 2);
}

TEST_F(Authorization, ThatIsAboutToExpireIsRenewedWhileNobodyWaits) {
    begin(Credentials::bearer("a").expiresIn(1h));
    EXPECT_EQ(tokenFor(1), "a");
    EXPECT_EQ(source->fetches, 1);  // far from its end
    authorization->refused(last);
    EXPECT_EQ(tokenFor(1), std::nullopt);
    auto almost = Credentials::bearer("b");
    almost.expiresIn(2000ms);
    source->answer(almost);
    const auto deadline = base::Clock::now() + 30s;
    while (source->fetches < 3 && base::Clock::now() < deadline) EXPECT_EQ(tokenFor(2), "b");
    EXPECT_EQ(tokenFor(3), "b");
    EXPECT_EQ(source->fetches, 3);
    source->answer(Credentials::bearer("c"));
    EXPECT_EQ(tokenFor(4), "c");
}

TEST_F(Authorization, ThatCannotBeRenewedYetIsUsedToItsEnd) {
    begin(Credentials::bearer("a").expiresIn(2000ms));
    const auto deadline = base::Clock::now() + 30s;
    while (source->fetches < 2 && base::Clock::now() < deadline) tokenFor(2);
    source->answer(Error(ErrorCode::CredentialsFailed, "down"));
    EXPECT_EQ(tokenFor(3), "a");
    EXPECT_EQ(source->fetches, 2);  // not at once again
}

TEST_F(Authorization, ThatCannotBeSentIsAFailureThatDoesNotShowIt) {
    for (const auto& wrong :
         {Credentials::bearer(""), Credentials::bearer("hunter2\r\nX: y"),
          Credentials::basic("hunter2:", "x"), Credentials::basic("a", "hunter2\n")}) {
        begun.clear();
        begin(wrong);
        EXPECT_EQ(failureOf(1), ErrorCode::CredentialsFailed);
        EXPECT_EQ(what.find("hunter2"), std::string::npos) << what;
        EXPECT_NE(what.find("the test gave what cannot be sent"), std::string::npos) << what;
    }
}

TEST_F(Authorization, AnAnswerThatComesAfterItsEndDoesNoHarm) {
    auto other = std::make_shared<RenewedAuthorization>(
        source, [this](std::uint64_t id) { begun.push_back(id); }, base::Logger());
    EXPECT_FALSE(other->credentialsFor(1));
    other.reset();
    source->answer(Credentials::bearer("a"));
    EXPECT_TRUE(begun.empty());
}

TEST(FixedAuthorization, NeverChanges) {
    client::FixedAuthorization fixed(Credentials::bearer("a"));
    EXPECT_EQ(fixed.credentialsFor(1)->bearer, "a");
    EXPECT_FALSE(fixed.refused(*fixed.credentialsFor(1)));
    EXPECT_FALSE(fixed.mayRenew());
}

}  // namespace
}  // namespace ksqldb::test
