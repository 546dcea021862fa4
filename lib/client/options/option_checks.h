#pragma once
#include "protocol/request_body.h"
#include "transport/http_request.h"

#include <ksqldb/retry.h>
#include <ksqldb/servers.h>

#include <string>
#include <string_view>

// What is looked at before anything is sent. Each of these throws Error(InvalidArgument), whose
// text never repeats a value: it may be a secret.
namespace ksqldb::client {

/// Basic authentication carries neither a colon in the key nor control characters.
void checkApiKey(std::string_view key, std::string_view secret);

/// A bearer token: what RFC 6750 allows in one, and no more.
void checkBearerToken(std::string_view token);

void checkTls(const transport::TlsSettings& tls);
void checkRoute(const transport::RouteSettings& route);

/// A request header: its name is a token of HTTP's, its value has no control characters but tabs,
/// and it does not say where the message ends.
void checkRequestHeader(std::string_view name, std::string_view value);

void checkRequestHeaders(const transport::Headers& headers);

/// A text that is sent as JSON. `what` names it in the error.
void checkUtf8(std::string_view text, const std::string& what);

void checkCircuitBreaker(const CircuitBreaker& breaker);
void checkRetry(const RetryPolicy& policy);

/// What no system takes is refused here: it would be without keep-alive.
void checkKeepAlive(const transport::KeepAlive& keepAlive);

/// Names and values that are texts are sent as JSON.
void checkProperties(const protocol::NamedValues<PropertyValue>& properties);
void checkSessionVariables(const protocol::SessionVariables& variables);

}  // namespace ksqldb::client
