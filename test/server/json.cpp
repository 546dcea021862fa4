#include "json.h"

namespace ksqldb::server {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

namespace {

void write(Writer& writer, std::string_view text) {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void writeError(Writer& writer, std::string_view type, int code, std::string_view message) {
    writer.Key("@type");
    write(writer, type);
    writer.Key("error_code");
    writer.Int(code);
    writer.Key("message");
    write(writer, message);
}

std::string taken(const rapidjson::StringBuffer& buffer) {
    return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace

std::string toText(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    value.Accept(writer);
    return taken(buffer);
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
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.StartObject();
    writeError(writer, "generic_error", code, message);
    writer.EndObject();
    return taken(buffer);
}

std::string statementError(int code, std::string_view message, std::string_view statement) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.StartObject();
    writeError(writer, "statement_error", code, message);
    writer.Key("statementText");
    write(writer, statement);
    writer.Key("entities");
    writer.StartArray();
    writer.EndArray();
    writer.EndObject();
    return taken(buffer);
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
