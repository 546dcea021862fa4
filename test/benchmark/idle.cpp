// Many push queries that say nothing: memory and CPU of each, and what a row of another query costs
// among them.
//     benchmark-idle <server program> [--queries=10000] [--seconds=5] [--rows=3000] [--set=typical]

#include "harness.h"

#include <ksqldb/ksqldb.h>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::benchmark {
namespace {

/// A row a millisecond.
void ticking(Client& client, std::size_t rows, const char* where) {
    std::vector<double> late;
    const Sample sample = measure([&] {
        ResultStream stream =
            client.streamQuery("paced real " + std::to_string(rows) + " 1000", StreamOptions());
        for (const RowView row : stream)
            late.push_back(static_cast<double>(realtimeNs() - row[0].asBigint()) * 1e-3);
    });
    std::printf(
        "a query with 1 000 rows a second, %s: CPU %.1f us a row, late p50 %.0f us, p99 "
        "%.0f us\n",
        where, sample.cpu * 1e6 / static_cast<double>(rows), quantile(late, .5),
        quantile(late, .99));
}

void benchmark(const std::string& url, std::size_t queries, std::size_t seconds, std::size_t rows,
               const std::string& set) {
    Client client{ClientOptions(url)};
    ticking(client, rows, "alone");
    std::atomic<std::size_t> headers{0};
    std::vector<Subscription> all;
    all.reserve(queries);
    const std::size_t resident = residentBytes();
    const Sample opening = measure([&] {
        for (std::size_t i = 0; i < queries; ++i) {
            StreamCallbacks callbacks;
            callbacks.onHeader = [&](StreamControl&, const Header&) { ++headers; };
            callbacks.onRow = [](StreamControl&, RowView) {};
            all.push_back(client.streamQuery("idle " + set, std::move(callbacks)));
            // ksqlDB's listen queue is not endless either.
            while (i + 1 - headers > 1000)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        while (headers < queries) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    const double n = static_cast<double>(queries);
    std::printf("%zu idle push queries: opened in %.2f s, CPU %.0f us each\n", queries,
                opening.seconds, opening.cpu * 1e6 / n);
    std::printf("  memory %.1f KiB each\n",
                static_cast<double>(residentBytes() - resident) / n / 1024);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const Sample idle =
        measure([&] { std::this_thread::sleep_for(std::chrono::seconds(seconds)); });
    std::printf("  CPU of all together %.3f %%\n", 100 * idle.cpu / idle.seconds);
    ticking(client, rows, "among them");
    const Sample closing = measure([&] { all.clear(); });
    std::printf("handles destroyed in %.2f s\n", closing.seconds);
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    if (argc < 2) return 2;
    raiseFileLimit();
    preferThisProcess();
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    std::size_t queries = option(argc, argv, "queries", 10'000);
    if (limit.rlim_cur < queries + 100) {
        std::printf("the limit of open files, %llu, forbids %zu queries\n",
                    static_cast<unsigned long long>(limit.rlim_cur), queries);
        queries = limit.rlim_cur - 100;
    }
    const ServerProcess server(argv[1]);
    benchmark(server.url(), queries, option(argc, argv, "seconds", 5),
              option(argc, argv, "rows", 3000), option(argc, argv, "set", "typical"));
}
