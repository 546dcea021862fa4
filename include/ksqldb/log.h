#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

namespace ksqldb {

enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warn, Error };

/// Takes one line, without a line end. The only code of the application's that runs on the event
/// loop thread, and on others of the library's at the same time: it must be thread-safe, must not
/// block and must not call the library. What it throws is swallowed. It is never given a secret;
/// SQL text only at Debug and Trace.
using LogSink = std::function<void(LogLevel, std::string_view)>;

}  // namespace ksqldb
