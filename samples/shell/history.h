#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace shell {

/// Where the history is kept: below $XDG_STATE_HOME or ~/.local/state. None where the environment
/// has neither.
std::optional<std::string> historyPath();

/// Makes the file and its folders, for their owner only. False: it cannot be written.
bool prepareHistory(const std::string& path);

/// One statement without the values of a connector's configuration, which may be passwords, and
/// without values whose name sounds like a secret's. None where it cannot be told which these are.
std::optional<std::string> withoutSecrets(const std::string& statement);

/// What is kept of a text that was typed, one statement or several; none of one that begins with a
/// blank.
std::optional<std::string> keptInHistory(std::string_view text);

}  // namespace shell
