#pragma once

#include "recording.h"
#include "schema.h"

#include <vector>

namespace ksqldb::server {

/// The streams and tables that recorded answers of /ksql tell of: with their columns where a
/// DESCRIBE or a CREATE has them.
std::vector<Source> recordedSources(const std::vector<Recording>& recordings);

}  // namespace ksqldb::server
