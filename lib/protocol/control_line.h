#pragma once
#include "protocol/answer_limits.h"

#include <ksqldb/error.h>
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
struct BeyondLimit {
    Error error;
};

using ControlLine = std::variant<Header, ErrorLine, TokenLine, FinalLine, RowLine, UnknownLine,
                                 NotJson, BeyondLimit>;

/// Reads an object line. A header whose parts do not fit together is NotJson, and so is what is not
/// UTF-8, save a row, which is the RowDecoder's.
ControlLine parseControlLine(std::string_view line, const AnswerLimits& limits = {});

}  // namespace ksqldb::protocol
