#include "values/time_text.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace ksqldb::values {
namespace {

using std::chrono::milliseconds;

Date day(std::int32_t days) { return Date(Days(days)); }
TimeOfDay clock(std::int64_t ms) { return {milliseconds(ms)}; }
Timestamp point(std::int64_t ms) { return Timestamp(milliseconds(ms)); }

constexpr std::int32_t firstDay = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t lastDay = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t firstMs = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t lastMs = std::numeric_limits<std::int64_t>::max();

struct DateCase {
    std::int32_t days;
    std::string_view text;
};

const DateCase dates[] = {
    {0, "1970-01-01"},        {-1, "1969-12-31"},          {18408, "2020-05-26"},
    {11016, "2000-02-29"},    {-25509, "1900-02-28"},      {-25508, "1900-03-01"},
    {2932896, "9999-12-31"},  {2932897, "+10000-01-01"},   {-719162, "0001-01-01"},
    {-719163, "0000-12-31"},  {-719528, "0000-01-01"},     {-719529, "-0001-12-31"},
    {-735525, "-0044-03-15"}, {lastDay, "+5881580-07-11"}, {firstDay, "-5877641-06-23"},
};

TEST(TimeText, ReadsAndWritesDates) {
    for (const DateCase& c : dates) {
        Date read;
        EXPECT_EQ(parseDate(c.text, read), TimeFault::None) << c.text;
        EXPECT_EQ(read, day(c.days)) << c.text;
        EXPECT_EQ(toString(day(c.days)), c.text);
    }
}

TEST(TimeText, DatesBringThemselvesBack) {
    for (std::int64_t days = firstDay; days <= lastDay; days += 104'729) {
        const Date date = day(static_cast<std::int32_t>(days));
        Date read;
        ASSERT_EQ(parseDate(toString(date), read), TimeFault::None) << toString(date);
        ASSERT_EQ(read, date);
    }
    for (std::int32_t days = -1000; days < 150'000; ++days) {
        Date read;
        ASSERT_EQ(parseDate(toString(day(days)), read), TimeFault::None);
        ASSERT_EQ(read, day(days));
    }
}

TEST(TimeText, RefusesOtherDates) {
    const std::string_view broken[] = {"",
                                       "2020",
                                       "2020-05",
                                       "2020-05-2",
                                       "2020-5-26",
                                       "2020-05-26 ",
                                       " 2020-05-26",
                                       "2020-00-01",
                                       "2020-13-01",
                                       "2020-01-00",
                                       "2020-01-32",
                                       "2020-04-31",
                                       "2021-02-29",
                                       "1900-02-29",
                                       "202-05-26",
                                       "2020-05-26x",
                                       "2020/05/26",
                                       "20200526",
                                       "--020-05-26",
                                       "-+2020-05-26",
                                       "2020-05-26T00:00",
                                       "12345678901-01-01",
                                       "2020-05-026",
                                       "abcd-01-01",
                                       "2020-05-26-"};
    for (const std::string_view text : broken) {
        Date read = day(7);
        EXPECT_EQ(parseDate(text, read), TimeFault::Malformed) << text;
        EXPECT_EQ(read, day(7));
    }
    Date read;
    EXPECT_EQ(parseDate("+5881580-07-12", read), TimeFault::OutOfRange);
    EXPECT_EQ(parseDate("-5877641-06-22", read), TimeFault::OutOfRange);
    EXPECT_EQ(parseDate("+999999999-12-31", read), TimeFault::OutOfRange);
    EXPECT_EQ(parseDate("-9999999999-01-01", read), TimeFault::OutOfRange);
}

TEST(TimeText, ReadsTimes) {
    struct Case {
        std::string_view text;
        std::int64_t ms;
    };
    const Case cases[] = {{"00:00", 0},
                          {"10:30", 37'800'000},
                          {"10:30:05", 37'805'000},
                          {"10:30:05.2", 37'805'200},
                          {"10:30:05.25", 37'805'250},
                          {"10:30:05.250", 37'805'250},
                          {"10:30:05.001", 37'805'001},
                          {"10:30:05.123000", 37'805'123},
                          {"10:30:05.123000000", 37'805'123},
                          {"23:59:59.999", 86'399'999}};
    for (const Case& c : cases) {
        TimeOfDay read;
        EXPECT_EQ(parseTime(c.text, read), TimeFault::None) << c.text;
        EXPECT_EQ(read, clock(c.ms)) << c.text;
    }
}

TEST(TimeText, RefusesOtherTimes) {
    const std::string_view broken[] = {"",
                                       "10",
                                       "10:3",
                                       "1:30",
                                       "24:00",
                                       "10:60",
                                       "10:30:60",
                                       "10:30:5",
                                       "10:30:",
                                       "10:30:05.",
                                       "10:30:05,5",
                                       "10:30Z",
                                       "10:30:05Z",
                                       " 10:30",
                                       "10:30 ",
                                       "-1:30",
                                       "10:30.5",
                                       "10:30:05.1x",
                                       "10:30:05.0000000000",
                                       "10:30:05.1234",
                                       "10:30:05.123000001",
                                       "10-30",
                                       "T10:30"};
    for (const std::string_view text : broken) {
        TimeOfDay read = clock(7);
        EXPECT_EQ(parseTime(text, read), TimeFault::Malformed) << text;
        EXPECT_EQ(read, clock(7));
    }
}

TEST(TimeText, WritesTimes) {
    EXPECT_EQ(toString(clock(0)), "00:00:00");
    EXPECT_EQ(toString(clock(37'805'000)), "10:30:05");
    EXPECT_EQ(toString(clock(37'805'250)), "10:30:05.250");
    EXPECT_EQ(toString(clock(37'805'001)), "10:30:05.001");
    EXPECT_EQ(toString(clock(86'399'999)), "23:59:59.999");
    // These are no times of day, but anyone can make them.
    EXPECT_EQ(toString(clock(90'000'000)), "25:00:00");
    EXPECT_EQ(toString(clock(-1)), "-00:00:00.001");
    EXPECT_FALSE(toString(clock(firstMs)).empty());
    EXPECT_FALSE(toString(clock(lastMs)).empty());
}

TEST(TimeText, ReadsAndWritesTimestamps) {
    struct Case {
        std::int64_t ms;
        std::string_view text;
    };
    const Case cases[] = {{0, "1970-01-01T00:00:00.000"},
                          {-1, "1969-12-31T23:59:59.999"},
                          {1'590'537'598'123, "2020-05-26T23:59:58.123"},
                          {253'402'300'799'999, "9999-12-31T23:59:59.999"},
                          {253'402'300'800'000, "+10000-01-01T00:00:00.000"},
                          {-62'135'596'800'000, "0001-01-01T00:00:00.000"},
                          {-62'198'755'200'000, "-0001-01-01T00:00:00.000"},
                          {lastMs, "+292278994-08-17T07:12:55.807"},
                          {firstMs, "-292275055-05-16T16:47:04.192"}};
    for (const Case& c : cases) {
        Timestamp read;
        EXPECT_EQ(toString(point(c.ms)), c.text);
        EXPECT_EQ(parseTimestamp(c.text, read), TimeFault::None) << c.text;
        EXPECT_EQ(read, point(c.ms)) << c.text;
        EXPECT_EQ(parseTimestamp(std::string(c.text) + 'Z', read), TimeFault::None);
        EXPECT_EQ(read, point(c.ms));
    }
}

TEST(TimeText, ReadsTimestampsOfEveryPrecision) {
    const std::int64_t whole = 1'590'537'598'000;
    std::string text = "2020-05-26T23:59:58";
    Timestamp read;
    EXPECT_EQ(parseTimestamp(text, read), TimeFault::None);
    EXPECT_EQ(read, point(whole));
    text += ".1";
    for (int digits = 1; digits <= 9; ++digits, text += '0') {
        EXPECT_EQ(parseTimestamp(text, read), TimeFault::None) << text;
        EXPECT_EQ(read, point(whole + 100));
    }
    EXPECT_EQ(parseTimestamp(text, read), TimeFault::Malformed) << text;  // ten
    EXPECT_EQ(parseTimestamp("2020-05-26T23:59", read), TimeFault::None);
}

TEST(TimeText, RefusesOtherTimestamps) {
    const std::string_view broken[] = {"",
                                       "2020-05-26",
                                       "2020-05-26T",
                                       "2020-05-26 23:59:58",
                                       "2020-05-26t23:59:58",
                                       "2020-05-26T23:59:58z",
                                       "2020-05-26T23:59:58ZZ",
                                       "2020-05-26T23:59:58+00:00",
                                       "2020-05-26T24:00:00",
                                       "2020-02-30T00:00:00",
                                       "2020-05-26T23:59:58.1234",
                                       "2020-05-26T23:59:58.123456789",
                                       "T23:59:58"};
    for (const std::string_view text : broken) {
        Timestamp read = point(7);
        EXPECT_EQ(parseTimestamp(text, read), TimeFault::Malformed) << text;
        EXPECT_EQ(read, point(7));
    }
    Timestamp read;
    EXPECT_EQ(parseTimestamp("+292278994-08-17T07:12:55.808", read), TimeFault::OutOfRange);
    EXPECT_EQ(parseTimestamp("-292275055-05-16T16:47:04.191", read), TimeFault::OutOfRange);
    EXPECT_EQ(parseTimestamp("+9999999999-01-01T00:00", read), TimeFault::OutOfRange);
    EXPECT_EQ(parseTimestamp("-9999999999-01-01T00:00", read), TimeFault::OutOfRange);
}

TEST(TimeText, SplitsTimestamps) {
    Date date;
    TimeOfDay time;
    EXPECT_EQ(splitTimestamp(point(-1), date, time), TimeFault::None);
    EXPECT_EQ(date, day(-1));
    EXPECT_EQ(time, clock(86'399'999));
    EXPECT_EQ(splitTimestamp(point(86'400'001), date, time), TimeFault::None);
    EXPECT_EQ(date, day(1));
    EXPECT_EQ(time, clock(1));
    EXPECT_EQ(splitTimestamp(point(lastMs), date, time), TimeFault::OutOfRange);
    EXPECT_EQ(splitTimestamp(point(firstMs), date, time), TimeFault::OutOfRange);
}

}  // namespace
}  // namespace ksqldb::values
