#pragma once

#include "server_state.h"
#include "wire.h"

#include <cstdint>

namespace ksqldb::server {

/// Reads requests of HTTP/1.1 from the wire and answers them, one after the other, until either
/// side ends the connection.
void serveHttp1(Wire& wire, ServerState& state, std::uint64_t connection, bool overTls);

}  // namespace ksqldb::server
