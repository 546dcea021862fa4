#pragma once

#include "schema.h"

#include <optional>
#include <string>

namespace ksqldb::server {

/// Why ksqlDB refuses a row or an insert stream.
struct InsertRefusal {
    int code = 40000;
    std::string message = "Invalid JSON in inserts stream";
};

/// Why ksqlDB would refuse this line of an insert stream; none where it takes it.
std::optional<InsertRefusal> refusalOf(const std::string& line, const Source& source);

}  // namespace ksqldb::server
