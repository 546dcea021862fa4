#include "row_writer.h"

#include "csv.h"
#include "row_text.h"
#include "text_width.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace shell {

using ksqldb::RowView;
using ksqldb::Schema;
using ksqldb::TypeKind;

namespace {

// So many rows decide how wide the columns of a pull query are.
constexpr std::size_t sampleSize = 500;
constexpr std::size_t leastOfText = 8;

std::size_t widthOfType(const ksqldb::Type& type) {
    switch (type.kind()) {
        case TypeKind::Boolean:
            return 5;
        case TypeKind::Integer:
            return 11;
        case TypeKind::Bigint:
        case TypeKind::Double:
            return 15;
        case TypeKind::Decimal:
            return static_cast<std::size_t>(type.precision()) + 2;
        case TypeKind::Date:
            return 10;
        case TypeKind::Time:
            return 12;
        case TypeKind::Timestamp:
            return 23;
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
            return 40;
        default:
            return 20;
    }
}

/// On a terminal the columns of texts share what the others leave.
std::vector<std::size_t> liveWidths(const Schema& schema, const Look& look, std::size_t limit) {
    std::vector<std::size_t> widths;
    std::vector<std::size_t> flexible;
    std::size_t fixed = 1;
    for (const ksqldb::Column& column : schema) {
        const std::size_t name = widthOf(inOneLine(column.name));
        const TypeKind kind = column.type.kind();
        const bool isText = kind == TypeKind::String || kind == TypeKind::Unknown;
        const std::size_t wanted =
            look.columnWidth != 0 ? look.columnWidth : widthOfType(column.type);
        if (isText && look.columnWidth == 0) flexible.push_back(widths.size());
        fixed += 3 + (isText && look.columnWidth == 0 ? 0 : std::max(wanted, name));
        widths.push_back(std::max(wanted, name));
    }
    if (limit == 0 || flexible.empty()) return widths;
    const std::size_t share = limit > fixed ? (limit - fixed) / flexible.size() : 0;
    for (const std::size_t i : flexible)
        widths[i] = std::max({share, widthOf(inOneLine(schema[i].name)), leastOfText});
    return widths;
}

/// For people: a delete is told from a row of nulls.
std::vector<Cell> markedCells(const RowView& row) {
    std::vector<Cell> cells = tableCells(row);
    if (row.isTombstone())
        for (Cell& cell : cells)
            if (!cell) cell = "<TOMBSTONE>";
    return cells;
}

class TableRows : public RowWriter {
public:
    TableRows(Output& output, Look look, bool isLive)
        : output_(output), look_(look), isLive_(isLive) {}

    void header(const Schema& schema) override {
        sample_.columns = columnsOf(schema);
        if (isLive_) begin(liveWidths(schema, look_, limit()));
    }

    void row(const RowView& row) override {
        std::vector<Cell> cells = markedCells(row);
        if (isBegun_) return show(cells);
        sample_.rows.push_back(std::move(cells));
        if (sample_.rows.size() == sampleSize) pause();
    }

    void pause() override {
        if (!isBegun_ && !sample_.rows.empty()) begin(naturalWidths(sample_));
    }

    void end() override {
        if (!isBegun_) begin(naturalWidths(sample_));
        if (table_) output_.write(table_->rule());
        if (!isLive_) output_.write(std::to_string(count_) + (count_ == 1 ? " row\n" : " rows\n"));
    }

private:
    std::size_t limit() const { return look_.wraps ? 0 : output_.width(); }

    void begin(std::vector<std::size_t> widths) {
        isBegun_ = true;
        const auto fitting = fitted(std::move(widths), limit());
        if (fitting) {
            table_.emplace(sample_.columns, *fitting, limit() != 0);
            output_.write(table_->heading());
        }
        for (const auto& cells : std::exchange(sample_.rows, {})) show(cells);
    }

