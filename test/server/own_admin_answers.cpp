#include "own_admin_answers.h"

#include "characters.h"
#include "json.h"

#include <algorithm>
#include <array>
#include <regex>
#include <string>
#include <string_view>

namespace ksqldb::server {

namespace {

const Headers standInType{{"content-type", "application/json"}, {"Server", "ksqldb-local-server"}};

struct Known {
    std::string_view path;
    std::string_view body;
};

constexpr std::string_view infoBody =
    R"({"KsqlServerInfo":{"version":"7.6.1","kafkaClusterId":"ksqldb-local-server",)"
    R"("ksqlServiceId":"default_","serverStatus":"RUNNING"}})";

constexpr std::array knownBodies{
    Known{"/healthcheck", R"({"isHealthy":true,"details":{"metastore":{"isHealthy":true},)"
                          R"("kafka":{"isHealthy":true},"commandRunner":{"isHealthy":true}},)"
                          R"("serverState":"READY"})"},
    Known{"/v1/metadata",
          R"({"version":"7.6.1","clusterId":{"scope":{"path":[],"clusters":{)"
          R"("kafka-cluster":"ksqldb-local-server","ksql-cluster":"default_"}},"id":""}})"},
    Known{"/v1/metadata/id",
          R"({"scope":{"path":[],"clusters":{"kafka-cluster":"ksqldb-local-server",)"
          R"("ksql-cluster":"default_"}},"id":""})"},
    Known{"/status", R"({"commandStatuses":{}})"},
    Known{"/chc/ready", "{}"},
    Known{"/chc/live", "{}"},
};

/// The rest of the path behind a prefix; empty if it has another.
std::string_view behind(std::string_view path, std::string_view prefix) {
    return path.substr(0, prefix.size()) == prefix ? path.substr(prefix.size())
                                                   : std::string_view();
}

/// Of a command that nobody has issued, as this server keeps none.
void answerStatusOf(Exchange& exchange, std::string_view command) {
    constexpr std::array types{"TOPIC", "STREAM", "TABLE",     "CLUSTER",
                               "PAUSE", "RESUME", "TERMINATE", "TYPE"};
    const std::string type = upperCase(command.substr(0, command.find('/')));
    if (std::find(types.begin(), types.end(), type) == types.end()) {
        exchange.respond(500, genericError(50000,
                                           "No enum constant "
                                           "io.confluent.ksql.rest.entity.CommandId.Type." +
                                               type));
    } else {
        exchange.respond(404, genericError(40400, "Command not found"), jsonType);
    }
}

void answerIsValid(Exchange& exchange, std::string_view property) {
    const bool known = !behind(property, "ksql.").empty() || property == "auto.offset.reset";
    if (property == "ksql.service.id") {
        exchange.respond(400,
                         genericError(40000,
                                      "One or more properties overrides set locally are prohibited "
                                      "by the KSQL server (use UNSET to reset their default "
                                      "value): [ksql.service.id]"),
                         jsonType);
    } else if (known) {
        exchange.respond(200, "true", jsonType);
    } else {
        exchange.respond(400,
                         genericError(40000,
                                      "Not recognizable as ksql, streams, consumer, or "
                                      "producer property: '" +
                                          std::string(property) + '\''),
                         jsonType);
    }
}

bool isPattern(const std::string& text) {
    try {
        const std::regex pattern(text);
        return true;
    } catch (const std::regex_error&) {
        return false;
    }
}

}  // namespace

bool answerAdministration(Exchange& exchange) {
    const std::string path = exchange.request().path();
    const auto known = std::find_if(knownBodies.begin(), knownBodies.end(),
                                    [&](const Known& entry) { return entry.path == path; });
    if (path == "/info") {
        exchange.respond(200, infoBody, standInType);
    } else if (path == "/") {
        exchange.respond(307, {}, {{"location", "/info"}});
    } else if (known != knownBodies.end()) {
        exchange.respond(200, known->body, jsonType);
    } else if (path == "/clusterStatus") {
        exchange.respond(404);  // the nodes of a cluster are not asked to tell of themselves
    } else if (const auto command = behind(path, "/status/"); !command.empty()) {
        answerStatusOf(exchange, command);
    } else if (const auto property = behind(path, "/is_valid_property/"); !property.empty()) {
        answerIsValid(exchange, property);
    } else {
        return false;
    }
    return true;
}

void answerTerminateCluster(Exchange& exchange) {
    const std::string& body = exchange.request().body;
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    if (document.HasParseError() || !document.IsObject()) {
        exchange.respond(400, genericError(40000, "Invalid JSON in request"), jsonType);
        return;
    }
    const auto* topics = member(document, "deleteTopicList");
    if (topics != nullptr && topics->IsArray()) {
        for (const auto& topic : topics->GetArray()) {
            const std::string pattern = topic.IsString() ? topic.GetString() : toText(topic);
            if (isPattern(pattern)) continue;
            exchange.respond(400, genericError(40000, "Invalid pattern: " + pattern), jsonType);
            return;
        }
    }
    exchange.respond(200,
                     R"([{"@type":"currentStatus","statementText":"TERMINATE CLUSTER;",)"
                     R"("commandId":"cluster/TerminateCluster/terminate",)"
                     R"("commandStatus":{"status":"QUEUED",)"
                     R"("message":"Statement written to command topic","queryId":null},)"
                     R"("commandSequenceNumber":1,"warnings":[]}])",
                     jsonType);
}

}  // namespace ksqldb::server
