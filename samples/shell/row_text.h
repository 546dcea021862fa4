#pragma once
#include "table.h"

#include <ksqldb/row.h>
#include <ksqldb/value.h>

#include <string>
#include <vector>

namespace shell {

/// The columns of a query.
std::vector<TableColumn> columnsOf(const ksqldb::Schema& schema);

/// A value as JSON. Numbers have the digits that the server sent, those of DECIMAL too; BYTES are
/// base64; times are text; NaN and the infinities are strings.
std::string jsonOf(const ksqldb::ValueView& value);
/// A row as an object of JSON, the columns in their order.
std::string jsonOf(const ksqldb::RowView& row);

/// What CSV has for each value: texts as they are, all others as jsonOf() has them.
std::vector<Cell> csvCells(const ksqldb::RowView& row);
/// What tables show: text for people.
std::vector<Cell> tableCells(const ksqldb::RowView& row);

}  // namespace shell
