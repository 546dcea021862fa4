// When a silent query's server is asked, and what its answer means. The times are given.
#include "base/error_builder.h"
#include "client/calls/liveness.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using base::Clock;
using client::Answer;
using client::ExchangeCall;
using client::Liveness;
using client::TimeLimits;

const Clock::time_point start = Clock::now();

/// The server's answers are given by the test; the exchange itself never begins.
class ALiveness : public testing::Test {
protected:
    struct Looked {
        std::optional<Clock::time_point> next;
        std::optional<Error> error;
    };
    Looked look(Clock::time_point now, Clock::time_point since) {
        TimeLimits time(now);
        liveness_->look(time, now, since);
        return {time.timer().next, time.struck()};
    }
    void answer(Outcome<Answer> outcome) { questions_.back()(std::move(outcome)); }
    static Answer ofStatus(int status) {
        Answer answer;
        answer.status = status;
        return answer;
    }

    std::unique_ptr<Liveness> make() {
        return std::make_unique<Liveness>(
            client::LivenessSettings{100ms, 10ms},
            [this](ExchangeCall::Done done) {
                questions_.push_back(std::move(done));
                ExchangeCall::Setup setup;
                auto connection = std::make_shared<transport::ConnectionSettings>();
                connection->baseUrl = "http://h";
                setup.request.connection = connection;
                return std::make_shared<ExchangeCall>(loop_, nullptr, std::move(setup),
                                                      [](const Outcome<Answer>&) {});
            },
            [this] { ++wakes_; });
    }

    const std::shared_ptr<transport::EventLoop> loop_ = [] {
        auto loop = std::make_shared<transport::EventLoop>(0us, [] {});
        loop->shutDown();
        loop->join();
        return loop;
    }();
    std::vector<ExchangeCall::Done> questions_;
    int wakes_ = 0;
    std::unique_ptr<Liveness> liveness_ = make();
};

TEST_F(ALiveness, AsksAfterASilenceAndNotBefore) {
    EXPECT_EQ(look(start, start).next, start + 100ms);
    EXPECT_EQ(look(start + 100ms, start + 60ms).next, start + 160ms);
    EXPECT_TRUE(questions_.empty());
    const Looked asked = look(start + 160ms, start + 60ms);
    EXPECT_EQ(questions_.size(), 1U);
    EXPECT_FALSE(asked.next) << "the answer calls";
    look(start + 300ms, start + 60ms);
    EXPECT_EQ(questions_.size(), 1U) << "one at a time";
}

TEST_F(ALiveness, AfterAnAnswerTheSilenceBeginsAnew) {
    look(start + 100ms, start);
    answer(ofStatus(200));
    EXPECT_EQ(wakes_, 1);
    const Looked looked = look(start + 105ms, start);
    EXPECT_FALSE(looked.error);
    EXPECT_EQ(looked.next, start + 205ms);
    look(start + 205ms, start);
    EXPECT_EQ(questions_.size(), 2U);
}

TEST_F(ALiveness, OnlyWhatTheNetworkOrAProxySaysIsDeath) {
    const auto errorAfter = [&](const Outcome<Answer>& outcome) {
        liveness_ = make();
        look(start + 100ms, start);
        answer(outcome);
        return look(start + 101ms, start).error;
    };
    for (const int status : {200, 401, 404, 429, 500, 501, 505})
        EXPECT_FALSE(errorAfter(ofStatus(status))) << status;
    for (const int status : {502, 503, 504}) EXPECT_TRUE(errorAfter(ofStatus(status))) << status;
    using Code = ErrorCode;
    for (const Code code :
         {Code::ConnectFailed, Code::ConnectionLost, Code::ConnectTimeout, Code::TotalTimeout}) {
        const auto error = errorAfter(Error(code, "the reason"));
        ASSERT_TRUE(error) << toString(code);
        EXPECT_EQ(error->code(), Code::ConnectionLost);
        EXPECT_EQ(error->limitName(), "livenessProbe");
        EXPECT_NE(std::string(error->what()).find("the reason"), std::string::npos);
    }
    for (const Code code :
         {Code::TlsFailed, Code::CredentialsFailed, Code::NoDescriptor, Code::NoMemory,
          Code::Cancelled, Code::MalformedResponse, Code::TooManyBytes})
        EXPECT_FALSE(errorAfter(Error(code, "x"))) << toString(code);
}

TEST_F(ALiveness, AProxyThatDoesNotLetTheQuestionThroughIsNoSign) {
    for (const int status : {0, 403, 407, 429, 501, 502, 503, 504, 505}) {
        liveness_ = make();
        look(start + 100ms, start);
        answer(detail::ErrorBuilder(ErrorCode::ProxyRefused, "no way").http(status).build());
        EXPECT_EQ(look(start + 101ms, start).error.has_value(), status >= 502 && status <= 504)
            << status;
    }
}

TEST_F(ALiveness, RowsThatCameMeanwhileAreABetterSign) {
    look(start + 100ms, start);
    answer(Error(ErrorCode::ConnectFailed, "x"));
    const Looked looked = look(start + 110ms, start + 105ms);
    EXPECT_FALSE(looked.error);
    EXPECT_EQ(looked.next, start + 210ms);
}

TEST_F(ALiveness, AnAnswerThatComesTooLateReachesNobody) {
    look(start + 100ms, start);
    liveness_.reset();
    answer(ofStatus(503));
    EXPECT_EQ(wakes_, 0);
}

TEST_F(ALiveness, WhereALimitHasStruckNothingIsAsked) {
    TimeLimits time(start + 1h);
    time.add(1ms, start, ErrorCode::IdleTimeout, "idleTimeout", "nothing came");
    liveness_->look(time, start + 1h, start);
    EXPECT_TRUE(questions_.empty());
    EXPECT_EQ(time.struck()->code(), ErrorCode::IdleTimeout);
}

}  // namespace
}  // namespace ksqldb::test
