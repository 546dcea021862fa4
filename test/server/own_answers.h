#pragma once

#include "exchange.h"
#include "server_state.h"

namespace ksqldb::server {

/// The server's own answers, where no script has one: the endpoints that need no data, and the
/// ways in which ksqlDB refuses.
void answerItself(Exchange& exchange, ServerState& state);

void answerUnauthorized(Exchange& exchange, Credentials::Verdict verdict);

/// 503, as a server that starts says to everything.
void answerNotReady(Exchange& exchange);

/// A push query more than ksql.max.push.queries, if the server has such a limit.
bool isOverLimit(const Request& request, const ServerState& state);
void answerOverLimit(Exchange& exchange, const ServerState& state);

/// An error on /query-stream comes chunked and without a type, elsewhere with both.
void refuse(Exchange& exchange, int status, std::string_view body, Headers headers = {});

}  // namespace ksqldb::server
