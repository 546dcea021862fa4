#pragma once
#include <csignal>

namespace shell {

/// What the process was told by signals, as something that poll() can wait for. There is one; its
/// handlers only note and wake. *thread-safe*
class Signals {
public:
    /// Takes SIGINT, SIGTERM, SIGHUP, SIGWINCH and SIGCONT, and ignores SIGPIPE.
    static void install();

    /// Becomes readable with each signal.
    static int descriptor() noexcept;
    /// Makes it unreadable again; what was noted stays.
    static void drain() noexcept;

    /// Whether Ctrl-C was pressed since clearInterrupt().
    static bool interrupted() noexcept;
    static void clearInterrupt() noexcept;
    /// SIGTERM or SIGHUP, or 0.
    static int terminated() noexcept;
    /// Whether one of them ends what is going on.
    static bool areNoted() noexcept { return interrupted() || terminated() != 0; }
    /// Whether the window has another size, or the process was continued, since the last call.
    static bool takeResized() noexcept;
};

}  // namespace shell
