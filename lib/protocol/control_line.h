#pragma once
#include <ksqldb/header.h>

#include <string>
#include <string_view>
#include <variant>

namespace ksqldb::protocol {

// What the lines of a /query-stream answer are that are no rows, in both forms (protocol: delimited
// and StreamedRow).
struct ErrorLine {
    int serverCode = 0;
    std::string message;
};
struct TokenLine {
    std::string token;
};
struct FinalLine {
    bool limitReached = false;
};
struct RowLine {};      ///< a row after all, with its members in an unusual order
struct UnknownLine {};  ///< JSON, of a kind this version does not know
struct NotJson {
    std::string why;
};

using ControlLine =
    std::variant<Header, ErrorLine, TokenLine, FinalLine, RowLine, UnknownLine, NotJson>;

/// Reads an object line. A header whose parts do not fit together is NotJson.
ControlLine parseControlLine(std::string_view line);

}  // namespace ksqldb::protocol
