#include "values/value_json.h"

#include "base/immortal.h"

#include <ksqldb/error.h>

#include <charconv>
#include <cmath>
#include <ostream>

namespace ksqldb {

namespace values {

using detail::Cell;
using detail::ValueAccess;

namespace {

using rapidjson::SizeType;

std::string_view wireText(const ValueView& value) {
    return ValueAccess::block(value).slice(ValueAccess::cell(value));
}

void writeKey(JsonWriter& out, std::string_view name) {
    out.Key(name.data(), static_cast<SizeType>(name.size()));
}

void writeWireNumber(JsonWriter& out, const ValueView& value) {
    const std::string_view digits = wireText(value);
    out.RawValue(digits.data(), digits.size(), rapidjson::kNumberType);
}

void writeArray(JsonWriter& out, const ValueView& value) {
    out.StartArray();
    for (std::size_t i = 0; i < value.size(); ++i) writeJson(out, value[i]);
    out.EndArray();
}

void writeMap(JsonWriter& out, const ValueView& value) {
    out.StartObject();
    for (std::size_t i = 0; i < value.size(); ++i) {
        const ValueView key = value.key(i);
        if (key.isNull()) throwNull(key, "a key");
        writeKey(out, keyText(key));
        writeJson(out, value[i]);
    }
    out.EndObject();
}

void writeStruct(JsonWriter& out, const ValueView& value) {
    out.StartObject();
    for (std::size_t i = 0; i < value.size(); ++i) {
        writeName(out, value.type().fieldName(i));
        writeJson(out, value[i]);
    }
    out.EndObject();
}

void writeByWireForm(JsonWriter& out, const ValueView& value) {
    switch (ValueAccess::cell(value).kind) {
        case Cell::Kind::Null:
            out.Null();
            break;
        case Cell::Kind::False:
            out.Bool(false);
            break;
        case Cell::Kind::True:
            out.Bool(true);
            break;
        case Cell::Kind::Number:
            writeWireNumber(out, value);
            break;
        case Cell::Kind::String:
            writeString(out, wireText(value));
            break;
        case Cell::Kind::Array:
            writeArray(out, value);
            break;
        case Cell::Kind::Object:
            writeMap(out, value);
            break;
    }
}

// The same cell, seen without its type.
ValueView untyped(const ValueView& value) {
    static const auto& unknown = base::immortal<Type>();
    return ValueAccess::block(value).value(ValueAccess::cell(value), unknown,
                                           ValueAccess::column(value), ValueAccess::inStruct(value),
                                           false);
}

std::string quoted(std::string_view text) {
    rapidjson::StringBuffer buffer;
    JsonWriter writer(buffer);
    writeString(writer, text);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string hexText(const Bytes& bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out = "0x";
    for (const std::byte byte : bytes) {
        out += digits[std::to_integer<unsigned>(byte) >> 4];
        out += digits[std::to_integer<unsigned>(byte) & 15];
    }
    return out;
}

void appendArray(std::string& out, const ValueView& value) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i != 0) out += ", ";
        appendReadable(out, value[i], true);
    }
    out += ']';
}

void appendMap(std::string& out, const ValueView& value) {
    out += '{';
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i != 0) out += ", ";
        const ValueView key = value.key(i);
        const TypeKind kind = key.type().kind();
        const bool isText =
            !key.isNull() && (kind == TypeKind::String || kind == TypeKind::Unknown);
        out += isText ? quoted(keyText(key)) : keyText(key);
        out += ": ";
        appendReadable(out, value[i], true);
    }
    out += '}';
}

void appendStruct(std::string& out, const ValueView& value) {
    out += '{';
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i != 0) out += ", ";
        out += value.type().fieldName(i);
        out += ": ";
        appendReadable(out, value[i], true);
    }
    out += '}';
}

void appendByWireForm(std::string& out, const ValueView& value, bool isPart) {
    switch (ValueAccess::cell(value).kind) {
        case Cell::Kind::Null:
            out += "null";
            break;
        case Cell::Kind::False:
            out += "false";
            break;
        case Cell::Kind::True:
            out += "true";
            break;
        case Cell::Kind::Number:
            out += wireText(value);
            break;
        case Cell::Kind::String:
            out += isPart ? quoted(wireText(value)) : std::string(wireText(value));
            break;
        case Cell::Kind::Array:
            appendArray(out, untyped(value));
            break;
        case Cell::Kind::Object:
            appendMap(out, untyped(value));
            break;
    }
}

