// A push query's rows as structs of the program's own, as they come.
#include <ksqldb/ksqldb.h>

#include <cstdlib>
#include <iostream>

struct Rating {
    std::string user;
    int stars = 0;
    std::optional<std::string> message;

    static constexpr auto ksqldbFields() {
        return ksqldb::fields(ksqldb::field("USER_ID", &Rating::user),
                              ksqldb::field("STARS", &Rating::stars),
                              ksqldb::field("MESSAGE", &Rating::message));
    }
};

int main() try {
    const char* url = std::getenv("KSQLDB_URL");
    ksqldb::Client client(url != nullptr ? url : "http://localhost:8088");

    const auto fromStart = ksqldb::StreamOptions().offsetReset(ksqldb::OffsetReset::Earliest);
    for (const Rating& rating :
         client.streamQuery<Rating>("select * from RATINGS EMIT CHANGES LIMIT 4;", fromStart))
        std::cout << rating.user << " gave " << rating.stars
                  << " stars: " << rating.message.value_or("no message") << '\n';
} catch (const ksqldb::Error& error) {
    std::cerr << error << '\n';
    return 1;
}
