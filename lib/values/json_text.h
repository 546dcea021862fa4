#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace ksqldb::values {

// JSON text of a server's may hold what is no text in two ways: bytes that are not UTF-8, and an
// escape that is half a surrogate pair, "\uDC00". Of the latter RapidJSON would make bytes that are
// not UTF-8.

/// What is wrong, to stand behind "the answer "; null: it is text.
const char* textFault(std::string_view json) noexcept;

/// With U+FFFD in place of each piece that is none.
std::string asText(std::string_view json);

/// The same for half pairs alone, which keep their length.
void replaceHalfPairs(char* json, std::size_t size) noexcept;

}  // namespace ksqldb::values
