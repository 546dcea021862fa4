// Rows as structs of the program's own, matched once against the columns; tuples by position.
#include "sample.h"

#include <tuple>

struct Rating {
    std::int64_t id = 0;
    std::string user;
    int stars = 0;
    std::optional<std::string> message;
    ksqldb::Timestamp when;

    static constexpr auto ksqldbFields() {
        return ksqldb::fields(
            ksqldb::key("RATING_ID", &Rating::id), ksqldb::field("USER_ID", &Rating::user),
            ksqldb::field("STARS", &Rating::stars), ksqldb::field("MESSAGE", &Rating::message),
            ksqldb::field("RATED_AT", &Rating::when));
    }
};

using UserMean = std::tuple<std::string, std::int64_t, double, std::optional<std::string>>;

int main() try {
    ksqldb::Client client(sample::server());

    const auto ratings = client.executeQuery<Rating>("select * from RATINGS LIMIT 3;").get();
    for (const Rating& rating : ratings)
        std::cout << rating.user << ", " << rating.stars << ": " << rating.message.value_or("-")
                  << '\n';

    // What came as a result of the other kind can be read so, too.
    auto users =
        client.executeQuery("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';").get();
    for (const auto& [user, count, mean, lastMessage] : users.as<UserMean>())
        std::cout << user << ": " << count << " ratings, " << mean << " stars on average\n";
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
