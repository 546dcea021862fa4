#pragma once
#include "loop_probe.h"
#include "tiny_server.h"
#include "transport/event_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb::test {

using namespace std::chrono_literals;
using transport::EventLoop;
using transport::HttpRequest;
using transport::MultiDriver;
using Kind = transport::TransferEnd::Kind;
using Taken = transport::ResponseHandler::Taken;
using Timer = transport::ResponseHandler::Timer;
using Clock = transport::Clock;

inline constexpr const char* answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
inline constexpr const char* openAnswer =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
inline constexpr const char* noAnswer = "";

/// Each test with each way to wait; after each, all handles that were made are gone.
class LoopTest : public ::testing::TestWithParam<MultiDriver::Kind> {
protected:
    EventLoop& loop() {
        if (!loop_)
            loop_ = std::make_unique<EventLoop>(
                pause_, [this] { exited_.open(); }, curl_, GetParam());
        return *loop_;
    }

    std::shared_ptr<Probe> start(const std::string& url,
                                 std::shared_ptr<Probe> probe = std::make_shared<Probe>(),
                                 std::chrono::milliseconds connectTimeout = 10s) {
        lastId_ = loop().newId();
        loop().start(lastId_, requestTo(url, connectTimeout), probe);
        return probe;
    }

    std::shared_ptr<Probe> send(HttpRequest request) {
        auto probe = std::make_shared<Probe>();
        lastId_ = loop().newId();
        loop().start(lastId_, std::move(request), probe);
        return probe;
    }

    static HttpRequest requestTo(const std::string& url,
                                 std::chrono::milliseconds connectTimeout = 10s) {
        auto connection = std::make_shared<transport::ConnectionSettings>();
        connection->baseUrl = url;
        connection->connectTimeout = connectTimeout;
        HttpRequest request;
        request.connection = connection;
        request.method = "GET";
        request.path = "/info";
        request.headers = {{"Accept", "*/*"}};
        return request;
    }

    static HttpRequest post(HttpRequest request, HttpRequest::Body body) {
        request.method = "POST";
        request.body = std::move(body);
        return request;
    }
    static std::string bodyOf(const std::string& request) {
        return request.substr(std::min(request.find("\r\n\r\n") + 4, request.size()));
    }

    static void expectEnd(const Probe& probe, Kind kind, int status = 0) {
        const auto ends = probe.ends();
        ASSERT_EQ(ends.size(), 1U);
        EXPECT_EQ(ends[0].kind, kind);
        EXPECT_EQ(ends[0].status, status);
        EXPECT_EQ(ends[0].error.has_value(), kind == Kind::Failed);
    }

    static void expectFailed(const Probe& probe, ErrorCode code, int status = 0) {
        expectEnd(probe, Kind::Failed, status);
        const auto ends = probe.ends();
        if (!ends.empty() && ends[0].error) {
            EXPECT_EQ(ends[0].error->code(), code) << ends[0].error->what();
        }
    }

    /// The text of what was thrown, which came with the end.
    static std::string thrownIn(const Probe& probe) {
        try {
            std::rethrow_exception(probe.ends().at(0).exception);
        } catch (const std::exception& error) {
            return error.what();
        }
    }

    void finish() {
        if (!loop_) return;
        loop_->shutDown();
        loop_->join();
        EXPECT_TRUE(exited_.wait());
        loop_.reset();
    }

    void TearDown() override {
        finish();
        EXPECT_EQ(curl_.easyMade, curl_.easyEnded);
        EXPECT_EQ(curl_.multiMade, curl_.multiEnded);
        EXPECT_EQ(curl_.added, curl_.removed);
    }

    std::chrono::microseconds pause_{0};
    CountingCurl curl_;
    Gate exited_;
    EventLoop::TransferId lastId_ = 0;
    std::unique_ptr<EventLoop> loop_;
};

inline const auto waysToWait =
#ifdef __linux__
    ::testing::Values(MultiDriver::Kind::Poll, MultiDriver::Kind::Epoll);
#else
    ::testing::Values(MultiDriver::Kind::Poll);
#endif
inline std::string nameOfWay(const ::testing::TestParamInfo<MultiDriver::Kind>& way) {
    return way.param == MultiDriver::Kind::Poll ? "Poll" : "Epoll";
}

}  // namespace ksqldb::test
