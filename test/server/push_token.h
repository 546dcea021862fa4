#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ksqldb::server {

/// The continuation token of a scalable push query over one partition: the offsets at the begin
/// and the end of what came.
std::string pushToken(std::uint64_t begin, std::uint64_t end);

/// The end in a token, which is a JSON text; none for what is no such token.
std::optional<std::uint64_t> pushTokenEnd(const std::string& jsonText);

/// An id as scalable push queries have it.
std::string scalablePushQueryId();

}  // namespace ksqldb::server
