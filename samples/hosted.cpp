// A hosted cluster: https, and an API key with its secret. KSQLDB_URL=https://…:443, KSQLDB_KEY,
// KSQLDB_SECRET; KSQLDB_CA_FILE where the cluster's certificate is not from a public authority.
#include "sample.h"

int main() try {
    ksqldb::ClientOptions options = sample::server();
    options.apiKey(sample::fromEnvironment("KSQLDB_KEY"), sample::fromEnvironment("KSQLDB_SECRET"));
    const std::string caFile = sample::fromEnvironment("KSQLDB_CA_FILE");
    if (!caFile.empty()) options.caFile(caFile);

    ksqldb::Client client(options);
    std::cout << "ksqlDB " << client.serverInfo().get().version << '\n';
    for (ksqldb::RowView row : client.executeQuery("select * from RATINGS LIMIT 3;").get())
        std::cout << row << '\n';
} catch (const ksqldb::Error& error) {
    if (error.code() == ksqldb::ErrorCode::Unauthorized)
        std::cerr << "KSQLDB_KEY and KSQLDB_SECRET are not what the cluster knows\n";
    return sample::failed(error);
}
