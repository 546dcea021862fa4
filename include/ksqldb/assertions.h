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

// ASSERT: the server waits until something is as it is said to be. Needs ksqlDB 0.27. What is not
// so in time ends with Error(ServerError), HTTP status 417, whose serverMessage() says what is
// missing. Times are rounded up to whole seconds; 0 leaves the limit to the server. Throw
// Error(InvalidArgument) for a negative time.

struct TopicAssertion {
    std::string topic;
    bool exists = false;
    std::string json;
};

struct SchemaAssertion {
    std::string subject;  ///< empty: not asked for
    std::optional<int> id;
    bool exists = false;
    std::string json;
};

/// Asserts that a topic exists, or that none does.
/// - `config`: what the topic must have, for example {{"PARTITIONS", 3}, {"REPLICAS", 2}}.
KSQLDB_API Command<TopicAssertion> assertTopic(
    std::string_view topic, std::chrono::nanoseconds limit = {},
    const std::vector<std::pair<std::string, std::int64_t>>& config = {});
KSQLDB_API Command<TopicAssertion> assertNoTopic(std::string_view topic,
                                                 std::chrono::nanoseconds limit = {});

/// Asserts that the schema registry has a schema, or that it has none.
KSQLDB_API Command<SchemaAssertion> assertSchema(std::string_view subject,
                                                 std::chrono::nanoseconds limit = {});
KSQLDB_API Command<SchemaAssertion> assertSchema(int id, std::chrono::nanoseconds limit = {});
KSQLDB_API Command<SchemaAssertion> assertSchema(std::string_view subject, int id,
                                                 std::chrono::nanoseconds limit = {});
KSQLDB_API Command<SchemaAssertion> assertNoSchema(std::string_view subject,
                                                   std::chrono::nanoseconds limit = {});
KSQLDB_API Command<SchemaAssertion> assertNoSchema(int id, std::chrono::nanoseconds limit = {});

}  // namespace ksqldb
