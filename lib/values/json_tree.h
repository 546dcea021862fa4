#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::values {

class JsonNode;

/// A JSON text as a tree that knows, of every object and array, where it stands in the text. For
/// answers of which parts are kept as they came. Numbers are kept as their digits.
class JsonTree {
public:
    /// None unless the text is one JSON value of at most 776 levels, which is what the largest
    /// maxNesting needs, in UTF-8. Copies the text.
    static std::optional<JsonTree> parse(std::string_view text);

    JsonNode root() const;

private:
    friend class JsonNode;
    friend class JsonTreeBuilder;
    enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };
    struct Item {
        Kind kind = Kind::Null;
        std::size_t first = 0;  // what is first in it; 0: nothing
        std::size_t next = 0;   // the sibling behind it; 0: none
        std::size_t begin = 0;  // of arrays and objects
        std::size_t end = 0;
        std::string name;   // of a member
        std::string value;  // of what is no array and no object: its text
    };

    std::string text_;
    std::vector<Item> items_;  // the root is the first
};

/// One value of a JsonTree, or none at all; whatever is asked of none is none. Lives as long as the
/// tree, and does not outlast its move.
class JsonNode {
public:
    JsonNode() = default;

    explicit operator bool() const noexcept { return tree_ != nullptr; }
    bool isObject() const noexcept { return is(JsonTree::Kind::Object); }
    bool isArray() const noexcept { return is(JsonTree::Kind::Array); }
    bool isNull() const noexcept { return is(JsonTree::Kind::Null); }

    /// The member of this name, the first where there are several.
    JsonNode operator[](std::string_view member) const;
    /// What is in an array or object, in order; empty for everything else.
    std::vector<JsonNode> children() const;
    /// The name of a member.
    const std::string& name() const;
    /// An object or array as it came; of others empty.
    std::string json() const;

    /// A string's text.
    std::optional<std::string> string() const;
    /// The same, and a number's digits, and "true" and "false".
    std::optional<std::string> scalar() const;
    std::optional<bool> boolean() const;
    /// None as well for a number that an int64 does not hold.
    std::optional<std::int64_t> integer() const;
    std::optional<double> number() const;

private:
    friend class JsonTree;
    JsonNode(const JsonTree* tree, std::size_t index) : tree_(tree), index_(index) {}
    const JsonTree::Item& item() const { return tree_->items_[index_]; }
    bool is(JsonTree::Kind kind) const noexcept { return tree_ != nullptr && item().kind == kind; }

    const JsonTree* tree_ = nullptr;
    std::size_t index_ = 0;
};

}  // namespace ksqldb::values
