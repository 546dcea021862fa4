#pragma once
#include "values/json_document.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

// What a real server answered, as RapidJSON's DOM has it.
namespace ksqldb::test {

using values::JsonDocument;
using Value = JsonDocument::Value;

inline const Value nothing;

inline const Value& member(const Value& object, const std::string& name) {
    const Value* const found = JsonDocument::member(object, name.c_str());
    return found == nullptr ? nothing : *found;
}

/// A string, a number's digits, true or false; else empty.
inline std::string dom(const Value& value) {
    if (value.IsString()) return {value.GetString(), value.GetStringLength()};
    if (value.IsBool()) return value.GetBool() ? "true" : "false";
    return {};
}
inline std::string dom(const Value& object, const char* name) { return dom(member(object, name)); }
inline std::vector<std::string> domTexts(const Value& object, const char* name) {
    std::vector<std::string> out;
    if (member(object, name).IsArray())
        for (const Value& element : member(object, name).GetArray()) out.push_back(dom(element));
    return out;
}
inline std::map<std::string, std::string> domMap(const Value& object) {
    std::map<std::string, std::string> out;
    if (object.IsObject())
        for (const auto& entry : object.GetObject()) out[dom(entry.name)] = dom(entry.value);
    return out;
}
inline std::string shown(bool value) { return value ? "true" : "false"; }

inline void expectJson(const std::string& json, const Value& value) {
    const auto again = JsonDocument::parse(json);
    ASSERT_TRUE(again) << json;
    EXPECT_TRUE(again->root() == value) << json;
}

template <class T, class Same>
void expectList(const std::vector<T>& all, const Value& list, Same same) {
    const std::size_t size = list.IsArray() ? list.Size() : 0;
    ASSERT_EQ(all.size(), size);
    for (std::size_t i = 0; i < size; ++i) same(all[i], list[static_cast<rapidjson::SizeType>(i)]);
}

/// As type_parser writes it. The server does not tell the type of a MAP's key.
inline std::string domType(const Value& schema) {
    const std::string type = dom(schema, "type");
    const auto inner = [&] { return domType(member(schema, "memberSchema")); };
    if (type == "ARRAY") return "ARRAY<" + inner() + ">";
    if (type == "MAP") return "MAP<STRING, " + inner() + ">";
    if (type == "DECIMAL") {
        const Value& parameters = member(schema, "parameters");
        return "DECIMAL(" + dom(parameters, "precision") + ", " + dom(parameters, "scale") + ")";
    }
    if (type != "STRUCT") return type;
    std::string out;
    for (const Value& field : member(schema, "fields").GetArray())
        out += (out.empty() ? "`" : ", `") + dom(field, "name") + "` " +
               domType(member(field, "schema"));
    return "STRUCT<" + out + ">";
}

struct Recording {
    std::string file;
    std::string path;
    int status = 0;
    std::string body;
};

inline std::vector<Recording> recordings() {
    std::vector<Recording> out;
    const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
    if (folder == nullptr) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        std::ifstream file(entry.path());
        const auto document =
            JsonDocument::parse(std::string(std::istreambuf_iterator<char>(file), {}));
        if (!document) continue;
        const Value& response = member(document->root(), "response");
        Recording recording;
        recording.file = entry.path().string();
        recording.path = dom(member(document->root(), "request"), "path");
        recording.status = JsonDocument::integer(response, "status").value_or(0);
        if (member(response, "body").IsArray())
            for (const Value& part : member(response, "body").GetArray())
                recording.body += dom(part, "text");
        out.push_back(std::move(recording));
    }
    return out;
}

}  // namespace ksqldb::test
