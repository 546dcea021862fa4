#pragma once
#include "values/value_json.h"

#include <ksqldb/error.h>
#include <ksqldb/value.h>

#include <string>

// What is thrown about a value. Each names the column, its type, what was expected, by the words in
// `wanted` ("a date"), and what came.
namespace ksqldb::values {

[[noreturn]] void fail(ErrorCode code, const ValueView& value, const std::string& what);

/// The server sent another form of JSON: a number where a string belongs. For an Unknown type it is
/// the caller's guess that is wrong, else the server's value.
[[noreturn]] void failForm(const ValueView& value, const char* wanted);
/// The form is right, what it holds is not: a string that is not a date.
[[noreturn]] void failContent(const ValueView& value, const char* wanted);
[[noreturn]] void failRange(const ValueView& value, const char* wanted);
/// The column is of another type, or the value is null.
[[noreturn]] void failChecked(const ValueView& value, const char* wanted, bool fits);

/// The cell of a value that is of one of the kinds, or Unknown, and not null.
template <TypeKind... kinds>
const detail::Cell& checked(const ValueView& value, const char* wanted) {
    const TypeKind kind = value.type().kind();
    const bool fits = (... || (kind == kinds)) || kind == TypeKind::Unknown;
    const detail::Cell& cell = detail::ValueAccess::cell(value);
    if (!fits || cell.kind == detail::Cell::Kind::Null) failChecked(value, wanted, fits);
    return cell;
}

}  // namespace ksqldb::values
