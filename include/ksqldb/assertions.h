#pragma once
#include <ksqldb/command.h>
#include <ksqldb/export.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb {

/// @defgroup assertions Assertions
/// @ingroup admin
///
/// ASSERT: the server waits until something is as it is said to be. Needs ksqlDB 0.27. What is not
/// so in time ends with Error(ServerError), HTTP status 417, whose serverMessage() says what is
/// missing. Times are rounded up to whole seconds; 0 leaves the limit to the server. All throw
/// Error(InvalidArgument) for a negative time. Source: POST /ksql.
/// @{

/// What an assertion about a topic found; `json` is the answer as it came.
struct TopicAssertion {
    std::string topic;
    bool exists = false;  ///< what was asserted, and so is true
    std::string json;
};

/// What an assertion about a schema found; `json` is the answer as it came.
struct SchemaAssertion {
    std::string subject;    ///< empty: not asked for
    std::optional<int> id;  ///< none: not asked for
    bool exists = false;    ///< what was asserted, and so is true
    std::string json;
};

/// Asserts that a topic exists.
/// - `limit`: how long the server waits for it.
/// - `config`: what the topic must have, for example {{"PARTITIONS", 3}, {"REPLICAS", 2}}.
KSQLDB_API Command<TopicAssertion> assertTopic(
    std::string_view topic, std::chrono::nanoseconds limit = {},
    const std::vector<std::pair<std::string, std::int64_t>>& config = {});
/// Asserts that no topic of this name exists.
KSQLDB_API Command<TopicAssertion> assertNoTopic(std::string_view topic,
                                                 std::chrono::nanoseconds limit = {});

/// Asserts that the schema registry has a schema: for a subject, of an id, or both.
KSQLDB_API Command<SchemaAssertion> assertSchema(std::string_view subject,
                                                 std::chrono::nanoseconds limit = {});
/// The same for an id.
KSQLDB_API Command<SchemaAssertion> assertSchema(int id, std::chrono::nanoseconds limit = {});
/// The same for both.
KSQLDB_API Command<SchemaAssertion> assertSchema(std::string_view subject, int id,
                                                 std::chrono::nanoseconds limit = {});
/// Asserts that the schema registry has no schema for a subject, or of an id.
KSQLDB_API Command<SchemaAssertion> assertNoSchema(std::string_view subject,
                                                   std::chrono::nanoseconds limit = {});
/// The same for an id.
KSQLDB_API Command<SchemaAssertion> assertNoSchema(int id, std::chrono::nanoseconds limit = {});

/// @}

}  // namespace ksqldb
