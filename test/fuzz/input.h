#pragma once
// What fuzz targets have in common: how an input is cut into parts, how bytes come in pieces, and
// what is demanded.
#include "values/utf8.h"

#include <ksqldb/error.h>

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::fuzz {

inline void require(bool condition) {
    if (!condition) std::abort();
}

/// The whole input as text.
inline std::string_view textOf(const std::uint8_t* data, std::size_t size) {
    return size == 0 ? std::string_view()
                     : std::string_view(reinterpret_cast<const char*>(data), size);
}

/// Calls what may throw an Error, and nothing else. The Error has to say something that is text.
template <class Call>
std::optional<Error> refusalOf(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        require(error.what()[0] != '\0' && values::isUtf8(error.what()));
        return error;
    }
    return std::nullopt;
}

/// Small numbers that say how a text is to be read stand behind it, at the end of the input: so a
/// corpus is a recorded text and a few bytes. `most`: they go from 0 up to it.
inline unsigned takeNumber(FuzzedDataProvider& input, unsigned most) {
    return input.ConsumeIntegralInRange<std::uint8_t>(0, static_cast<std::uint8_t>(most));
}

/// Gives a text away in pieces of up to 97 bytes, whose lengths follow from `seed`.
template <class Take>
void inPieces(std::string_view text, unsigned seed, Take&& take) {
    for (std::size_t i = 1; !text.empty(); ++i) {
        const std::size_t length = std::min(text.size(), 1 + (seed * i * 7919) % 97);
        take(text.substr(0, length));
        text.remove_prefix(length);
    }
}

/// Reads a text in one piece, byte by byte and in pieces: each has to come to the same, which is
/// returned. A reading has feed(), endRound(), which is called between pieces, and finish().
template <class Make>
auto readInEveryWay(std::string_view text, unsigned seed, Make&& make) {
    auto whole = make();
    whole.feed(text);
    const auto result = whole.finish();

    auto bytes = make();
    for (std::size_t i = 0; i < text.size(); ++i) bytes.feed(text.substr(i, 1));
    require(bytes.finish() == result);

    auto pieces = make();
    inPieces(text, seed, [&](std::string_view piece) {
        pieces.feed(piece);
        pieces.endRound();
    });
    require(pieces.finish() == result);
    return result;
}

}  // namespace ksqldb::fuzz
