#pragma once
#include <ksqldb/export.h>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string_view>

namespace ksqldb {

/// @addtogroup observing
/// @{

/// How much a line of the log matters, from least to most.
enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warn, Error };

/// The name as it is written here: "Warn". *thread-safe*
KSQLDB_API std::string_view toString(LogLevel level) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, LogLevel level);

/// Takes one line of the log, without a line end. The library writes no secret
/// into it; what a server repeats in its answer may be in it (SECURITY.md). SQL text is in it only
/// at Debug and Trace.
///
/// Threads: it is called on threads of the library's, on those that call the Client, and where an
/// executor runs its tasks, several at a time. It must be thread-safe, must not block and must not
/// call the library.
/// Errors: what it throws is ignored.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// @}

}  // namespace ksqldb
