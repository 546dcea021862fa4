#pragma once

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

}  // namespace ksqldb::values
