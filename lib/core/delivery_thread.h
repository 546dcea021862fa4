#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

namespace ksqldb::core {

using Clock = std::chrono::steady_clock;

/// Something to be run on a delivery thread.
class Runnable {
public:
    virtual ~Runnable() = default;
    virtual void run() noexcept = 0;
};

/// A thread that runs what is posted, in order. Made when first needed. It keeps its own state
/// alive and so can end by itself. *thread-safe*
class DeliveryThread {
public:
    explicit DeliveryThread(const char* name);
    ~DeliveryThread();
    DeliveryThread(const DeliveryThread&) = delete;
    DeliveryThread& operator=(const DeliveryThread&) = delete;

    void post(std::shared_ptr<Runnable> task);
    void postAt(Clock::time_point when, std::shared_ptr<Runnable> task);

    /// The thread ends when it has run what is posted, and calls `then`. What is posted later runs
    /// on a thread of its own. Returns at once; only the first call counts.
    void stop(std::function<void()> then = {});
    /// Waits for the thread's end, and for what was posted after stop().
    void join();
    void detach();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace ksqldb::core
