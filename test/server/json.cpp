#include "json.h"

namespace ksqldb::server {

namespace {

void writeError(JsonWriter& json, std::string_view type, int code, std::string_view message) {
    json.Key("@type").String(type);
    json.Key("error_code").Int(code);
    json.Key("message").String(message);
}

}  // namespace

std::string toText(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

const rapidjson::Value* member(const rapidjson::Value& object, std::string_view name) {
    if (!object.IsObject()) return nullptr;
    const auto found = object.FindMember(
        rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size())));
    return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string_view textMember(const rapidjson::Value& object, std::string_view name) {
    const auto* value = member(object, name);
    if (value == nullptr || !value->IsString()) return {};
    return {value->GetString(), value->GetStringLength()};
}

std::string genericError(int code, std::string_view message) {
    JsonWriter json;
    json.StartObject();
    writeError(json, "generic_error", code, message);
    json.EndObject();
    return json.json();
}

std::string statementError(int code, std::string_view message, std::string_view statement) {
    JsonWriter json;
    json.StartObject();
    writeError(json, "statement_error", code, message);
    json.Key("statementText").String(statement);
    json.Key("entities").StartArray();
    json.EndArray();
    json.EndObject();
    return json.json();
}

std::string missingProperty(std::string_view name, const std::string& body,
                            const std::string& className) {
    const std::string property(name);
    return "Invalid JSON in request: Missing required creator property '" + property +
           "' (index 0)\n at [Source: (byte[])\"" + body +
           "\"; line: 1, column: " + std::to_string(body.size()) +
           "] (through reference chain: " + className + "[\"" + property + "\"])";
}

}  // namespace ksqldb::server
