#pragma once
#include <ksqldb/type.h>

#include <string>
#include <string_view>

namespace ksqldb::values {

/// For errors about a name that there is not: "; there is RATING_ID, and case counts", if only the
/// case is wrong; else nothing.
std::string columnHint(const Schema& schema, std::string_view name);
std::string fieldHint(const Type& type, std::string_view name);

}  // namespace ksqldb::values
