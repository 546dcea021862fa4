#include "values/json_document.h"

#include <charconv>

namespace ksqldb::values {

std::optional<JsonDocument> JsonDocument::parse(std::string_view text, bool arrayToo) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;  // to RapidJSON an end
    JsonDocument result;
    // Iterative against hostile nesting; numbers as text because RapidJSON 1.1's number parser can
    // be made to read out of bounds (CVE-2024-38517).
    result.document_.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(
        text.data(), text.size());
    if (result.document_.HasParseError()) return std::nullopt;
    if (!result.document_.IsObject() && !(arrayToo && result.document_.IsArray()))
        return std::nullopt;
    return result;
}

const JsonDocument::Value* JsonDocument::member(const Value& object, const char* name) {
    if (!object.IsObject()) return nullptr;
    const auto found = object.FindMember(name);
    return found == object.MemberEnd() ? nullptr : &found->value;
}

std::optional<std::string> JsonDocument::string(const Value& object, const char* name) {
    const Value* value = member(object, name);
    if (value == nullptr || !value->IsString()) return std::nullopt;
    return std::string(value->GetString(), value->GetStringLength());
}

std::optional<int> JsonDocument::integer(const Value& object, const char* name) {
    const std::optional<std::string> digits = string(object, name);
    if (!digits) return std::nullopt;
    int number = 0;
    const char* const end = digits->data() + digits->size();
    const auto [stop, error] = std::from_chars(digits->data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

std::optional<bool> JsonDocument::boolean(const Value& object, const char* name) {
    const Value* value = member(object, name);
    if (value == nullptr || !value->IsBool()) return std::nullopt;
    return value->GetBool();
}

}  // namespace ksqldb::values
