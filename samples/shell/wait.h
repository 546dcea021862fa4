#pragma once
#include <ksqldb/cancel.h>
#include <ksqldb/client.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace shell {

/// Something that another thread wakes and poll() can wait for. *thread-safe*
class Wakeup {
public:
    Wakeup();
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;
    ~Wakeup();

    void wake() noexcept;
    void drain() noexcept;
    int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

enum class Woken {
    Ready,
    Timeout,
    Interrupted,  // by a signal that ends what is going on
    NobodyReads,  // whoever read the standard output is gone
};

/// Waits for the wakeup, a signal, the end of the output's reader, or the time.
Woken waitFor(Wakeup& wakeup, std::chrono::milliseconds limit);

/// Waits for something to read or a signal. Timeout: the signal ends nothing.
Woken waitForInput(int descriptor);

/// Thrown where something was ended by a signal, or because nobody reads.
struct CalledOff {
    Woken why;
};

/// Whether it was Ctrl-C and nothing worse; it is forgotten then.
bool takeInterrupt(const CalledOff& end) noexcept;

/// Executes a command while signals are heeded. `whileWaiting` is called from time to time with how
/// long it has taken so far. Throws the command's Error, or CalledOff.
template <class T>
T execute(ksqldb::Client& client, ksqldb::Command<T> command, ksqldb::CommandOptions options,
          const std::function<void(std::chrono::milliseconds)>& whileWaiting = {}) {
    struct Shared {
        Wakeup wakeup;
        std::mutex mutex;
        std::optional<ksqldb::Outcome<T>> outcome;
    };
    const auto shared = std::make_shared<Shared>();
    ksqldb::CancelSource cancel;
    options.cancelToken(cancel.token());
    client.execute(
        std::move(command),
        [shared](ksqldb::Outcome<T> outcome) {
            const std::lock_guard lock(shared->mutex);
            shared->outcome.emplace(std::move(outcome));
            shared->wakeup.wake();
        },
        {}, std::move(options));
    const auto start = std::chrono::steady_clock::now();
    while (true) {
        const Woken woken = waitFor(shared->wakeup, std::chrono::milliseconds(200));
        if (woken == Woken::Interrupted || woken == Woken::NobodyReads) {
            cancel.cancel();
            throw CalledOff{woken};
        }
        {
            const std::lock_guard lock(shared->mutex);
            if (shared->outcome) return std::move(*shared->outcome).value();
        }
        if (whileWaiting)
            whileWaiting(std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::steady_clock::now() - start));
    }
}

}  // namespace shell
