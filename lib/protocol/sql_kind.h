#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::protocol {

/// What a statement is to a client. It is told by the first words, so a statement that ksqlDB
/// would refuse has a kind, too.
enum class SqlKind : std::uint8_t {
    Query,         // SELECT
    Print,         // PRINT
    InsertValues,  // INSERT INTO … VALUES
    Set,           // SET 'property' = 'value'
    Unset,         // UNSET 'property'
    Define,        // DEFINE variable = 'value'
    Undefine,      // UNDEFINE variable
    Shell,         // what only ksqlDB's own shell knows: RUN SCRIPT, SPOOL, EXIT …
    Other,         // all that /ksql takes
};

/// Of the first statement in the text.
SqlKind kindOf(std::string_view sql) noexcept;

/// Whether it ends with LIMIT and a number.
bool hasLimit(std::string_view sql) noexcept;

/// A SELECT with EMIT CHANGES or EMIT FINAL: it ends at its LIMIT, if it has one, or never.
bool isPushQuery(std::string_view sql) noexcept;

/// What SET, UNSET, DEFINE and UNDEFINE say; UNSET and UNDEFINE have no value.
struct SqlSetting {
    std::string name;
    std::optional<std::string> value;
};
/// None unless it is one of the four, whole and well-formed.
std::optional<SqlSetting> settingOf(std::string_view sql);

}  // namespace ksqldb::protocol
