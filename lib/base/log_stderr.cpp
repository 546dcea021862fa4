// The one file that knows spdlog (a second of compile time each). A build without it writes
// plainly.
#include "base/log.h"

#ifdef KSQLDB_WITH_SPDLOG
#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#else
#include <cstdio>
#endif

namespace ksqldb::base {

#ifdef KSQLDB_WITH_SPDLOG

LogSink stderrLogSink() {
    // An object of its own: never spdlog's registry or default logger, which are the application's.
    auto logger = std::make_shared<spdlog::logger>(
        "ksqldb", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_level(spdlog::level::trace);
    return [logger](LogLevel level, std::string_view line) {
        static constexpr spdlog::level::level_enum levels[] = {
            spdlog::level::trace, spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
            spdlog::level::err};
        logger->log(levels[static_cast<int>(level)],
                    spdlog::string_view_t(line.data(), line.size()));
    };
}

#else

LogSink stderrLogSink() {
    return [](LogLevel level, std::string_view line) {
        static constexpr const char* names[] = {"trace", "debug", "info", "warn", "error"};
        std::fprintf(stderr, "[ksqldb] [%s] %.*s\n", names[static_cast<int>(level)],
                     static_cast<int>(line.size()), line.data());
    };
}

#endif

}  // namespace ksqldb::base
