#include "core/delivery_thread.h"

#include "base/thread.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace ksqldb::core {

struct DeliveryThread::State {
    const char* name;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::shared_ptr<Runnable>> queue;
    std::multimap<Clock::time_point, std::shared_ptr<Runnable>> later;
    std::thread thread;
    std::function<void()> atEnd;
    int stragglers = 0;  // threads for what was posted too late
    bool started = false;
    bool sleeping = false;
    bool stopping = false;

    void enqueue(std::unique_lock<std::mutex>& lock, const std::shared_ptr<State>& self,
                 std::shared_ptr<Runnable> task, Clock::time_point when) {
        if (stopping) {
            ++stragglers;
            lock.unlock();
            detail::startThread(name, [self, task = std::move(task)]() mutable {
                task->run();
                task.reset();
                std::lock_guard relock(self->mutex);
                --self->stragglers;
                self->changed.notify_all();
            }).detach();
            return;
        }
        if (when == Clock::time_point())
            queue.push_back(std::move(task));
        else
            later.emplace(when, std::move(task));
        if (!std::exchange(started, true))
            thread = detail::startThread(name, [self] { self->loop(); });
        if (sleeping) changed.notify_one();
    }

    /// The next task; null: the thread is to end.
    std::shared_ptr<Runnable> next() {
        std::unique_lock lock(mutex);
        while (true) {
            while (!later.empty() && (stopping || later.begin()->first <= Clock::now())) {
                queue.push_back(std::move(later.begin()->second));
                later.erase(later.begin());
            }
            if (!queue.empty()) {
                std::shared_ptr<Runnable> task = std::move(queue.front());
                queue.pop_front();
                return task;
            }
            if (stopping) return nullptr;
            sleeping = true;
            if (later.empty())
                changed.wait(lock);
            else
                changed.wait_until(lock, later.begin()->first);
            sleeping = false;
        }
    }

    void loop() {
        while (const std::shared_ptr<Runnable> task = next()) task->run();
        if (const auto then = std::exchange(atEnd, nullptr)) then();
    }
};

DeliveryThread::DeliveryThread(const char* name) : state_(std::make_shared<State>()) {
    state_->name = name;
}

DeliveryThread::~DeliveryThread() {
    stop();
    detach();
}

void DeliveryThread::post(std::shared_ptr<Runnable> task) {
    std::unique_lock lock(state_->mutex);
    state_->enqueue(lock, state_, std::move(task), {});
}

void DeliveryThread::postAt(Clock::time_point when, std::shared_ptr<Runnable> task) {
    std::unique_lock lock(state_->mutex);
    state_->enqueue(lock, state_, std::move(task), when);
}

void DeliveryThread::stop(std::function<void()> then) {
    {
        std::lock_guard lock(state_->mutex);
        if (std::exchange(state_->stopping, true)) return;
        if (state_->started) {
            state_->atEnd = std::move(then);
            state_->changed.notify_one();
            return;
        }
    }
    if (then) then();
}

void DeliveryThread::join() {
    std::unique_lock lock(state_->mutex);
    std::thread thread = std::move(state_->thread);
    lock.unlock();
    if (thread.joinable()) thread.join();
    lock.lock();
    state_->changed.wait(lock, [&] { return state_->stragglers == 0; });
}

void DeliveryThread::detach() {
    std::lock_guard lock(state_->mutex);
    if (state_->thread.joinable()) state_->thread.detach();
}

}  // namespace ksqldb::core
