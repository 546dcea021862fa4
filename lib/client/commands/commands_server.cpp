#include "base/require.h"
#include "client/commands/command_factory.h"
#include "client/commands/command_text.h"
#include "client/options/option_checks.h"
#include "protocol/admin_replies.h"
#include "protocol/server_replies.h"
#include "values/rapidjson.h"

#include <ksqldb/server_commands.h>

#include <algorithm>

namespace ksqldb {

using client::getCommand;
using client::percentEncoded;

namespace {

ServerInfo readInfo(std::string_view body) {
    if (auto info = protocol::parseServerInfo(body)) return std::move(*info);
    throw protocol::malformed("the answer is no server's info", body);
}

Health readHealth(std::string_view body) {
    if (auto health = protocol::parseHealth(body)) return std::move(*health);
    throw protocol::malformed("the answer is no server's health", body);
}

std::string terminateBody(const std::vector<std::string>& topics) {
    rapidjson::StringBuffer buffer;
    values::JsonWriter json(buffer);
    json.StartObject();
    json.Key("deleteTopicList");
    json.StartArray();
    for (const std::string& topic : topics) {
        client::checkUtf8(topic, "the name of a topic to delete");
        json.String(topic.data(), static_cast<rapidjson::SizeType>(topic.size()));
    }
    json.EndArray();
    json.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

/// Nothing that would end the line or begin another word of it.
bool isOneWord(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7F;
    });
}

}  // namespace

Command<ServerInfo> serverInfo() { return getCommand("/info", readInfo); }
Command<Health> healthCheck() { return getCommand("/healthcheck", readHealth); }

Command<ClusterStatus> clusterStatus() {
    return getCommand("/clusterStatus", protocol::readClusterStatus);
}

Command<ServerMetadata> serverMetadata() {
    return getCommand("/v1/metadata", protocol::readServerMetadata);
}

Command<ClusterId> clusterId() { return getCommand("/v1/metadata/id", protocol::readClusterId); }

Command<CommandStatus> commandStatus(std::string_view commandId) {
    return getCommand(client::statusPath(commandId), protocol::readCommandStatus);
}

Command<std::map<std::string, std::string>> commandStatuses() {
    return getCommand("/status", protocol::readCommandStatuses);
}

Command<bool> isValidProperty(std::string_view property) {
    base::require(!property.empty(), "an empty property's name");
    detail::CommandRequest request;
    request.http.path = "/is_valid_property/" + percentEncoded(property);
    request.isReadOnly = true;
    request.takesAnyStatus = true;
    return Command<bool>::fromRequest(request, [request](const RawResponse& answer) {
        if (answer.status == 200 && answer.body == "true") return true;
        if (answer.status == 200 && answer.body == "false") return false;
        if (detail::isSuccess(answer.status))
            throw protocol::malformed("the answer is neither true nor false", answer.body);
        const Error error = detail::commandError(request, answer);
        if (error.serverCode() == 40000) return false;
        throw Error(error);
    });
}

Command<StatementResult> terminateCluster(const std::vector<std::string>& deleteTopics) {
    detail::CommandRequest request;
    request.http.method = "POST";
    request.http.path = "/ksql/terminate";
    request.http.body = terminateBody(deleteTopics);
    return Command<StatementResult>::fromRequest(std::move(request), [](const RawResponse& answer) {
        return protocol::readStatementResult(detail::readEntities(answer));
    });
}

Command<RawResponse> rawRequest(RawRequest request) {
    base::require(!request.method.empty() && isOneWord(request.method),
                  "a raw request's method is one word");
    base::require(!request.path.empty() && request.path[0] == '/' && isOneWord(request.path),
                  "a raw request's path begins with / and has no blanks and line ends");
    client::checkUtf8(request.path, "a raw request's path");
    client::checkRequestHeaders(request.headers);
    detail::CommandRequest command;
    command.isReadOnly = request.method == "GET" || request.method == "HEAD";
    command.takesAnyStatus = true;
    command.http = std::move(request);
    return Command<RawResponse>::fromRequest(std::move(command),
                                             [](const RawResponse& answer) { return answer; });
}

}  // namespace ksqldb
