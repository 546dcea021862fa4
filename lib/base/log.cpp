#include "base/log.h"

#include <utility>

namespace ksqldb::base {

Logger::Logger(LogLevel least, LogSink sink)
    : least_(least), sink_(sink ? std::make_shared<const LogSink>(std::move(sink)) : nullptr) {}

void Logger::log(LogLevel level, std::string_view line) const noexcept {
    if (!wants(level)) return;
    try {
        (*sink_)(level, line);
    } catch (...) {  // a log that fails must not end a query
    }
}

}  // namespace ksqldb::base
