#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace shell {

/// The words of a command of the shell's: the first ones in capitals, arguments as they are, quotes
/// taken off. None where the statement is no such command.
std::vector<std::string> commandOf(std::string_view statement);

std::string_view help();

}  // namespace shell
