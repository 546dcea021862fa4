#pragma once
#include "values/rapidjson.h"

#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::values {

/// A small JSON object of the server's, for replies and control lines (rows never come here). It
/// checks each type before it reads: RapidJSON itself would assert, or worse without assertions.
class JsonDocument {
public:
    using Value = rapidjson::Value;

    /// None unless the text is a JSON object, or, where asked for, an array.
    static std::optional<JsonDocument> parse(std::string_view text, bool arrayToo = false);

    const Value& root() const { return document_; }

    std::optional<std::string> string(const char* name) const { return string(root(), name); }
    std::optional<int> integer(const char* name) const { return integer(root(), name); }

    static const Value* member(const Value& object, const char* name);
    static std::optional<std::string> string(const Value& object, const char* name);
    /// None as well for a number that an int does not hold.
    static std::optional<int> integer(const Value& object, const char* name);
    static std::optional<bool> boolean(const Value& object, const char* name);

private:
    rapidjson::Document document_;
};

}  // namespace ksqldb::values
