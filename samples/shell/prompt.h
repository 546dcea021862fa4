#pragma once
#include "session.h"

namespace shell {

/// Reads statements from the terminal and runs them, until Ctrl-D or EXIT.
Result runPrompt(Session& session, Output& output, bool keepsHistory);

/// Runs the standard input, statement by statement as they come.
Result runStandardInput(Session& session);

}  // namespace shell
