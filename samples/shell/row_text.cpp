#include "row_text.h"

#include "csv.h"

namespace shell {

using ksqldb::RowView;
using ksqldb::TypeKind;
using ksqldb::ValueView;

namespace {

bool isNumber(TypeKind kind) {
    return kind == TypeKind::Integer || kind == TypeKind::Bigint || kind == TypeKind::Double ||
           kind == TypeKind::Decimal;
}

std::string arrayOf(const ValueView& value) {
    std::string out = "[";
    for (const ValueView& element : value) {
        if (out.size() > 1) out += ',';
        out += jsonOf(element);
    }
    return out += ']';
}

std::string mapOf(const ValueView& value) {
    std::string out = "{";
    for (std::size_t i = 0; i < value.size(); ++i) {
        const ValueView key = value.key(i);
        if (i != 0) out += ',';
        out += jsonString(key.isNull() ? "null" : key.toString()) + ':' + jsonOf(value[i]);
    }
    return out += '}';
}

std::string structOf(const ValueView& value) {
    std::string out = "{";
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i != 0) out += ',';
        out += jsonString(value.type().fieldName(i)) + ':' + jsonOf(value[i]);
    }
    return out += '}';
}

/// JSON's string without its quotes, where it is sure to have no escapes; a number as it is.
std::string withoutQuotes(std::string text) {
    if (text.size() < 2 || text.front() != '"') return text;
    return text.substr(1, text.size() - 2);
}

Cell csvCell(const ValueView& value) {
    if (value.isNull()) return std::nullopt;
    switch (value.type().kind()) {
        case TypeKind::String:
            return std::string(value.asString());
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
        case TypeKind::Unknown:
            return jsonOf(value);
        default:
            return withoutQuotes(jsonOf(value));
    }
}

}  // namespace

std::vector<TableColumn> columnsOf(const ksqldb::Schema& schema) {
    std::vector<TableColumn> columns;
    for (const ksqldb::Column& column : schema)
        columns.push_back({column.name, isNumber(column.type.kind())});
    return columns;
}

std::string jsonOf(const ValueView& value) {
    if (value.isNull()) return "null";
    switch (value.type().kind()) {
        case TypeKind::Array:
            return arrayOf(value);
        case TypeKind::Map:
            return mapOf(value);
        case TypeKind::Struct:
            return structOf(value);
        case TypeKind::Decimal:
            return value.asDecimal().toString();
        default:
            return value.toJson();
    }
}

std::string jsonOf(const RowView& row) {
    std::string out = "{";
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i != 0) out += ',';
        out += jsonString(row.schema()[i].name) + ':' + jsonOf(row[i]);
    }
    return out += '}';
}

std::vector<Cell> csvCells(const RowView& row) {
    std::vector<Cell> cells;
    for (const ValueView& value : row) cells.push_back(csvCell(value));
    return cells;
}

std::vector<Cell> tableCells(const RowView& row) {
    std::vector<Cell> cells;
    for (const ValueView& value : row)
        cells.push_back(value.isNull() ? Cell() : Cell(value.toString()));
    return cells;
}

}  // namespace shell
