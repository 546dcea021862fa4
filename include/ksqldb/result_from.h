#pragma once
#include <ksqldb/export.h>
#include <ksqldb/result.h>

#include <string_view>

namespace ksqldb::detail {

/// The result that a whole answer of /query-stream is, in either of its forms, without a server.
/// For ksqldb-testing; an application needs nothing of this file. Throws what the query would have
/// ended with, for example Error(MalformedResponse).
KSQLDB_API QueryResult resultFrom(std::string_view answer);

}  // namespace ksqldb::detail
