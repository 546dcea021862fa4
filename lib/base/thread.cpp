#include "base/thread.h"

#include <ksqldb/error.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <system_error>
#include <utility>

namespace ksqldb::base {

namespace {

/// Blocks all signals for its lifetime; a thread that is made meanwhile inherits that.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_;
};

thread_local int callbackDepth = 0;

/// Of which this process is the outcome. getpid() would be a system call a row.
std::atomic<unsigned> forks{0};

unsigned countForks() {
    static const int registered =
        pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    if (registered != 0) throw Error(ErrorCode::NoMemory, "the process got no memory");
    return forks.load(std::memory_order_relaxed);
}

}  // namespace

std::thread startThread(const char* name, std::function<void()> body) {
    SignalsBlocked blocked;
    try {
        return std::thread([name, body = std::move(body)] {
#ifdef __linux__
            pthread_setname_np(pthread_self(), name);
#else
            (void)name;
#endif
            body();
        });
    } catch (const std::system_error& error) {
        throw Error(ErrorCode::NoThread,
                    std::string("the system has no thread left: ") + error.what());
    }
}

ProcessMark::ProcessMark() : forks_(countForks()) {}
bool ProcessMark::isForked() const { return forks.load(std::memory_order_relaxed) != forks_; }

int openSocket(int family, int type, int protocol) noexcept {
#ifdef SOCK_CLOEXEC
    // At once: a program that another thread starts meanwhile would have it for ever.
    return socket(family, type | SOCK_CLOEXEC, protocol);
#else
    const int file = socket(family, type, protocol);
    if (file >= 0) fcntl(file, F_SETFD, FD_CLOEXEC);
    return file;
#endif
}

bool insideCallback() noexcept { return callbackDepth > 0; }
CallbackScope::CallbackScope() noexcept { ++callbackDepth; }
CallbackScope::~CallbackScope() { --callbackDepth; }

}  // namespace ksqldb::base
