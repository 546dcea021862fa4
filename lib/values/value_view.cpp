#include "values/base64.h"
#include "values/row_block.h"
#include "values/time_text.h"
#include "values/value_json.h"

#include <ksqldb/error.h>
#include <ksqldb/value.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

namespace ksqldb {

namespace {

using detail::Cell;
using detail::RowBlock;
using detail::ValueAccess;
using values::TimeFault;

constexpr std::size_t maxTypeText = 200;  // in errors; a STRUCT's type may be very long
constexpr std::int64_t msPerDay = 86'400'000;

const detail::Cell nullCell{detail::Cell::Kind::Null, 0, 0};  // a STRUCT's field that was not sent

const Type& unknownType() {
    static const Type type;
    return type;
}

std::string typeText(const Type& type) {
    std::string text = type.text();
    if (text.empty()) return "unknown type";
    if (text.size() <= maxTypeText) return text;
    std::size_t end = maxTypeText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "...";
}

[[noreturn]] void fail(ErrorCode code, const ValueView& value, const std::string& what) {
    const Column& column =
        detail::ValueAccess::block(value).schema[detail::ValueAccess::column(value)];
    const bool isPart = &column.type != &value.type();
    throw Error(code, (isPart ? "a part of column " : "column ") + column.name + " (" +
                          typeText(value.type()) + "): " + what);
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

// For an Unknown type it is the caller's guess that is wrong, else the server's value.
[[noreturn]] void failForm(const ValueView& value, const char* wanted) {
    const bool guessed = value.type().kind() == TypeKind::Unknown;
    fail(guessed ? ErrorCode::WrongType : ErrorCode::MalformedResponse, value,
         std::string("asked for ") + wanted + ", but the server sent " + wireName(value) +
             " that is none");
}

[[noreturn]] void failRange(const ValueView& value, const char* wanted) {
    fail(ErrorCode::OutOfRange, value, std::string("does not fit into ") + wanted);
}

[[noreturn]] void failChecked(const ValueView& value, const char* wanted, bool fits) {
    if (!fits) fail(ErrorCode::WrongType, value, std::string("asked for ") + wanted);
    fail(ErrorCode::UnexpectedNull, value, std::string("asked for ") + wanted + ", but it is null");
}

/// The cell of a value that is of one of the kinds, or Unknown, and not null.
template <TypeKind... kinds>
const detail::Cell& checked(const ValueView& value, const char* wanted) {
    const TypeKind kind = value.type().kind();
    const bool fits = (... || (kind == kinds)) || kind == TypeKind::Unknown;
    const detail::Cell& cell = detail::ValueAccess::cell(value);
    if (!fits || cell.kind == detail::Cell::Kind::Null) failChecked(value, wanted, fits);
    return cell;
}

// The text of a number, and of a MAP key that may be one.
std::string_view numberText(const ValueView& value, const detail::Cell& cell, const char* wanted) {
    const bool isText =
        cell.kind == detail::Cell::Kind::String && detail::ValueAccess::isKeyText(value);
    if (cell.kind != detail::Cell::Kind::Number && !isText) failForm(value, wanted);
    const std::string_view text = detail::ValueAccess::block(value).slice(cell);
    // from_chars would read "inf" and "nan", too.
    const std::size_t first = !text.empty() && text.front() == '-' ? 1 : 0;
    if (text.size() <= first || text[first] < '0' || text[first] > '9') failForm(value, wanted);
    return text;
}

std::int64_t readInteger(const ValueView& value, const detail::Cell& cell, const char* wanted) {
    const std::string_view text = numberText(value, cell, wanted);
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ptr != end) failForm(value, wanted);
    if (result.ec != std::errc()) failRange(value, wanted);
    return number;
}

// from_chars calls both ends out of range; which it was is told by the place of the first digit
// that is not zero.
bool isTooSmall(std::string_view text) {
    const std::size_t mantissaEnd = std::min(text.find_first_of("eE"), text.size());
    const std::string_view mantissa = text.substr(0, mantissaEnd);
    const std::size_t first = mantissa.find_first_of("123456789");
    if (first == std::string_view::npos) return true;
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    std::int64_t exponent = 0;
    if (mantissaEnd < text.size()) {
        std::string_view digits = text.substr(mantissaEnd + 1);
        if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
        if (result.ec != std::errc()) return !digits.empty() && digits.front() == '-';
    }
    return exponent < static_cast<std::int64_t>(first) - static_cast<std::int64_t>(point);
}

bool keyIs(const ValueView& key, std::string_view name) {
    const detail::Cell& cell = detail::ValueAccess::cell(key);
    if (cell.kind == detail::Cell::Kind::Null) return false;
    if (cell.kind == detail::Cell::Kind::String &&
        detail::ValueAccess::block(key).slice(cell) == name)
        return true;
    return key.type().kind() != TypeKind::String && values::keyText(key) == name;
}

// Whether the value has parts, of a form that fits its type.
const detail::Cell& checkedParts(const ValueView& value, const char* wanted) {
    const detail::Cell& cell =
        checked<TypeKind::Array, TypeKind::Map, TypeKind::Struct>(value, wanted);
    const TypeKind kind = value.type().kind();
    const bool isArray = cell.kind == detail::Cell::Kind::Array && kind != TypeKind::Struct;
    const bool isObject = cell.kind == detail::Cell::Kind::Object && kind != TypeKind::Array;
    if (!isArray && !isObject) failForm(value, wanted);
    return cell;
}

const detail::Cell& checkedKeys(const ValueView& value, const char* wanted) {
    const detail::Cell& cell = checked<TypeKind::Map>(value, wanted);
    const bool isPairs =
        cell.kind == detail::Cell::Kind::Array && value.type().kind() == TypeKind::Map;
    if (!isPairs && cell.kind != detail::Cell::Kind::Object) failForm(value, wanted);
    return cell;
}

// A MAP's i-th entry: two cells, in either wire form.
const detail::Cell* entryCells(const ValueView& map, std::size_t i) {
    const detail::RowBlock& block = detail::ValueAccess::block(map);
    const detail::Cell& cell = detail::ValueAccess::cell(map);
    if (cell.kind == detail::Cell::Kind::Object) return block.cells + cell.offset + 2 * i;
    const detail::Cell& pair = block.cells[cell.offset + i];
    if (pair.kind != detail::Cell::Kind::Array || pair.size != 2)
        fail(ErrorCode::MalformedResponse, map, "the server sent a MAP entry that is no pair");
    return block.cells + pair.offset;
}

// A STRUCT's i-th field. The names mostly come in the type's order, but need not.
const detail::Cell& fieldCell(const ValueView& value, std::size_t i) {
    const detail::RowBlock& block = detail::ValueAccess::block(value);
    const detail::Cell& cell = detail::ValueAccess::cell(value);
    const std::string& name = value.type().fieldName(i);
    const detail::Cell* members = block.cells + cell.offset;
    if (i < cell.size && block.slice(members[2 * i]) == name) return members[2 * i + 1];
    for (std::size_t k = 0; k < cell.size; ++k)
        if (block.slice(members[2 * k]) == name) return members[2 * k + 1];
    return nullCell;
}

std::optional<std::size_t> findKey(const ValueView& map, std::string_view name) {
    const std::size_t n = detail::ValueAccess::cell(map).size;
    for (std::size_t i = 0; i < n; ++i)
        if (keyIs(map.key(i), name)) return i;
    return std::nullopt;
}

}  // namespace

bool ValueView::isNull() const noexcept { return cell_->kind == detail::Cell::Kind::Null; }

bool ValueView::asBool() const {
    const char* wanted = "a boolean";
    const detail::Cell& cell = checked<TypeKind::Boolean>(*this, wanted);
    if (cell.kind == detail::Cell::Kind::True || cell.kind == detail::Cell::Kind::False)
        return cell.kind == detail::Cell::Kind::True;
    if (cell.kind == detail::Cell::Kind::String && isKeyText_) {
        if (block_->slice(cell) == "true") return true;
        if (block_->slice(cell) == "false") return false;
    }
    failForm(*this, wanted);
}

std::int32_t ValueView::asInt() const {
    const char* wanted = "an integer of 32 bits";
    const detail::Cell& cell = checked<TypeKind::Integer, TypeKind::Bigint>(*this, wanted);
    const std::int64_t wide = readInteger(*this, cell, wanted);
    const auto narrow = static_cast<std::int32_t>(wide);
    if (narrow != wide) failRange(*this, wanted);
    return narrow;
}

std::int64_t ValueView::asBigint() const {
    return detail::readInteger(*this, "an integer of 64 bits");
}

double ValueView::asDouble() const {
    const char* wanted = "a double";
    const detail::Cell& cell = checked<TypeKind::Double>(*this, wanted);
    if (cell.kind == detail::Cell::Kind::String) {
        const std::string_view word = block_->slice(cell);
        if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
        if (word == "Infinity") return std::numeric_limits<double>::infinity();
        if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
    }
    const std::string_view text = numberText(*this, cell, wanted);
    double number = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ptr != end) failForm(*this, wanted);
    if (result.ec != std::errc()) {
        if (!isTooSmall(text)) failRange(*this, wanted);
        number = text.front() == '-' ? -0.0 : 0.0;
    }
    if (std::isinf(number)) failRange(*this, wanted);
    return number;
}

