// At a real server's pace: 50 000 rows of 115 bytes a second, a chunk and a write each. What a row
// costs the client, how late it comes, and how late the first row after a silence is, for several
// values of ClientOptions::readPause.
//     benchmark-paced <server program> [--rounds=3] [--rows=100000] [--rate=50000] [--only=<row>]

#include "harness.h"
#include "other_clients.h"
#include "readers.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksqldb::benchmark {
namespace {

constexpr std::size_t burst = 512;  // rows between two silences
constexpr int silenceMs = 30;

volatile std::uint64_t sink = 0;

/// How late rows came, in microseconds.
struct Lateness {
    std::vector<double> all;
    std::vector<double> afterSilence;
    std::size_t rows = 0;
    bool isFirst = false;

    /// Whether to look at the clock for the next row: not for each, it costs.
    bool wantsStamp(std::size_t rowsOfBurst) {
        isFirst = rowsOfBurst != 0 && rows % rowsOfBurst == 0;
        return rows++ % 16 == 0 || isFirst;
    }
    void add(std::int64_t stamp) {
        const double late = static_cast<double>(realtimeNs() - stamp) * 1e-3;
        all.push_back(late);
        if (isFirst) afterSilence.push_back(late);
    }
};

struct Way {
    std::string name;
    std::function<void(const std::string& sql, std::size_t first, Lateness& lateness)> run;
    std::vector<Sample> samples = {};
    Lateness underLoad = {};
    Lateness inBursts = {};
};

/// The bytes of curl's chunks: a row each.
void byCurl(const std::string& url, const std::string& sql, std::size_t first, Lateness& lateness,
            int pauseUs) {
    receive(
        url, sql, Form::StreamedRow,
        [&](std::string_view bytes) {
            if (bytes.compare(0, 7, "{\"row\":") == 0 && lateness.wantsStamp(first))
                lateness.add(std::strtoll(bytes.data() + 19, nullptr, 10));
        },
        pauseUs);
}

void byNext(Client& client, const std::string& sql, std::size_t first, Lateness& lateness) {
    const ReadRow read = readerOf("real");
    ResultStream stream = client.streamQuery(sql, StreamOptions());
    std::uint64_t sum = 0;
    for (const RowView row : stream) {
        sum += read(row);
        if (lateness.wantsStamp(first)) lateness.add(row[0].asBigint());
    }
    sink = sum;
}

void byOnRow(Client& client, const std::string& sql, std::size_t first, Lateness& lateness) {
    const ReadRow read = readerOf("real");
    std::uint64_t sum = 0;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) {
        sum += read(row);
        if (lateness.wantsStamp(first)) lateness.add(row[0].asBigint());
    };
    client.streamQuery(sql, std::move(callbacks)).wait();
    sink = sum;
}

void benchmark(const std::string& url, int rounds, std::size_t rows, std::size_t rate,
               const std::string& only) {
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<Way> ways = {
        {"curl, thrown away", [&](const std::string& sql, std::size_t first,
                                  Lateness& lateness) { byCurl(url, sql, first, lateness, 0); }},
        {"curl, sleeps 1 ms a round",
         [&](const std::string& sql, std::size_t first, Lateness& lateness) {
             byCurl(url, sql, first, lateness, 1000);
         }}};
    for (const int pause : {0, 250, 500, 1000, 2000}) {
        clients.push_back(std::make_unique<Client>(
            ClientOptions(url).readPause(std::chrono::microseconds(pause))));
        Client& client = *clients.back();
        ways.push_back({"next, readPause " + std::to_string(pause) + " us",
                        [&client](const std::string& sql, std::size_t first, Lateness& lateness) {
                            byNext(client, sql, first, lateness);
                        }});
    }
    Client usual(url);
    ways.push_back(
        {"onRow", [&usual](const std::string& sql, std::size_t first, Lateness& lateness) {
             byOnRow(usual, sql, first, lateness);
         }});
    if (!only.empty()) std::erase_if(ways, [&](const Way& way) { return way.name != only; });
    const std::string load = "paced real " + std::to_string(rows) + ' ' + std::to_string(rate);
    const std::string bursts = "paced real " + std::to_string(20 * burst) + ' ' +
                               std::to_string(rate) + ' ' + std::to_string(burst) + ' ' +
                               std::to_string(silenceMs);
    for (int round = 0; round < rounds; ++round)
        for (Way& way : ways) {
            const std::size_t before = way.underLoad.rows;
            way.samples.push_back(measure([&] { way.run(load, 0, way.underLoad); }));
            if (way.underLoad.rows - before != rows) throw std::runtime_error("rows are missing");
            way.run(bursts, burst, way.inBursts);
        }
    std::printf("%zu rows a second, 115 bytes each; us\n%-28s %8s %8s %9s | %6s %6s | %s\n", rate,
                "", "CPU/row", "system", "rows/s", "p50", "p99", "first after silence p50, p99");
    for (Way& way : ways) {
        Contender contender{way.name, {}, {}, way.samples};
        std::printf("%-28s %8.2f %8.2f %9.0f | %6.0f %6.0f | %6.0f %6.0f\n", way.name.c_str(),
                    contender.cpuNs(rows) * 1e-3, contender.systemNs(rows) * 1e-3,
                    contender.perSecond(rows), quantile(way.underLoad.all, .5),
                    quantile(way.underLoad.all, .99), quantile(way.inBursts.afterSilence, .5),
                    quantile(way.inBursts.afterSilence, .99));
    }
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    if (argc < 2) return 2;
    preferThisProcess();
    const ServerProcess server(argv[1]);
    benchmark(server.url(), static_cast<int>(option(argc, argv, "rounds", 3)),
              option(argc, argv, "rows", 100'000), option(argc, argv, "rate", 50'000),
              option(argc, argv, "only", ""));
}
