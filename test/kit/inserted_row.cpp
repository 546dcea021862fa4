// Rows that were inserted, as rows of a result: their JSON has other names and forms.

#include "json_text.h"
#include "row_json.h"

namespace ksqldb::testing::detail {

namespace {

using rapidjson::Value;
using server::SqlType;
using Base = SqlType::Base;

std::string_view textOf(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

/// The member whose name is this one by SQL's rule, or null.
const Value* find(const Value& object, const std::string& name) {
    for (const auto& [key, value] : object.GetObject())
        if (server::identifierName(textOf(key)) == name) return &value;
    return nullptr;
}

/// Numbers have been read as texts, or they would lose digits.
bool write(JsonWriter& json, const Value* value, const SqlType& type) {
    if (value == nullptr || value->IsNull()) return json.Null();
    switch (type.base) {
        case Base::Boolean:
            return json.Bool(value->GetBool());
        case Base::Integer:
        case Base::BigInt:
        case Base::Double:
            return json.Raw(textOf(*value));
        case Base::Array:
            json.StartArray();
            for (const auto& element : value->GetArray())
                write(json, &element, type.members.front());
            return json.EndArray();
        case Base::Map:
            json.StartObject();
            for (const auto& [key, mapped] : value->GetObject())
                write(json.Key(textOf(key)), &mapped, type.members.back());
            return json.EndObject();
        case Base::Struct:
            json.StartObject();
            for (std::size_t i = 0; i < type.names.size(); ++i)
                write(json.Key(type.names[i]), find(*value, type.names[i]), type.members[i]);
            return json.EndObject();
        default:
            return json.String(textOf(*value));  // a DECIMAL's may be no number of JSON's
    }
}

}  // namespace

std::string insertedRowJson(const Columns& columns, const std::string& inserted) {
    rapidjson::Document row;
    row.Parse<rapidjson::kParseNumbersAsStringsFlag>(inserted.data(), inserted.size());
    JsonWriter json;
    json.StartArray();
    for (const auto& column : columns) write(json, find(row, column.name), column.type);
    json.EndArray();
    return json.json();
}

}  // namespace ksqldb::testing::detail