std::string_view ValueView::asString() const {
    const char* wanted = "a string";
    const detail::Cell& cell = checked<TypeKind::String>(*this, wanted);
    if (cell.kind != detail::Cell::Kind::String) failForm(*this, wanted);
    return block_->slice(cell);
}

Decimal ValueView::asDecimal() const {
    const char* wanted = "a decimal";
    const detail::Cell& cell = checked<TypeKind::Decimal>(*this, wanted);
    if (cell.kind != detail::Cell::Kind::Number && cell.kind != detail::Cell::Kind::String)
        failForm(*this, wanted);
    try {
        Decimal decimal(block_->slice(cell));
        decimal.mayBeRounded_ = inStruct_;
        return decimal;
    } catch (const Error&) {
        failForm(*this, wanted);
    }
}

Bytes ValueView::asBytes() const {
    const char* wanted = "bytes";
    const detail::Cell& cell = checked<TypeKind::Bytes>(*this, wanted);
    if (cell.kind != detail::Cell::Kind::String) failForm(*this, wanted);
    auto bytes = values::decodeBase64(block_->slice(cell));
    if (!bytes) failForm(*this, wanted);
    return *std::move(bytes);
}

Date ValueView::asDate() const {
    const char* wanted = "a date";
    const detail::Cell& cell = checked<TypeKind::Date>(*this, wanted);
    if (cell.kind == detail::Cell::Kind::Number) {
        const std::int64_t days = readInteger(*this, cell, wanted);
        if (days != static_cast<std::int32_t>(days)) failRange(*this, wanted);
        return Date(Days(static_cast<std::int32_t>(days)));
    }
    if (cell.kind != detail::Cell::Kind::String) failForm(*this, wanted);
    Date date;
    TimeFault fault = values::parseDate(block_->slice(cell), date);
    // A MAP key comes as a whole timestamp; so does one that is a time, below.
    Timestamp whole;
    TimeOfDay time;
    if (fault == TimeFault::Malformed && isKeyText_) {
        fault = values::parseTimestamp(block_->slice(cell), whole);
        if (fault == TimeFault::None) fault = values::splitTimestamp(whole, date, time);
    }
    if (fault == TimeFault::OutOfRange) failRange(*this, wanted);
    if (fault != TimeFault::None) failForm(*this, wanted);
    return date;
}

