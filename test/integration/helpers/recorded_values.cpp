#include "recorded_values.h"

#include <chrono>
#include <cmath>
#include <cstdlib>

namespace ksqldb::test {

namespace {

Json stringJson(std::string text) { return {Json::Kind::String, std::move(text), {}, {}}; }

/// The key of an object's member, as the value that it stands for.
Json keyJson(const std::string& name, const RecordedType& type) {
    Json key = stringJson(name);
    if (type.word == "INTEGER" || type.word == "BIGINT" || type.word == "DOUBLE" ||
        type.word == "DECIMAL")
        key.kind = Json::Kind::Number;
    return key;
}

/// Entries of a MAP in both wire forms.
std::vector<std::pair<Json, Json>> entries(const Json& map, const RecordedType& type) {
    std::vector<std::pair<Json, Json>> out;
    for (std::size_t i = 0; i < map.parts.size(); ++i) {
        if (map.kind == Json::Kind::Object)
            out.emplace_back(keyJson(map.names[i], type.parts[0]), map.parts[i]);
        else
            out.emplace_back(map.parts[i].parts.at(0), map.parts[i].parts.at(1));
    }
    return out;
}

std::string twoDigits(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string dayText(std::int64_t days) {
    const std::chrono::year_month_day date{
        std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
    std::string year = std::to_string(static_cast<int>(date.year()));
    year.insert(0, 4 - year.size(), '0');
    return year + "-" + twoDigits(static_cast<unsigned>(date.month())) + "-" +
           twoDigits(static_cast<unsigned>(date.day()));
}

std::string clockText(std::int64_t ms, bool alwaysMilliseconds) {
    const std::int64_t seconds = ms / 1000;
    std::string text = twoDigits(seconds / 3600) + ":" + twoDigits(seconds / 60 % 60) + ":" +
                       twoDigits(seconds % 60);
    if (ms % 1000 != 0 || alwaysMilliseconds)
        text += "." + std::to_string(1000 + ms % 1000).substr(1);
    return text;
}

std::int64_t numberOf(const Json& json, bool inStruct,
                      std::int64_t (*fromText)(const std::string&)) {
    return inStruct ? std::stoll(json.text) : fromText(json.text);
}

/// 1.25E2 is 125, 1.2E-2 is 0.012; only what recordings hold.
std::string plainDecimal(const std::string& text) {
    const std::size_t e = text.find('E');
    if (e == std::string::npos) return text;
    std::string digits = text.substr(0, e);
    const int exponent = std::stoi(text.substr(e + 1));
    const bool isNegative = digits[0] == '-';
    if (isNegative) digits.erase(0, 1);
    int point = static_cast<int>(digits.find('.')) + exponent;
    digits.erase(digits.find('.'), 1);
    if (point <= 0) digits.insert(0, static_cast<std::size_t>(1 - point), '0'), point = 1;
    const auto place = static_cast<std::size_t>(point);
    if (digits.size() < place) digits.append(place - digits.size(), '0');
    if (digits.size() > place) digits.insert(place, ".");
    return (isNegative ? "-" : "") + digits;
}

/// As SQL wants it to leave its case alone.
std::string insertName(const std::string& name) {
    const bool isPlain =
        name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == std::string::npos &&
        (name[0] < '0' || name[0] > '9');
    return isPlain ? name : "`" + name + "`";
}

}  // namespace

std::string doubleText(double value) {
    if (std::isnan(value)) return "NaN";
    char text[40];
    std::snprintf(text, sizeof text, "%a", value);
    return text;
}

std::string stringText(const std::string& value) { return writeJson(stringJson(value)); }

std::string joined(char open, std::vector<std::string> parts, char close) {
    std::sort(parts.begin(), parts.end());
    std::string out(1, open);
    for (const std::string& part : parts) out += part + ";";
    return out + close;
}

std::string recordedText(const Json& value, const RecordedType& type, bool inStruct) {
    if (value.isNull()) return "null";
    if (type.word == "BOOLEAN") return value.kind == Json::Kind::True ? "true" : "false";
    if (type.word == "INTEGER" || type.word == "BIGINT") return value.text;
    if (type.word == "DOUBLE") return doubleText(std::strtod(value.text.c_str(), nullptr));
    if (type.word == "DECIMAL")
        return inStruct ? "rounded " + doubleText(std::strtod(value.text.c_str(), nullptr))
                        : value.text;
    if (type.word == "BYTES") return "bytes " + value.text;
    if (type.word == "DATE") return "day " + std::to_string(numberOf(value, inStruct, daysFrom));
    if (type.word == "TIME")
        return "time " + std::to_string(numberOf(value, inStruct, millisecondsFrom));
    if (type.word == "TIMESTAMP")
        return "instant " + std::to_string(numberOf(value, inStruct, timestampFrom));
    std::vector<std::string> parts;
    if (type.word == "ARRAY") {
        std::string out = "[";
        for (const Json& part : value.parts)
            out += recordedText(part, type.parts[0], inStruct) + ";";
        return out + "]";
    }
    if (type.word == "MAP") {
        for (const auto& [key, part] : entries(value, type))
            parts.push_back(recordedText(key, type.parts[0], inStruct) + ": " +
                            recordedText(part, type.parts[1], inStruct));
        return joined('{', std::move(parts), '}');
    }
    if (type.word == "STRUCT") {
        for (std::size_t i = 0; i < type.names.size(); ++i)
            parts.push_back(type.names[i] + ": " +
                            recordedText(*value.member(type.names[i]), type.parts[i], true));
        return joined('{', std::move(parts), '}');
    }
    return stringText(value.text);
}

Json insertJson(const Json& value, const RecordedType& type, bool inStruct) {
    if (value.isNull()) return value;
    if (type.word == "DECIMAL") return stringJson(plainDecimal(value.text));
    if (type.word == "DATE") return stringJson(dayText(numberOf(value, inStruct, daysFrom)));
    if (type.word == "TIME")
        return stringJson(clockText(numberOf(value, inStruct, millisecondsFrom), false));
    if (type.word == "TIMESTAMP") {
        const std::int64_t ms = numberOf(value, inStruct, timestampFrom);
        const std::int64_t day =
            static_cast<std::int64_t>(std::floor(static_cast<double>(ms) / 86'400'000));
        return stringJson(dayText(day) + "T" + clockText(ms - day * 86'400'000, true));
    }
    Json out;
    if (type.word == "ARRAY") {
        out.kind = Json::Kind::Array;
        for (const Json& part : value.parts)
            out.parts.push_back(insertJson(part, type.parts[0], inStruct));
        return out;
    }
    out.kind = Json::Kind::Object;
    if (type.word == "MAP") {
        for (const auto& [key, part] : entries(value, type)) {
            out.names.push_back(key.text);
            out.parts.push_back(insertJson(part, type.parts[1], inStruct));
        }
        return out;
    }
    if (type.word == "STRUCT") {
        for (std::size_t i = 0; i < type.names.size(); ++i) {
            out.names.push_back(insertName(type.names[i]));
            out.parts.push_back(insertJson(*value.member(type.names[i]), type.parts[i], true));
        }
        return out;
    }
    return value;  // the rest goes back as it came
}

Json insertJson(const RecordedAnswer::Row& row, const std::vector<RecordedColumn>& columns) {
    Json out;
    out.kind = Json::Kind::Object;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        out.names.push_back(insertName(columns[i].name));
        out.parts.push_back(insertJson(row.columns.parts[i], columns[i].type));
    }
    return out;
}

}  // namespace ksqldb::test
