#pragma once
#include <ksqldb/command.h>
#include <ksqldb/describe.h>
#include <ksqldb/export.h>
#include <ksqldb/statements.h>

#include <chrono>
#include <string_view>

namespace ksqldb {

/// @defgroup running Queries that run
/// @ingroup admin
///
/// Queries that run on the server. Ids are written as QueryInfo::id has them, case included.
/// Source, where no other is named: POST /ksql.
/// @{

/// Ends a query for good: a persistent query, or a push query on any server of the cluster.
KSQLDB_API Command<StatementResult> terminateQuery(std::string_view queryId);
/// Ends all persistent queries for good.
KSQLDB_API Command<StatementResult> terminateAllQueries();
/// Pauses a persistent query. Needs ksqlDB 0.28.
KSQLDB_API Command<StatementResult> pauseQuery(std::string_view queryId);
/// Pauses all persistent queries. Needs ksqlDB 0.28.
KSQLDB_API Command<StatementResult> pauseAllQueries();
/// Lets a query go on that was paused. Needs ksqlDB 0.28.
KSQLDB_API Command<StatementResult> resumeQuery(std::string_view queryId);
/// Lets all queries go on that were paused. Needs ksqlDB 0.28.
KSQLDB_API Command<StatementResult> resumeAllQueries();

/// Waits until a query is RUNNING on every server that has it. It asks again from time to time,
/// also while the server cannot be reached. The server calls a query RUNNING some seconds before
/// its table can be queried.
/// Errors: Error(ServerError) for a query in the state ERROR, Error(TotalTimeout) after `limit`.
/// Throws Error(InvalidArgument) for an empty id, and for a limit that is not above 0.
/// Source: POST /ksql (LIST QUERIES).
KSQLDB_API Command<QueryInfo> waitUntilRunning(std::string_view queryId,
                                               std::chrono::milliseconds limit);

/// @}

}  // namespace ksqldb
