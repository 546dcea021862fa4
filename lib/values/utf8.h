#pragma once
#include <string_view>

namespace ksqldb::values {

/// Whether the text is well-formed UTF-8 (no overlong forms, surrogates or code points beyond
/// U+10FFFF). By hand because RapidJSON 1.1's own check reads past the buffer.
bool isUtf8(std::string_view text) noexcept;

}  // namespace ksqldb::values
