// A push query with LIMIT ends by itself: it is had as one result. Meanwhile its id is known.
#include "sample.h"

using namespace std::chrono_literals;

int main() try {
    ksqldb::Client client(sample::server());

    std::promise<ksqldb::Header> header;
    auto headerLater = header.get_future();
    auto resultLater = client.executeQuery(
        "select * from RATINGS EMIT CHANGES LIMIT 4;",
        ksqldb::QueryOptions().offsetReset(ksqldb::OffsetReset::Earliest).timeout(30s),
        std::move(header));

    std::cout << "running as " << headerLater.get().queryId().value_or("none") << '\n';
    for (ksqldb::RowView row : resultLater.get()) std::cout << row << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