    void show(const std::vector<Cell>& cells) {
        ++count_;
        output_.write(table_ ? table_->row(cells)
                             : verticalRecord(sample_.columns, cells, count_, limit()));
    }

    Output& output_;
    const Look look_;
    const bool isLive_;
    bool isBegun_ = false;
    Grid sample_;
    std::optional<Table> table_;
    std::size_t count_ = 0;
};

class VerticalRows : public RowWriter {
public:
    explicit VerticalRows(Output& output) : output_(output) {}
    void header(const Schema& schema) override { columns_ = columnsOf(schema); }
    void row(const RowView& row) override {
        output_.write(verticalRecord(columns_, markedCells(row), ++count_, 0));
    }

private:
    Output& output_;
    std::vector<TableColumn> columns_;
    std::size_t count_ = 0;
};

class JsonRows : public RowWriter {
public:
    explicit JsonRows(Output& output) : output_(output) {}
    void header(const Schema&) override {}
    void row(const RowView& row) override { output_.write(jsonOf(row) + '\n'); }

private:
    Output& output_;
};

class CsvRows : public RowWriter {
public:
    explicit CsvRows(Output& output) : output_(output) {}
    void header(const Schema& schema) override { write(csvHeading(columnsOf(schema))); }
    void row(const RowView& row) override { write(csvRecord(csvCells(row))); }

private:
    void write(std::string record) {
        if (output_.isTerminal()) record.replace(record.size() - 2, 2, "\n");
        output_.write(record);
    }

    Output& output_;
};

void writeTable(Output& output, const Look& look, const Grid& grid) {
    const std::size_t limit = look.wraps ? 0 : output.width();
    const auto widths = fitted(naturalWidths(grid), limit);
    if (!widths) {
        std::size_t number = 0;
        for (const auto& row : grid.rows)
            output.write(verticalRecord(grid.columns, row, ++number, limit));
        return;
    }
    const Table table(grid.columns, *widths, limit != 0);
    output.write(table.heading());
    for (const auto& row : grid.rows) output.write(table.row(row));
    output.write(table.rule());
}

}  // namespace

std::optional<Format> formatNamed(std::string_view name) {
    std::string lower;
    for (const char c : name)
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower == "tabular") return Format::Table;
    for (const Format format : {Format::Table, Format::Json, Format::Csv, Format::Vertical})
        if (lower == nameOf(format)) return format;
    return std::nullopt;
}

std::string_view nameOf(Format format) {
    switch (format) {
        case Format::Table:
            return "table";
        case Format::Json:
            return "json";
        case Format::Csv:
            return "csv";
        case Format::Vertical:
            return "vertical";
    }
    return "?";
}

std::unique_ptr<RowWriter> rowWriter(Output& output, const Look& look, bool isLive) {
    switch (look.format) {
        case Format::Json:
            return std::make_unique<JsonRows>(output);
        case Format::Csv:
            return std::make_unique<CsvRows>(output);
        case Format::Vertical:
            return std::make_unique<VerticalRows>(output);
        case Format::Table:
            break;
    }
    return std::make_unique<TableRows>(output, look, isLive);
}

void writeGrid(Output& output, const Look& look, const Grid& grid) {
    switch (look.format) {
        case Format::Table:
            return writeTable(output, look, grid);
        case Format::Csv:
            output.write(csvHeading(grid.columns));
            for (const auto& row : grid.rows) output.write(csvRecord(row));
            return;
        case Format::Json:
            for (const auto& row : grid.rows) {
                std::string line = "{";
                for (std::size_t i = 0; i < row.size(); ++i) {
                    if (i != 0) line += ',';
                    line += jsonString(grid.columns[i].name) + ':' +
                            (row[i] ? jsonString(*row[i]) : "null");
                }
                output.write(line + "}\n");
            }
            return;
        case Format::Vertical: {
            std::size_t number = 0;
            for (const auto& row : grid.rows)
                output.write(verticalRecord(grid.columns, row, ++number, 0));
            return;
        }
    }
}

}  // namespace shell
