#include "row_json.h"

#include "json_text.h"
#include "server/base64.h"
#include "server/query_answer.h"
#include "value.h"

#include <ksqldb/error.h>

#include <algorithm>
#include <stdexcept>

namespace ksqldb::testing::detail {

namespace {

using server::SqlType;
using Base = SqlType::Base;
using Names = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::InvalidArgument, what); }

std::string textOf(const Columns& columns) {
    std::string text;
    for (const auto& column : columns)
        text += (text.empty() ? "" : ", ") + column.name + ' ' + column.type.text();
    return text;
}

/// What the test gave, for people.
std::string described(const Value& value) {
    struct Describe {
        std::string operator()(std::nullptr_t) const { return "NULL"; }
        std::string operator()(bool truth) const { return truth ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return "the double " + javaDouble(number); }
        std::string operator()(const std::string& text) const { return "the text '" + text + '\''; }
        std::string operator()(const Decimal& number) const {
            return "the Decimal " + number.toString();
        }
        std::string operator()(const Bytes&) const { return "Bytes"; }
        std::string operator()(Date date) const { return "the Date " + toString(date); }
        std::string operator()(TimeOfDay time) const { return "the TimeOfDay " + toString(time); }
        std::string operator()(Timestamp time) const { return "the Timestamp " + toString(time); }
        std::string operator()(const Value::Array&) const { return "an array"; }
        std::string operator()(const Value::Map&) const { return "a map"; }
        std::string operator()(const Value::Struct&) const { return "a struct"; }
    };
    return std::visit(Describe(), value.is);
}

/// LocalTime.toString(), and what ksqlDB makes of it: no milliseconds, no seconds that are zero.
std::string timeText(TimeOfDay time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.sinceMidnight);
    std::string text = toString(TimeOfDay{seconds});
    if (seconds.count() % 60 == 0) text.resize(5);
    return text;
}

/// Writes values of one column as ksqlDB does, which is otherwise inside a STRUCT.
class ValueWriter {
public:
    ValueWriter(JsonWriter& json, std::string column) : json_(json), where_(std::move(column)) {}

