#pragma once

#include "exchange.h"
#include "local_server.h"

#include <cstddef>
#include <string>

namespace ksqldb::server {

/// What is wrong with answers, as scripts for LocalServer::on(). They stand in front of what would
/// answer else: an older script, the server itself.
///
///     server.on("/query-stream", "", firstRequests(2, refusing(503, 50302, "Not yet.",
///                                                             {{"Retry-After", "1"}})));
///     server.on("/query-stream", "", everyNth(3, failing({.afterParts = 5})));
///
/// AnswerFaults (exchange.h) says where an answer breaks.

/// The first requests go to the script, all others to what is behind it.
Script firstRequests(std::size_t count, Script script);
/// Each nth request goes to the script: n, 2n, …
Script everyNth(std::size_t n, Script script);

/// Refuses as ksqlDB does, a generic_error with this code.
Script refusing(int status, int code, std::string message, Headers headers = {});
/// Too many requests: 429, 42900.
Script rateLimited(Headers headers = {});
/// Lets what is behind it answer, with these faults.
Script failing(AnswerFaults faults);

}  // namespace ksqldb::server
