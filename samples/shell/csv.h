#pragma once
#include "table.h"

#include <string>
#include <string_view>
#include <vector>

namespace shell {

/// A record of CSV as RFC 4180 has it, with its line end. A NULL is an empty field; a text that is
/// empty is quoted, so the two differ.
std::string csvRecord(const std::vector<Cell>& cells);
std::string csvHeading(const std::vector<TableColumn>& columns);

/// A text as a string of JSON, quotes included.
std::string jsonString(std::string_view text);

}  // namespace shell
