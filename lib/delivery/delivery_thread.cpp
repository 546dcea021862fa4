#include "delivery/delivery_thread.h"

#include "base/thread.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace ksqldb::delivery {

struct DeliveryThread::State {
    struct Task {
        std::uint64_t age = 0;
        std::shared_ptr<Runnable> what;
    };

    const char* name;
    std::mutex mutex;
    std::condition_variable changed;  // for the thread
    std::condition_variable done;     // for join()
    std::deque<Task> queue;
    std::multimap<Clock::time_point, Task> later;
    std::uint64_t age = 1;  // of what is first posted now
    int old = 0;            // unfinished tasks from before the last join()
    int young = 0;          // and others
    std::thread thread;
    std::function<void()> atEnd;
    bool started = false;
    bool sleeping = false;
    bool stopping = false;
    bool ended = false;  // the thread looks for nothing more

    int& unfinished(std::uint64_t ofAge) { return ofAge < age ? old : young; }

    void forget(std::uint64_t ofAge) {
        --unfinished(ofAge);
        done.notify_all();
    }

    void start(const std::shared_ptr<State>& self) {
        if (started || stopping) return;
        thread = base::startThread(name, [self] { self->loop(); });
        started = true;
    }

    /// The next task; null: the thread is to end.
    Task next() {
        std::unique_lock lock(mutex);
        while (true) {
            while (!later.empty() && (stopping || later.begin()->first <= Clock::now())) {
                queue.push_back(std::move(later.begin()->second));
                later.erase(later.begin());
            }
            if (!queue.empty()) {
                Task task = std::move(queue.front());
                queue.pop_front();
                return task;
            }
            if (stopping) {
                ended = true;
                done.notify_all();
                return {};
            }
            sleeping = true;
            if (later.empty())
                changed.wait(lock);
            else
                changed.wait_until(lock, later.begin()->first);
            sleeping = false;
        }
    }

    void run(Task task) {
        {
            const base::CallbackScope scope;
            task.what->run();
            task.what.reset();
        }
        std::lock_guard lock(mutex);
        forget(task.age);
    }

    void loop() {
        for (Task task = next(); task.what; task = next()) run(std::move(task));
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

void DeliveryThread::start() {
    std::lock_guard lock(state_->mutex);
    state_->start(state_);
}

void DeliveryThread::post(std::shared_ptr<Runnable> task) { enqueue(std::move(task), {}); }

void DeliveryThread::postAt(Clock::time_point when, std::shared_ptr<Runnable> task) {
    enqueue(std::move(task), when);
}

void DeliveryThread::enqueue(std::shared_ptr<Runnable> task, Clock::time_point when) {
    std::unique_lock lock(state_->mutex);
    state_->start(state_);
    if (task->age_ == 0) task->age_ = state_->age;
    State::Task entry{task->age_, std::move(task)};
    const std::uint64_t age = entry.age;
    if (!state_->ended) {
        if (when == Clock::time_point())
            state_->queue.push_back(std::move(entry));
        else
            state_->later.emplace(when, std::move(entry));
        ++state_->unfinished(age);  // only now: memory may have been short
        if (state_->sleeping) state_->changed.notify_one();
        return;
    }
    ++state_->unfinished(age);
    lock.unlock();
    try {
        base::startThread(state_->name, [state = state_, entry = std::move(entry)]() mutable {
            state->run(std::move(entry));
        }).detach();
    } catch (...) {
        lock.lock();
        state_->forget(age);
        throw;
    }
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
        state_->ended = true;
        // join() may wait already: the thread that stops this one went on with younger tasks.
        state_->done.notify_all();
    }
    if (then) then();
}

void DeliveryThread::join() {
    std::unique_lock lock(state_->mutex);
    ++state_->age;
    state_->old += std::exchange(state_->young, 0);
    state_->done.wait(lock,
                      [&] { return state_->old == 0 && (state_->ended || state_->young > 0); });
    if (!state_->ended) return;  // it goes on with younger ones
    std::thread thread = std::move(state_->thread);
    lock.unlock();
    if (thread.joinable()) thread.join();
}

void DeliveryThread::detach() {
    std::lock_guard lock(state_->mutex);
    if (state_->thread.joinable()) state_->thread.detach();
}

}  // namespace ksqldb::delivery
