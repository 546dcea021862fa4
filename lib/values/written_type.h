#pragma once
#include <ksqldb/type.h>

namespace ksqldb::values {

/// What a text or an object in the JSON of a row to insert was; see detail::WrittenRow.
enum class WrittenType : char {
    String = 's',
    Decimal = 'd',
    Bytes = 'b',
    Date = 'D',
    Time = 'T',
    Timestamp = 'S',
    Map = 'm',
    Struct = 'r',
    Raw = '?',  // the application's own JSON: nothing is known of it
};

/// The same of a null: which type the value would have had.
constexpr char typeOfNull(TypeKind kind) { return static_cast<char>('0' + static_cast<int>(kind)); }
constexpr TypeKind kindOfNull(char type) { return static_cast<TypeKind>(type - '0'); }
static_assert(typeOfNull(TypeKind::Struct) < static_cast<char>(WrittenType::Raw));

}  // namespace ksqldb::values
