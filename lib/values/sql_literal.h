#pragma once
#include <ksqldb/statement.h>

#include <string>
#include <string_view>

namespace ksqldb::values {

/// A value as it stands in ksqlDB's SQL; Statement's documentation says which there are.
template <class T>
std::string sqlLiteral(const T& value) {
    std::string out;
    detail::SqlWriter writer(out, 1, {});
    detail::writeValue(writer, value);
    return out;
}

/// A text in quotes, `${` left as it is. Throws Error(InvalidArgument) for one that cannot stand in
/// SQL.
std::string quotedText(std::string_view text);

}  // namespace ksqldb::values
