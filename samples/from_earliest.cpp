// A push query brings new rows only, unless it is told to start at the beginning of its source.
#include "sample.h"

int main() try {
    ksqldb::Client client(sample::server());

    auto ratings =
        client.streamQuery("select * from RATINGS EMIT CHANGES LIMIT 4;",
                           ksqldb::StreamOptions().offsetReset(ksqldb::OffsetReset::Earliest));
    for (ksqldb::RowView row : ratings)
        std::cout << ksqldb::toString(row["RATED_AT"].asTimestamp()) << ' ' << row["USER_ID"]
                  << ": " << row.get<std::optional<std::string>>("MESSAGE").value_or("-") << '\n';

    const bool isLimit = ratings.ending().kind() == ksqldb::Ending::Kind::LimitReached;
    std::cout << (isLimit ? "the limit is reached" : "the query has ended") << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
