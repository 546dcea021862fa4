#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace shell {

struct TableColumn {
    std::string name;
    bool isNumber = false;  ///< to the right
};

/// The text of one cell. None: SQL's NULL.
using Cell = std::optional<std::string>;

/// Columns and rows that are all there.
struct Grid {
    std::vector<TableColumn> columns;
    std::vector<std::vector<Cell>> rows;
};

/// Widths for a table of at most `limit` columns of the terminal: the widest give way first. None
/// where the table cannot be read in so little. A `limit` of 0: as wide as it wants.
std::optional<std::vector<std::size_t>> fitted(std::vector<std::size_t> natural, std::size_t limit);

/// Writes a table line by line. Each returned text ends its lines.
class Table {
public:
    /// `cuts`: whether a cell that is too wide is cut; otherwise it pushes the rest of its row.
    Table(std::vector<TableColumn> columns, std::vector<std::size_t> widths, bool cuts);

    std::string rule() const;
    std::string heading() const;
    std::string row(const std::vector<Cell>& cells) const;

private:
    std::string line(const std::vector<std::string>& texts) const;

    std::vector<TableColumn> columns_;
    std::vector<std::size_t> widths_;
    bool cuts_;
};

/// How wide each column is by itself.
std::vector<std::size_t> naturalWidths(const Grid& grid);

/// What a table shows for a cell, in one line.
std::string shown(const Cell& cell);

/// A record for each row, one line a value.
std::string verticalRecord(const std::vector<TableColumn>& columns, const std::vector<Cell>& cells,
                           std::size_t number, std::size_t limit);

}  // namespace shell
