#pragma once
#include <ksqldb/value.h>

#include <cstdint>
#include <string_view>

namespace ksqldb::values {

enum class TimeFault : std::uint8_t {
    None,
    Malformed,   // no such text, no such day, or digits finer than a millisecond
    OutOfRange,  // a good text, but Date or Timestamp ends before it
};

// Strict readers: the whole text counts. `out` is set only if the answer is None.

/// "2020-05-26", "+12345-01-01", "-0044-03-15".
TimeFault parseDate(std::string_view text, Date& out);
/// "10:30", "10:30:05", "10:30:05.123"; further digits must be zeros.
TimeFault parseTime(std::string_view text, TimeOfDay& out);
/// Date, 'T', time; a 'Z' may follow.
TimeFault parseTimestamp(std::string_view text, Timestamp& out);

/// The same point as a day and a time in it.
TimeFault splitTimestamp(Timestamp value, Date& date, TimeOfDay& time);

}  // namespace ksqldb::values
