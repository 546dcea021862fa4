#pragma once
#include <ksqldb/assertions.h>
#include <ksqldb/command.h>
#include <ksqldb/server_commands.h>
#include <ksqldb/statements.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

// Answers as structs. All throw Error(MalformedResponse) for what is no such answer.

/// What a statement came to: no element, or one of any type. Throws Error(ServerError) where it
/// says that the statement failed.
StatementResult readStatementResult(const std::vector<Entity>& entities);
TopicAssertion readTopicAssertion(const std::vector<Entity>& entities);
SchemaAssertion readSchemaAssertion(const std::vector<Entity>& entities);

CommandStatus readCommandStatus(std::string_view body);
std::map<std::string, std::string> readCommandStatuses(std::string_view body);
ServerMetadata readServerMetadata(std::string_view body);
ClusterId readClusterId(std::string_view body);
ClusterStatus readClusterStatus(std::string_view body);

/// The Error of a command that failed on the server, by the message of its status.
Error commandFailed(const std::string& message);

}  // namespace ksqldb::protocol
