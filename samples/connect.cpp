// Which server is it, and is it well?
#include "sample.h"

int main() try {
    ksqldb::Client client(sample::server());

    // Both requests run at the same time.
    auto infoLater = client.serverInfo();
    auto healthLater = client.healthCheck();

    const ksqldb::ServerInfo info = infoLater.get();
    std::cout << "ksqlDB " << info.version << ", service " << info.ksqlServiceId << '\n';

    const ksqldb::Health health = healthLater.get();
    std::cout << (health.isHealthy ? "healthy" : "not healthy") << '\n';
    for (const auto& [part, isHealthy] : health.details)
        std::cout << "  " << part << ": " << (isHealthy ? "healthy" : "not healthy") << '\n';
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
