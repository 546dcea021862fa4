// Rows as they are asked for: with a time limit, as a range, until the query is complete.
#include "sample.h"

using namespace std::chrono_literals;

int main() try {
    ksqldb::Client client(sample::server());
    ksqldb::RowView row;

    // With a time limit: a row, nothing yet, or the end.
    auto ratings = client.streamQuery("select * from RATINGS EMIT CHANGES;");
    for (int silent = 0; silent < 3;) {
        const ksqldb::Next found = ratings.next(row, 1s);
        if (found == ksqldb::Next::End) break;
        if (found == ksqldb::Next::Timeout)
            std::cout << "nothing new, " << ++silent << '\n';
        else
            std::cout << row["USER_ID"] << ": " << row["STARS"] << " stars\n";
    }
    ratings.cancel();

    // As a range; a query that fails throws.
    const char* firstFour = "select * from RATINGS EMIT CHANGES LIMIT 4;";
    const auto earliest = ksqldb::StreamOptions().offsetReset(ksqldb::OffsetReset::Earliest);
    for (ksqldb::RowView rating : client.streamQuery(firstFour, earliest))
        std::cout << rating["RATING_ID"] << ' ' << rating["MESSAGE"] << '\n';

    // Until it is complete. The last answer of next() is End: no row came with it.
    auto again = client.streamQuery(firstFour, earliest);
    while (!again.isComplete())
        if (again.next(row) == ksqldb::Next::Row) std::cout << row.toJson() << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
