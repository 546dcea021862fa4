// What does the server have? Commands are values; each answer becomes structs.
#include "sample.h"

#include <vector>

int main() try {
    ksqldb::Client client(sample::server());

    // "LIST STREAMS;" and "LIST TABLES EXTENDED;", both at the same time.
    auto streamsLater = client.execute(ksqldb::listStreams());
    auto tablesLater = client.execute(ksqldb::listTablesExtended());
    for (const ksqldb::StreamInfo& stream : streamsLater.get())
        std::cout << "stream " << stream.name << " on topic " << stream.topic << '\n';
    for (const ksqldb::SourceDescription& table : tablesLater.get()) {
        std::cout << "table " << table.name << '\n';
        for (const ksqldb::FieldInfo& field : table.fields)
            std::cout << "  " << field.name << ' ' << field.type.toString()
                      << (field.isKey ? " KEY\n" : "\n");
    }

    // "LIST QUERIES;"
    for (const ksqldb::QueryInfo& query : client.execute(ksqldb::listQueries()).get())
        std::cout << "query " << query.id << " is " << query.state << '\n';

    // A command of one's own: any statement, its answer read as one likes.
    const ksqldb::Command<std::size_t> bytesOfFunctions(
        "LIST FUNCTIONS;", [](const std::vector<ksqldb::Entity>& entities) {
            return entities.empty() ? 0 : entities.front().json.size();
        });
    std::cout << bytesOfFunctions << " is answered with " << client.execute(bytesOfFunctions).get()
              << " bytes\n";

    // An HTTP request of one's own: whatever is answered, it is no error.
    const ksqldb::RawResponse answer =
        client.execute(ksqldb::rawRequest({"GET", "/no/such/path", {}, {}})).get();
    std::cout << "status " << answer.status << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
