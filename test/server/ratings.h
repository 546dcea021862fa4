#pragma once

#include "numbered_source.h"

#include <chrono>

namespace ksqldb::server {

/// The stream RATINGS of the recordings, with made-up rows, so that a display has something to show
/// for longer than a recording lasts. Rating n has the number n, and was given n times `apart`
/// after `first`.
NumberedOptions madeUpRatings(std::chrono::system_clock::time_point first,
                              std::chrono::microseconds apart);

/// The statement that they answer.
constexpr const char* followsRatings = "select * from RATINGS EMIT CHANGES;";

}  // namespace ksqldb::server
