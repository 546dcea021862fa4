#pragma once

#include <string>
#include <string_view>

namespace ksqldb::server {

// In ASCII, whatever the process's locale is.

bool isSpace(char c);
/// Of a name without quotes; what is not ASCII counts as a letter.
bool isWordChar(char c);
std::string lowerCase(std::string_view text);
std::string upperCase(std::string_view text);

}  // namespace ksqldb::server
