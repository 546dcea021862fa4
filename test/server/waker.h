#pragma once

namespace ksqldb::server {

/// Ends a poll() of another thread: a pipe that the poll also watches.
class Waker {
public:
    Waker();
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    int fd() const { return read_; }
    void notify() const;
    void drain() const;

private:
    int read_ = -1;
    int write_ = -1;
};

/// Signals belong to the program's own threads, and SIGPIPE to none: OpenSSL writes without
/// MSG_NOSIGNAL.
void blockSignalsInThisThread();

}  // namespace ksqldb::server
