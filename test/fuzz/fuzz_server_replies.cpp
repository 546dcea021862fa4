// Replies of the small endpoints, and control lines of a query's answer: each part is where another
// of the library's JSON readers finds it.
#include "input.h"
#include "protocol/control_line.h"
#include "protocol/server_replies.h"
#include "values/json_tree.h"
#include "values/type_parser.h"

#include <variant>
#include <vector>

using namespace ksqldb;
using fuzz::require;
using values::JsonNode;
using values::JsonTree;

namespace {

/// The other reader takes a number for its digits.
std::optional<std::string> readText(const JsonNode& node) {
    return node.boolean() ? std::nullopt : node.scalar();
}
std::string textOf(const JsonNode& node) { return readText(node).value_or(std::string()); }

void checkReplies(const JsonNode& root, std::string_view body) {
    const JsonNode info = root["KsqlServerInfo"];
    const auto server = protocol::parseServerInfo(body);
    require(server.has_value() == info.isObject());
    if (server) {
        require(server->json == body);
        require(server->version == textOf(info["version"]));
        require(server->serverStatus == textOf(info["serverStatus"]));
    }

    const auto health = protocol::parseHealth(body);
    require(health.has_value() == root["isHealthy"].boolean().has_value());
    if (health) {
        require(health->isHealthy == *root["isHealthy"].boolean());
        require(health->details.size() <= root["details"].children().size());
        for (const auto& [name, isHealthy] : health->details)
            require(isHealthy == root["details"][name]["isHealthy"].boolean().value_or(false));
    }
}

void checkTerminated(const JsonNode& root, std::string_view body) {
    std::optional<bool> expected;
    if (root.isArray())
        for (const JsonNode& entity : root.children())
            if (!expected && entity.isObject()) expected = entity["wasTerminated"].boolean();
    require(protocol::parseTerminated(body) == expected);
}

void checkHeader(const Header& header, const JsonNode& root) {
    const std::vector<JsonNode> names = root["columnNames"].children();
    const std::vector<JsonNode> types = root["columnTypes"].children();
    const Schema& schema = header.schema();
    require(names.size() == schema.size() && types.size() == schema.size());
    for (std::size_t i = 0; i < schema.size(); ++i) {
        require(readText(names[i]) == schema[i].name);
        require(values::parseType(textOf(types[i])) == schema[i].type);
    }
}

void checkControlLine(const JsonNode& root, std::string_view body) {
    const protocol::ControlLine line = protocol::parseControlLine(body);
    if (!root.isObject()) {
        require(std::holds_alternative<protocol::NotJson>(line));
        return;
    }
    require(std::holds_alternative<protocol::RowLine>(line) == static_cast<bool>(root["row"]));
    if (const auto* header = std::get_if<Header>(&line)) {
        if (!root["header"]) checkHeader(*header, root);
        require(header->queryId() == readText((root["header"] ? root["header"] : root)["queryId"]));
    }
    if (const auto* error = std::get_if<protocol::ErrorLine>(&line)) {
        const JsonNode node = root["errorMessage"] ? root["errorMessage"] : root;
        require(error->message == textOf(node["message"]));
    }
    if (const auto* token = std::get_if<protocol::TokenLine>(&line)) {
        const JsonNode node = root["continuationToken"];
        require(token->token == textOf(node.isObject() ? node["continuationToken"] : node));
    }
    if (const auto* last = std::get_if<protocol::FinalLine>(&line))
        require(last->limitReached == (textOf(root["finalMessage"]) == "Limit Reached"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body = fuzz::textOf(data, size);
    const auto tree = JsonTree::parse(body);
    if (tree && values::isUtf8(body)) {
        checkReplies(tree->root(), body);
        checkTerminated(tree->root(), body);
        checkControlLine(tree->root(), body);
        return 0;
    }
    (void)protocol::parseServerInfo(body);
    (void)protocol::parseHealth(body);
    (void)protocol::parseTerminated(body);
    (void)protocol::parseControlLine(body);
    return 0;
}
