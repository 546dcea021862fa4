// What the loop makes of answers and failures.
#include "../base/no_threads.h"
#include "loop_test.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

class Loop : public LoopTest {};

INSTANTIATE_TEST_SUITE_P(Waiting, Loop, waysToWait, nameOfWay);

TEST_P(Loop, BringsAWholeAnswer) {
    const TinyServer server(answer);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
    EXPECT_EQ(probe->received(), "hello");
    EXPECT_EQ(probe->status(), 200);
    finish();
    EXPECT_EQ(curl_.easyMade, 1);
}

TEST_P(Loop, BringsTheAnswerOfAnyStatus) {
    const TinyServer server("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno");
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 503);
    EXPECT_EQ(probe->received(), "no");
}

TEST_P(Loop, BringsAllHeadersIfAskedFor) {
    const TinyServer server(
        "HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 0\r\nx-one:  two \r\n\r\n");
    const auto probe = std::make_shared<Probe>();
    HttpRequest request = requestTo(server.url());
    request.wantsHeaders = true;
    loop().start(loop().newId(), request, probe);
    ASSERT_TRUE(probe->waitForEnd());
    EXPECT_EQ(probe->heads().at(0).headers,
              (transport::Headers{{"X-One", "1"}, {"Content-Length", "0"}, {"x-one", "two"}}));
    const auto other = start(server.url());
    ASSERT_TRUE(other->waitForEnd());
    EXPECT_TRUE(other->heads().at(0).headers.empty()) << "nobody has asked";
}

TEST_P(Loop, AnAnswerWithoutABody) {
    const TinyServer server("HTTP/1.1 406 No\r\nContent-Length: 0\r\n\r\n");
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 406);
    EXPECT_EQ(probe->bodyCalls(), 0);
}

TEST_P(Loop, RunsManyTransfersAtOnce) {
    const TinyServer server(answer);
    std::vector<std::shared_ptr<Probe>> probes;
    for (int i = 0; i < 50; ++i) probes.push_back(start(server.url()));
    for (const auto& probe : probes) {
        ASSERT_TRUE(probe->waitForEnd());
        expectEnd(*probe, Kind::Complete, 200);
    }
    finish();
    EXPECT_EQ(curl_.easyMade, 50);
}

TEST_P(Loop, NobodyListens) {
    const auto probe = start(TinyServer::refusingUrl());
    ASSERT_TRUE(probe->waitForEnd());
    expectFailed(*probe, ErrorCode::ConnectFailed);
}

TEST_P(Loop, ClosedBeforeAnAnswer) {
    const TinyServer server(noAnswer, TinyServer::After::Close);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectFailed(*probe, ErrorCode::ConnectionLost);
}

TEST_P(Loop, ClosedInTheMiddle) {
    const TinyServer server(openAnswer, TinyServer::After::Close);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectFailed(*probe, ErrorCode::ConnectionLost, 200);
    EXPECT_EQ(probe->received(), "hello");
}

TEST_P(Loop, ClosedInTheHead) {
    const TinyServer server("HTTP/1.1 200 OK\r\nContent-Le", TinyServer::After::Close);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectFailed(*probe, ErrorCode::ConnectionLost, 200);
    EXPECT_TRUE(probe->heads().empty());
}

TEST_P(Loop, WhatIsNoHttp) {
    const TinyServer server("220 smtp ready\r\n", TinyServer::After::Close);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectFailed(*probe, ErrorCode::MalformedResponse);
}

TEST_P(Loop, SpeaksHttpAlone) {
    HttpRequest request = requestTo("file:///proc/self/status");
    request.path = "";
    const auto probe = std::make_shared<Probe>();
    loop().start(loop().newId(), request, probe);
    ASSERT_TRUE(probe->waitForEnd());
    EXPECT_EQ(probe->ends()[0].kind, Kind::Failed);
    EXPECT_EQ(probe->received(), "");
}

TEST_P(Loop, AnOptionThatLibcurlRefusesIsAnError) {
    HttpRequest request = requestTo("http://127.0.0.1:1");
    request.path = std::string(9'000'000, 'x');  // no text of libcurl's may be so long
    const auto probe = std::make_shared<Probe>();
    loop().start(loop().newId(), request, probe);
    ASSERT_TRUE(probe->waitForEnd());
    expectFailed(*probe, ErrorCode::Unsupported);
    ASSERT_TRUE(probe->ends()[0].error);
    EXPECT_NE(std::string(probe->ends()[0].error->what()).find("URL"), std::string::npos);
}

TEST_P(Loop, LibcurlHasNoMemoryForATransfer) {
    curl_.failEasyInit = true;
    const auto first = start("http://127.0.0.1:1");
    ASSERT_TRUE(first->waitForEnd());
    curl_.failEasyInit = false;
    curl_.failAddHandle = true;
    const auto second = start("http://127.0.0.1:1");
    ASSERT_TRUE(second->waitForEnd());
    finish();
    expectFailed(*first, ErrorCode::NoMemory);
    expectFailed(*second, ErrorCode::NoMemory);
    EXPECT_EQ(curl_.easyMade, 1);
}

TEST_P(Loop, LibcurlHasNoMemoryAtAll) {
    curl_.failMultiInit = true;
    EXPECT_THROW(EventLoop(
                     0us, [] {}, curl_, GetParam()),
                 Error);
    EXPECT_EQ(curl_.multiMade, 0);
}

#if defined(__GLIBC__)
TEST_P(Loop, TheSystemHasNoThreadLeft) {
    const NoThreads noThreads;
    EXPECT_THROW(EventLoop(
                     0us, [] {}, curl_, GetParam()),
                 Error);
}
#endif