TimeOfDay ValueView::asTime() const {
    const char* wanted = "a time";
    const detail::Cell& cell = checked<TypeKind::Time>(*this, wanted);
    if (cell.kind == detail::Cell::Kind::Number) {
        const std::int64_t ms = readInteger(*this, cell, wanted);
        if (ms < 0 || ms >= msPerDay) failForm(*this, wanted);
        return {std::chrono::milliseconds(ms)};
    }
    if (cell.kind != detail::Cell::Kind::String) failForm(*this, wanted);
    TimeOfDay time;
    TimeFault fault = values::parseTime(block_->slice(cell), time);
    Timestamp whole;
    Date date;
    if (fault == TimeFault::Malformed && isKeyText_) {
        fault = values::parseTimestamp(block_->slice(cell), whole);
        if (fault == TimeFault::None) fault = values::splitTimestamp(whole, date, time);
    }
    if (fault != TimeFault::None) failForm(*this, wanted);
    return time;
}

Timestamp ValueView::asTimestamp() const {
    const char* wanted = "a timestamp";
    const detail::Cell& cell = checked<TypeKind::Timestamp>(*this, wanted);
    if (cell.kind == detail::Cell::Kind::Number)
        return Timestamp(std::chrono::milliseconds(readInteger(*this, cell, wanted)));
    if (cell.kind != detail::Cell::Kind::String) failForm(*this, wanted);
    Timestamp timestamp;
    const TimeFault fault = values::parseTimestamp(block_->slice(cell), timestamp);
    if (fault == TimeFault::OutOfRange) failRange(*this, wanted);
    if (fault != TimeFault::None) failForm(*this, wanted);
    return timestamp;
}

