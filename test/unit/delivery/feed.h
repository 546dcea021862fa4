#pragma once
// The loop's side of a channel, by hand: what a transfer would put into it.
#include "delivery/delivery_thread.h"
#include "delivery/row_channel.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb::test {

class Feed {
public:
    explicit Feed(delivery::RowChannel& channel) : channel_(channel) { openBatch(); }

    Feed& header() {
        batch_->header = Header("q1", schema());
        return *this;
    }
    /// `[N]`
    Feed& row(int number) { return line("[" + std::to_string(number) + "]"); }
    Feed& rows(int count) {
        for (int i = 0; i < count; ++i) row(i);
        return *this;
    }
    Feed& tombstone() { return line(R"({"row":{"columns":[1],"tombstone":true}})"); }
    Feed& line(const std::string& text) {
        batch_->addLine(text);
        return *this;
    }
    Feed& token(std::string text) {
        batch_->addToken(std::move(text));
        return *this;
    }
    /// Hands over what there is.
    Feed& offer() {
        count();
        auto batch = std::move(batch_);
        openBatch();
        channel_.offer(std::move(batch));
        return *this;
    }
    void end(Ending ending = Ending(Ending::Kind::Finished)) {
        count();
        batch_->end = std::move(ending);
        channel_.close(std::move(batch_));
    }

private:
    static Schema schema() { return Schema({{"N", {}, false}}); }
    void openBatch() {
        batch_ = channel_.newBatch();
        batch_->schema = schema();
    }
    void count() { channel_.addReceived(batch_->heldBytes()); }

    delivery::RowChannel& channel_;
    std::shared_ptr<protocol::Batch> batch_;
};

/// Counts what a consumer asks of its call.
class CountingProducer : public delivery::Producer {
public:
    void resume() noexcept override { ++resumes; }
    void cancel() noexcept override { ++cancels; }

    std::atomic<int> resumes{0};
    std::atomic<int> cancels{0};
};

/// For a DeliveryThread.
class Task : public delivery::Runnable {
public:
    explicit Task(std::function<void()> body) : body_(std::move(body)) {}
    void run() noexcept override { body_(); }

private:
    std::function<void()> body_;
};

inline std::shared_ptr<delivery::Runnable> task(std::function<void()> body) {
    return std::make_shared<Task>(std::move(body));
}

/// A delivery thread that has run all that was posted when it goes.
class TestThread {
public:
    ~TestThread() {
        thread_->stop();
        thread_->join();
    }
    const std::shared_ptr<delivery::DeliveryThread>& operator*() const { return thread_; }
    delivery::DeliveryThread* operator->() const { return thread_.get(); }
    TestThread() = default;
    TestThread(const TestThread&) = delete;
    TestThread& operator=(const TestThread&) = delete;

private:
    std::shared_ptr<delivery::DeliveryThread> thread_ =
        std::make_shared<delivery::DeliveryThread>("test-deliver");
};

}  // namespace ksqldb::test
