#include "recorded_sources.h"

#include "json.h"

#include <map>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>

namespace ksqldb::server {

namespace {

using rapidjson::Value;

/// The type of a field as DESCRIBE tells it. It keeps the type of a map's keys to itself.
SqlType typeOf(const Value& schema) {
    SqlType type;
    type.base = baseType(textMember(schema, "type"));
    if (const auto* parameters = member(schema, "parameters")) {
        const auto number = [&](const char* name) {
            const auto* value = member(*parameters, name);
            return value != nullptr && value->IsInt() ? value->GetInt() : 0;
        };
        type.precision = number("precision");
        type.scale = number("scale");
    }
    if (type.base == SqlType::Base::Map) type.members.push_back({});
    const auto* element = member(schema, "memberSchema");
    if (element != nullptr && element->IsObject()) type.members.push_back(typeOf(*element));
    const auto* fields = member(schema, "fields");
    if (fields != nullptr && fields->IsArray()) {
        for (const auto& field : fields->GetArray()) {
            const auto* fieldSchema = member(field, "schema");
            if (fieldSchema == nullptr) throw std::invalid_argument("a field without a type");
            type.names.emplace_back(textMember(field, "name"));
            type.members.push_back(typeOf(*fieldSchema));
        }
    }
    return type;
}

Source sourceOf(const Value& description) {
    Source source;
    source.name = textMember(description, "name");
    source.windowed = !textMember(description, "windowType").empty();
    const auto* fields = member(description, "fields");
    if (fields == nullptr || !fields->IsArray()) throw std::invalid_argument("no fields");
    for (const auto& field : fields->GetArray()) {
        const auto* schema = member(field, "schema");
        if (schema == nullptr) throw std::invalid_argument("a field without a type");
        source.columns.push_back({std::string(textMember(field, "name")), typeOf(*schema),
                                  textMember(field, "type") == "KEY"});
    }
    return source;
}

/// What a statement creates; without a name if nothing.
Source createdBy(const std::string& statement) {
    static const std::regex create(
        R"(\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:STREAM|TABLE)\s+(?:IF\s+NOT\s+EXISTS\s+)?)"
        R"((\w+|`[^`]+`)\s*(?:\((.*)\)\s*WITH\b|(?:WITH\s*\([^)]*\)\s*)?AS\b)[^]*)",
        std::regex::icase);
    std::smatch parts;
    Source source;
    if (!std::regex_match(statement, parts, create)) return source;
    source.name = identifierName(parts[1].str());
    source.columnsKnown = parts[2].matched;
    if (source.columnsKnown) source.columns = parsedColumns(parts[2].str());
    return source;
}

class Collector {
public:
    void add(const Recording& recording) {
        const std::string body = recording.responseBody();
        rapidjson::Document entities;
        entities.Parse(body.data(), body.size());
        if (entities.HasParseError() || !entities.IsArray()) return;
        for (const auto& entity : entities.GetArray()) {
            add(createdBy(std::string(textMember(entity, "statementText"))), false);
            if (const auto* one = member(entity, "sourceDescription")) add(sourceOf(*one), true);
            const auto* several = member(entity, "sourceDescriptions");
            if (several == nullptr || !several->IsArray()) continue;
            for (const auto& one : several->GetArray()) add(sourceOf(one), true);
        }
    }

    std::vector<Source> all() const {
        std::vector<Source> result;
        for (const auto& [name, found] : sources_) result.push_back(found.second);
        return result;
    }

private:
    /// A description is more than a CREATE, columns are more than none.
    void add(Source source, bool described) {
        if (source.name.empty()) return;
        auto& [value, known] = sources_[source.name];
        const int offered = described ? 3 : source.columnsKnown ? 2 : 1;
        if (offered <= value) return;
        value = offered;
        known = std::move(source);
    }

    std::map<std::string, std::pair<int, Source>> sources_;
};

}  // namespace

std::vector<Source> recordedSources(const std::vector<Recording>& recordings) {
    Collector collector;
    for (const auto& recording : recordings) {
        if (recording.request.path != "/ksql" || recording.response.status != 200) continue;
        collector.add(recording);
    }
    return collector.all();
}

}  // namespace ksqldb::server
