#pragma once
#include <ksqldb/value.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ksqldb::values {

/// Standard alphabet, with padding, without line breaks: what ksqlDB sends and takes.
std::string encodeBase64(std::span<const std::byte> bytes);

/// Takes back exactly what encodeBase64() can make: no URL alphabet, no missing padding, no bits
/// left over.
std::optional<Bytes> decodeBase64(std::string_view text);

}  // namespace ksqldb::values