    bool write(const Value& value, const SqlType& type, bool inStruct) const {
        if (is<std::nullptr_t>(value)) return json_.Null();
        switch (type.base) {
            case Base::Boolean:
                return json_.Bool(get<bool>(value, type));
            case Base::Integer:
            case Base::BigInt:
                return json_.Int64(integer(value, type));
            case Base::Double:
                if (is<std::int64_t>(value))
                    return json_.Double(static_cast<double>(std::get<std::int64_t>(value.is)));
                return json_.Double(get<double>(value, type));
            case Base::Decimal: {
                const std::string digits = decimal(value, type);
                return inStruct ? json_.Double(Decimal(digits).toDouble()) : json_.Raw(digits);
            }
            case Base::String:
                return json_.String(get<std::string>(value, type));
            case Base::Bytes: {
                const Bytes& bytes = get<Bytes>(value, type);
                return json_.String(
                    server::toBase64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
            }
            case Base::Date: {
                const Date date = get<Date>(value, type);
                return inStruct ? json_.Int64(date.time_since_epoch().count())
                                : json_.String(toString(date));
            }
            case Base::Time: {
                const TimeOfDay time = get<TimeOfDay>(value, type);
                if (time.sinceMidnight.count() < 0 || time.sinceMidnight >= std::chrono::hours(24))
                    wrong(value, type);
                return inStruct ? json_.Int64(time.sinceMidnight.count())
                                : json_.String(timeText(time));
            }
            case Base::Timestamp: {
                const Timestamp time = get<Timestamp>(value, type);
                return inStruct ? json_.Int64(time.time_since_epoch().count())
                                : json_.String(toString(time));
            }
            case Base::Array:
                json_.StartArray();
                for (const Value& element : get<Value::Array>(value, type).elements)
                    write(element, type.members.front(), inStruct);
                return json_.EndArray();
            case Base::Map:
                return map(get<Value::Map>(value, type), type, inStruct);
            case Base::Struct:
                break;
        }
        return object(get<Value::Struct>(value, type), type);
    }

private:
    [[noreturn]] void wrong(const Value& value, const SqlType& type) const {
        refuse("column " + where_ + ": " + described(value) + " is no " + type.text());
    }
    template <class T>
    static bool is(const Value& value) {
        return std::holds_alternative<T>(value.is);
    }
    template <class T>
    const T& get(const Value& value, const SqlType& type) const {
        if (!is<T>(value)) wrong(value, type);
        return std::get<T>(value.is);
    }

    std::int64_t integer(const Value& value, const SqlType& type) const {
        const auto number = get<std::int64_t>(value, type);
        if (type.base == Base::Integer && number != static_cast<std::int32_t>(number))
            wrong(value, type);
        return number;
    }

    /// With all digits of the type's scale.
    std::string decimal(const Value& value, const SqlType& type) const {
        const Decimal number = is<std::int64_t>(value)
                                   ? Decimal(std::to_string(std::get<std::int64_t>(value.is)))
                                   : get<Decimal>(value, type);
        const int missing = type.scale - number.scale();
        if (missing < 0) wrong(value, type);
        std::string digits = number.toString();
        if (missing > 0 && number.scale() == 0) digits += '.';
        digits.append(static_cast<std::size_t>(missing), '0');
        if (Decimal(digits).precision() > type.precision) wrong(value, type);
        return digits;
    }

    /// Inside a STRUCT, a MAP whose keys are no texts is a list of pairs.
    bool map(const Value::Map& map, const SqlType& type, bool inStruct) const {
        const SqlType& keys = type.members.front();
        const bool isObject = keys.base == Base::String || !inStruct;
        isObject ? json_.StartObject() : json_.StartArray();
        for (std::size_t i = 0; i + 1 < map.parts.size(); i += 2) {
            if (!isObject) json_.StartArray();
            isObject ? key(map.parts[i], keys) : write(map.parts[i], keys, inStruct);
            write(map.parts[i + 1], type.members.back(), inStruct);
            if (!isObject) json_.EndArray();
        }
        return isObject ? json_.EndObject() : json_.EndArray();
    }

    /// The key's text; of a time a whole timestamp.
    bool key(const Value& key, const SqlType& type) const {
        if (is<std::nullptr_t>(key) || type.base == Base::Bytes) wrong(key, type);
        if (type.base == Base::Date)
            return json_.String(toString(get<Date>(key, type)) + "T00:00:00.000");
        if (type.base == Base::Time)
            return json_.String(toString(Timestamp(get<TimeOfDay>(key, type).sinceMidnight)));
        JsonWriter json;
        ValueWriter(json, where_).write(key, type, false);
        const std::string text = json.json();
        return text.front() == '"' ? json_.Raw(text) : json_.String(text);
    }

    bool object(const Value::Struct& object, const SqlType& type) const {
        for (const std::string& name : object.names) {
            if (std::find(type.names.begin(), type.names.end(), name) == type.names.end())
                refuse("column " + where_ + ": " + type.text() + " has no field " + name);
        }
        json_.StartObject();
        for (std::size_t i = 0; i < type.names.size(); ++i) {
            const auto found = std::find(object.names.begin(), object.names.end(), type.names[i]);
            const auto at = static_cast<std::size_t>(found - object.names.begin());
            json_.Key(type.names[i]);
            found == object.names.end() ? json_.Null()
                                        : ValueWriter(json_, where_ + "->" + *found)
                                              .write(object.fields[at], type.members[i], true);
        }
        return json_.EndObject();
    }

    JsonWriter& json_;
    std::string where_;
};

}  // namespace

Columns columnsOf(std::string_view text) {
    try {
        return server::parsedColumns(text);
    } catch (const std::invalid_argument& error) {
        refuse(error.what());
    }
}

std::string rowJson(const Columns& columns, const RowValues& row) {
    static const Value null{nullptr};
    std::vector<const Value*> values(columns.size(), &null);
    if (row.isByName()) {
        const auto& object = std::get<Value::Struct>(row.values().is);
        for (std::size_t i = 0; i < object.names.size(); ++i) {
            const auto column =
                std::find_if(columns.begin(), columns.end(),
                             [&](const auto& known) { return known.name == object.names[i]; });
            if (column == columns.end())
                refuse("the struct's " + object.names[i] + " is no column of: " + textOf(columns));
            values[static_cast<std::size_t>(column - columns.begin())] = &object.fields[i];
        }
    } else {
        const auto& given = std::get<Value::Array>(row.values().is).elements;
        if (given.size() != columns.size())
            refuse(std::to_string(given.size()) + " values for " + std::to_string(columns.size()) +
                   " columns: " + textOf(columns));
        for (std::size_t i = 0; i < given.size(); ++i) values[i] = &given[i];
    }
    JsonWriter json;
    json.StartArray();
    for (std::size_t i = 0; i < columns.size(); ++i)
        ValueWriter(json, columns[i].name).write(*values[i], columns[i].type, false);
    json.EndArray();
    return json.json();
}

std::string answerText(const Columns& columns, const std::vector<std::string>& rows) {
    std::string text = server::delimitedHeader("query_1", columns) + '\n';
    for (const std::string& row : rows) text += row + '\n';
    return text;
}

}  // namespace ksqldb::testing::detail
