#include "protocol/entity.h"

#include "base/error_builder.h"
#include "protocol/error_body.h"
#include "values/utf8.h"

#include <algorithm>
#include <limits>

namespace ksqldb::protocol {

using values::JsonNode;
using values::JsonTree;

namespace {

/// Releases before 0.27 answer with status 200 and an error for what Kafka Connect refused.
void throwIfError(const std::string& type, const JsonNode& element) {
    if (type == "error_entity")
        throw detail::ErrorBuilder(
            ErrorCode::ServerError,
            "the server answers with an error: " + shortened(text(element, "errorMessage")))
            .http(200)
            .server(0, text(element, "errorMessage"))
            .build();
    if (type == "generic_error" || type == "statement_error")
        throw errorFromLine(small(element, "error_code"), text(element, "message"));
}

std::string listed(const std::vector<std::string_view>& types) {
    std::string out;
    for (const std::string_view type : types) {
        if (!out.empty()) out += " or ";
        out += type;
    }
    return out;
}

}  // namespace

Error malformed(const std::string& what, std::string_view came) {
    std::string text = values::asUtf8(came);
    const std::string shown =
        values::isUtf8(came) ? shortened(text) : std::string("bytes that are no text");
    return detail::ErrorBuilder(ErrorCode::MalformedResponse,
                                what + (shown.empty() ? ": nothing" : ": " + shown))
        .server(0, std::move(text))
        .build();
}

std::vector<Entity> readEntities(std::string_view body) {
    const auto tree = JsonTree::parse(body);
    if (tree && tree->root().isObject()) throwIfError(text(tree->root(), "@type"), tree->root());
    if (!tree || !tree->root().isArray())
        throw malformed("the answer is no list of elements", body);
    std::vector<Entity> out;
    for (const JsonNode& element : tree->root().children()) {
        if (!element.isObject()) throw malformed("an element of the answer is no object", body);
        Entity entity;
        entity.type = text(element, "@type");
        throwIfError(entity.type, element);
        entity.statementText = text(element, "statementText");
        entity.warnings = warnings(element);
        entity.json = element.json();
        out.push_back(std::move(entity));
    }
    return out;
}

const Entity& onlyEntity(const std::vector<Entity>& entities,
                         const std::vector<std::string_view>& types) {
    if (entities.empty())
        throw malformed("the server answers with no element instead of " + listed(types), "[]");
    const Entity& first = entities.front();
    if (entities.size() > 1)
        throw malformed("the server answers with " + std::to_string(entities.size()) +
                            " elements instead of one " + listed(types) + ", the first " +
                            shortened(first.type),
                        first.json);
    if (std::find(types.begin(), types.end(), first.type) == types.end())
        throw malformed(
            "the server answers with " +
                (first.type.empty() ? "an element without a type" : shortened(first.type)) +
                " instead of " + listed(types),
            first.json);
    return first;
}

JsonTree readObject(std::string_view body) {
    auto tree = JsonTree::parse(body);
    if (!tree || !tree->root().isObject()) throw malformed("the answer is no JSON object", body);
    return std::move(*tree);
}

std::string text(const JsonNode& object, std::string_view name) {
    return object[name].string().value_or(std::string());
}

std::optional<std::string> optionalText(const JsonNode& object, std::string_view name) {
    return object[name].string();
}

bool flag(const JsonNode& object, std::string_view name) {
    return object[name].boolean().value_or(false);
}

std::int64_t integer(const JsonNode& object, std::string_view name) {
    return object[name].integer().value_or(0);
}

std::optional<int> optionalSmall(const JsonNode& object, std::string_view name) {
    const auto number = object[name].integer();
    if (!number || *number < std::numeric_limits<int>::min() ||
        *number > std::numeric_limits<int>::max())
        return std::nullopt;
    return static_cast<int>(*number);
}

int small(const JsonNode& object, std::string_view name) {
    return optionalSmall(object, name).value_or(0);
}

std::vector<std::string> texts(const JsonNode& object, std::string_view name) {
    std::vector<std::string> out;
    for (const JsonNode& element : object[name].children())
        if (auto text = element.string()) out.push_back(std::move(*text));
    return out;
}

std::vector<std::string> warnings(const JsonNode& entity) {
    std::vector<std::string> out;
    for (const JsonNode& warning : entity["warnings"].children())
        out.push_back(text(warning, "message"));
    return out;
}

std::optional<std::int64_t> lastSequenceNumber(std::string_view body) {
    std::optional<std::int64_t> last;
    const auto tree = values::JsonTree::parse(body);
    if (!tree) return last;
    for (const JsonNode& entity : tree->root().children())
        if (const auto number = entity["commandSequenceNumber"].integer())
            last = std::max(last.value_or(*number), *number);
    return last;
}

}  // namespace ksqldb::protocol
