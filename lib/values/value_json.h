#pragma once
#include "values/rapidjson.h"
#include "values/row_block.h"

#include <ksqldb/value.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace ksqldb::detail {

/// The private side of a ValueView, for the files that write values out.
struct ValueAccess {
    static const RowBlock& block(const ValueView& value) { return *value.block_; }
    static const Cell& cell(const ValueView& value) { return *value.cell_; }
    static std::uint32_t column(const ValueView& value) { return value.column_; }
    static bool inStruct(const ValueView& value) { return value.inStruct_; }
    static bool isKeyText(const ValueView& value) { return value.isKeyText_; }
};

}  // namespace ksqldb::detail

namespace ksqldb::values {

/// Throws Error(UnexpectedNull).
[[noreturn]] void throwNull(const ValueView& value, const char* wanted);

/// The value by its type, in the form that /inserts-stream takes. Throws Error(MalformedResponse)
/// or Error(OutOfRange) as the value's getter does, and Error(UnexpectedNull) for a MAP's key that
/// is null: /inserts-stream takes keys as names only.
void writeJson(JsonWriter& out, const ValueView& value);

void writeString(JsonWriter& out, std::string_view text);
/// The shortest text that reads as the same double, marked as one (-0.0 is no integer); NaN and
/// the infinities as strings.
void writeDouble(JsonWriter& out, double value);
/// A column's or field's name as an object's key: in back-quotes unless it is an upper-case
/// identifier, because /inserts-stream applies SQL's case rule to names.
void writeName(JsonWriter& out, std::string_view name);

/// A MAP's key as text, the same for both wire forms. Never throws Error: a key that is none of its
/// type is its wire text.
std::string keyText(const ValueView& key);

/// For people. Strings are quoted if they are parts of something. Never throws Error: a value that
/// is none of its type is shown as it came.
void appendReadable(std::string& out, const ValueView& value, bool isPart);

}  // namespace ksqldb::values
