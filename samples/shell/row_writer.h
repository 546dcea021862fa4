#pragma once
#include "output.h"
#include "table.h"

#include <ksqldb/row.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace shell {

enum class Format { Table, Json, Csv, Vertical };

/// "table", in capitals or not; also "tabular", as ksqlDB's own shell calls it.
std::optional<Format> formatNamed(std::string_view name);
std::string_view nameOf(Format format);

/// How results look.
struct Look {
    Format format = Format::Table;
    bool wraps = false;           ///< tables are as wide as they want, and the terminal wraps them
    std::size_t columnWidth = 0;  ///< of push queries' columns; 0: by type
};

/// Writes the rows of one query as they come. What it keeps is bounded.
class RowWriter {
public:
    virtual ~RowWriter() = default;
    virtual void header(const ksqldb::Schema& schema) = 0;
    virtual void row(const ksqldb::RowView& row) = 0;
    /// No row is there at the moment: what was kept back is to be shown.
    virtual void pause() {}
    virtual void end() {}
};

/// - `isLive`: of a push query, whose first row may be far away: the table's widths come from the
///   types. Otherwise from the first rows.
std::unique_ptr<RowWriter> rowWriter(Output& output, const Look& look, bool isLive);

/// Writes columns and rows that are all there. For JSON each row is a line.
void writeGrid(Output& output, const Look& look, const Grid& grid);

}  // namespace shell
