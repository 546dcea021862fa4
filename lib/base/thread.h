#pragma once
#include <functional>
#include <memory>
#include <new>
#include <thread>
#include <utility>

namespace ksqldb::base {

// What is system-specific about threads and processes.

/// A thread on which no signal of the application's is handled. The name has at most 15 characters.
/// Throws Error where the system has none left.
std::thread startThread(const char* name, std::function<void()> body);

/// Tells whether this is still the process in which it was made.
class ProcessMark {
public:
    ProcessMark();
    bool isForked() const;

private:
    const unsigned forks_;
};

/// Lets go of what a forked child must not destroy: its threads are the parent's, and locks may be
/// held by none.
template <class T>
void leak(std::shared_ptr<T> what) noexcept {
    new (std::nothrow) std::shared_ptr<T>(std::move(what));
}

/// As socket(), for one that programs which the application starts do not inherit.
int openSocket(int family, int type, int protocol) noexcept;

/// True inside a callback of the library's, on its thread.
bool insideCallback() noexcept;

class CallbackScope {
public:
    CallbackScope() noexcept;
    ~CallbackScope();
    CallbackScope(const CallbackScope&) = delete;
    CallbackScope& operator=(const CallbackScope&) = delete;
};

}  // namespace ksqldb::base