std::size_t ValueView::size() const {
    const detail::Cell& cell = checkedParts(*this, "its parts");
    return type_->kind() == TypeKind::Struct ? type_->fieldCount() : cell.size;
}

ValueView ValueView::operator[](std::size_t i) const {
    const std::size_t n = size();
    if (i >= n)
        fail(ErrorCode::OutOfRange, *this,
             "asked for part " + std::to_string(static_cast<std::ptrdiff_t>(i)) +
                 ", but there are " + std::to_string(n));
    switch (type_->kind()) {
        case TypeKind::Struct:
            return block_->value(fieldCell(*this, i), type_->field(i), column_, true, false);
        case TypeKind::Map:
            return block_->value(entryCells(*this, i)[1], type_->element(), column_, inStruct_,
                                 false);
        case TypeKind::Array:
            return block_->value(block_->cells[cell_->offset + i], type_->element(), column_,
                                 inStruct_, false);
        default:
            break;
    }
    // Of an Unknown type. An object may be a STRUCT.
    const bool isObject = cell_->kind == detail::Cell::Kind::Object;
    return block_->value(block_->cells[cell_->offset + (isObject ? 2 * i + 1 : i)], unknownType(),
                         column_, inStruct_ || isObject, false);
}

ValueView ValueView::operator[](std::string_view name) const {
    if (type_->kind() == TypeKind::Struct) {
        checkedParts(*this, "a field");
        const auto i = type_->fieldIndex(name);
        if (!i) fail(ErrorCode::UnknownColumn, *this, "no field named " + std::string(name));
        return (*this)[*i];
    }
    checkedKeys(*this, "the value under a key");
    const auto i = findKey(*this, name);
    if (!i) fail(ErrorCode::UnknownColumn, *this, "no key " + std::string(name));
    return (*this)[*i];
}

ValueView ValueView::key(std::size_t i) const {
    const detail::Cell& cell = checkedKeys(*this, "a key");
    if (i >= cell.size)
        fail(ErrorCode::OutOfRange, *this,
             "asked for key " + std::to_string(i) + ", but there are " + std::to_string(cell.size));
    const Type& keyType = type_->kind() == TypeKind::Map ? type_->key() : unknownType();
    return block_->value(entryCells(*this, i)[0], keyType, column_, inStruct_,
                         cell.kind == detail::Cell::Kind::Object);
}

bool ValueView::contains(std::string_view name) const {
    if (type_->kind() == TypeKind::Struct) return !isNull() && type_->fieldIndex(name).has_value();
    if (type_->kind() != TypeKind::Map && type_->kind() != TypeKind::Unknown)
        fail(ErrorCode::WrongType, *this, "asked whether it has a key");
    if (isNull()) return false;
    checkedKeys(*this, "a key");
    return findKey(*this, name).has_value();
}

namespace detail {

std::int64_t readInteger(const ValueView& value, const char* wanted) {
    const Cell& cell = checked<TypeKind::Bigint, TypeKind::Integer>(value, wanted);
    return ksqldb::readInteger(value, cell, wanted);
}

void throwOutOfRange(const ValueView& value, const char* wanted) { failRange(value, wanted); }

}  // namespace detail

void values::throwNull(const ValueView& value, const char* wanted) {
    failChecked(value, wanted, true);
}

}  // namespace ksqldb
