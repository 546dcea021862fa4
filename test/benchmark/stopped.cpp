// A consumer that stands still in the middle of a fast query: memory stays bounded, the client
// sleeps, and no row is lost.
//     benchmark-stopped <server program> [--rows=2000000] [--seconds=3]

#include "harness.h"
#include "readers.h"

#include <cstdio>
#include <string>
#include <thread>

namespace ksqldb::benchmark {
namespace {

int benchmark(const std::string& url, std::size_t rows, std::size_t seconds) {
    const Client unused{ClientOptions(url)};
    Client client{ClientOptions(url)};
    ResultStream stream =
        client.streamQuery("blast typical " + std::to_string(rows), StreamOptions());
    const ReadRow read = readerOf("typical");
    const std::size_t resident = residentBytes();
    std::size_t got = 0;
    std::uint64_t sum = 0;
    Sample stop;
    std::size_t grown = 0;
    for (const RowView row : stream) {
        sum += read(row);
        if (++got != 1000) continue;
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        stop = measure([&] { std::this_thread::sleep_for(std::chrono::seconds(seconds)); });
        grown = residentBytes() - resident;
    }
    std::printf(
        "stopped for %zu s with a buffer of 8 MiB: memory grew by %.1f MiB, CPU %.2f %%; "
        "%zu of %zu rows came (sum %llu)\n",
        seconds, static_cast<double>(grown) / (1 << 20), 100 * stop.cpu / stop.seconds, got, rows,
        static_cast<unsigned long long>(sum));
    return got == rows ? 0 : 1;
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    if (argc < 2) return 2;
    const ServerProcess server(argv[1]);
    return benchmark(server.url(), option(argc, argv, "rows", 2'000'000),
                     option(argc, argv, "seconds", 3));
}
