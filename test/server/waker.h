#pragma once

#include <atomic>

namespace ksqldb::server {

/// Ends a poll() of another thread: a pipe that the poll also watches.
class Waker {
public:
    Waker();
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    int fd() const { return read_; }
    /// Costs a system call only where nobody has notified since the last drain().
    void notify() const;
    /// Whoever drains looks at what may have happened afterwards, not before.
    void drain() const;

private:
    mutable std::atomic<bool> notified_{false};
    int read_ = -1;
    int write_ = -1;
};

/// Signals belong to the program's own threads, and SIGPIPE to none: OpenSSL writes without
/// MSG_NOSIGNAL.
void blockSignalsInThisThread();

}  // namespace ksqldb::server
