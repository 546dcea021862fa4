// A pull query: all its rows as one result. For queries that end by themselves.
#include "sample.h"

int main() try {
    ksqldb::Client client(sample::server());

    auto result =
        client.executeQuery("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';").get();

    std::cout << "query id: " << result.header().queryId().value_or("none") << '\n';
    for (const ksqldb::Column& column : result.schema())
        std::cout << "column " << column.name << ", " << column.type.toString() << '\n';
    for (ksqldb::RowView row : result)
        std::cout << row["USER_ID"].asString() << " gave " << row.get<int>("RATINGS")
                  << " ratings, " << row.get<double>("MEAN_STARS") << " stars on average\n";

    // A pull query over a stream reads it from its beginning.
    result = client.executeQuery("select * from RATINGS LIMIT 3;").get();
    for (ksqldb::RowView row : result) std::cout << row << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
