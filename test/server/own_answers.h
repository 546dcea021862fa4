#pragma once

#include "exchange.h"
#include "server_state.h"

namespace ksqldb::server {

/// The server's own answers, where no script has one: the endpoints that need no data, and the
/// ways in which ksqlDB refuses.
void answerItself(Exchange& exchange, ServerState& state);

void answerUnauthorized(Exchange& exchange, Credentials::Verdict verdict);

/// An error on /query-stream comes chunked and without a type, elsewhere with both.
void refuse(Exchange& exchange, int status, std::string_view body);

}  // namespace ksqldb::server
