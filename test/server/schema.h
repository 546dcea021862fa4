#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// A column type of ksqlDB.
struct SqlType {
    enum class Base {
        Boolean,
        Integer,
        BigInt,
        Double,
        Decimal,
        String,
        Bytes,
        Date,
        Time,
        Timestamp,
        Array,
        Map,
        Struct
    };

    Base base = Base::String;
    int precision = 0;
    int scale = 0;
    std::vector<SqlType> members;    // the element; key and value; the fields
    std::vector<std::string> names;  // of the fields

    /// As ksqlDB writes it: "DECIMAL(9, 2)", "ARRAY<INTEGER>".
    std::string text() const;
};

/// What rows can be inserted into: a stream or a table.
struct Source {
    struct Column {
        std::string name;
        SqlType type;
        bool key = false;
    };

    std::string name;
    std::vector<Column> columns;
    bool windowed = false;
    bool columnsKnown = true;

    const Column* find(std::string_view column) const;
    /// "ORDERS (`USER_ID` STRING KEY, `AMOUNT` INTEGER)"
    std::string text() const;
};

/// The base type of this name, or of an alias of it (INT, VARCHAR, DEC, NUMERIC); throws
/// std::invalid_argument for others.
SqlType::Base baseType(std::string_view word);

/// The columns as a CREATE statement has them between its brackets:
/// "user_id VARCHAR KEY, price DECIMAL(9,2), `Tags` ARRAY<STRING>". Throws std::invalid_argument.
std::vector<Source::Column> parsedColumns(std::string_view text);

/// The name that an unquoted or quoted identifier stands for: unquoted ones in upper case. Throws
/// std::invalid_argument for bad quoting.
std::string identifierName(std::string_view text);

}  // namespace ksqldb::server
