#include "values/sql_literal.h"

#include "values/base64.h"
#include "values/utf8.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace ksqldb {

namespace {

constexpr std::string_view variableStart = "${";

void appendQuoted(std::string& out, std::string_view text, char quote) {
    out += quote;
    for (const char c : text) {
        if (c == quote) out += quote;
        out += c;
    }
    out += quote;
}

/// What keeps a text from standing in SQL at all; empty: nothing.
std::string_view faultOf(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return "text that holds a NUL";
    if (!values::isUtf8(text)) return "text that is not UTF-8";
    return {};
}

/// A type for a NULL: any does for a value of INSERT VALUES, where it stands alone. A DECIMAL's
/// is the least, which others beside it widen.
std::string wordForNull(TypeKind kind) {
    if (kind == TypeKind::Unknown) kind = TypeKind::String;
    return std::string(toString(kind)) + (kind == TypeKind::Decimal ? "(1, 0)" : "");
}

}  // namespace

Identifier::Identifier(std::string_view name) : name_(name) {
    const auto refuse = [](std::string_view why) {
        throw Error(ErrorCode::InvalidArgument, "no Identifier: " + std::string(why));
    };
    if (name.empty()) refuse("an empty name");
    if (const std::string_view fault = faultOf(name); !fault.empty()) refuse(fault);
    if (name.find(variableStart) != std::string_view::npos)
        refuse("`${` in a name, which ksqlDB takes for a session variable");
}

std::string Identifier::quoted() const {
    std::string out;
    appendQuoted(out, name_, '`');
    return out;
}

std::string values::quotedText(std::string_view text) {
    if (const std::string_view fault = faultOf(text); !fault.empty())
        throw Error(ErrorCode::InvalidArgument, std::string(fault));
    std::string out;
    appendQuoted(out, text, '\'');
    return out;
}

namespace detail {

void SqlWriter::fail(ErrorCode code, const std::string& what) const {
    const std::string which = name_.empty() ? std::to_string(number_) : ':' + std::string(name_);
    throw Error(code, "value " + which + " of a Statement: " + what);
}

void SqlWriter::writeNull(TypeKind kind) {
    if (!open_.empty()) {
        Open& in = open_.back();
        if (in.isStruct) return out_->resize(in.partAt);
        if (in.nulls++ == 0) {
            in.firstNullAt = out_->size();
            in.firstNull = kind;
        }
    }
    *out_ += "NULL";
}

void SqlWriter::write(bool value) { *out_ += value ? "TRUE" : "FALSE"; }

void SqlWriter::write(std::int64_t value) { *out_ += std::to_string(value); }

void SqlWriter::write(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        fail(ErrorCode::OutOfRange, std::to_string(value) + " is beyond BIGINT");
    *out_ += std::to_string(value);
}

/// With a point and an exponent: without an exponent it would be a DECIMAL. The fewest digits that
/// are read back as the same double.
void SqlWriter::write(double value) {
    if (!std::isfinite(value))
        fail(ErrorCode::InvalidArgument, "SQL has no literal for NaN and the infinities");
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                            std::chars_format::scientific);
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    const std::size_t exponent = text.find('e');
    *out_ += text.substr(0, exponent);
    if (text.find('.') == std::string_view::npos) *out_ += ".0";
    *out_ += 'E';
    *out_ += text.substr(exponent + 1);
}

void SqlWriter::write(std::string_view value) {
    if (const std::string_view fault = faultOf(value); !fault.empty())
        fail(ErrorCode::InvalidArgument, std::string(fault));
    std::size_t start = value.find(variableStart);
    if (start == std::string_view::npos) return appendQuoted(*out_, value, '\'');

    // The server looks for variables in the whole statement, strings included. So the two signs
    // must not stand together anywhere.
    *out_ += "CONCAT(";
    while (start != std::string_view::npos) {
        appendQuoted(*out_, value.substr(0, start + 1), '\'');
        *out_ += ", ";
        value.remove_prefix(start + 1);
        start = value.find(variableStart);
    }
    appendQuoted(*out_, value, '\'');
    *out_ += ')';
}

/// With a point, for ksqlDB to take it for a DECIMAL: `5.` is one without digits behind it.
void SqlWriter::write(const Decimal& value) {
    *out_ += value.toString();
    if (value.scale() == 0) *out_ += '.';
}

void SqlWriter::write(const Bytes& value) {
    *out_ += "TO_BYTES('" + values::encodeBase64(value) + "', 'base64')";
}

void SqlWriter::write(Date value) { time(toString(value), "DATE"); }
void SqlWriter::write(TimeOfDay value) { time(toString(value), "TIME"); }
void SqlWriter::write(Timestamp value) { time(toString(value), "TIMESTAMP"); }

void SqlWriter::time(const std::string& text, std::string_view type) {
    if (open_.empty()) {
        *out_ += '\'' + text + '\'';
        return;
    }
    *out_ += "CAST('" + text + "' AS ";
    *out_ += type;
    *out_ += ')';
}

void SqlWriter::beginArray(std::size_t size) {
    if (size == 0) fail(ErrorCode::InvalidArgument, "SQL has no literal for an empty ARRAY");
    open("ARRAY[", false);
}

void SqlWriter::beginMap(std::size_t size) {
    if (size == 0) fail(ErrorCode::InvalidArgument, "SQL has no literal for an empty MAP");
    open("MAP(", false);
}

void SqlWriter::beginStruct() { open("STRUCT(", true); }
void SqlWriter::field(std::string_view name) {
    element();
    *out_ += Identifier(name).quoted();
    assign();
}

/// No literal ends with an opening bracket, so this is the first part exactly if one stands there.
void SqlWriter::element() {
    open_.back().partAt = out_->size();
    ++open_.back().parts;
    if (out_->back() != '[' && out_->back() != '(') *out_ += ", ";
}
void SqlWriter::assign() { *out_ += " := "; }
void SqlWriter::open(std::string_view text, bool isStruct) {
    *out_ += text;
    open_.push_back({isStruct});
}
void SqlWriter::close(char bracket) {
    const Open& ended = open_.back();
    if (ended.nulls > 0 && ended.nulls == ended.parts)
        out_->replace(ended.firstNullAt, 4, "CAST(NULL AS " + wordForNull(ended.firstNull) + ')');
    *out_ += bracket;
    open_.pop_back();
}

}  // namespace detail

}  // namespace ksqldb
