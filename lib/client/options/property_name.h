#pragma once
#include <string>
#include <string_view>

namespace ksqldb::client {

/// The name of a property. ksqlDB has two for where a query starts, and it would get both where an
/// application says one and the library, which goes on with a query, the other.
inline std::string propertyName(std::string_view name) {
    return std::string(name == "ksql.streams.auto.offset.reset" ? "auto.offset.reset" : name);
}

}  // namespace ksqldb::client
