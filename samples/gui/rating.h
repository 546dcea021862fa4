#pragma once
#include <ksqldb/typed.h>

#include <cstdint>
#include <optional>
#include <string>

/// A row of RATINGS. What may be null is an optional.
struct Rating {
    std::int64_t id = 0;
    std::optional<std::string> user;
    int stars = 0;
    std::optional<std::string> channel;
    std::optional<std::string> message;
    std::optional<ksqldb::Timestamp> when;

    static constexpr auto ksqldbFields() {
        return ksqldb::fields(
            ksqldb::key("RATING_ID", &Rating::id), ksqldb::field("USER_ID", &Rating::user),
            ksqldb::field("STARS", &Rating::stars), ksqldb::field("CHANNEL", &Rating::channel),
            ksqldb::field("MESSAGE", &Rating::message), ksqldb::field("RATED_AT", &Rating::when));
    }
};
