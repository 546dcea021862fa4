#pragma once
#include <ksqldb/command.h>
#include <ksqldb/describe.h>
#include <ksqldb/export.h>
#include <ksqldb/statements.h>

#include <chrono>
#include <string_view>

namespace ksqldb {

// Queries that run on the server. Their ids are exact, as QueryInfo::id has them.

/// Ends a query for good; a push query as well, on whichever server it runs.
KSQLDB_API Command<StatementResult> terminateQuery(std::string_view queryId);
/// All persistent queries.
KSQLDB_API Command<StatementResult> terminateAllQueries();
/// Needs ksqlDB 0.28.
KSQLDB_API Command<StatementResult> pauseQuery(std::string_view queryId);
KSQLDB_API Command<StatementResult> pauseAllQueries();
KSQLDB_API Command<StatementResult> resumeQuery(std::string_view queryId);
KSQLDB_API Command<StatementResult> resumeAllQueries();

/// Waits until a query is RUNNING on every server that has it, asking again from time to time; a
/// server that is away meanwhile is asked again, too. Error(ServerError) for one in the state
/// ERROR, Error(TotalTimeout) after `limit`. The server calls a query RUNNING some seconds before
/// its table can be asked. Source: LIST QUERIES.
KSQLDB_API Command<QueryInfo> waitUntilRunning(std::string_view queryId,
                                               std::chrono::milliseconds limit);

}  // namespace ksqldb
