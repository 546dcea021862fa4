#include "base/log.h"

#include <ostream>
#include <utility>

namespace ksqldb {

std::string_view toString(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::Trace:
            return "Trace";
        case LogLevel::Debug:
            return "Debug";
        case LogLevel::Info:
            return "Info";
        case LogLevel::Warn:
            return "Warn";
        case LogLevel::Error:
            return "Error";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, LogLevel level) { return out << toString(level); }

namespace base {

Logger::Logger(LogLevel least, LogSink sink)
    : least_(least), sink_(sink ? std::make_shared<const LogSink>(std::move(sink)) : nullptr) {}

void Logger::log(LogLevel level, std::string_view line) const noexcept {
    if (!wants(level)) return;
    try {
        (*sink_)(level, line);
    } catch (...) {  // a log that fails must not end a query
    }
}

}  // namespace base
}  // namespace ksqldb
