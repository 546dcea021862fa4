#pragma once

#include "request.h"
#include "server_state.h"
#include "stream.h"

namespace ksqldb::server {

/// Whether ksqlDB begins to answer before it has all of the request's body: inserts. Others are
/// answered when they are complete, unless the server's options say otherwise.
bool isAnsweredWhileItComes(const Request& request, const ServerState& state);

/// Answers a request by the server's scripts, in the end by its own answers. A script's exception
/// passes through.
void answer(const Request& request, Stream& stream, ServerState& state);

}  // namespace ksqldb::server
