#include "row_check.h"

#include "json.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <regex>
#include <set>
#include <stdexcept>
#include <string_view>

namespace ksqldb::server {

namespace {

using rapidjson::Value;
using Base = SqlType::Base;

/// What the server's log would explain, and the answer does not.
InsertRefusal internalError() {
    return {50000, "Error in processing inserts. Check server logs for details."};
}

std::string_view javaClass(const Value& value) {
    if (value.IsBool()) return "java.lang.Boolean";
    if (value.IsString()) return "java.lang.String";
    if (value.IsInt()) return "java.lang.Integer";
    if (value.IsInt64()) return "java.lang.Long";
    if (value.IsNumber()) return "java.lang.Double";
    return value.IsArray() ? "io.vertx.core.json.JsonArray" : "io.vertx.core.json.JsonObject";
}

InsertRefusal notCoerced(const Value& value, const SqlType& type) {
    return {40000, "Can't coerce a field of type class " + std::string(javaClass(value)) +
                       " into type " + type.text()};
}

std::string_view text(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

/// Longer texts are no times and hardly numbers; std::regex needs stack for each character.
constexpr std::size_t maxMatched = 1000;

bool matches(const Value& value, const std::regex& pattern) {
    const auto view = text(value);
    return view.size() <= maxMatched && std::regex_match(view.begin(), view.end(), pattern);
}

// Texts of times may lack their end: "2020-05" is a DATE, "10:30" a TIME.
const std::regex decimalText(R"([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)");
const std::regex dateText(R"([+-]?\d{4,9}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)");
const std::regex timeText(R"(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?)");
const std::regex timestampText(
    R"([+-]?\d{4,9}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d)"
    R"((\.\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?)");

/// The standard alphabet. A pattern would need a stack as deep as the text is long.
bool isBase64(std::string_view bytes) {
    for (int padding = 0; padding < 2 && !bytes.empty() && bytes.back() == '='; ++padding) {
        bytes.remove_suffix(1);
    }
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/';
    });
}

class RowCheck {
public:
    std::optional<InsertRefusal> row(const Value& row, const Source& source) {
        std::set<std::string> present;
        for (const auto& [name, value] : row.GetObject()) {
            std::string column;
            if (auto refusal = resolve(name, present, column)) return refusal;
            const auto* known = source.find(column);
            if (known == nullptr) continue;  // ignored without a word
            if (value.IsNull() && known->key) present.erase(column);
            if (auto refusal = check(value, known->type)) return refusal;
        }
        for (const auto& column : source.columns) {
            if (column.key && present.count(column.name) == 0) {
                return InsertRefusal{40000, "Key field must be specified: " + column.name};
            }
        }
        return std::nullopt;
    }

private:
    /// The name of a column or of a field, which may be there once only.
    static std::optional<InsertRefusal> resolve(const Value& name, std::set<std::string>& present,
                                                std::string& resolved) {
        try {
            resolved = identifierName(text(name));
        } catch (const std::invalid_argument& error) {
            return InsertRefusal{40000, "Invalid column / struct field name. Name: " +
                                            std::string(text(name)) + ". Reason: " + error.what()};
        }
        if (present.insert(resolved).second) return std::nullopt;
        return InsertRefusal{40000, "Found duplicate column / struct field name: " + resolved};
    }

    std::optional<InsertRefusal> check(const Value& value, const SqlType& type) {
        if (value.IsNull()) return std::nullopt;
        switch (type.base) {
            case Base::Boolean:
                return unless(value.IsBool(), value, type);
            case Base::Integer:
            case Base::BigInt:
                // Beyond 64 bits Java has a class that nobody expected there.
                if (value.IsUint64() && !value.IsInt64()) return internalError();
                return unless(type.base == Base::Integer ? value.IsInt() : value.IsInt64(), value,
                              type);
            case Base::Double:
                return unless(value.IsNumber(), value, type);
            case Base::Decimal:
                return checkDecimal(value, type);
            case Base::String:
                return unless(value.IsString(), value, type);
            case Base::Bytes:
                if (value.IsString() && !isBase64(text(value))) return internalError();
                return unless(value.IsString(), value, type);
            case Base::Date:
                return unless(value.IsString() && matches(value, dateText), value, type);
            case Base::Time:
                return unless(value.IsString() && matches(value, timeText), value, type);
            case Base::Timestamp:
                return unless(value.IsString() && matches(value, timestampText), value, type);
            case Base::Array:
                return checkArray(value, type);
            case Base::Map:
                return checkMap(value, type);
            case Base::Struct:
                return checkStruct(value, type);
        }
        return std::nullopt;
    }

    static std::optional<InsertRefusal> unless(bool fits, const Value& value, const SqlType& type) {
        return fits ? std::nullopt : std::optional(notCoerced(value, type));
    }

    /// Texts and fractions are rounded; whole numbers have to fit.
    static std::optional<InsertRefusal> checkDecimal(const Value& value, const SqlType& type) {
        if (value.IsString()) return unless(matches(value, decimalText), value, type);
        if (!value.IsInt64()) return unless(value.IsNumber(), value, type);
        std::int64_t magnitude = value.GetInt64();
        int digits = 0;
        for (; magnitude != 0; magnitude /= 10) ++digits;
        return unless(digits <= type.precision - type.scale, value, type);
    }

    std::optional<InsertRefusal> checkArray(const Value& value, const SqlType& type) {
        if (!value.IsArray()) return notCoerced(value, type);
        for (const auto& element : value.GetArray()) {
            if (auto refusal = check(element, type.members.front())) return refusal;
        }
        return std::nullopt;
    }

    std::optional<InsertRefusal> checkMap(const Value& value, const SqlType& type) {
        if (!value.IsObject()) return notCoerced(value, type);
        for (const auto& [key, mapped] : value.GetObject()) {
            if (auto refusal = check(key, type.members.front())) return refusal;
            if (auto refusal = check(mapped, type.members.back())) return refusal;
        }
        return std::nullopt;
    }

    std::optional<InsertRefusal> checkStruct(const Value& value, const SqlType& type) {
        if (!value.IsObject()) return notCoerced(value, type);
        std::set<std::string> present;
        for (const auto& [key, member] : value.GetObject()) {
            std::string name;
            if (auto refusal = resolve(key, present, name)) return refusal;
            for (std::size_t i = 0; i < type.names.size(); ++i) {
                if (type.names[i] != name) continue;
                if (auto refusal = check(member, type.members[i])) return refusal;
            }
        }
        return std::nullopt;
    }
};

}  // namespace

std::optional<InsertRefusal> refusalOf(const std::string& line, const Source& source) {
    rapidjson::Document row;
    row.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
    if (row.HasParseError() || !row.IsObject()) return InsertRefusal{};
    return source.columnsKnown ? RowCheck().row(row, source) : std::nullopt;
}

}  // namespace ksqldb::server
