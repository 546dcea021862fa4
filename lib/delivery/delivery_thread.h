#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

namespace ksqldb::delivery {

using Clock = std::chrono::steady_clock;

/// Something to be run on a delivery thread. It may be posted again.
class Runnable {
public:
    virtual ~Runnable() = default;
    virtual void run() noexcept = 0;

protected:
    /// join() waits for this one where it would wait for `whole`, which was posted before.
    void becomePartOf(const Runnable& whole) noexcept { age_ = whole.age_; }

private:
    friend class DeliveryThread;
    std::uint64_t age_ =
        0;  // how many calls of join() there were when it was first posted; 0: none
};

/// A thread that runs what is posted, in order, each as inside a callback: what the application
/// gave us may be called and may die there. It keeps its own state alive and so can end by itself.
/// *thread-safe*
class DeliveryThread {
public:
    explicit DeliveryThread(const char* name);
    ~DeliveryThread();
    DeliveryThread(const DeliveryThread&) = delete;
    DeliveryThread& operator=(const DeliveryThread&) = delete;

    /// Makes the thread now, and not with the first post. Both throw Error where the system has no
    /// thread left.
    void start();
    void post(std::shared_ptr<Runnable> task);
    void postAt(Clock::time_point when, std::shared_ptr<Runnable> task);

    /// The thread ends when it has run what is posted, and calls `then`. What is posted after its
    /// end runs on a thread of its own. Returns at once; only the first call counts.
    void stop(std::function<void()> then = {});
    /// After stop(): waits for the thread's end. What is first posted after this call is not waited
    /// for: it may be an end that is answered by a new query, again and again.
    void join();
    void detach();

private:
    struct State;
    /// `when` of zero: at once.
    void enqueue(std::shared_ptr<Runnable> task, Clock::time_point when);

    std::shared_ptr<State> state_;
};

}  // namespace ksqldb::delivery
