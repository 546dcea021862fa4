#pragma once
#include <ksqldb/error.h>

#include <string>
#include <string_view>

namespace ksqldb::protocol {

/// Makes the Error of an answer whose HTTP status is none of success, from its body, of whatever
/// kind: ksqlDB's JSON, even cut off, plain text, HTML, or nothing. Never throws for the body.
/// Texts of Errors are always UTF-8.
Error errorFromBody(int httpStatus, std::string_view body);

/// The Error of an error line within an answer of status 200.
Error errorFromLine(int serverCode, const std::string& message);

/// The first line of a text, cut to a length fit for what().
std::string shortened(std::string_view text);

}  // namespace ksqldb::protocol
