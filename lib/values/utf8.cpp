#include "values/utf8.h"

#include <cstdint>
#include <cstring>

namespace ksqldb::values {

namespace {
bool isContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// So many times eight bytes.
template <int Words>
bool isAscii(const char* at) {
    std::uint64_t words[Words];
    std::memcpy(words, at, sizeof words);
    std::uint64_t all = 0;
    for (const std::uint64_t word : words) all |= word;
    return (all & 0x8080808080808080u) == 0;
}

/// What stands first: a character, or a piece that is none.
struct Piece {
    std::size_t size;
    bool isText;
};

Piece firstPiece(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {1, true};
    if (first < 0xC2 || first > 0xF4) return {1, false};
    const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    // Only the second byte has bounds of its own: overlong forms, surrogates, above U+10FFFF.
    const unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < size; ++i) {
        if (i == text.size() || !isContinuation(byte(i))) return {i, false};
        if (i == 1 && (byte(i) < least || byte(i) > most)) return {i, false};
    }
    return {size, true};
}

}  // namespace

bool isUtf8(std::string_view text) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        while (end - at >= 32 && isAscii<4>(at)) at += 32;  // nearly all text
        while (end - at >= 8 && isAscii<1>(at)) at += 8;
        if (at == end) break;
        const unsigned char first = static_cast<unsigned char>(*at++);
        if (first < 0x80) continue;
        const int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        if (first < 0xC2 || first > 0xF4 || end - at < more) return false;
        const unsigned char second = static_cast<unsigned char>(*at);
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
            (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
            return false;
        for (int i = 0; i < more; ++i)
            if (!isContinuation(static_cast<unsigned char>(*at++))) return false;
    }
    return true;
}

std::string asUtf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Piece piece = firstPiece(text);
        out += piece.isText ? text.substr(0, piece.size) : "\xEF\xBF\xBD";
        text.remove_prefix(piece.size);
    }
    return out;
}

}  // namespace ksqldb::values
