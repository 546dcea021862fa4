#pragma once
#include "protocol/answer_limits.h"

#include <ksqldb/error.h>

#include <optional>
#include <string>

namespace ksqldb::protocol {

/// Looks over a whole answer to a command before anything is built from it: its text, how deep it
/// is nested, how many elements it has. What is not UTF-8 is replaced in it, or is
/// Error(MalformedResponse). Whether it is the JSON that was awaited is the reader's business.
std::optional<Error> checkAnswer(std::string& body, const AnswerLimits& limits);

}  // namespace ksqldb::protocol
