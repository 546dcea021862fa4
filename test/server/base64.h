#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::server {

std::string toBase64(std::string_view bytes);
/// None for what is no base64.
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace ksqldb::server
