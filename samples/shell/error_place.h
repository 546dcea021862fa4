#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shell {

/// A place in a statement, both from 1; a column is a character.
struct SqlPlace {
    std::size_t line;
    std::size_t column;
};

/// The place that a message of ksqlDB's names: "line 1:15: …", "Line: 1, Col: 8: …".
std::optional<SqlPlace> placeIn(std::string_view message);

/// The line of the statement, and below it a mark at the place:
///
///       SELECT nope FROM orders;
///              ^
///
/// Of a line that is wider than `limit` columns, what is around the place; 0: all of it. None where
/// the statement has no such place.
struct MarkedLine {
    std::string line;
    std::string mark;
};
std::optional<MarkedLine> marked(std::string_view sql, SqlPlace place, std::size_t limit);

}  // namespace shell
