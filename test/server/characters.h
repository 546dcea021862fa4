#pragma once

#include <string>
#include <string_view>

namespace ksqldb::server {

// In ASCII, whatever the process's locale is.

bool isSpace(char c);
/// A letter, a digit or _: of a name without quotes.
bool isIdentifierChar(char c);
/// The same, and what is not ASCII.
bool isWordChar(char c);
std::string lowerCase(std::string_view text);
std::string upperCase(std::string_view text);

}  // namespace ksqldb::server
