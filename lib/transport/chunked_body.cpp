#include "transport/chunked_body.h"

#include <algorithm>
#include <cstring>

namespace ksqldb::transport {

namespace {

constexpr unsigned mostDigits = 16;

/// 16 and more: it is none.
constexpr unsigned hexDigit(char c) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    if (digit <= 9) return digit;
    const unsigned letter = (static_cast<unsigned char>(c) | 0x20U) - unsigned{'a'};
    return letter <= 5 ? letter + 10 : 16;
}

bool isLineEnd(const char* at) { return at[0] == '\r' && at[1] == '\n'; }

}  // namespace

std::size_t ChunkedBody::read(std::string_view bytes, char* out) noexcept {
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    char* const begin = out;
    while (at != end) {
        switch (state_) {
            case State::Size:
                if (digits_ == 0) readWhole(at, end, out);
                if (at != end) state_ = readSize(at, end);
                break;
            case State::SizeLine:
                state_ = readSizeLine(at, end);
                break;
            case State::Data:
                state_ = readData(at, end, out);
                break;
            case State::DataEnd:
                state_ = readDataEnd(at, end);
                break;
            case State::Trailers:
                trailerBytes_ += static_cast<std::size_t>(end - at);
                trailerLines_ += static_cast<std::size_t>(std::count(at, end, '\n'));
                at = end;
                break;
            case State::Broken:
                at = end;
                break;
        }
    }
    return static_cast<std::size_t>(out - begin);
}

void ChunkedBody::readWhole(const char*& at, const char* end, char*& out) noexcept {
    constexpr unsigned usualDigits = 7;
    constexpr std::size_t lineEnds = 4;
    while (true) {
        const char* line = at;
        std::size_t size = 0;
        for (unsigned digits = 0; line != end && digits < usualDigits; ++digits, ++line) {
            const unsigned digit = hexDigit(*line);
            if (digit > 15) break;
            size = size << 4 | digit;
        }
        const auto rest = static_cast<std::size_t>(end - line);
        if (size == 0 || rest < size + lineEnds || !isLineEnd(line) || !isLineEnd(line + 2 + size))
            return;
        std::memcpy(out, line + 2, size);
        out += size;
        at = line + size + lineEnds;
        ++count_;
    }
}

ChunkedBody::State ChunkedBody::readSize(const char*& at, const char* end) noexcept {
    for (; at != end; ++at) {
        const unsigned digit = hexDigit(*at);
        if (digit > 15) return digits_ > 0 ? State::SizeLine : State::Broken;
        if (++digits_ > mostDigits) return State::Broken;
        left_ = left_ << 4 | digit;
    }
    return State::Size;
}

/// Behind the size there may be extensions, of which none is known.
ChunkedBody::State ChunkedBody::readSizeLine(const char*& at, const char* end) noexcept {
    const void* const found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    at = found != nullptr ? static_cast<const char*>(found) + 1 : end;
    if (found == nullptr) return State::SizeLine;
    digits_ = 0;
    ++count_;
    return left_ > 0 ? State::Data : State::Trailers;
}

ChunkedBody::State ChunkedBody::readData(const char*& at, const char* end, char*& out) noexcept {
    const auto here = static_cast<std::uint64_t>(end - at);
    const auto size = static_cast<std::size_t>(std::min(left_, here));
    std::memcpy(out, at, size);
    out += size;
    at += size;
    left_ -= size;
    return left_ > 0 ? State::Data : State::DataEnd;
}

/// libcurl takes a bare line feed, too.
ChunkedBody::State ChunkedBody::readDataEnd(const char*& at, const char* end) noexcept {
    while (at != end && *at == '\r') ++at;
    if (at == end) return State::DataEnd;
    return *at++ == '\n' ? State::Size : State::Broken;
}

}  // namespace ksqldb::transport
