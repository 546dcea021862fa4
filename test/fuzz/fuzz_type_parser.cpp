// A type's text reads as the same type, a schema's as the same columns; and no text is lost.
#include "input.h"
#include "values/type_parser.h"

#include <vector>

using namespace ksqldb;
using fuzz::require;

namespace {

void checkTree(const Type& type, int depth) {
    require(depth <= 64);
    switch (type.kind()) {
        case TypeKind::Array:
            return checkTree(type.element(), depth + 1);
        case TypeKind::Map:
            checkTree(type.key(), depth + 1);
            return checkTree(type.element(), depth + 1);
        case TypeKind::Struct:
            for (std::size_t i = 0; i < type.fieldCount(); ++i) {
                require(type.fieldIndex(type.fieldName(i)) <= i);
                checkTree(type.field(i), depth + 1);
            }
            return;
        case TypeKind::Decimal:
            require(type.precision() >= 0 && type.scale() >= 0);
            return;
        default:
            require(type.fieldCount() == 0 && type.precision() == 0 && type.scale() == 0);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::textOf(data, size);
    const Type type = values::parseType(text);
    checkTree(type, 0);
    require(values::parseType(type.toString()) == type);

    std::vector<Column> columns;
    if (!values::parseSchema(text, columns)) {
        require(columns.empty());
        return 0;
    }
    for (const Column& column : columns) checkTree(column.type, 0);
    std::vector<Column> again;
    const Schema schema(columns);
    require(values::parseSchema(schema.toString(), again));
    require(again.size() == columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        require(again[i].name == columns[i].name);
        require(again[i].type == columns[i].type);
        require(again[i].isKey == columns[i].isKey);
    }
    return 0;
}
