// What a request's body and its source may expect of each other.
#include "loop_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::test {
namespace {

using transport::BodySource;

class Sources : public LoopTest {};

INSTANTIATE_TEST_SUITE_P(Waiting, Sources, waysToWait, nameOfWay);

/// Gives what it is given, and waits in between.
class Source : public BodySource {
public:
    explicit Source(std::optional<std::uint64_t> size = {}) : size_(size) {}

    void add(std::string text) {
        std::lock_guard lock(mutex_);
        pieces_.push_back(std::move(text));
    }
    void finish(Kind how = Kind::End) {
        std::lock_guard lock(mutex_);
        last_ = how;
    }
    /// It asks to be read again so long after it had nothing.
    void pauseFor(std::chrono::milliseconds pause) { pause_ = pause; }
    int reads() const { return reads_; }
    bool waitUntilItWaited() { return waited_.wait(); }
    bool waitUntilItEnded() { return ended_.wait(); }
    /// What it said last.
    Kind said() const { return said_; }

    Piece read(char* into, std::size_t room) override {
        std::lock_guard lock(mutex_);
        ++reads_;
        if (pieces_.empty()) {
            said_ = last_;
            (last_ == Kind::Wait ? waited_ : ended_).open();
            if (last_ != Kind::Wait) return {last_};
            Piece piece{last_};
            if (pause_) piece.again = std::chrono::steady_clock::now() + *pause_;
            return piece;
        }
        std::string& piece = pieces_.front();
        const std::size_t size = std::min(room, piece.size());
        std::copy_n(piece.begin(), size, into);
        piece.erase(0, size);
        if (piece.empty()) pieces_.pop_front();
        said_ = Kind::Data;
        return {Kind::Data, size};
    }
    std::optional<std::uint64_t> size() const override { return size_; }

private:
    const std::optional<std::uint64_t> size_;
    std::optional<std::chrono::milliseconds> pause_;
    std::mutex mutex_;
    std::deque<std::string> pieces_;
    std::atomic<int> reads_{0};
    Kind last_ = Kind::Wait;
    std::atomic<Kind> said_{Kind::Data};
    Gate waited_, ended_;
};

TEST_P(Sources, ABodyIsMadeWhileItIsSent) {
    const TinyServer server(answer);
    const auto source = std::make_shared<Source>();
    source->add("one\n");
    const auto probe = send(post(requestTo(server.url()), source));
    ASSERT_TRUE(source->waitUntilItWaited());
    loop().resumeSending(lastId_);  // for nothing
    source->add(std::string(300'000, 'x'));
    source->finish();
    loop().resumeSending(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
    EXPECT_TRUE(probe->ends()[0].wasSent);
    const std::string sent = server.request();
    EXPECT_NE(sent.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos) << sent;
    EXPECT_EQ(std::count(sent.begin(), sent.end(), 'x'), 300'000);
}

TEST_P(Sources, ASourceIsReadAgainWhenItSaid) {
    const TinyServer server(answer);
    const auto source = std::make_shared<Source>();
    source->pauseFor(std::chrono::milliseconds(1));
    source->add("one\n");
    const auto probe = send(post(requestTo(server.url()), source));
    ASSERT_TRUE(source->waitUntilItWaited());
    source->add("two\n");
    source->finish();
    ASSERT_TRUE(probe->waitForEnd()) << "nobody resumed it";
    expectEnd(*probe, Kind::Complete, 200);
    EXPECT_NE(server.request().find("two\n"), std::string::npos);
}

TEST_P(Sources, ResumingASourceDoesNotWaitForItsTime) {
    const TinyServer server(answer);
    const auto source = std::make_shared<Source>();
    source->pauseFor(std::chrono::hours(1));
    const auto cancelled = send(post(requestTo(server.url()), source));
    ASSERT_TRUE(source->waitUntilItWaited());
    loop().cancel(lastId_);
    ASSERT_TRUE(cancelled->waitForEnd());
    expectEnd(*cancelled, Kind::Cancelled);

    const auto other = std::make_shared<Source>();
    other->pauseFor(std::chrono::hours(1));
    const auto probe = send(post(requestTo(server.url()), other));
    ASSERT_TRUE(other->waitUntilItWaited());
    other->finish();
    loop().resumeSending(lastId_);
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
}

TEST_P(Sources, ABodyOfKnownSizeHasItsLengthAhead) {
    const TinyServer server(answer);
    const auto source = std::make_shared<Source>(9);
    source->add("123");
    source->add("456789");
    const auto probe = send(post(requestTo(server.url()), source));
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Complete, 200);
    EXPECT_NE(server.request().find("\r\nContent-Length: 9\r\n"), std::string::npos);
    EXPECT_EQ(bodyOf(server.request()), "123456789");
}

TEST_P(Sources, ASourceMayAbort) {
    const TinyServer server(answer);
    const auto source = std::make_shared<Source>();
    source->finish(BodySource::Kind::Abort);
    const auto probe = send(post(requestTo(server.url()), source));
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted);
    EXPECT_TRUE(probe->ends()[0].wasSent);  // its head was
}

TEST_P(Sources, WhatASourceThrowsComesWithTheEnd) {
    struct Throwing : BodySource {
        Piece read(char*, std::size_t) override { throw std::runtime_error("no row"); }
    };
    const TinyServer server(answer);
    const auto probe = send(post(requestTo(server.url()), std::make_shared<Throwing>()));
    ASSERT_TRUE(probe->waitForEnd());
    expectEnd(*probe, Kind::Aborted);
    EXPECT_EQ(thrownIn(*probe), "no row");
}

/// A request whose source waits, and the answer, which is not taken either.
class BothWays : public Sources {
protected:
    /// Whether both wait.
    bool begin() {
        server_.answerEarly();
        source_->add("123");
        probe_->body = [this](std::string_view) { return takes_ ? Taken::All : Taken::Nothing; };
        id_ = loop().newId();
        loop().start(id_, post(requestTo(server_.url()), source_), probe_);
        return source_->waitUntilItWaited() && probe_->waitForBodyCalls(1) && obeyed();
    }
    /// All that was told to the loop until now.
    bool obeyed() { return start(other_.url())->waitForEnd(); }
    bool receivesOn() {
        takes_ = true;
        loop().resume(id_);
        return probe_->waitForBodyCalls(2) && obeyed();
    }

    TinyServer server_{openAnswer};
    const TinyServer other_{answer};
    const std::shared_ptr<Source> source_ = std::make_shared<Source>();
    const std::shared_ptr<Probe> probe_ = std::make_shared<Probe>();
    std::atomic<bool> takes_{false};
    EventLoop::TransferId id_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Waiting, BothWays, waysToWait, nameOfWay);

TEST_P(BothWays, PauseApart) {
    ASSERT_TRUE(begin());
    const int reads = source_->reads();
    loop().resumeSending(id_);  // receiving goes on waiting
    ASSERT_TRUE(obeyed());
    EXPECT_EQ(source_->reads(), reads + 1);
    EXPECT_EQ(probe_->bodyCalls(), 1);
    ASSERT_TRUE(receivesOn());
    EXPECT_EQ(probe_->received(), "hello");
}

/// libcurl asks it when receiving goes on, but would not send on after that.
TEST_P(BothWays, ASourceThatWaitsIsNotAskedByTheWay) {
    ASSERT_TRUE(begin());
    source_->add("456");
    source_->finish();
    ASSERT_TRUE(receivesOn());
    EXPECT_EQ(source_->said(), BodySource::Kind::Wait);
    // As those do who fill it.
    if (source_->said() == BodySource::Kind::Wait) loop().resumeSending(id_);
    EXPECT_TRUE(source_->waitUntilItEnded());
}

TEST_P(BothWays, NorForItsEnd) {
    ASSERT_TRUE(begin());
    source_->finish();
    ASSERT_TRUE(receivesOn());
    EXPECT_EQ(source_->said(), BodySource::Kind::Wait);
}

TEST_P(Sources, WhatCannotBeSentAgainGoesOverAConnectionOfItsOwn) {
    const TinyServer server(answer);
    const auto run = [&](HttpRequest::Body body) {
        const auto probe = send(post(requestTo(server.url()), std::move(body)));
        return probe->waitForEnd() ? server.connections() : -1;
    };
    EXPECT_EQ(run(std::string("one")), 1);
    EXPECT_EQ(run(std::string("two")), 1);
    const auto source = std::make_shared<Source>(3);
    source->add("abc");
    EXPECT_EQ(run(source), 2);
}

}  // namespace
}  // namespace ksqldb::test
