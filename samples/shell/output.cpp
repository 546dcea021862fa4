#include "output.h"

#include "signals.h"
#include "text_width.h"
#include "wait.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace shell {

namespace {

constexpr std::size_t bufferSize = 65'536;
// A pipe that is writable takes so much without blocking, so signals are heeded in between.
constexpr std::size_t pieceSize = 4096;

/// A pipe takes a piece whole or not at all, so it ends behind a line where it can.
std::size_t sizeOfPiece(std::string_view text) {
    if (text.size() <= pieceSize) return text.size();
    const std::size_t end = text.rfind('\n', pieceSize - 1);
    return end == std::string_view::npos ? pieceSize : end + 1;
}

bool wantsColours() {
    const char* const no = std::getenv("NO_COLOR");
    const char* const terminal = std::getenv("TERM");
    return (no == nullptr || *no == '\0') && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

std::size_t widthOfTerminal(int descriptor) {
    if (::isatty(descriptor) == 0) return 0;
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

}  // namespace

Output::Output()
    : isTerminal_(::isatty(STDOUT_FILENO) != 0),
      hasColours_(isTerminal_ && wantsColours()),
      errorHasColours_(::isatty(STDERR_FILENO) != 0 && wantsColours()) {}

Output::~Output() {
    try {
        flush();
    } catch (...) {
        // Nobody is there who could be told.
    }
}

void Output::writeAll(int descriptor, std::string_view text) {
    bool isWithinLine = false;
    while (!text.empty()) {
        std::array<pollfd, 2> polled{pollfd{descriptor, POLLOUT, 0},
                                     pollfd{Signals::descriptor(), POLLIN, 0}};
        ::poll(polled.data(), polled.size(), Signals::areNoted() ? 0 : -1);
        if (polled[1].revents != 0) Signals::drain();
        // A line that has begun is written to its end, unless the reader lets it wait.
        if (Signals::areNoted() && (!isWithinLine || polled[0].revents == 0))
            throw CalledOff{Woken::Interrupted};
        if (polled[0].revents == 0) continue;
        const auto written = ::write(descriptor, text.data(), sizeOfPiece(text));
        if (written < 0) {
            if (errno == EINTR || errno == EAGAIN) continue;
            if (errno == EPIPE) throw CalledOff{Woken::NobodyReads};
            throw std::system_error(errno, std::generic_category(), "writing the output");
        }
        isWithinLine = written > 0 && text[static_cast<std::size_t>(written) - 1] != '\n';
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Output::write(std::string_view text) {
    progress({});
    if (isTerminal_)
        buffer_ += withoutControls(text);
    else
        buffer_ += text;
    if (spool_) std::fwrite(text.data(), 1, text.size(), spool_.get());
    if (buffer_.size() >= bufferSize) flush();
}

void Output::flush() {
    if (spool_) std::fflush(spool_.get());
    // What cannot be written is not tried again.
    const std::string text = std::exchange(buffer_, {});
    writeAll(STDOUT_FILENO, text);
}

std::string Output::coloured(std::string_view text, Style style, bool isOn) const {
    const char* const begin = style == Style::Error  ? "\x1B[31m"
                              : style == Style::Mark ? "\x1B[1;31m"
                              : style == Style::Dim  ? "\x1B[2m"
                                                     : "";
    if (!isOn || *begin == '\0') return std::string(text);
    return begin + std::string(text) + "\x1B[0m";
}

void Output::message(std::string_view text, Style style) {
    progress({});
    buffer_ += coloured(text, style, hasColours_) + '\n';
    spoolOnly(text);
    spoolOnly("\n");
    flush();
}

void Output::error(std::string_view text, Style style) {
    progress({});
    flush();
    spoolOnly(text);
    spoolOnly("\n");
    const std::string line = coloured(text, style, errorHasColours_) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

void Output::progress(std::string_view text) {
    if (!isTerminal_ || (text.empty() && !showsProgress_)) return;
    showsProgress_ = !text.empty();
    writeAll(STDOUT_FILENO, "\r\x1B[K" + std::string(text));
}

std::size_t Output::width() const noexcept { return widthOfTerminal(STDOUT_FILENO); }
std::size_t Output::errorWidth() const noexcept { return widthOfTerminal(STDERR_FILENO); }

void Output::clearScreen() {
    if (!isTerminal_) return;
    flush();
    writeAll(STDOUT_FILENO, "\x1B[H\x1B[2J\x1B[3J");
}

void Output::spoolTo(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), path);
    spool_.reset(::fdopen(descriptor, "w"));
}

void Output::spoolOnly(std::string_view text) {
    if (spool_) std::fwrite(text.data(), 1, text.size(), spool_.get());
}

}  // namespace shell
