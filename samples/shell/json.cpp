#include "json.h"

#include "csv.h"

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

#include <utility>

namespace shell {

namespace {

/// Numbers come as their text. Nothing is read by recursion.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
public:
    bool Null() { return add({}); }
    bool Bool(bool value) { return add({Json::Kind::Scalar, value ? "true" : "false", {}, {}}); }
    bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
        return add({Json::Kind::Scalar, std::string(text, length), {}, {}});
    }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        return add({Json::Kind::String, std::string(text, length), {}, {}});
    }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        open_.back().key.assign(text, length);
        return true;
    }
    bool StartObject() { return begin(Json::Kind::Object); }
    bool StartArray() { return begin(Json::Kind::Array); }
    bool EndObject(rapidjson::SizeType) { return finish(); }
    bool EndArray(rapidjson::SizeType) { return finish(); }

    Json take() { return std::move(root_); }

private:
    struct Open {
        Json value;
        std::string key;
    };

    bool begin(Json::Kind kind) {
        open_.push_back({{kind, {}, {}, {}}, {}});
        return true;
    }
    bool finish() {
        Json value = std::move(open_.back().value);
        open_.pop_back();
        return add(std::move(value));
    }
    bool add(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (Open& parent = open_.back(); parent.value.isArray()) {
            parent.value.elements.push_back(std::move(value));
        } else {
            parent.value.members.push_back({std::move(parent.key), std::move(value)});
        }
        return true;
    }

    Json root_;
    std::vector<Open> open_;
};

}  // namespace

bool Json::isEmpty() const noexcept {
    return kind == Kind::Null ||
           (kind != Kind::Scalar && text.empty() && elements.empty() && members.empty());
}

const Json& Json::operator[](std::string_view name) const noexcept {
    static const Json none;
    for (const auto& [key, value] : members)
        if (key == name) return value;
    return none;
}

std::string Json::toText() const {
    std::string out;
    switch (kind) {
        case Kind::Null:
            return {};
        case Kind::Scalar:
        case Kind::String:
            return text;
        case Kind::Array:
            for (const Json& element : elements) {
                if (!out.empty()) out += ", ";
                out += element.toText();
            }
            return out;
        case Kind::Object:
            for (const auto& [name, value] : members) {
                if (!out.empty()) out += ", ";
                out += name + ": " + value.toText();
            }
            return out;
    }
    return out;
}

std::string Json::toJson() const {
    std::string out;
    switch (kind) {
        case Kind::Null:
            return "null";
        case Kind::Scalar:
            return text;
        case Kind::String:
            return jsonString(text);
        case Kind::Array:
            for (const Json& element : elements)
                (out += out.empty() ? "[" : ",") += element.toJson();
            return out.empty() ? "[]" : out + ']';
        case Kind::Object:
            for (const auto& [name, value] : members)
                ((out += out.empty() ? "{" : ",") += jsonString(name) + ':') += value.toJson();
            return out.empty() ? "{}" : out + '}';
    }
    return out;
}

Json parsedJson(std::string_view text) {
    Builder builder;
    rapidjson::Reader reader;
    rapidjson::MemoryStream memory(text.data(), text.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(memory);
    constexpr unsigned flags =
        rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
    if (!reader.Parse<flags>(stream, builder)) return {};
    return builder.take();
}

}  // namespace shell
