#pragma once
#include "protocol/answer_limits.h"
#include "values/row_block.h"

#include <cstddef>

namespace ksqldb::client {

/// A batch counts its bytes with 32 bits, and can hold a buffer and a line.
constexpr std::size_t mostBytes = std::size_t{1} << 30;

/// A cell holds a line all the same if each of its bytes becomes three: U+FFFD.
constexpr std::size_t mostLineBytes = std::size_t{128} << 20;
static_assert(3 * mostLineBytes <= detail::Cell::mostSize);

/// What an answer may bring, by the names of the options without "max".
struct SizeLimits : protocol::AnswerLimits {
    std::size_t headBytes = std::size_t{256} << 10;
    std::size_t headLines = 1000;
    std::size_t errorBodyBytes = std::size_t{64} << 10;
    std::size_t answerBytes = std::size_t{16} << 20;

    /// For a request with this statement, which an error of the server's repeats twice.
    SizeLimits with(std::size_t statementBytes) const;
    /// Throws Error(InvalidArgument).
    void check() const;
};

}  // namespace ksqldb::client
