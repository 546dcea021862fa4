// What a request sends, and what its answer's head says.
#include "loop_test.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::test {
namespace {

using transport::ResponseHead;
using Framing = ResponseHead::Framing;

class Bodies : public LoopTest {};

INSTANTIATE_TEST_SUITE_P(Waiting, Bodies, waysToWait, nameOfWay);

TEST_P(Bodies, AnyMethodWithTheHeadersThatWereGiven) {
    const TinyServer server(answer);
    for (const char* const method : {"GET", "POST", "DELETE", "PUT", "X-OWN"})
        for (const std::string body : {"", "{}"}) {
            SCOPED_TRACE(std::string(method) + " " + body);
            HttpRequest request = requestTo(server.url());
            request.method = method;
            request.path = "/a/b";
            request.headers = {{"Accept", "x/y"}, {"Content-Type", "a/b"}, {"X-Own", "1"}};
            request.body = body;
            const auto probe = send(request);
            ASSERT_TRUE(probe->waitForEnd());
            expectEnd(*probe, Kind::Complete, 200);
            const std::string sent = server.request();
            EXPECT_EQ(sent.find(std::string(method) + " /a/b HTTP/1.1\r\n"), 0U) << sent;
            for (const char* const line : {"Accept: x/y", "Content-Type: a/b", "X-Own: 1"})
                EXPECT_NE(sent.find("\r\n" + std::string(line) + "\r\n"), std::string::npos)
                    << sent;
            EXPECT_EQ(bodyOf(sent), body);
        }
}

TEST_P(Bodies, LibcurlAddsNoHeadersOfItsOwn) {
    const TinyServer server(answer);
    HttpRequest request = post(requestTo(server.url()), std::string(2'000'000, 'x'));
    request.headers = {};
    const auto probe = send(request);
    ASSERT_TRUE(probe->waitForEnd());
    const std::string sent = server.request();
    for (const char* const name : {"Accept:", "Content-Type:", "Expect:", "Accept-Encoding:"})
        EXPECT_EQ(sent.find("\r\n" + std::string(name)), std::string::npos) << name;
    EXPECT_NE(sent.find("\r\nUser-Agent: ksqldb-cpp/"), std::string::npos);
    EXPECT_EQ(bodyOf(sent).size(), 2'000'000U);
}

TEST_P(Bodies, TheHeadComesOnceAndBeforeTheBody) {
    const TinyServer server(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        "HTTP/1.1 503 No\r\nContent-Type: text/html; charset=x\r\nContent-Encoding: gzip\r\n"
        "Retry-After: 7\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n"
        "2\r\nno\r\n0\r\nX: trailer\r\n\r\n");
    auto probe = std::make_shared<Probe>();
    probe->head = [&](const ResponseHead&) { EXPECT_EQ(probe->bodyCalls(), 0); };
    start(server.url(), probe);
    ASSERT_TRUE(probe->waitForEnd());
    const auto heads = probe->heads();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].status, 503);
    EXPECT_EQ(heads[0].contentType, "text/html; charset=x");
    EXPECT_EQ(heads[0].contentEncoding, "gzip");
    EXPECT_EQ(heads[0].retryAfter, 7s);
    EXPECT_EQ(heads[0].framing, Framing::Chunked);
    EXPECT_EQ(probe->received(), "no");
}

TEST_P(Bodies, SaysHowTheBodysEndIsTold) {
    struct Case {
        const char* answer;
        Framing framing;
        bool isWhole;
    };
    for (const Case& c : {
             Case{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Framing::Length, true},
             Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                  Framing::Chunked, true},
             Case{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", Framing::UntilClose, false},
             Case{"HTTP/1.0 200 OK\r\n\r\nok", Framing::UntilClose, false},
             Case{"HTTP/1.1 204 None\r\n\r\n", Framing::None, true},
         }) {
        SCOPED_TRACE(c.answer);
        const TinyServer server(c.answer, TinyServer::After::Close);
        const auto probe = start(server.url());
        ASSERT_TRUE(probe->waitForEnd());
        EXPECT_EQ(probe->ends()[0].kind, Kind::Complete);
        EXPECT_EQ(probe->ends()[0].isWhole, c.isWhole);
        ASSERT_EQ(probe->heads().size(), 1U);
        EXPECT_EQ(probe->heads()[0].framing, c.framing);
        EXPECT_EQ(probe->heads()[0].retryAfter, std::nullopt);
    }
}

TEST_P(Bodies, AHeadHasABound) {
    // Below what libcurl itself refuses since 8.3, 300 kB.
    std::string lines = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 262; ++i) lines += "X: " + std::string(1000, 'x') + "\r\n";
    for (const std::string& head :
         {lines, "HTTP/1.1 200 OK\r\nX: " + std::string(1'500'000, 'x') + "\r\n"}) {
        const TinyServer server(head + "Content-Length: 0\r\n\r\n");
        const auto probe = start(server.url());
        ASSERT_TRUE(probe->waitForEnd());
        ASSERT_TRUE(probe->ends()[0].error);
        expectFailed(*probe, ErrorCode::HeadTooLarge, 200);
        EXPECT_EQ(probe->ends()[0].error->limitName(), "maxHeadBytes");
    }
}

