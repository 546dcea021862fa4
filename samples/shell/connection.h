#pragma once
#include "options.h"

#include <ksqldb/client_options.h>

#include <functional>
#include <string>

namespace shell {

/// Asks for a secret at the terminal: askSecret("Password for alice: ").
using AskSecret = std::function<std::string(const std::string& question)>;

/// How the library is to connect. Reads the files and variables that hold secrets. Throws
/// UsageError.
ksqldb::ClientOptions connectionOf(const Options& options, const Environment& environment,
                                   const AskSecret& askSecret);

/// Asks at the terminal, without echo. Throws UsageError where there is none, and CalledOff after a
/// signal.
std::string askAtTerminal(const std::string& question);

}  // namespace shell
