#include "wait.h"

#include "signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace shell {

Wakeup::Wakeup() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Wakeup::~Wakeup() { ::close(descriptor_); }

void Wakeup::wake() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void Wakeup::drain() noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
}

Woken waitFor(Wakeup& wakeup, std::chrono::milliseconds limit) {
    // With no event asked for, poll() tells only that the other side is closed.
    std::array<pollfd, 3> polled{pollfd{wakeup.descriptor(), POLLIN, 0},
                                 pollfd{Signals::descriptor(), POLLIN, 0},
                                 pollfd{STDOUT_FILENO, 0, 0}};
    if (Signals::areNoted()) return Woken::Interrupted;
    const int found = ::poll(polled.data(), polled.size(), static_cast<int>(limit.count()));
    if (polled[1].revents != 0) Signals::drain();
    if (Signals::areNoted()) return Woken::Interrupted;
    if (found <= 0) return Woken::Timeout;
    if ((polled[2].revents & (POLLERR | POLLHUP)) != 0) return Woken::NobodyReads;
    if ((polled[0].revents & POLLIN) == 0) return Woken::Timeout;
    wakeup.drain();
    return Woken::Ready;
}

Woken waitForInput(int descriptor) {
    std::array<pollfd, 2> polled{pollfd{descriptor, POLLIN, 0},
                                 pollfd{Signals::descriptor(), POLLIN, 0}};
    // One that came earlier no longer makes the descriptor readable.
    if (Signals::areNoted()) return Woken::Interrupted;
    ::poll(polled.data(), polled.size(), -1);
    if (polled[1].revents != 0) Signals::drain();
    if (Signals::areNoted()) return Woken::Interrupted;
    return polled[0].revents != 0 ? Woken::Ready : Woken::Timeout;
}

bool takeInterrupt(const CalledOff& end) noexcept {
    if (end.why != Woken::Interrupted || Signals::terminated() != 0) return false;
    Signals::clearInterrupt();
    return true;
}

}  // namespace shell
