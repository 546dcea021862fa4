#pragma once

namespace ksqldb::base {

/// Throws Error(InvalidArgument) unless the condition holds.
void require(bool condition, const char* what);

}  // namespace ksqldb::base
