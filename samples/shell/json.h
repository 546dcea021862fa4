#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace shell {

/// A value of JSON, its members in their order. Numbers are the text that was sent.
struct Json {
    enum class Kind { Null, Scalar, String, Array, Object };
    struct Member;

    Kind kind = Kind::Null;
    std::string text;  ///< of a string, number, "true", "false"
    std::vector<Json> elements;
    std::vector<Member> members;

    bool isObject() const noexcept { return kind == Kind::Object; }
    bool isArray() const noexcept { return kind == Kind::Array; }
    bool isEmpty() const noexcept;
    /// The member of this name; a null where there is none.
    const Json& operator[](std::string_view name) const noexcept;
    /// For people, in one line: texts without quotes, a list with commas, an object as "a: 1, b:
    /// 2".
    std::string toText() const;
    /// JSON again.
    std::string toJson() const;
};

struct Json::Member {
    std::string name;
    Json value;
};

/// Of an answer that the library has taken, so its depth is bounded and its UTF-8 is checked. A
/// null where it is no JSON.
Json parsedJson(std::string_view text);

}  // namespace shell
