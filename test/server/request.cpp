#include "request.h"

#include "json.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace ksqldb::server {

namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

rapidjson::Document parsed(const std::string& body) {
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    return document;
}

std::optional<std::string> memberOf(const std::string& body,
                                    std::initializer_list<std::string_view> objects,
                                    std::string_view name) {
    const auto document = parsed(body);
    if (document.HasParseError()) return std::nullopt;
    for (const auto object : objects) {
        const auto* members = member(document, object);
        if (members == nullptr) continue;
        if (const auto* value = member(*members, name)) return toText(*value);
    }
    return std::nullopt;
}

}  // namespace

bool equalIgnoringCase(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string> findHeader(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (equalIgnoringCase(key, name)) return value;
    }
    return std::nullopt;
}

std::string normalizedSpace(std::string_view text) {
    std::string result;
    bool pending = false;
    for (const char c : text) {
        if (std::isspace(static_cast<unsigned char>(c))) {
            pending = !result.empty();
            continue;
        }
        if (pending) result += ' ';
        pending = false;
        result += c;
    }
    return result;
}

std::string Request::sql() const {
    const auto document = parsed(body);
    if (document.HasParseError()) return {};
    const auto sql = textMember(document, "sql");
    return std::string(sql.empty() ? textMember(document, "ksql") : sql);
}

std::optional<std::string> Request::property(std::string_view name) const {
    return memberOf(body, {"properties", "streamsProperties"}, name);
}

std::optional<std::string> Request::sessionVariable(std::string_view name) const {
    return memberOf(body, {"sessionVariables"}, name);
}

std::optional<std::string> Request::requestProperty(std::string_view name) const {
    return memberOf(body, {"requestProperties"}, name);
}

std::optional<std::string> Request::bodyMember(std::string_view name) const {
    const auto document = parsed(body);
    if (document.HasParseError()) return std::nullopt;
    const auto* value = member(document, name);
    return value == nullptr ? std::nullopt : std::optional(toText(*value));
}

}  // namespace ksqldb::server
