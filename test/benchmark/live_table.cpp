// A table of a million keys in memory: what a key takes, how fast the table fills, and how many
// updates a second it takes; beside a typed stream of the same rows that keeps nothing.
//     benchmark-live_table <server program> [--rounds=3] [--keys=1000000] [--updates=1000000]
//         [--only=<row>]

#include "harness.h"

#include <ksqldb/ksqldb.h>

#include <malloc.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace ksqldb::benchmark {
namespace {

struct Entry {
    std::string k;
    std::int64_t n = 0;
    double x = 0;
    std::string s;
    static constexpr auto ksqldbFields() {
        return fields(key("K", &Entry::k), field("N", &Entry::n), field("X", &Entry::x),
                      field("S", &Entry::s));
    }
};

struct Size {
    std::size_t keys, updates;
    std::string sql() const {
        return "SELECT table " + std::to_string(keys) + ' ' + std::to_string(updates) +
               " EMIT CHANGES;";
    }
};

volatile std::int64_t sink = 0;

/// Time and CPU when all keys were there, and at the end.
struct Run {
    using Clock = std::chrono::steady_clock;

    Clock::time_point begun = Clock::now();
    double cpuBegun = cpuSeconds();
    double fillSeconds = 0, fillCpu = 0;
    double seconds = 0, cpu = 0;  // of the updates
    double bytesPerKey = 0;

    void filled() {
        fillSeconds = std::chrono::duration<double>(Clock::now() - begun).count();
        fillCpu = cpuSeconds() - cpuBegun;
    }
    void ended() {
        seconds = std::chrono::duration<double>(Clock::now() - begun).count() - fillSeconds;
        cpu = cpuSeconds() - cpuBegun - fillCpu;
    }
};

Run byStream(const std::string& url, const Size& size) {
    Client client{ClientOptions(url)};
    std::int64_t sum = 0;
    std::size_t rows = 0;
    Run run;
    auto query = client.streamQuery<Entry>(size.sql(), [&](StreamControl&, Entry&& entry) {
        sum += entry.n;
        if (++rows == size.keys) run.filled();
    });
    query.wait();
    run.ended();
    sink = sum;
    return run;
}

struct Extras {
    bool callback = false;
    bool reader = false;  // a thread that sums up all rows once a second
};

template <class Map>
Run byTable(const std::string& url, const Size& size, const Extras& extras) {
    Client client{ClientOptions(url)};
    malloc_trim(0);
    const std::size_t before = residentBytes();
    LiveTableCallbacks<std::string, Entry> callbacks;
    std::int64_t sum = 0;
    if (extras.callback)
        callbacks.onUpdate = [&](const std::string&, const Entry&, const Entry& after) {
            sum += after.n;
        };
    Run run;
    LiveTable<std::string, Entry, Map> table(
        client, Statement(size.sql()), std::move(callbacks),
        LiveTableOptions().caughtUpBy(CaughtUpBy::QuietTime).quietTime(std::chrono::hours(1)));
    while (table.size() < size.keys && !table.ending())
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    run.filled();
    std::atomic<bool> isOver{false};
    std::thread reader([&] {
        while (extras.reader && !isOver) {
            table.read([](const Map& rows) {
                std::int64_t all = 0;
                for (const auto& [key, entry] : rows) all += entry.n;
                sink = all;
            });
            std::this_thread::sleep_for(std::chrono::seconds(1));
        }
    });
    table.wait();
    run.ended();
    isOver = true;
    reader.join();
    if (table.size() != size.keys) throw std::runtime_error("keys are missing");
    sink = sum;
    run.bytesPerKey =
        static_cast<double>(residentBytes() - before) / static_cast<double>(size.keys);
    return run;
}

struct Way {
    std::string name;
    std::function<Run(const Size&)> run;
    std::vector<double> fill = {}, fillCpu = {}, update = {}, cpu = {}, bytes = {};

    void add(const Run& one, const Size& size) {
        const auto keys = static_cast<double>(size.keys);
        const auto updates = static_cast<double>(size.updates);
        fill.push_back(keys / one.fillSeconds);
        fillCpu.push_back(one.fillCpu / keys * 1e9);
        update.push_back(updates / one.seconds);
        cpu.push_back(one.cpu / updates * 1e9);
        bytes.push_back(one.bytesPerKey);
    }
};

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    if (argc < 2) return 2;
    const Size size{option(argc, argv, "keys", 1'000'000),
                    option(argc, argv, "updates", 1'000'000)};
    const auto rounds = static_cast<int>(option(argc, argv, "rounds", 3));
    const ServerProcess server(argv[1]);
    const std::string url = server.url();

    using Ordered = std::map<std::string, Entry>;
    using Hashed = std::unordered_map<std::string, Entry>;
    std::vector<Way> ways = {
        {"typed stream, nothing kept", [&](const Size& s) { return byStream(url, s); }},
        {"std::map", [&](const Size& s) { return byTable<Ordered>(url, s, {}); }},
        {"std::unordered_map", [&](const Size& s) { return byTable<Hashed>(url, s, {}); }},
        {"the same, with onUpdate",
         [&](const Size& s) {
             return byTable<Hashed>(url, s, {true, false});
         }},
        {"the same, all read once a second", [&](const Size& s) {
             return byTable<Hashed>(url, s, {false, true});
         }}};
    const std::string only = option(argc, argv, "only", "");
    if (!only.empty()) std::erase_if(ways, [&](const Way& way) { return way.name != only; });
    for (int round = 0; round < rounds; ++round)
        for (Way& way : ways) way.add(way.run(size), size);
    std::printf("%zu keys, %zu updates\n%-34s %8s %10s %14s %10s %14s\n", size.keys, size.updates,
                "", "B a key", "inserts/s", "CPU ns/insert", "updates/s", "CPU ns/update");
    for (const Way& way : ways)
        std::printf("%-34s %8.0f %10.0f %14.0f %10.0f %14.0f\n", way.name.c_str(),
                    median(way.bytes), median(way.fill), median(way.fillCpu), median(way.update),
                    median(way.cpu));
}
