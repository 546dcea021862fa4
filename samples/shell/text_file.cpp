#include "text_file.h"

#include "signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace shell {

namespace {

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

struct Descriptor {
    int value;
    ~Descriptor() { ::close(value); }
};

}  // namespace

std::string textOf(const std::string& path, std::size_t limit) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.value < 0) fail();
    std::string text;
    std::array<char, 65'536> bytes{};
    while (text.size() < limit) {
        // A signal ends the wait for a pipe's next bytes, too.
        const auto got =
            ::read(file.value, bytes.data(), std::min(bytes.size(), limit - text.size()));
        if (got < 0 && errno == EINTR && !Signals::areNoted()) continue;
        if (got < 0) fail();
        if (got == 0) break;
        text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return text;
}

}  // namespace shell
