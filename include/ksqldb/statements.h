#pragma once
#include <ksqldb/command.h>
#include <ksqldb/export.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

/// What a statement came to. A field that the answer does not have is empty; statements that the
/// server answers with nothing (INSERT VALUES, SET, DEFINE) have them all empty.
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

/// One statement of any kind but SELECT and PRINT. Error(ServerError) where the server reports the
/// status ERROR. For a statement that lists or describes only `type` and `json` say something; the
/// functions of listings.h and describe.h read those. Throws Error(InvalidArgument) for no
/// statement, more than one, one without its semicolon, and for what only a query or a shell can
/// do. Source: POST /ksql.
KSQLDB_API Command<StatementResult> statement(const Statement& statement);

/// Statements in one request, and the answer as it is: an element for each that has one. The server
/// checks all before it runs the first. Error(MalformedResponse) if it is no list of elements.
/// Source: POST /ksql.
KSQLDB_API Command<std::vector<Entity>> statements(const Statement& statements);

/// Waits until the server has done a command, asking again from time to time; a server that is away
/// meanwhile is asked again, too. Error(TotalTimeout) after `limit`, Error(ServerError) where the
/// command failed. Throws Error(InvalidArgument) for what is no command's id, and a
/// limit that is not above 0.
/// Source: GET /status/….
KSQLDB_API Command<StatementResult> waitForCommand(std::string_view commandId,
                                                   std::chrono::milliseconds limit);

/// CREATE TYPE. `type` is SQL: "STRUCT<STREET STRING, `zip` INTEGER>". Throws
/// Error(InvalidArgument) for a text that holds more than types are written with.
KSQLDB_API Command<StatementResult> createType(std::string_view name, std::string_view type,
                                               bool ifNotExists = false);
KSQLDB_API Command<StatementResult> dropType(std::string_view name, bool ifExists = false);

}  // namespace ksqldb
