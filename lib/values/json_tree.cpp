#include "values/json_tree.h"

#include "base/immortal.h"
#include "values/rapidjson.h"
#include "values/utf8.h"

#include <rapidjson/memorystream.h>

#include <charconv>
#include <utility>

namespace ksqldb::values {

/// Takes RapidJSON's events. Asks the stream where it stands, which is at the bracket when one
/// opens or closes.
class JsonTreeBuilder {
public:
    JsonTreeBuilder(JsonTree& tree, const rapidjson::MemoryStream& stream)
        : tree_(tree), stream_(stream) {}

    bool Null() { return scalar(JsonTree::Kind::Null, {}); }
    bool Bool(bool value) {
        return scalar(JsonTree::Kind::Boolean, value ? std::string_view("true") : "false");
    }
    bool RawNumber(const char* digits, rapidjson::SizeType size, bool) {
        return scalar(JsonTree::Kind::Number, {digits, size});
    }
    // An escape can stand for half a surrogate pair, which is no text.
    bool String(const char* text, rapidjson::SizeType size, bool) {
        return isUtf8({text, size}) && scalar(JsonTree::Kind::String, {text, size});
    }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        name_.assign(text, size);
        return isUtf8(name_);
    }
    bool StartObject() { return open(JsonTree::Kind::Object); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(JsonTree::Kind::Array); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    // Numbers come as RawNumber.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    static constexpr std::size_t maxDepth = 776;

    struct Open {
        std::size_t index;
        std::size_t lastChild = 0;  // 0: none yet
    };

    std::size_t add(JsonTree::Kind kind) {
        const std::size_t index = tree_.items_.size();
        JsonTree::Item& item = tree_.items_.emplace_back();
        item.kind = kind;
        item.name = std::exchange(name_, {});
        if (!open_.empty()) {
            Open& parent = open_.back();
            if (parent.lastChild == 0)
                tree_.items_[parent.index].first = index;
            else
                tree_.items_[parent.lastChild].next = index;
            parent.lastChild = index;
        }
        return index;
    }
    bool scalar(JsonTree::Kind kind, std::string_view text) {
        const std::size_t index = add(kind);
        tree_.items_[index].value = text;
        return true;
    }
    bool open(JsonTree::Kind kind) {
        if (open_.size() == maxDepth) return false;
        const std::size_t index = add(kind);
        tree_.items_[index].begin = stream_.Tell();
        open_.push_back({index});
        return true;
    }
    bool close() {
        tree_.items_[open_.back().index].end = stream_.Tell() + 1;
        open_.pop_back();
        return true;
    }

    JsonTree& tree_;
    const rapidjson::MemoryStream& stream_;
    std::string name_;
    std::vector<Open> open_;
};

std::optional<JsonTree> JsonTree::parse(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;  // to RapidJSON an end
    JsonTree tree;
    tree.text_ = text;
    rapidjson::MemoryStream stream(tree.text_.data(), tree.text_.size());
    JsonTreeBuilder builder(tree, stream);
    rapidjson::Reader reader;
    // As json_document.cpp does, for its reasons.
    reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(stream,
                                                                                         builder);
    if (reader.HasParseError()) return std::nullopt;
    return tree;
}

JsonNode JsonTree::root() const { return {this, 0}; }

JsonNode JsonNode::operator[](std::string_view member) const {
    if (!isObject()) return {};
    for (std::size_t i = item().first; i != 0; i = tree_->items_[i].next)
        if (tree_->items_[i].name == member) return {tree_, i};
    return {};
}

std::vector<JsonNode> JsonNode::children() const {
    std::vector<JsonNode> out;
    if (tree_ == nullptr) return out;
    for (std::size_t i = item().first; i != 0; i = tree_->items_[i].next) out.push_back({tree_, i});
    return out;
}

const std::string& JsonNode::name() const {
    static const auto& noName = base::immortal<std::string>();
    return tree_ == nullptr ? noName : item().name;
}

std::string JsonNode::json() const {
    if (!isObject() && !isArray()) return {};
    return tree_->text_.substr(item().begin, item().end - item().begin);
}

std::optional<std::string> JsonNode::string() const {
    if (!is(JsonTree::Kind::String)) return std::nullopt;
    return item().value;
}

std::optional<std::string> JsonNode::scalar() const {
    if (tree_ == nullptr || isObject() || isArray() || isNull()) return std::nullopt;
    return item().value;
}

std::optional<bool> JsonNode::boolean() const {
    if (!is(JsonTree::Kind::Boolean)) return std::nullopt;
    return item().value == "true";
}

std::optional<std::int64_t> JsonNode::integer() const {
    if (!is(JsonTree::Kind::Number)) return std::nullopt;
    const std::string& digits = item().value;
    std::int64_t out = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
    return out;
}

std::optional<double> JsonNode::number() const {
    if (!is(JsonTree::Kind::Number)) return std::nullopt;
    const std::string& digits = item().value;
    double out = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
    return out;
}

}  // namespace ksqldb::values
