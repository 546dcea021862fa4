// How much later than libcurl's own write callback the application gets a row, at a quiet query's
// pace: a row every 400 us. The library delivers on a thread of its own only, never on the event
// loop: onRow is called on the delivery thread, next() returns on the caller's. And how
// little a query under load delays another one of its Client.
//     benchmark-latency <server program> [--rounds=5] [--rows=2500]

#include "harness.h"
#include "other_clients.h"

#include <ksqldb/ksqldb.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace ksqldb::benchmark {
namespace {

struct Way {
    std::string name;
    std::function<void(std::vector<double>& lateUs)> run;
    std::vector<Sample> samples = {};
    std::vector<double> p50 = {};
    std::vector<double> p99 = {};
};

double lateUs(std::int64_t stamp) { return static_cast<double>(realtimeNs() - stamp) * 1e-3; }

void benchmark(const std::string& url, int rounds, std::size_t rows) {
    const std::string sql = "paced real " + std::to_string(rows) + " 2500";
    // 50 000 rows a second for as long as the others take.
    const std::string load = "paced real " + std::to_string(30 * rows) + " 50000";
    Client client{ClientOptions(url)};
    std::vector<Way> ways = {
        {"curl's write callback",
         [&](std::vector<double>& late) {
             receive(url, sql, Form::StreamedRow, [&](std::string_view bytes) {
                 if (bytes.compare(0, 7, "{\"row\":") == 0)
                     late.push_back(lateUs(std::strtoll(bytes.data() + 19, nullptr, 10)));
             });
         }},
        {"onRow",
         [&](std::vector<double>& late) {
             StreamCallbacks callbacks;
             callbacks.onRow = [&](StreamControl&, RowView row) {
                 late.push_back(lateUs(row[0].asBigint()));
             };
             client.streamQuery(sql, std::move(callbacks)).wait();
         }},
        {"next",
         [&](std::vector<double>& late) {
             ResultStream stream = client.streamQuery(sql, StreamOptions());
             for (const RowView row : stream) late.push_back(lateUs(row[0].asBigint()));
         }},
        {"next, beside a busy query",
         [&](std::vector<double>& late) {
             const Subscription busy = client.streamQuery(load, StreamCallbacks());
             ResultStream stream = client.streamQuery(sql, StreamOptions());
             for (const RowView row : stream) late.push_back(lateUs(row[0].asBigint()));
         }},
    };
    for (int round = -1; round < rounds; ++round)
        for (Way& way : ways) {
            std::vector<double> late;
            const Sample sample = measure([&] { way.run(late); });
            if (round < 0) continue;
            way.samples.push_back(sample);
            way.p50.push_back(quantile(late, .5));
            way.p99.push_back(quantile(late, .99));
        }
    std::printf("from the server's write, us; medians of %d runs\n%-24s %6s %6s %8s | %s\n", rounds,
                "", "p50", "p99", "CPU/row", "more than curl's: p50, p99");
    for (const Way& way : ways) {
        std::vector<double> more50;
        std::vector<double> more99;
        for (std::size_t i = 0; i < way.p50.size(); ++i) {
            more50.push_back(way.p50[i] - ways[0].p50[i]);
            more99.push_back(way.p99[i] - ways[0].p99[i]);
        }
        const Contender contender{way.name, {}, {}, way.samples};
        std::printf("%-24s %6.1f %6.1f %8.1f | %6.1f %6.1f\n", way.name.c_str(), median(way.p50),
                    median(way.p99), contender.cpuNs(rows) * 1e-3, median(more50), median(more99));
    }
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    if (argc < 2) return 2;
    preferThisProcess();
    const ServerProcess server(argv[1]);
    benchmark(server.url(), static_cast<int>(option(argc, argv, "rounds", 5)),
              option(argc, argv, "rows", 2500));
}
