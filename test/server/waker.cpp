#include "waker.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace ksqldb::server {

Waker::Waker() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    read_ = ends[0];
    write_ = ends[1];
    for (const int end : ends) {
        ::fcntl(end, F_SETFL, O_NONBLOCK);
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
}

Waker::~Waker() {
    ::close(read_);
    ::close(write_);
}

void Waker::notify() const {
    if (notified_.exchange(true)) return;
    const char byte = 0;
    // A full pipe wakes just as well.
    [[maybe_unused]] const auto written = ::write(write_, &byte, 1);
}

void Waker::drain() const {
    std::array<char, 64> bytes;
    while (::read(read_, bytes.data(), bytes.size()) > 0) {
    }
    notified_ = false;
}

void blockSignalsInThisThread() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace ksqldb::server
