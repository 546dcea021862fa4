#include "signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace shell {

namespace {

std::array<int, 2> ends{-1, -1};
volatile std::sig_atomic_t interruptNoted = 0;
volatile std::sig_atomic_t endNoted = 0;
volatile std::sig_atomic_t resizeNoted = 0;

extern "C" void note(int signal) {
    const int before = errno;
    if (signal == SIGINT)
        interruptNoted = 1;
    else if (signal == SIGTERM || signal == SIGHUP)
        endNoted = signal;
    else
        resizeNoted = 1;
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(ends[1], &byte, 1);
    errno = before;
}

}  // namespace

void Signals::install() {
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    struct sigaction action {};
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT})
        ::sigaction(signal, &action, nullptr);
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
}

int Signals::descriptor() noexcept { return ends[0]; }

void Signals::drain() noexcept {
    std::array<char, 64> bytes{};
    while (::read(ends[0], bytes.data(), bytes.size()) > 0) {
    }
}

bool Signals::interrupted() noexcept { return interruptNoted != 0; }
void Signals::clearInterrupt() noexcept { interruptNoted = 0; }
int Signals::terminated() noexcept { return endNoted; }

bool Signals::takeResized() noexcept {
    const bool was = resizeNoted != 0;
    resizeNoted = 0;
    return was;
}

}  // namespace shell
