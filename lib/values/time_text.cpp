#include "values/time_text.h"

#include <chrono>
#include <limits>
#include <ostream>
#include <string>

namespace ksqldb {

namespace {

constexpr std::int64_t msPerDay = 86'400'000;
// std::chrono::year ends at 32767, so the calendar's arithmetic is done in one cycle of 400 years,
// which all have the same number of days.
constexpr std::int64_t cycleYears = 400;
constexpr std::int64_t cycleDays = 146'097;
constexpr std::chrono::year cycleStart{2000};

std::int64_t floorDiv(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

std::int64_t cycleStartDay() {
    return std::chrono::sys_days(cycleStart / 1 / 1).time_since_epoch().count();
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// What is left of a text that is read from the front.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool atEnd() const { return text_.empty(); }

    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }

    // As many digits as there are, between least and most.
    bool number(std::size_t least, std::size_t most, std::int64_t& out) {
        std::size_t count = 0;
        out = 0;
        for (; count < text_.size() && count < most && isDigit(text_[count]); ++count)
            out = out * 10 + (text_[count] - '0');
        text_.remove_prefix(count);
        return count >= least;
    }

private:
    std::string_view text_;
};

bool readDay(Reader& in, std::int64_t& days) {
    const bool negative = in.take('-');
    if (!negative) in.take('+');
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    if (!in.number(4, 10, year) || !in.take('-') || !in.number(2, 2, month) || !in.take('-') ||
        !in.number(2, 2, day))
        return false;
    if (negative) year = -year;
    const std::int64_t cycle = floorDiv(year - int{cycleStart}, cycleYears);
    const std::chrono::year_month_day date(
        std::chrono::year(static_cast<int>(year - cycle * cycleYears)),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok()) return false;
    days = std::chrono::sys_days(date).time_since_epoch().count() + cycle * cycleDays;
    return true;
}

bool readTime(Reader& in, std::int64_t& ms) {
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    ms = 0;
    if (!in.number(2, 2, hour) || !in.take(':') || !in.number(2, 2, minute)) return false;
    if (in.take(':')) {
        if (!in.number(2, 2, second)) return false;
        if (in.take('.')) {
            std::int64_t digit = 0;
            if (!in.number(1, 1, digit)) return false;
            ms = digit * 100;
            for (std::int64_t weight = 10, count = 1; count < 9 && in.number(1, 1, digit);
                 ++count) {
                if (weight == 0 && digit != 0) return false;
                ms += digit * weight;
                weight /= 10;
            }
        }
    }
    ms += ((hour * 60 + minute) * 60 + second) * 1000;
    return hour < 24 && minute < 60 && second < 60;
}

std::string padded(std::int64_t value, std::size_t width) {
    std::string digits = std::to_string(value);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return digits;
}

std::string dayText(std::int64_t days) {
    const std::int64_t cycle = floorDiv(days - cycleStartDay(), cycleDays);
    const auto inCycle = static_cast<int>(days - cycle * cycleDays);
    const std::chrono::year_month_day date{
        std::chrono::sys_days(std::chrono::sys_days::duration(inCycle))};
    const std::int64_t year = int{date.year()} + cycle * cycleYears;
    std::string out = year < 0 ? "-" : year > 9999 ? "+" : "";
    out += padded(year < 0 ? -year : year, 4);
    out += '-' + padded(unsigned{date.month()}, 2);
    out += '-' + padded(unsigned{date.day()}, 2);
    return out;
}

std::string clockText(std::int64_t ms, bool withMs) {
    std::string out = padded(ms / 3'600'000, 2) + ':' + padded(ms / 60'000 % 60, 2) + ':' +
                      padded(ms / 1000 % 60, 2);
    if (withMs) out += '.' + padded(ms % 1000, 3);
    return out;
}

std::int64_t dayOf(Timestamp value) { return floorDiv(value.time_since_epoch().count(), msPerDay); }

std::int64_t timeOf(Timestamp value) {
    const std::int64_t inDay = value.time_since_epoch().count() % msPerDay;
    return inDay < 0 ? inDay + msPerDay : inDay;
}

bool fitsDate(std::int64_t days) {
    return days >= std::numeric_limits<std::int32_t>::min() &&
           days <= std::numeric_limits<std::int32_t>::max();
}

Date dateOf(std::int64_t days) { return Date(Days(static_cast<std::int32_t>(days))); }

}  // namespace

namespace values {

TimeFault parseDate(std::string_view text, Date& out) {
    Reader in(text);
    std::int64_t days = 0;
    if (!readDay(in, days) || !in.atEnd()) return TimeFault::Malformed;
    if (!fitsDate(days)) return TimeFault::OutOfRange;
    out = dateOf(days);
    return TimeFault::None;
}

TimeFault parseTime(std::string_view text, TimeOfDay& out) {
    Reader in(text);
    std::int64_t ms = 0;
    if (!readTime(in, ms) || !in.atEnd()) return TimeFault::Malformed;
    out = {std::chrono::milliseconds(ms)};
    return TimeFault::None;
}

TimeFault parseTimestamp(std::string_view text, Timestamp& out) {
    Reader in(text);
    std::int64_t days = 0;
    std::int64_t ms = 0;
    if (!readDay(in, days) || !in.take('T') || !readTime(in, ms)) return TimeFault::Malformed;
    in.take('Z');
    if (!in.atEnd()) return TimeFault::Malformed;
    // Counted from the day's end that is nearer to 1970, or the first day would overflow.
    if (days < 0) {
        ++days;
        ms -= msPerDay;
    }
    using Limits = std::numeric_limits<std::int64_t>;
    if (days < Limits::min() / msPerDay || days > Limits::max() / msPerDay)
        return TimeFault::OutOfRange;
    const std::int64_t whole = days * msPerDay;
    if (ms < 0 ? whole < Limits::min() - ms : whole > Limits::max() - ms)
        return TimeFault::OutOfRange;
    out = Timestamp(std::chrono::milliseconds(whole + ms));
    return TimeFault::None;
}

TimeFault splitTimestamp(Timestamp value, Date& date, TimeOfDay& time) {
    if (!fitsDate(dayOf(value))) return TimeFault::OutOfRange;
    date = dateOf(dayOf(value));
    time = {std::chrono::milliseconds(timeOf(value))};
    return TimeFault::None;
}

}  // namespace values

std::string toString(Date value) { return dayText(value.time_since_epoch().count()); }

std::string toString(TimeOfDay value) {
    const std::int64_t ms = value.sinceMidnight.count();
    if (ms < 0)  // no time of day, but the caller's to make; the least of all has no positive
        return '-' +
               clockText(ms == std::numeric_limits<std::int64_t>::min() ? -(ms + 1) : -ms, true);
    return clockText(ms, ms % 1000 != 0);
}

std::string toString(Timestamp value) {
    return dayText(dayOf(value)) + 'T' + clockText(timeOf(value), true);
}

std::ostream& operator<<(std::ostream& out, TimeOfDay value) { return out << toString(value); }

}  // namespace ksqldb
