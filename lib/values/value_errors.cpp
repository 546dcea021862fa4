#include "values/value_errors.h"

namespace ksqldb::values {

namespace {

constexpr std::size_t maxTypeText = 200;  // a STRUCT's type may be very long

std::string typeText(const Type& type) {
    std::string text = type.toString();
    if (text.empty()) return "unknown type";
    if (text.size() <= maxTypeText) return text;
    std::size_t end = maxTypeText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "...";
}

std::string place(const ValueView& value) {
    const Column& column =
        detail::ValueAccess::block(value).schema[detail::ValueAccess::column(value)];
    const bool isPart = &column.type != &value.type();
    return (isPart ? "a part of column " : "column ") + column.name;
}

const char* wireName(const ValueView& value) {
    switch (detail::ValueAccess::cell(value).kind) {
        case detail::Cell::Kind::Null:
            return "null";
        case detail::Cell::Kind::False:
        case detail::Cell::Kind::True:
            return "a boolean";
        case detail::Cell::Kind::Number:
            return "a number";
        case detail::Cell::Kind::String:
            return "a string";
        case detail::Cell::Kind::Array:
            return "an array";
        case detail::Cell::Kind::Object:
            break;
    }
    return "an object";
}

[[noreturn]] void failWire(const ValueView& value, const char* wanted, const std::string& came) {
    const bool guessed = value.type().kind() == TypeKind::Unknown;
    fail(guessed ? ErrorCode::WrongType : ErrorCode::MalformedResponse, value,
         std::string("expected ") + wanted + ", got " + came);
}

}  // namespace

void fail(ErrorCode code, const ValueView& value, const std::string& what) {
    throw Error(code, place(value) + " (" + typeText(value.type()) + "): " + what);
}

void failForm(const ValueView& value, const char* wanted) {
    failWire(value, wanted, wireName(value));
}

void failContent(const ValueView& value, const char* wanted) {
    failWire(value, wanted, std::string(wireName(value)) + " that is not " + wanted);
}

void failRange(const ValueView& value, const char* wanted) {
    fail(ErrorCode::OutOfRange, value, std::string("does not fit into ") + wanted);
}

void failChecked(const ValueView& value, const char* wanted, bool fits) {
    if (fits)
        fail(ErrorCode::UnexpectedNull, value, std::string("expected ") + wanted + ", got null");
    throw Error(ErrorCode::WrongType,
                place(value) + ": expected " + wanted + ", got " + typeText(value.type()));
}

}  // namespace ksqldb::values
