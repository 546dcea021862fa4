#include <ksqldb/executor.h>

#include <atomic>
#include <memory>
#include <utility>

namespace ksqldb::detail {

namespace {

/// Whoever takes it first has the task: an executor may run it twice, at the same time too, or run
/// it and throw.
class OnceTask {
public:
    explicit OnceTask(std::function<void()> task) : task_(std::move(task)) {}

    /// Empty: it is gone.
    std::function<void()> take() {
        if (taken_.exchange(true)) return {};
        return std::exchange(task_, nullptr);
    }

private:
    std::atomic<bool> taken_{false};
    std::function<void()> task_;
};

}  // namespace

Posted postTo(const Executor& executor, std::function<void()> task) {
    const auto once = std::make_shared<OnceTask>(std::move(task));
    try {
        executor([once] {
            if (const auto run = once->take()) run();
        });
    } catch (...) {
        return once->take() ? Posted::No : Posted::YesButThrew;
    }
    return Posted::Yes;
}

}  // namespace ksqldb::detail
