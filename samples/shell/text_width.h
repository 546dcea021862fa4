#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace shell {

/// Takes the locale of the environment, or one with UTF-8 where that has none: ksqlDB's text is
/// UTF-8, and without it the system knows no widths.
void useUtf8Locale();

/// The next character of a UTF-8 text. What is no UTF-8 counts as U+FFFD, a byte at a time.
/// Requires a text that is not empty.
struct Character {
    char32_t code;
    std::size_t bytes;
};
Character firstCharacter(std::string_view text) noexcept;

/// How many columns of a terminal a character takes: 0 for combining ones, 2 for wide ones.
std::size_t widthOf(char32_t code) noexcept;
/// The same of a text in one line.
std::size_t widthOf(std::string_view text) noexcept;

/// The text in one line, so that it is safe for a terminal: control characters are written as \n,
/// \t or \x1B.
std::string inOneLine(std::string_view text);
/// The same, but lines stay lines. A tab stays, too.
std::string withoutControls(std::string_view text);

/// At most `width` columns of it; what is cut off is an ellipsis.
std::string cut(std::string_view text, std::size_t width);
/// With blanks up to `width`.
std::string padLeft(std::string_view text, std::size_t width);
std::string padRight(std::string_view text, std::size_t width);

}  // namespace shell
