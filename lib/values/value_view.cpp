#include "values/base64.h"
#include "values/time_text.h"
#include "values/value_errors.h"

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
using detail::ValueAccess;
using values::checked;
using values::failContent;
using values::failForm;
using values::failRange;
using values::TimeFault;

constexpr std::int64_t msPerDay = 86'400'000;

// The text of a number, and of a MAP key that may be one.
inline std::string_view numberText(const ValueView& value, const Cell& cell, const char* wanted) {
    const bool isText = cell.kind == Cell::Kind::String && ValueAccess::isKeyText(value);
    if (cell.kind != Cell::Kind::Number && !isText) failForm(value, wanted);
    const std::string_view text = ValueAccess::block(value).slice(cell);
    // from_chars would read "inf" and "nan", too.
    const std::size_t first = !text.empty() && text.front() == '-' ? 1 : 0;
    if (text.size() <= first || text[first] < '0' || text[first] > '9') failContent(value, wanted);
    return text;
}

std::int64_t readInteger(const ValueView& value, const Cell& cell, const char* wanted) {
    const std::string_view text = numberText(value, cell, wanted);
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ptr != end) failContent(value, wanted);
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

}  // namespace

bool ValueView::isNull() const noexcept { return cell_->kind == Cell::Kind::Null; }

bool ValueView::asBool() const {
    const char* wanted = "a boolean";
    const Cell& cell = checked<TypeKind::Boolean>(*this, wanted);
    if (cell.kind == Cell::Kind::True || cell.kind == Cell::Kind::False)
        return cell.kind == Cell::Kind::True;
    if (cell.kind == Cell::Kind::String && isKeyText_) {
        if (block_->slice(cell) == "true") return true;
        if (block_->slice(cell) == "false") return false;
    }
    failForm(*this, wanted);
}

std::int32_t ValueView::asInt() const {
    const char* wanted = "an integer of 32 bits";
    const Cell& cell = checked<TypeKind::Integer, TypeKind::Bigint>(*this, wanted);
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
    const Cell& cell = checked<TypeKind::Double, TypeKind::Integer>(*this, wanted);
    if (type_->kind() == TypeKind::Integer)
        return static_cast<double>(readInteger(*this, cell, wanted));
    if (cell.kind == Cell::Kind::String) {
        const std::string_view word = block_->slice(cell);
        if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
        if (word == "Infinity") return std::numeric_limits<double>::infinity();
        if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
    }
    const std::string_view text = numberText(*this, cell, wanted);
    double number = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ptr != end) failContent(*this, wanted);
    if (result.ec != std::errc()) {
        if (!isTooSmall(text)) failRange(*this, wanted);
        number = text.front() == '-' ? -0.0 : 0.0;
    }
    if (std::isinf(number)) failRange(*this, wanted);
    return number;
}

std::string_view ValueView::asString() const {
    const char* wanted = "a string";
    const Cell& cell = checked<TypeKind::String>(*this, wanted);
    if (cell.kind != Cell::Kind::String) failForm(*this, wanted);
    return block_->slice(cell);
}

Decimal ValueView::asDecimal() const {
    const char* wanted = "a decimal";
    const Cell& cell = checked<TypeKind::Decimal>(*this, wanted);
    if (cell.kind != Cell::Kind::Number && cell.kind != Cell::Kind::String) failForm(*this, wanted);
    try {
        Decimal decimal(block_->slice(cell));
        decimal.mayBeRounded_ = inStruct_;
        return decimal;
    } catch (const Error&) {
        failContent(*this, wanted);
    }
}

Bytes ValueView::asBytes() const {
    const char* wanted = "bytes in base64";
    const Cell& cell = checked<TypeKind::Bytes>(*this, wanted);
    if (cell.kind != Cell::Kind::String) failForm(*this, wanted);
    auto bytes = values::decodeBase64(block_->slice(cell));
    if (!bytes) failContent(*this, wanted);
    return *std::move(bytes);
}

Date ValueView::asDate() const {
    const char* wanted = "a date";
    const Cell& cell = checked<TypeKind::Date>(*this, wanted);
    if (cell.kind == Cell::Kind::Number) {
        const std::int64_t days = readInteger(*this, cell, wanted);
        if (days != static_cast<std::int32_t>(days)) failRange(*this, wanted);
        return Date(Days(static_cast<std::int32_t>(days)));
    }
    if (cell.kind != Cell::Kind::String) failForm(*this, wanted);
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
    if (fault != TimeFault::None) failContent(*this, wanted);
    return date;
}

TimeOfDay ValueView::asTime() const {
    const char* wanted = "a time";
    const Cell& cell = checked<TypeKind::Time>(*this, wanted);
    if (cell.kind == Cell::Kind::Number) {
        const std::int64_t ms = readInteger(*this, cell, wanted);
        if (ms < 0 || ms >= msPerDay) failContent(*this, wanted);
        return {std::chrono::milliseconds(ms)};
    }
    if (cell.kind != Cell::Kind::String) failForm(*this, wanted);
    TimeOfDay time;
    TimeFault fault = values::parseTime(block_->slice(cell), time);
    Timestamp whole;
    Date date;
    if (fault == TimeFault::Malformed && isKeyText_) {
        fault = values::parseTimestamp(block_->slice(cell), whole);
        if (fault == TimeFault::None) fault = values::splitTimestamp(whole, date, time);
    }
    if (fault != TimeFault::None) failContent(*this, wanted);
    return time;
}

Timestamp ValueView::asTimestamp() const {
    const char* wanted = "a timestamp";
    const Cell& cell = checked<TypeKind::Timestamp>(*this, wanted);
    if (cell.kind == Cell::Kind::Number)
        return Timestamp(std::chrono::milliseconds(readInteger(*this, cell, wanted)));
    if (cell.kind != Cell::Kind::String) failForm(*this, wanted);
    Timestamp timestamp;
    const TimeFault fault = values::parseTimestamp(block_->slice(cell), timestamp);
    if (fault == TimeFault::OutOfRange) failRange(*this, wanted);
    if (fault != TimeFault::None) failContent(*this, wanted);
    return timestamp;
}

namespace detail {

std::int64_t readInteger(const ValueView& value, const char* wanted) {
    const Cell& cell = checked<TypeKind::Bigint, TypeKind::Integer>(value, wanted);
    return ksqldb::readInteger(value, cell, wanted);
}

float readFloat(const ValueView& value) {
    const double wide = value.asDouble();
    const auto narrow = static_cast<float>(wide);
    if (std::isinf(narrow) && !std::isinf(wide)) failRange(value, "a float");
    return narrow;
}

void throwOutOfRange(const ValueView& value, const char* wanted) { failRange(value, wanted); }

}  // namespace detail

void values::throwNull(const ValueView& value, const char* wanted) {
    values::failChecked(value, wanted, true);
}

}  // namespace ksqldb
