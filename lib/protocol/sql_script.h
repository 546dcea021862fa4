#pragma once
#include "protocol/sql_kind.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::protocol {

/// A place in a text, as editors count: from 1, a column is a character. The offset is in bytes,
/// from 0.
struct SqlPlace {
    std::size_t offset = 0;
    std::size_t line = 1;
    std::size_t column = 1;
};

enum class SqlProblem : std::uint8_t {
    None,
    NoSemicolon,  // the text ends before it
    Unclosed,     // a quote or a comment has no end
};

/// One statement of a script, from its first word to its semicolon.
struct SqlStatement {
    std::string text;
    SqlKind kind = SqlKind::Other;
    SqlPlace place;
    SqlProblem problem = SqlProblem::None;  // only the last one can have any
    SqlPlace problemPlace;                  // of what is not closed
};

/// The statements of a script in order, comments and blanks between them left out, and so are
/// semicolons alone. A `--` with nothing behind it gets a blank (see isBareComment()), nothing else
/// is changed. A byte order mark in front is skipped.
std::vector<SqlStatement> splitScript(std::string_view script);

}  // namespace ksqldb::protocol
