#pragma once
#include "server/exchange.h"

#include <ksqldb/server_commands.h>

#include <cstdint>
#include <string>

namespace ksqldb::testing::detail {

/// The id that ksqlDB gives the command of a statement: "stream/`ORDERS`/create". Empty for
/// statements whose kind it does not know.
std::string commandIdOf(const std::string& statement);

/// Answers a statement that is executed, or the question for a command's status.
void answerCommand(server::Exchange& exchange, const CommandStatus& status,
                   std::int64_t sequenceNumber);

}  // namespace ksqldb::testing::detail
