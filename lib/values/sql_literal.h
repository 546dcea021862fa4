#pragma once
#include <ksqldb/statement.h>

#include <string>

namespace ksqldb::values {

/// A value as it stands in ksqlDB's SQL; Statement's documentation says which there are.
template <class T>
std::string sqlLiteral(const T& value) {
    std::string out;
    detail::SqlWriter writer(out, 1, {});
    detail::writeValue(writer, value);
    return out;
}

}  // namespace ksqldb::values