TEST_P(Loop, AHandlerAborts) {
    const TinyServer server(openAnswer);
    auto probe = std::make_shared<Probe>();
    probe->body = [](std::string_view) { return Taken::Abort; };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted, 200);
    EXPECT_EQ(probe->bodyCalls(), 1);
}

TEST_P(Loop, AHandlerAbortsAsItIsResumed) {
    const TinyServer server(openAnswer);
    auto probe = std::make_shared<Probe>();
    probe->body = [calls = 0](std::string_view) mutable {
        return ++calls == 1 ? Taken::Nothing : Taken::Abort;
    };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    curl_.dropTimeouts = true;  // they would end the transfer as well
    loop().resume(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted, 200);
    EXPECT_EQ(probe->bodyCalls(), 2);
}

TEST_P(Loop, AHandlerThrows) {
    const TinyServer server(openAnswer);
    auto probe = std::make_shared<Probe>();
    probe->body = [](std::string_view) -> Taken { throw std::runtime_error("no memory"); };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted, 200);
}

TEST_P(Loop, CommandsInEveryRoundLeaveSocketsTheirTurn) {
    Gate asked;
    Gate mayAnswer;
    const TinyServer late(answer, TinyServer::After::Keep, [&] {
        asked.open();
        mayAnswer.wait();
    });
    const auto other = start(late.url());
    ASSERT_TRUE(asked.wait());

    const TinyServer server(answer);
    auto restless = std::make_shared<Probe>();
    restless->body = [&](std::string_view) {
        loop().resume(lastId_);  // of itself
        return Taken::Nothing;
    };
    start(server.url(), restless);
    ASSERT_TRUE(restless->waitForBodyCalls(10));
    // They would look at the socket. libcurl does not set one again that it holds for fired.
    curl_.dropTimeouts = true;
    mayAnswer.open();
    EXPECT_TRUE(other->waitForEnd());
    expectEnd(*other, Kind::Complete, 200);
    EXPECT_TRUE(restless->ends().empty());
    loop().cancel(lastId_);
    ASSERT_TRUE(restless->waitForEnd());
    expectEnd(*restless, Kind::Cancelled, 200);
}

TEST_P(Loop, SoDoManyCommandsAtOnce) {
    constexpr int many = 10'000;
    Gate asked, mayAnswer, answered, told;
    const TinyServer late(
        answer, TinyServer::After::Keep,
        [&] {
            asked.open();
            mayAnswer.wait();
        },
        [&] {
            answered.open();
            return std::string();
        });
    const TinyServer server(openAnswer);
    const auto busy = std::make_shared<Probe>();
    const auto other = std::make_shared<Probe>();
    std::atomic<int> obeyed{0};
    other->body = [&](std::string_view) {
        obeyed = busy->timerCalls();
        return Taken::All;
    };
    start(late.url(), other);
    ASSERT_TRUE(asked.wait());
    busy->timer = [&, calls = 0](Clock::time_point) mutable {
        if (++calls == 1) told.wait();
        if (calls > 1) mayAnswer.open();
        if (calls > 1) answered.wait();
        return Timer{};
    };
    start(server.url(), busy);
    for (int i = 0; i < many; ++i) loop().askTimer(lastId_);
    told.open();
    ASSERT_TRUE(other->waitForEnd());
    EXPECT_LT(obeyed, many / 2);
    EXPECT_TRUE(busy->waitForTimerCalls(1 + many)) << "the rest is not forgotten";
    loop().cancel(lastId_);  // the gates outlive the last call
    ASSERT_TRUE(busy->waitForEnd());
}

TEST_P(Loop, BytesThatAreNotTakenComeAgain) {
    const TinyServer server(answer);
    std::vector<std::string> offered;
    auto probe = std::make_shared<Probe>();
    probe->body = [&](std::string_view bytes) {
        offered.emplace_back(bytes);
        return offered.size() < 3 ? Taken::Nothing : Taken::All;
    };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForBodyCalls(1));
    loop().resume(lastId_);
    ASSERT_TRUE(probe->waitForBodyCalls(2));
    EXPECT_TRUE(probe->ends().empty());
    loop().resume(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
    EXPECT_EQ(offered, std::vector<std::string>(3, "hello"));
    EXPECT_GE(probe->rounds(), 2);  // after each resume
}

/// libcurl itself reads on while there is something to read.
TEST_P(Loop, ATransferThatBringsMuchLeavesOthersTheirTurn) {
    const std::string part(64 * 1024, 'x');
    int left = 500;
    TinyServer flood("HTTP/1.1 200 OK\r\nContent-Length: 32768000\r\n\r\n", TinyServer::After::Keep,
                     {}, [&] { return left-- > 0 ? part : std::string(); });
    const auto probe = std::make_shared<Probe>();
    loop();
    probe->body = [&, isFirst = true](std::string_view) mutable {
        if (std::exchange(isFirst, false)) loop_->cancel(lastId_);
        std::this_thread::sleep_for(1ms);  // so that there is always more to read
        return Taken::All;
    };
    start(flood.url(), probe);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Cancelled, 200);
    EXPECT_LT(probe->received().size(), std::size_t{1024} * 1024);
}

TEST_P(Loop, WhatIsReadInTurnsComesWholeAndInOrder) {
    std::string all;
    for (int i = 0; all.size() < 8U * 1024 * 1024; ++i) all += std::to_string(i) + ",";
    const TinyServer server("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(all.size()) +
                            "\r\n\r\n" + all);
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
    EXPECT_TRUE(probe->received() == all);
}

}  // namespace
}  // namespace ksqldb::test
