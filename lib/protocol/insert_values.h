#pragma once
#include <ksqldb/insert_row.h>

#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

/// INSERT INTO target (columns) VALUES (values); for a row. Throws Error(InvalidArgument) for a
/// target that is no name, and for a row without columns, without types or with a value that has no
/// literal.
std::string insertValuesSql(std::string_view target, detail::WrittenRow row);

/// The same for many, a line each in both texts.
std::vector<std::string> insertValuesSqls(std::string_view target, std::string_view rows,
                                          std::string_view types);

}  // namespace ksqldb::protocol
