#pragma once
#include <string>
#include <string_view>

namespace ksqldb::values {

/// Whether the text is well-formed UTF-8 (no overlong forms, surrogates or code points beyond
/// U+10FFFF). By hand because RapidJSON 1.1's own check reads past the buffer.
bool isUtf8(std::string_view text) noexcept;

/// With U+FFFD in place of each piece that is none. A piece is as long as the Unicode standard
/// recommends and the Web does it: the begin of a character as far as it is right, or one byte.
std::string asUtf8(std::string_view text);

}  // namespace ksqldb::values
