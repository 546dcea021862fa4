#pragma once
#include "base/log.h"
#include "base/thread.h"
#include "delivery/delivery_thread.h"

#include <ksqldb/executor.h>
#include <ksqldb/outcome.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ksqldb::delivery {

/// Hands an outcome to the application's function, once: on the delivery thread that runs this, or
/// by the executor.
template <class T>
class Completion : public Runnable, public std::enable_shared_from_this<Completion<T>> {
public:
    /// `call`: the name of the function that the application called.
    Completion(const char* call, std::function<void(Outcome<T>)> done, Executor executor,
               Outcome<T> outcome, base::Logger logger)
        : call_(call),
          done_(std::move(done)),
          executor_(std::move(executor)),
          outcome_(std::move(outcome)),
          logger_(std::move(logger)) {}

    void run() noexcept override {
        if (!executor_) return finish();
        const auto self = this->shared_from_this();
        if (detail::postTo(executor_, [self] { self->finish(); }) != detail::Posted::No) return;
        const Error rejected(ErrorCode::ExecutorRejected, "the executor of " + call_ + " threw");
        outcome_ = rejected;
        finish();
    }

private:
    void finish() noexcept {
        const base::CallbackScope scope;
        try {
            const auto done = std::exchange(done_, nullptr);
            if (done) done(std::move(outcome_));
        } catch (...) {
            logger_.log(LogLevel::Error, "the function given to " + call_ + " threw");
        }
    }

    const std::string call_;
    std::function<void(Outcome<T>)> done_;
    const Executor executor_;
    Outcome<T> outcome_;
    const base::Logger logger_;
};

}  // namespace ksqldb::delivery
