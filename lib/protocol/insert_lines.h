#pragma once
#include "protocol/request_body.h"

#include <string>
#include <string_view>

namespace ksqldb::protocol {

/// The first line of a request to /inserts-stream: {"target":…,"properties":{…}}. Each further line
/// is a row. Throws Error(InvalidArgument) for a target that is empty or not UTF-8.
std::string insertTargetLine(std::string_view target, const NamedValues<PropertyValue>& properties);

/// Throws Error(InvalidArgument) unless the text is one JSON object on one line: anything else
/// would be another number of rows, or end the stream.
void requireRowLine(std::string_view json);

}  // namespace ksqldb::protocol
