#include "table.h"

#include "text_width.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace shell {

namespace {

// "| " before each column, " " after it, "|" at the end.
constexpr std::size_t frameOfColumn = 3;
constexpr std::size_t frameOfTable = 1;
constexpr std::size_t leastWidth = 3;

std::size_t sumOf(const std::vector<std::size_t>& widths) {
    return std::accumulate(widths.begin(), widths.end(), std::size_t{0});
}

std::size_t sumCapped(const std::vector<std::size_t>& widths, std::size_t cap) {
    std::size_t sum = 0;
    for (const std::size_t width : widths) sum += std::min(width, cap);
    return sum;
}

}  // namespace

std::optional<std::vector<std::size_t>> fitted(std::vector<std::size_t> natural,
                                               std::size_t limit) {
    if (limit == 0) return natural;
    const std::size_t frame = frameOfColumn * natural.size() + frameOfTable;
    if (frame + sumOf(natural) <= limit) return natural;
    if (frame + sumCapped(natural, leastWidth) > limit) return std::nullopt;
    const std::size_t room = limit - frame;
    std::size_t cap = leastWidth;
    while (sumCapped(natural, cap + 1) <= room) ++cap;
    std::size_t left = room - sumCapped(natural, cap);
    for (std::size_t& width : natural) {
        if (width <= cap) continue;
        width = cap + (left > 0 ? 1 : 0);
        if (left > 0) --left;
    }
    return natural;
}

Table::Table(std::vector<TableColumn> columns, std::vector<std::size_t> widths, bool cuts)
    : columns_(std::move(columns)), widths_(std::move(widths)), cuts_(cuts) {}

std::string Table::rule() const {
    std::string out = "+";
    for (const std::size_t width : widths_) out.append(width + 2, '-') += '+';
    return out += '\n';
}

std::string Table::line(const std::vector<std::string>& texts) const {
    std::string out = "|";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::string text = cuts_ ? cut(texts[i], widths_[i]) : texts[i];
        out += ' ';
        out += columns_[i].isNumber ? padLeft(text, widths_[i]) : padRight(text, widths_[i]);
        out += " |";
    }
    return out += '\n';
}

std::string Table::heading() const {
    std::vector<std::string> names;
    for (const TableColumn& column : columns_) names.push_back(inOneLine(column.name));
    return rule() + line(names) + rule();
}

std::string Table::row(const std::vector<Cell>& cells) const {
    std::vector<std::string> texts;
    for (const Cell& cell : cells) texts.push_back(shown(cell));
    return line(texts);
}

std::vector<std::size_t> naturalWidths(const Grid& grid) {
    std::vector<std::size_t> widths;
    for (const TableColumn& column : grid.columns)
        widths.push_back(widthOf(inOneLine(column.name)));
    for (const auto& row : grid.rows)
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], widthOf(shown(row[i])));
    return widths;
}

std::string shown(const Cell& cell) { return cell ? inOneLine(*cell) : "null"; }

std::string verticalRecord(const std::vector<TableColumn>& columns, const std::vector<Cell>& cells,
                           std::size_t number, std::size_t limit) {
    std::size_t nameWidth = 0;
    for (const TableColumn& column : columns)
        nameWidth = std::max(nameWidth, widthOf(inOneLine(column.name)));
    std::string out = "-[ " + std::to_string(number) + " ]-\n";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string line =
            padRight(inOneLine(columns[i].name), nameWidth) + " | " + shown(cells[i]);
        out += (limit == 0 ? line : cut(line, limit)) + '\n';
    }
    return out;
}

}  // namespace shell
