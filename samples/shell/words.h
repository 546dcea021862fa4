#pragma once
#include <span>
#include <string>
#include <string_view>

namespace shell {

/// The words that a statement begins with.
std::span<const std::string_view> statementWords();
/// The words of the shell's own commands.
std::span<const std::string_view> commandWords();
/// The words within statements.
std::span<const std::string_view> innerWords();

/// White space of SQL.
bool isBlank(char c);
std::string upper(std::string_view text);
std::string lower(std::string_view text);

}  // namespace shell
