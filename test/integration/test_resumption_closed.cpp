// Push queries that are closed here: their end is no accident, so they do not go on.
#include "helpers/cluster.h"
#include "helpers/resumed.h"

#include <memory>
#include <optional>

namespace ksqldb::test {
namespace {

TEST_F(Resumed, AQueryThatIsClosedHereEnds) {
    server_.on("/query-stream", "", endless("transient_S_1", 1));
    Subscription stream =
        client_.streamQuery(push, words_.callbacks(), StreamOptions().resume(quick));
    ASSERT_TRUE(words_.waitFor("0"));
    auto closing = client_.closeQuery("transient_S_1");
    take(closing);
    ASSERT_TRUE(words_.waitForEnd());
    EXPECT_EQ(words_.words(), (Strings{"header transient_S_1", "0", "Finished"}));
}

TEST_F(Resumed, AQueryThatIsTerminatedHereEnds) {
    server_.on("/query-stream", "", endless("transient_S_1", 1));
    for (const auto& terminate :
         {terminateQuery("transient_S_1"), statement("TERMINATE transient_S_1;")}) {
        Words words;
        Subscription stream =
            client_.streamQuery(push, words.callbacks(), StreamOptions().resume(quick));
        ASSERT_TRUE(words.waitFor("0"));
        take(client_.execute(terminate));
        ASSERT_TRUE(words.waitForEnd());
        EXPECT_EQ(words.words(), (Strings{"header transient_S_1", "0", "Finished"}));
    }
}

TEST_F(Resumed, AQueryThatCouldNotBeClosedGoesOn) {
    const auto go = std::make_shared<Event>();
    serve({answering("transient_S_1",
                     [go](Exchange& exchange, Answer& answer) {
                         answer.numbers(0, 1);
                         exchange.waitFor(*go);
                         answer.end();
                     }),
           answering("transient_S_2", [](Exchange& exchange, Answer&) { exchange.stall(); })});
    Subscription stream =
        client_.streamQuery(push, words_.callbacks(), StreamOptions().resume(quick));
    ASSERT_TRUE(words_.waitFor("0"));
    // The server does not know the id, as it is on another node.
    EXPECT_EQ(errorFrom(client_.closeQuery("transient_S_1")).httpStatus(), 400);
    EXPECT_EQ(errorFrom(client_.execute(terminateQuery("transient_S_1"))).httpStatus(), 400);
    go->set();
    ASSERT_TRUE(words_.waitFor("Resumed transient_S_2"));
}

/// A query that its server ends in an orderly way when it is told to; then another one.
class OrderlyEnd : public Resumed {
protected:
    void begin() {
        serve({answering("transient_S_1",
                         [go = go_](Exchange& exchange, Answer& answer) {
                             answer.numbers(0, 1);
                             exchange.waitFor(*go);
                             answer.end();
                         }),
               answering("transient_S_2", [](Exchange& exchange, Answer&) { exchange.stall(); })});
        stream_.emplace(
            client_.streamQuery(push, words_.callbacks(), StreamOptions().resume(quick)));
        ASSERT_TRUE(words_.waitFor("0"));
    }
    void expectNoResumption() {
        go_->set();
        ASSERT_TRUE(words_.waitForEnd());
        EXPECT_EQ(words_.words(), (Strings{"header transient_S_1", "0", "Finished"}));
    }

    const std::shared_ptr<Event> go_ = std::make_shared<Event>();
    std::optional<Subscription> stream_;
};

TEST_F(OrderlyEnd, GoesOnWhereNobodyWasAskedToTerminate) {
    begin();
    CancelSource source;
    source.cancel();
    EXPECT_EQ(errorFrom(client_.execute(terminateQuery("transient_S_1"),
                                        CommandOptions().cancelToken(source.token())))
                  .code(),
              ErrorCode::Cancelled);
    go_->set();
    ASSERT_TRUE(words_.waitFor("Resumed transient_S_2"));
}

TEST_F(OrderlyEnd, IsAnEndWhereTheAnswerToATerminateWasLost) {
    begin();
    server_.on("/ksql", "", resetting());
    EXPECT_EQ(errorFrom(client_.execute(terminateQuery("transient_S_1"))).code(),
              ErrorCode::ConnectionLost);
    expectNoResumption();
}

TEST_F(OrderlyEnd, IsAnEndWhereTheAnswerToACloseQueryWasLost) {
    begin();
    server_.on("/ksql", "", resetting());
    EXPECT_EQ(errorFrom(client_.closeQuery("transient_S_1")).code(), ErrorCode::ConnectionLost);
    expectNoResumption();
}

TEST_F(OrderlyEnd, IsAnEndWhereAVariableNamedTheQuery) {
    begin();
    server_.on("/ksql", "", respond(200, "[]"));
    take(
        client_.execute("TERMINATE ${q};", CommandOptions().sessionVariable("Q", "transient_S_1")));
    expectNoResumption();
}

}  // namespace
}  // namespace ksqldb::test
