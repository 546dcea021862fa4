#pragma once
#include "server/schema.h"

#include <ksqldb/testing/row_values.h>

#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::testing::detail {

using Columns = std::vector<server::Source::Column>;

/// Columns as in CREATE STREAM. Throws Error(InvalidArgument) for text that is none.
Columns columnsOf(std::string_view text);

/// The row as ksqlDB sends it: a JSON array. Throws Error(InvalidArgument), with the column, for
/// what does not fit the columns.
std::string rowJson(const Columns& columns, const RowValues& row);

/// A row that was inserted and taken, as rowJson() would write it, near enough to be read:
/// /inserts-stream has other forms.
std::string insertedRowJson(const Columns& columns, const std::string& inserted);

/// A delimited answer of these rows.
std::string answerText(const Columns& columns, const std::vector<std::string>& rows);

}  // namespace ksqldb::testing::detail
