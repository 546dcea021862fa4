#pragma once

#include "server_state.h"
#include "wire.h"

#include <cstdint>

namespace ksqldb::server {

/// Speaks HTTP/2 on the wire until either side ends the connection. Each stream's script has a
/// thread of its own.
void serveHttp2(Wire& wire, ServerState& state, std::uint64_t connection, bool overTls);

}  // namespace ksqldb::server
