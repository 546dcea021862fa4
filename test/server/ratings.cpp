#include "ratings.h"

#include "json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>

namespace ksqldb::server {

namespace {

constexpr const char* users[] = {"alice", "bob", "carol", "dave", "erin", "frank", "grace"};
constexpr const char* channels[] = {"web", "ios", "android"};
// By stars, from one on. Null: a rating without a word.
constexpr const char* messages[5][3] = {
    {"never again", "luggage lost", "six hours late"},
    {"long queue", "cold coffee", nullptr},
    {"ok", nullptr, "seats are narrow"},
    {"friendly crew", "on time", nullptr},
    {"great flight", "better food now", "best so far"},
};

/// The same for the same number, and otherwise as good as random (splitmix64).
std::uint64_t mixed(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    return number ^ (number >> 31);
}

/// Around a mean that rises and falls.
std::size_t starsOf(std::uint64_t number, std::uint64_t random) {
    const double mean = 3.3 + 1.1 * std::sin(static_cast<double>(number) / 40);
    const double noise = static_cast<double>(random % 1000) / 250 - 2;
    return static_cast<std::size_t>(std::clamp(std::lround(mean + noise), 1L, 5L));
}

/// "2026-11-23T09:00:05.000", in UTC.
std::string isoTime(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
    const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    gmtime_r(&whole, &parts);
    char text[40];
    const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text + length, sizeof text - length, ".%03d", static_cast<int>(ms));
    return text;
}

}  // namespace

NumberedOptions madeUpRatings(std::chrono::system_clock::time_point first,
                              std::chrono::microseconds apart) {
    NumberedOptions options;
    options.name = "RATINGS";
    options.columns = {{"RATING_ID", "BIGINT"}, {"USER_ID", "STRING"}, {"STARS", "INTEGER"},
                       {"CHANNEL", "STRING"},   {"MESSAGE", "STRING"}, {"RATED_AT", "TIMESTAMP"}};
    options.row = [first, apart](std::uint64_t number) {
        const std::uint64_t random = mixed(number);
        const std::size_t stars = starsOf(number, random);
        const char* message = messages[stars - 1][(random >> 32) % 3];
        JsonWriter json;
        json.StartArray();
        json.Uint64(number);
        json.String(users[(random >> 16) % 7]);
        json.Uint64(stars);
        json.String(channels[(random >> 24) % 3]);
        message == nullptr ? json.Null() : json.String(message);
        json.String(isoTime(first + apart * static_cast<std::int64_t>(number)));
        json.EndArray();
        return json.json();
    };
    return options;
}

}  // namespace ksqldb::server
