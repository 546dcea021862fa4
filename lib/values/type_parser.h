#pragma once
#include <ksqldb/type.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::detail {

/// One node of a type's tree. Shared and immutable once a Type holds it.
struct TypeNode {
    TypeKind kind = TypeKind::Unknown;
    std::string text;  // Unknown only: as it was sent
    int precision = 0;
    int scale = 0;
    std::vector<Type> children;      // ARRAY: element. MAP: key, value. STRUCT: fields
    std::vector<std::string> names;  // STRUCT: one for each child
};

}  // namespace ksqldb::detail

namespace ksqldb::values {

/// As ksqlDB writes it: "BIGINT". Unknown: empty.
std::string_view nameOf(TypeKind kind) noexcept;

/// A type as ksqlDB writes it in `columnTypes`. Never throws: a type that a newer server may have
/// is Unknown and keeps its text, at any depth, and so is text that is no type at all.
Type parseType(std::string_view text);

/// How much a header may hold. Types that are nested deeper are refused.
struct SchemaLimits {
    std::size_t columns;
    std::size_t nesting;
};

/// None if the type is nested deeper.
std::optional<Type> parseTypeWithin(std::string_view text, std::size_t nesting);

/// The `schema` string of a StreamedRow header: "`ID` STRING KEY, `N` BIGINT". Empty text is a
/// schema without columns. False for text that is no schema; `columns` is then left alone.
bool parseSchema(std::string_view text, std::vector<Column>& columns);

enum class SchemaFault : std::uint8_t { None, NoSchema, TooManyColumns, TooDeep };
/// The same within limits. `columns` gets those before the fault.
SchemaFault parseSchemaWithin(std::string_view text, const SchemaLimits& limits,
                              std::vector<Column>& columns);

}  // namespace ksqldb::values
