#include "protocol/request_body.h"

#include "values/rapidjson.h"

#include <cmath>
#include <type_traits>
#include <variant>

namespace ksqldb::protocol {

namespace {

using Writer = values::JsonWriter;

void writeString(Writer& json, std::string_view text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

/// JSON has no form for some, and RapidJSON would write nothing at all in their place.
void writeDouble(Writer& json, double value) {
    if (std::isfinite(value))
        json.Double(value);
    else
        writeString(json, std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
}

void writeValue(Writer& json, const std::string& value) { writeString(json, value); }
void writeValue(Writer& json, const PropertyValue& property) {
    std::visit(
        [&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, bool>)
                json.Bool(value);
            else if constexpr (std::is_same_v<T, std::int64_t>)
                json.Int64(value);
            else if constexpr (std::is_same_v<T, double>)
                writeDouble(json, value);
            else
                writeString(json, value);
        },
        property.get());
}

template <class Map>
void writeMap(Writer& json, const char* name, const Map& values) {
    if (values.empty()) return;
    json.Key(name);
    json.StartObject();
    for (const auto& [key, value] : values) {
        json.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
        writeValue(json, value);
    }
    json.EndObject();
}

std::string oneMember(const char* name, std::string_view text) {
    rapidjson::StringBuffer buffer;
    Writer json(buffer);
    json.StartObject();
    json.Key(name);
    writeString(json, text);
    json.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

std::string queryStreamBody(const QueryBody& query) {
    rapidjson::StringBuffer buffer;
    Writer json(buffer);
    json.StartObject();
    json.Key("sql");
    writeString(json, query.sql);
    writeMap(json, "properties", query.properties);
    writeMap(json, "sessionVariables", query.sessionVariables);
    writeMap(json, "requestProperties", query.requestProperties);
    json.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

std::string insertArguments(std::string_view target, const NamedValues<PropertyValue>& properties) {
    rapidjson::StringBuffer buffer;
    Writer json(buffer);
    json.StartObject();
    json.Key("target");
    writeString(json, target);
    writeMap(json, "properties", properties);
    json.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

std::string ksqlBody(std::string_view sql, const NamedValues<PropertyValue>& properties,
                     const SessionVariables& sessionVariables,
                     std::optional<std::int64_t> commandSequenceNumber) {
    rapidjson::StringBuffer buffer;
    Writer json(buffer);
    json.StartObject();
    json.Key("ksql");
    writeString(json, sql);
    writeMap(json, "streamsProperties", properties);
    writeMap(json, "sessionVariables", sessionVariables);
    if (commandSequenceNumber) {
        json.Key("commandSequenceNumber");
        json.Int64(*commandSequenceNumber);
    }
    json.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}
std::string closeQueryBody(std::string_view queryId) { return oneMember("queryId", queryId); }

}  // namespace ksqldb::protocol
