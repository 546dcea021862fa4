// Answers to commands: whatever comes, the readers bring a struct or an Error, and every part of a
// JSON text is found where it stands.
#include "input.h"
#include "protocol/admin_replies.h"
#include "protocol/descriptions.h"
#include "protocol/entity.h"
#include "values/json_tree.h"

#include <vector>

using namespace ksqldb;
using fuzz::require;
using values::JsonNode;
using values::JsonTree;

namespace {

/// Every part is read again, as often as it is nested.
constexpr std::size_t maxCheckedBytes = 4096;

void expectEqual(const JsonNode& a, const JsonNode& b) {
    require(a.isNull() == b.isNull() && a.isArray() == b.isArray() && a.isObject() == b.isObject());
    require(a.scalar() == b.scalar() && a.string() == b.string() && a.json() == b.json());
    const auto children = a.children();
    const auto others = b.children();
    require(children.size() == others.size());
    for (std::size_t i = 0; i < children.size(); ++i) {
        require(children[i].name() == others[i].name());
        expectEqual(children[i], others[i]);
    }
}

/// An object's or array's text reads as the same object or array.
void checkParts(const JsonNode& node, std::string_view text) {
    if (!node.isObject() && !node.isArray()) return;
    const std::string json = node.json();
    require(text.find(json) != std::string_view::npos);
    const auto again = JsonTree::parse(json);
    require(again.has_value());
    expectEqual(node, again->root());
    for (const JsonNode& child : node.children()) checkParts(child, json);
}

/// All that reads an element or a part of one.
void readEverything(const JsonNode& node) {
    protocol::readType(node);
    protocol::readField(node);
    protocol::readStream(node);
    protocol::readTable(node);
    protocol::readTopic(node);
    protocol::readProperty(node);
    protocol::readFunction(node);
    protocol::readCustomType(node);
    protocol::readVariable(node);
    protocol::readQuery(node);
    protocol::readSource(node);
    protocol::readQueryDescription(node);
    protocol::readFunctionDescription(node);
    protocol::readConnector(node);
    protocol::readPlugin(node);
    protocol::readConnectorDescription(node);
    protocol::readCreatedConnector(node);
}

template <class Call>
void mayRefuse(Call&& call) {
    (void)fuzz::refusalOf(call);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body = fuzz::textOf(data, size);

    const auto tree = JsonTree::parse(body);
    if (tree) {
        if (size <= maxCheckedBytes) checkParts(tree->root(), body);
        readEverything(tree->root());
    }
    mayRefuse([&] {
        const std::vector<Entity> entities = protocol::readEntities(body);
        require(tree.has_value() && tree->root().children().size() == entities.size());
        for (const Entity& entity : entities) {
            const JsonTree element = protocol::readObject(entity.json);
            readEverything(element.root());
            for (const JsonNode& member : element.root().children()) {
                readEverything(member);
                for (const JsonNode& part : member.children()) readEverything(part);
            }
        }
        mayRefuse([&] { protocol::readStatementResult(entities); });
        mayRefuse([&] { protocol::readTopicAssertion(entities); });
        mayRefuse([&] { protocol::readSchemaAssertion(entities); });
    });
    mayRefuse([&] { protocol::readCommandStatus(body); });
    mayRefuse([&] { protocol::readCommandStatuses(body); });
    mayRefuse([&] { protocol::readServerMetadata(body); });
    mayRefuse([&] { protocol::readClusterId(body); });
    mayRefuse([&] { protocol::readClusterStatus(body); });
    protocol::lastSequenceNumber(body);
    return 0;
}
