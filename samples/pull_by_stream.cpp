// The same pull query, its rows one after another. For results too large to hold.
#include "sample.h"

int main() try {
    ksqldb::Client client(sample::server());

    auto stream = client.streamQuery("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';");

    std::cout << "query id: " << stream.header().queryId().value_or("none") << '\n';
    for (ksqldb::RowView row : stream) std::cout << row << '\n';
    const std::uint64_t count = stream.counts().delivered;
    std::cout << count << (count == 1 ? " row\n" : " rows\n");
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
