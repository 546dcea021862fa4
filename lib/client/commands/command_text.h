#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace ksqldb::client {

/// Whether every statement in the text only looks: LIST, SHOW, DESCRIBE, EXPLAIN, ASSERT.
bool isReadOnly(std::string_view sql);

/// The text with the values of a connector's configuration replaced by [string], as the server's
/// own answers show them.
std::string withoutSecrets(std::string_view sql);

/// A text as a literal that can stand anywhere in SQL, for a request that isExact. Throws
/// Error(InvalidArgument) for what cannot be one, `what` in front.
std::string quotedText(std::string_view text, const char* what);

/// A name as it stands in SQL.
std::string quotedName(std::string_view name);

/// A time in whole seconds, rounded up: "TIMEOUT 2 SECONDS", with a blank in front; 0: nothing.
/// Throws Error(InvalidArgument) for a negative one.
std::string timeoutClause(std::chrono::nanoseconds limit);
std::chrono::seconds roundedUp(std::chrono::nanoseconds limit);

/// The path of /status for a command's id: each of its three parts percent-encoded. Throws
/// Error(InvalidArgument) for what is no such id.
std::string statusPath(std::string_view commandId);

/// A text as one segment of a path.
std::string percentEncoded(std::string_view text);

}  // namespace ksqldb::client