void appendByType(std::string& out, const ValueView& value, bool isPart) {
    switch (value.type().kind()) {
        case TypeKind::Decimal:
            out += value.asDecimal().toString();
            break;
        case TypeKind::Bytes:
            out += hexText(value.asBytes());
            break;
        case TypeKind::Date:
            out += toString(value.asDate());
            break;
        case TypeKind::Time:
            out += toString(value.asTime());
            break;
        case TypeKind::Timestamp:
            out += toString(value.asTimestamp());
            break;
        case TypeKind::Array:
            appendArray(out, value);
            break;
        case TypeKind::Map:
            appendMap(out, value);
            break;
        case TypeKind::Struct:
            appendStruct(out, value);
            break;
        case TypeKind::Double: {
            const bool isWord = ValueAccess::cell(value).kind == Cell::Kind::String;
            appendByWireForm(out, value, isPart && !isWord);  // NaN is no string to people
            break;
        }
        default:
            appendByWireForm(out, value, isPart);
    }
}

}  // namespace

void writeString(JsonWriter& out, std::string_view text) {
    out.String(text.data(), static_cast<SizeType>(text.size()));
}

void writeDouble(JsonWriter& out, double value) {
    if (std::isnan(value)) return writeString(out, "NaN");
    if (std::isinf(value)) return writeString(out, value < 0 ? "-Infinity" : "Infinity");
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    std::string digits(buffer, end);
    if (digits.find_first_of(".e") == std::string::npos) digits += ".0";
    out.RawValue(digits.data(), digits.size(), rapidjson::kNumberType);
}

void writeName(JsonWriter& out, std::string_view name) {
    const auto isUpper = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    bool isPlain = !name.empty() && isUpper(name.front());
    for (const char c : name) isPlain = isPlain && (isUpper(c) || isDigit(c));
    if (isPlain) return writeKey(out, name);
    std::string text = "`";
    for (const char c : name) text.append(c == '`' ? 2 : 1, c);
    text += '`';
    writeKey(out, text);
}

void writeJson(JsonWriter& out, const ValueView& value) {
    if (value.isNull()) {
        out.Null();
        return;
    }
    switch (value.type().kind()) {
        case TypeKind::Unknown:
            return writeByWireForm(out, value);
        case TypeKind::Boolean:
            out.Bool(value.asBool());
            break;
        case TypeKind::Integer:
            out.Int(value.asInt());
            break;
        case TypeKind::Bigint:
            out.Int64(value.asBigint());
            break;
        case TypeKind::Double: {
            const double number = value.asDouble();
            if (ValueAccess::cell(value).kind == Cell::Kind::Number)
                writeWireNumber(out, value);
            else
                writeDouble(out, number);
            break;
        }
        case TypeKind::Decimal:
            return writeString(out, value.asDecimal().toString());
        case TypeKind::String:
            return writeString(out, value.asString());
        case TypeKind::Bytes:
            (void)value.asBytes();  // it throws unless the text is what goes back
            return writeString(out, wireText(value));
        case TypeKind::Date:
            return writeString(out, toString(value.asDate()));
        case TypeKind::Time:
            return writeString(out, toString(value.asTime()));
        case TypeKind::Timestamp:
            return writeString(out, toString(value.asTimestamp()));
        case TypeKind::Array:
            return writeArray(out, value);
        case TypeKind::Map:
            return writeMap(out, value);
        case TypeKind::Struct:
            return writeStruct(out, value);
    }
}

std::string keyText(const ValueView& key) {
    try {
        if (key.type().kind() == TypeKind::Decimal) return key.asDecimal().toString();
        if (key.type().kind() == TypeKind::Date) return toString(key.asDate());
        if (key.type().kind() == TypeKind::Time) return toString(key.asTime());
        if (key.type().kind() == TypeKind::Timestamp) return toString(key.asTimestamp());
    } catch (const Error&) {
        // Null, or none of its type.
    }
    std::string out;
    appendByWireForm(out, key, false);
    return out;
}

void appendReadable(std::string& out, const ValueView& value, bool isPart) {
    if (value.isNull() || value.type().kind() == TypeKind::Unknown)
        return appendByWireForm(out, value, isPart);
    const std::size_t before = out.size();
    try {
        appendByType(out, value, isPart);
    } catch (const Error&) {
        out.resize(before);
        appendByWireForm(out, value, isPart);
    }
}

}  // namespace values

std::string ValueView::toJson() const {
    rapidjson::StringBuffer buffer;
    values::JsonWriter writer(buffer);
    values::writeJson(writer, *this);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string ValueView::toString() const {
    std::string out;
    values::appendReadable(out, *this, false);
    return out;
}

std::ostream& operator<<(std::ostream& out, const ValueView& value) {
    return out << value.toString();
}

}  // namespace ksqldb
