#include "base/log.h"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using base::Logger;

struct Line {
    LogLevel level;
    std::string text;

    friend bool operator==(const Line& a, const Line& b) {
        return a.level == b.level && a.text == b.text;
    }
};

LogSink into(std::vector<Line>& lines) {
    return [&lines](LogLevel level, std::string_view text) {
        lines.push_back({level, std::string(text)});
    };
}

TEST(Logger, IsSilentByDefault) {
    const Logger logger;
    EXPECT_FALSE(logger.wants(LogLevel::Error));
    logger.log(LogLevel::Error, "nobody hears");
    const Logger noSink(LogLevel::Trace, nullptr);
    EXPECT_FALSE(noSink.wants(LogLevel::Error));
    noSink.log(LogLevel::Error, "nobody hears");
}

TEST(Logger, PassesOnWhatIsImportantEnough) {
    std::vector<Line> lines;
    const Logger logger(LogLevel::Info, into(lines));
    EXPECT_FALSE(logger.wants(LogLevel::Debug));
    EXPECT_TRUE(logger.wants(LogLevel::Info));
    logger.log(LogLevel::Trace, "no");
    logger.log(LogLevel::Debug, "no");
    logger.log(LogLevel::Info, "info");
    logger.log(LogLevel::Warn, "warn");
    logger.log(LogLevel::Error, "error");
    EXPECT_EQ(lines,
              (std::vector<Line>{
                  {LogLevel::Info, "info"}, {LogLevel::Warn, "warn"}, {LogLevel::Error, "error"}}));
}

TEST(Logger, SurvivesASinkThatThrows) {
    int calls = 0;
    const Logger logger(LogLevel::Trace, [&](LogLevel, std::string_view) {
        ++calls;
        throw std::runtime_error("disk full");
    });
    logger.log(LogLevel::Info, "one");
    const Logger throwsAnything(LogLevel::Trace, [&](LogLevel, std::string_view) {
        ++calls;
        throw 5;
    });
    throwsAnything.log(LogLevel::Info, "two");
    EXPECT_EQ(calls, 2);
}

TEST(Logger, CopiesShareTheSink) {
    std::vector<Line> lines;
    auto logger = std::make_unique<Logger>(LogLevel::Warn, into(lines));
    const Logger copy = *logger;
    logger.reset();
    copy.log(LogLevel::Warn, "still here");
    EXPECT_EQ(lines.size(), 1U);
}

TEST(Logger, WritesToStandardError) {
    ::testing::internal::CaptureStderr();
    const Logger logger(LogLevel::Info, base::stderrLogSink());
    logger.log(LogLevel::Warn, "100% {} of it");
    logger.log(LogLevel::Debug, "not this");
    const std::string written = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(written.find("100% {} of it"), std::string::npos) << written;
    EXPECT_NE(written.find("ksqldb"), std::string::npos) << written;
    EXPECT_NE(written.find("warn"), std::string::npos) << written;
    EXPECT_EQ(written.find("not this"), std::string::npos) << written;
}

TEST(LogLevel, HasNames) {
    EXPECT_EQ(toString(LogLevel::Trace), "Trace");
    EXPECT_EQ(toString(LogLevel::Debug), "Debug");
    EXPECT_EQ(toString(LogLevel::Info), "Info");
    EXPECT_EQ(toString(LogLevel::Warn), "Warn");
    std::ostringstream out;
    out << LogLevel::Error;
    EXPECT_EQ(out.str(), "Error");
}

}  // namespace
}  // namespace ksqldb::test
