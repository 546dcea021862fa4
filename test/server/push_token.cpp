#include "push_token.h"

#include "base64.h"
#include "json.h"

#include <cstdio>
#include <random>
#include <utility>

namespace ksqldb::server {

namespace {

/// A random UUID.
std::string uuid() {
    thread_local std::mt19937_64 random(std::random_device{}());
    const auto high = random();
    const auto low = random();
    char text[37];
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%012llx",
                  static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                  static_cast<unsigned>(high & 0xfff), static_cast<unsigned>(low >> 52),
                  static_cast<unsigned long long>(low & 0xffffffffffff));
    return text;
}

}  // namespace

// {"s":{"o":[…]},"e":{"o":[…]},"v":0}
std::string pushToken(std::uint64_t begin, std::uint64_t end) {
    JsonWriter json;
    json.StartObject();
    for (const auto& [name, offset] : {std::pair("s", begin), std::pair("e", end)}) {
        json.Key(name).StartObject();
        json.Key("o").StartArray();
        json.Uint64(offset);
        json.EndArray();
        json.EndObject();
    }
    json.Key("v").Int(0);
    json.EndObject();
    return toBase64(json.text());
}

std::optional<std::uint64_t> pushTokenEnd(const std::string& jsonText) {
    rapidjson::Document text;
    text.Parse(jsonText.data(), jsonText.size());
    if (text.HasParseError() || !text.IsString()) return std::nullopt;
    const auto bytes = fromBase64({text.GetString(), text.GetStringLength()});
    if (!bytes) return std::nullopt;
    rapidjson::Document token;
    token.Parse(bytes->data(), bytes->size());
    if (token.HasParseError()) return std::nullopt;
    const auto* end = member(token, "e");
    const auto* offsets = end == nullptr ? nullptr : member(*end, "o");
    if (offsets == nullptr || !offsets->IsArray() || offsets->Size() != 1 ||
        !(*offsets)[0].IsUint64())
        return std::nullopt;
    return (*offsets)[0].GetUint64();
}

std::string scalablePushQueryId() { return "SCALABLE_PUSH_QUERY_" + uuid(); }

}  // namespace ksqldb::server