TEST_P(Bodies, TrailersHaveThoseBoundsToo) {
    std::string large, many;
    for (int i = 0; i < 300; ++i) large += "X: " + std::string(1000, 'x') + "\r\n";
    for (int i = 0; i < 1000; ++i) many += "X: x\r\n";
    for (const auto& [trailers, limit] :
         {std::pair(large, "maxHeadBytes"), std::pair(many, "maxHeadLines")}) {
        const TinyServer server(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n" + trailers +
            "\r\n");
        const auto probe = start(server.url());
        ASSERT_TRUE(probe->waitForEnd());
        ASSERT_TRUE(probe->ends()[0].error) << limit;
        expectFailed(*probe, ErrorCode::HeadTooLarge, 200);
        EXPECT_EQ(probe->ends()[0].error->limitName(), limit);
    }
}

/// A chunk a row, ready to be read at once.
std::string inChunks(int rows, std::string& text) {
    std::string body;
    for (int i = 0; i < rows; ++i) {
        const std::string row = std::to_string(i) + '\n';
        text += row;
        body += std::to_string(row.size()) + "\r\n" + row + "\r\n";
    }
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + "0\r\n\r\n";
}

TEST_P(Bodies, ChunksThatCameTogetherArePassedOnTogether) {
    std::string text;
    const TinyServer server(inChunks(20'000, text));
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    EXPECT_EQ(probe->received(), text);
    EXPECT_TRUE(probe->ends()[0].isWhole);
    EXPECT_LT(probe->bodyCalls(), 2000);
}

TEST_P(Bodies, ChunksThatAreRefusedComeAgain) {
    std::string text;
    const TinyServer server(inChunks(20'000, text));
    const auto probe = std::make_shared<Probe>();
    const auto id = loop().newId();
    probe->body = [&loop = loop(), id, takes = true](std::string_view) mutable {
        takes = !takes;  // each at the second time
        if (!takes) loop.resume(id);
        return takes ? Taken::All : Taken::Nothing;
    };
    loop().start(id, requestTo(server.url()), probe);
    ASSERT_TRUE(probe->waitForEnd());
    EXPECT_EQ(probe->received(), text);
    EXPECT_TRUE(probe->ends()[0].isWhole);
}

TEST_P(Bodies, ATransferCodingThatNobodyAskedForIsAnError) {
    for (const char* const coding : {"gzip", "gzip, chunked", "chunked, chunked"}) {
        SCOPED_TRACE(coding);
        const TinyServer server("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string(coding) +
                                    "\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                                TinyServer::After::Close);
        const auto probe = start(server.url());
        ASSERT_TRUE(probe->waitForEnd());
        EXPECT_NE(probe->ends()[0].kind, Kind::Complete);
        EXPECT_EQ(probe->received(), "");
    }
}

TEST_P(Bodies, ABrokenChunkSizeIsNoHttp) {
    const TinyServer server(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nxyz\r\n");
    const auto probe = start(server.url());
    ASSERT_TRUE(probe->waitForEnd());
    expectFailed(*probe, ErrorCode::MalformedResponse, 200);
}

TEST_P(Bodies, AServerWithoutHttp2IsToldAsSuch) {
    const TinyServer server(answer);
    HttpRequest request = requestTo(server.url());
    request.version = HttpRequest::Version::Http2Required;
    const auto probe = send(request);
    ASSERT_TRUE(probe->waitForEnd());
    ASSERT_TRUE(probe->ends()[0].error);
    EXPECT_NE(probe->ends()[0].error->code(), ErrorCode::ConnectFailed);
}

TEST_P(Bodies, OnlyWhatBeganToBeSentMayHaveArrived) {
    const auto refused = start(TinyServer::refusingUrl());
    ASSERT_TRUE(refused->waitForEnd());
    EXPECT_FALSE(refused->ends()[0].wasSent);
    const TinyServer server(noAnswer, TinyServer::After::Close);
    const auto lost = start(server.url());
    ASSERT_TRUE(lost->waitForEnd());
    EXPECT_TRUE(lost->ends()[0].wasSent);
}

/// libcurl asks again by itself, over another connection, where one that it kept is closed. What
/// the server has had once is not "not executed" because it cannot be reached now.
TEST_P(Bodies, WhatWasSentIsNoConnectFailed) {
    for (const bool mayBeSentTwice : {false, true}) {
        TinyServer server(answer);
        const auto send = [&] {
            HttpRequest request = post(requestTo(server.url()), "DROP X;");
            request.mayBeSentTwice = mayBeSentTwice;
            return this->send(std::move(request));
        };
        ASSERT_TRUE(send()->waitForEnd());
        server.dieOfTheNext();
        const auto lost = send();
        ASSERT_TRUE(lost->waitForEnd());
        EXPECT_EQ(server.connections(), 1);
        expectFailed(*lost, mayBeSentTwice ? ErrorCode::ConnectFailed : ErrorCode::ConnectionLost);
    }
}

}  // namespace
}  // namespace ksqldb::test
