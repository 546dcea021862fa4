// The shortest whole program: a query's rows, printed.
#include <ksqldb/ksqldb.h>

#include <cstdlib>
#include <iostream>

int main() try {
    const char* url = std::getenv("KSQLDB_URL");
    ksqldb::Client client(url != nullptr ? url : "http://localhost:8088");

    const auto ratings = client.executeQuery("select * from RATINGS LIMIT 3;").get();
    for (ksqldb::RowView row : ratings)
        std::cout << row["USER_ID"] << " gave " << row["STARS"] << " stars\n";
} catch (const ksqldb::Error& error) {
    std::cerr << error << '\n';
    return 1;
}
