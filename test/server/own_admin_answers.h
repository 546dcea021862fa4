#pragma once

#include "exchange.h"

namespace ksqldb::server {

/// Of an answer that is JSON.
inline const Headers jsonType{{"content-type", "application/json"}};

/// Answers what tells about the server and not about data: /info, /healthcheck, /status, … False
/// for other paths.
bool answerAdministration(Exchange& exchange);

/// /ksql/terminate.
void answerTerminateCluster(Exchange& exchange);

}  // namespace ksqldb::server
