#include "protocol/server_replies.h"

#include "values/json_document.h"

#include <string>

namespace ksqldb::protocol {

std::optional<ServerInfo> parseServerInfo(std::string_view body) {
    const auto document = values::JsonDocument::parse(body);
    if (!document) return std::nullopt;
    const auto* info = values::JsonDocument::member(document->root(), "KsqlServerInfo");
    if (info == nullptr || !info->IsObject()) return std::nullopt;
    const auto text = [&](const char* name) {
        return values::JsonDocument::string(*info, name).value_or(std::string());
    };
    return ServerInfo{text("version"), text("kafkaClusterId"), text("ksqlServiceId"),
                      text("serverStatus"), std::string(body)};
}

std::optional<Health> parseHealth(std::string_view body) {
    const auto document = values::JsonDocument::parse(body);
    if (!document) return std::nullopt;
    const auto isHealthy = values::JsonDocument::boolean(document->root(), "isHealthy");
    if (!isHealthy) return std::nullopt;
    Health health;
    health.json = body;
    health.isHealthy = *isHealthy;
    health.serverState = document->string("serverState").value_or(std::string());
    if (const auto* details = values::JsonDocument::member(document->root(), "details");
        details != nullptr && details->IsObject()) {
        for (const auto& detail : details->GetObject())
            health.details.emplace(
                std::string(detail.name.GetString(), detail.name.GetStringLength()),
                values::JsonDocument::boolean(detail.value, "isHealthy").value_or(false));
    }
    return health;
}

std::optional<bool> parseTerminated(std::string_view body) {
    const auto document = values::JsonDocument::parse(body, true);
    if (!document || !document->root().IsArray()) return std::nullopt;
    for (const auto& entity : document->root().GetArray())
        if (const auto terminated = values::JsonDocument::boolean(entity, "wasTerminated"))
            return terminated;
    return std::nullopt;
}

}  // namespace ksqldb::protocol
