// A program of somebody else's: all that it knows of the library is its public headers.
#include <ksqldb/ksqldb.h>

#include <cstdlib>
#include <iostream>

int main() try {
    const char* url = std::getenv("KSQLDB_URL");
    ksqldb::Client client(ksqldb::ClientOptions(url != nullptr ? url : "http://localhost:8088"));

    auto result =
        client.executeQuery("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';").get();
    for (ksqldb::RowView row : result) std::cout << row << '\n';

    int rows = 0;
    for (ksqldb::RowView row :
         client.streamQuery("select * from RATINGS EMIT CHANGES LIMIT 4;",
                            ksqldb::StreamOptions().offsetReset(ksqldb::OffsetReset::Earliest)))
        rows += row.get<int>("STARS") > 0 ? 1 : 0;

    const bool isRight = result.size() == 1 && rows == 4;
    std::cout << (isRight ? "as expected" : "not as expected") << '\n';
    return isRight ? 0 : 1;
} catch (const ksqldb::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
