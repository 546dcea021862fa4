#pragma once

#include "recorded_compare.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

// Values as texts that are equal where the values are: of a recording, by the independent reader,
// and of what the client read into a program's own types.
namespace ksqldb::test {

/// By the rules of ksqlDB's wire format for this type.
std::string recordedText(const Json& value, const RecordedType& type, bool inStruct = false);

/// What /inserts-stream takes for a recorded value.
Json insertJson(const Json& value, const RecordedType& type, bool inStruct = false);
/// The same for a row, as an object.
Json insertJson(const RecordedAnswer::Row& row, const std::vector<RecordedColumn>& columns);

std::string doubleText(double value);
std::string stringText(const std::string& value);
/// In an order that no container and no wire form decides.
std::string joined(char open, std::vector<std::string> parts, char close);

class ValueText {
public:
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int32_t value) const { return std::to_string(value); }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return doubleText(value); }
    std::string operator()(const Decimal& value) const {
        return value.mayBeRounded() ? "rounded " + doubleText(value.toDouble()) : value.toString();
    }
    std::string operator()(const std::string& value) const { return stringText(value); }
    std::string operator()(const Bytes& value) const { return "bytes " + base64(value); }
    std::string operator()(Date value) const {
        return "day " + std::to_string(value.time_since_epoch().count());
    }
    std::string operator()(TimeOfDay value) const {
        return "time " + std::to_string(value.sinceMidnight.count());
    }
    std::string operator()(Timestamp value) const {
        return "instant " + std::to_string(value.time_since_epoch().count());
    }
    template <class T>
    std::string operator()(const std::optional<T>& value) const {
        return value ? (*this)(*value) : "null";
    }
    template <class T>
    std::string operator()(const std::vector<T>& values) const {
        std::string out = "[";
        for (const T& value : values) out += (*this)(value) + ";";
        return out + "]";
    }
    template <class K, class V, class Less>
    std::string operator()(const std::map<K, V, Less>& values) const {
        std::vector<std::string> parts;
        for (const auto& [key, value] : values)
            parts.push_back((*this)(key) + ": " + (*this)(value));
        return joined('{', std::move(parts), '}');
    }
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, std::string> operator()(const T& value) const {
        std::vector<std::string> parts;
        for (const auto& [name, text] : members(value)) parts.push_back(name + ": " + text);
        return joined('{', std::move(parts), '}');
    }

    /// By the names of columns or fields.
    template <class T>
    std::map<std::string, std::string> members(const T& value) const {
        std::map<std::string, std::string> texts;
        std::apply(
            [&](const auto&... f) { (texts.emplace(f.column, (*this)(value.*(f.member))), ...); },
            RowMapping<T>::get());
        return texts;
    }
};

}  // namespace ksqldb::test
