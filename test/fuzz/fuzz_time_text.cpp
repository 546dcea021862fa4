// Whatever can be read is written so that it reads as the same; whatever is a time at all can be
// written and read. timegm() has a calendar of its own.
#include "input.h"
#include "values/time_text.h"

#include <chrono>
#include <cstring>
#include <ctime>
#include <limits>

using namespace ksqldb;
using fuzz::require;
using values::TimeFault;

namespace {

constexpr std::int64_t msPerDay = 86'400'000;

void checkDate(Date date) {
    const std::string text = toString(date);
    Date again;
    require(values::parseDate(text, again) == TimeFault::None && again == date);

    std::tm fields{};
    const std::time_t seconds = std::int64_t{date.time_since_epoch().count()} * 86'400;
    require(gmtime_r(&seconds, &fields) != nullptr);
    const std::size_t monthAt = text.size() - 5;
    require(std::stoi(text.substr(0, monthAt - 1)) == fields.tm_year + 1900);
    require(std::stoi(text.substr(monthAt, 2)) == fields.tm_mon + 1);
    require(std::stoi(text.substr(monthAt + 3)) == fields.tm_mday);
}

void checkTime(TimeOfDay time) {
    TimeOfDay again;
    require(values::parseTime(toString(time), again) == TimeFault::None && again == time);
}

void checkTimestamp(Timestamp timestamp) {
    Timestamp again;
    require(values::parseTimestamp(toString(timestamp), again) == TimeFault::None);
    require(again == timestamp);
    Date date;
    TimeOfDay time;
    if (values::splitTimestamp(timestamp, date, time) != TimeFault::None) return;
    require(std::int64_t{date.time_since_epoch().count()} * msPerDay + time.sinceMidnight.count() ==
            timestamp.time_since_epoch().count());
    checkDate(date);
    checkTime(time);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::textOf(data, size);
    Date date;
    if (values::parseDate(text, date) == TimeFault::None) checkDate(date);
    TimeOfDay time;
    if (values::parseTime(text, time) == TimeFault::None) {
        require(time.sinceMidnight.count() >= 0 && time.sinceMidnight.count() < msPerDay);
        checkTime(time);
    }
    Timestamp timestamp;
    if (values::parseTimestamp(text, timestamp) == TimeFault::None) checkTimestamp(timestamp);

    std::int64_t number = 0;
    std::memcpy(&number, data, size < sizeof number ? size : sizeof number);
    checkTimestamp(Timestamp(std::chrono::milliseconds(number)));
    checkDate(Date(Days(static_cast<std::int32_t>(number))));
    return 0;
}
