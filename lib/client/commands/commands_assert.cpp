#include "client/commands/command_text.h"
#include "protocol/admin_replies.h"

#include <ksqldb/assertions.h>

namespace ksqldb {

using client::quotedText;
using client::timeoutClause;

namespace {

constexpr const char* assertion = "ASSERT ";
constexpr const char* contrary = "ASSERT NOT EXISTS ";

/// The server waits as long as it is told; without a word of ours, a second.
template <class T, class Read>
Command<T> assertCommand(std::string sql, std::chrono::nanoseconds limit, Read read) {
    detail::CommandRequest request =
        detail::statementRequest(Statement(sql + timeoutClause(limit) + ";"));
    request.serverMayTake = client::roundedUp(limit);
    request.isExact = true;
    return Command<T>::fromRequest(std::move(request), [read](const RawResponse& answer) {
        return read(detail::readEntities(answer));
    });
}

std::string topicText(std::string_view topic) { return "TOPIC " + quotedText(topic, "the topic"); }
std::string subjectText(std::string_view subject) {
    return " SUBJECT " + quotedText(subject, "the subject");
}

Command<SchemaAssertion> schemaCommand(std::string sql, std::chrono::nanoseconds limit) {
    return assertCommand<SchemaAssertion>(std::move(sql), limit, protocol::readSchemaAssertion);
}

}  // namespace

Command<TopicAssertion> assertTopic(
    std::string_view topic, std::chrono::nanoseconds limit,
    const std::vector<std::pair<std::string, std::int64_t>>& config) {
    std::string sql = assertion + topicText(topic);
    const char* separator = " WITH (";
    for (const auto& [name, value] : config) {
        sql += separator + quotedText(name, "a topic's property") + '=' + std::to_string(value);
        separator = ", ";
    }
    if (!config.empty()) sql += ')';
    return assertCommand<TopicAssertion>(std::move(sql), limit, protocol::readTopicAssertion);
}

Command<TopicAssertion> assertNoTopic(std::string_view topic, std::chrono::nanoseconds limit) {
    return assertCommand<TopicAssertion>(contrary + topicText(topic), limit,
                                         protocol::readTopicAssertion);
}

Command<SchemaAssertion> assertSchema(std::string_view subject, std::chrono::nanoseconds limit) {
    return schemaCommand(std::string(assertion) + "SCHEMA" + subjectText(subject), limit);
}

Command<SchemaAssertion> assertSchema(int id, std::chrono::nanoseconds limit) {
    return schemaCommand(std::string(assertion) + "SCHEMA ID " + std::to_string(id), limit);
}

Command<SchemaAssertion> assertSchema(std::string_view subject, int id,
                                      std::chrono::nanoseconds limit) {
    return schemaCommand(
        std::string(assertion) + "SCHEMA" + subjectText(subject) + " ID " + std::to_string(id),
        limit);
}

Command<SchemaAssertion> assertNoSchema(std::string_view subject, std::chrono::nanoseconds limit) {
    return schemaCommand(std::string(contrary) + "SCHEMA" + subjectText(subject), limit);
}

Command<SchemaAssertion> assertNoSchema(int id, std::chrono::nanoseconds limit) {
    return schemaCommand(std::string(contrary) + "SCHEMA ID " + std::to_string(id), limit);
}

}  // namespace ksqldb
