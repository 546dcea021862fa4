#pragma once
#include <ksqldb/error.h>

#include <future>
#include <string>

namespace ksqldb::detail {
class ClientCore;
}

namespace ksqldb::client {

/// Ends a push query by its id: TERMINATE, which every node of a cluster understands, for the ids
/// of transient queries; /close-query for other ids and where TERMINATE was of no use.
std::future<void> closeQuery(detail::ClientCore& core, std::string queryId);

}  // namespace ksqldb::client
