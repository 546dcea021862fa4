#pragma once
#include <ksqldb/command.h>
#include <ksqldb/export.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

/// @addtogroup statements
/// @{

/// The result of a statement. A field that the answer does not have is empty. All are empty for
/// statements that the server answers with nothing: INSERT VALUES, SET, DEFINE.
struct StatementResult {
    std::string type;       ///< of the answer: "currentStatus", "warning_entity"
    std::string commandId;  ///< "stream/`S`/create"; waitForCommand() takes it
    std::string status;     ///< "SUCCESS"; "QUEUED", "EXECUTING" where it is not done yet
    std::string message;    ///< "Stream created"; for people
    std::string queryId;    ///< of the query that was begun or ended
    std::int64_t sequenceNumber = -1;  ///< of the command; -1: none
    std::vector<std::string> warnings;
    std::string json;  ///< the answer as it came
};

/// Executes one statement of any kind but SELECT and PRINT. For a statement that lists or
/// describes, only `type` and `json` are filled; listings.h and describe.h have functions for
/// those.
/// Errors: Error(ServerError) where the server reports the status ERROR. Throws
/// Error(InvalidArgument) for no statement, for more than one, for one without its semicolon, and
/// for what only a query or ksqlDB's shell can do.
/// Source: POST /ksql.
KSQLDB_API Command<StatementResult> statement(const Statement& statement);

/// Executes several statements in one request. Brings the answer's elements, one for each statement
/// that has one. The server checks all statements before it runs the first.
/// Errors: Error(MalformedResponse) if the answer is no list of elements.
/// Source: POST /ksql.
KSQLDB_API Command<std::vector<Entity>> statements(const Statement& statements);

/// Waits until the server has done a command. It asks again from time to time, also while the
/// server cannot be reached.
/// Errors: Error(TotalTimeout) after `limit`, Error(ServerError) where the command failed. Throws
/// Error(InvalidArgument) for what is no command's id, and for a limit that is not above 0.
/// Source: GET /status/….
KSQLDB_API Command<StatementResult> waitForCommand(std::string_view commandId,
                                                   std::chrono::milliseconds limit);

/// Creates a type: CREATE TYPE.
/// - `type`: SQL, for example "STRUCT<STREET STRING, `zip` INTEGER>".
///
/// Throws Error(InvalidArgument) for a `type` with characters that no type is written with.
/// Source: POST /ksql.
KSQLDB_API Command<StatementResult> createType(std::string_view name, std::string_view type,
                                               bool ifNotExists = false);
/// Drops a type: DROP TYPE.
/// Source: POST /ksql.
KSQLDB_API Command<StatementResult> dropType(std::string_view name, bool ifExists = false);

/// @}

}  // namespace ksqldb
