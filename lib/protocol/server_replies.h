#pragma once
#include <ksqldb/server_info.h>

#include <optional>
#include <string_view>

namespace ksqldb::protocol {

// Replies of the small endpoints. None: the body is not what the endpoint answers.
std::optional<ServerInfo> parseServerInfo(std::string_view body);
std::optional<Health> parseHealth(std::string_view body);
/// /ksql's answer to TERMINATE of a push query: whether it was terminated.
std::optional<bool> parseTerminated(std::string_view body);

}  // namespace ksqldb::protocol
