#pragma once
#include "protocol/sql_script.h"

#include <string>

namespace ksqldb::client {

/// Throws Error(InvalidArgument), `where` in front, for what /ksql does not take, and for a
/// statement that is not whole.
void requireRunnable(const protocol::SqlStatement& statement, const std::string& where);

}  // namespace ksqldb::client
