#pragma once
#include <cstddef>

namespace ksqldb::protocol {

/// What bounds the parts of an answer, and what becomes of text in it that is none. The defaults
/// are those of ClientOptions.
struct AnswerLimits {
    std::size_t lineBytes = std::size_t{16} << 20;
    std::size_t columns = 10'000;
    std::size_t nesting = 64;
    std::size_t entities = 10'000;
    bool replacesInvalidUtf8 = false;  ///< else it is an Error
};

}  // namespace ksqldb::protocol
