#pragma once
#include <ksqldb/log.h>

#include <memory>
#include <string>
#include <string_view>

namespace ksqldb::base {

/// The sink that writes to standard error.
LogSink stderrLogSink();

/// The client's log: a level and a sink that cannot harm. Copies share the sink. *thread-safe*
class Logger {
public:
    Logger() = default;  ///< silent
    Logger(LogLevel least, LogSink sink);

    bool wants(LogLevel level) const noexcept { return sink_ && level >= least_; }
    void log(LogLevel level, std::string_view line) const noexcept;

private:
    LogLevel least_ = LogLevel::Error;
    std::shared_ptr<const LogSink> sink_;
};

}  // namespace ksqldb::base
