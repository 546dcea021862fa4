// Whole results: 10 000 rows of a pull query, read in full or as a std::vector<T>. How many come in
// a second, and to next(); how long after the last byte was sent they are there, what a row costs,
// and how much memory it takes at most.
//     benchmark-results <server program> [--rounds=21] [--rows=10000] [--rate=50000] [--set=narrow]
//         [--only=<way>]

#include "harness.h"
#include "other_clients.h"
#include "readers.h"

#include <malloc.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

// What the library and the vector have by operator new. libcurl has its memory from malloc(), and
// it is the same for all.
std::atomic<std::size_t> held{0};
std::atomic<std::size_t> most{0};

void* counted(void* memory) {
    if (memory == nullptr) throw std::bad_alloc();
    const std::size_t size = malloc_usable_size(memory);
    const std::size_t now = held.fetch_add(size, std::memory_order_relaxed) + size;
    std::size_t before = most.load(std::memory_order_relaxed);
    while (before < now && !most.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
    }
    return memory;
}

void giveBack(void* memory) noexcept {
    held.fetch_sub(malloc_usable_size(memory), std::memory_order_relaxed);
    std::free(memory);
}

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) { return counted(std::malloc(size)); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t unit) {
    const auto bytes = static_cast<std::size_t>(unit);
    return counted(std::aligned_alloc(bytes, (size + bytes - 1) / bytes * bytes));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { giveBack(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { giveBack(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
    giveBack(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    giveBack(memory);
}

namespace ksqldb::benchmark {
namespace {

volatile std::uint64_t sink = 0;

struct Way {
    std::string name;
    std::string floor;                                       // the way to compare it with, or none
    std::function<std::size_t(const std::string& sql)> run;  // how many rows there were
    std::vector<double> seconds = {};
    std::vector<double> lateUs = {};
    std::vector<double> cpuNs = {};
    std::vector<double> bytes = {};
};

template <class T>
std::vector<T> byNext(Client& client, const std::string& sql) {
    std::vector<T> all;
    for (T& row : client.streamQuery<T>(sql)) all.push_back(std::move(row));
    return all;
}

QueryResult byExecuteQuery(Client& client, const std::string& sql) {
    return client.executeQuery(sql, QueryOptions().maxRows(0).maxBytes(0)).get();
}

template <class T>
void benchmark(const ServerProcess& server, const std::string& set, std::size_t rows,
               std::size_t rate, int rounds, const std::string& only) {
    Client client{ClientOptions(server.url())};
    const ReadRow read = readerOf(set);
    std::vector<Way> ways = {
        {"curl, thrown away", "",
         [&](const std::string& sql) {
             receiveOnly(server.url(), sql, Form::Delimited);
             return rows;
         }},
        {"next(), read", "",
         [&](const std::string& sql) {
             std::size_t count = 0;
             std::uint64_t sum = 0;
             for (const RowView row : client.streamQuery(sql)) {
                 sum += read(row);
                 ++count;
             }
             sink = sum;
             return count;
         }},
        {"executeQuery, read", "next(), read",
         [&](const std::string& sql) {
             const QueryResult result = byExecuteQuery(client, sql);
             std::uint64_t sum = 0;
             for (const RowView row : result) sum += read(row);
             sink = sum;
             return result.size();
         }},
        {"next(), std::vector<T>", "",
         [&](const std::string& sql) { return byNext<T>(client, sql).size(); }},
        {"executeQuery, std::vector<T>", "next(), std::vector<T>",
         [&](const std::string& sql) {
             return byExecuteQuery(client, sql).template as<T>().size();
         }},
        {"executeQuery<T>", "next(), std::vector<T>",
         [&](const std::string& sql) {
             return client.executeQuery<T>(sql, QueryOptions().maxRows(0).maxBytes(0)).get().size();
         }},
    };
    if (!only.empty()) std::erase_if(ways, [&](const Way& way) { return way.name != only; });
    const std::string count = set + ' ' + std::to_string(rows) + ' ';
    const std::string sql =
        (rate == 0 ? "blast " + count : "paced " + count + std::to_string(rate)) +
        " delimited told";
    for (int round = -1; round < rounds; ++round)
        for (Way& way : ways) {
            const std::size_t before = held;
            most = before;
            std::int64_t end = 0;
            std::int64_t sent = 0;
            const Sample sample = measure([&] {
                if (way.run(sql) != rows) throw std::runtime_error("rows are missing");
                end = realtimeNs();
            });
            sent = server.lastByteSent();
            if (round < 0) continue;  // to get warm
            way.seconds.push_back(sample.seconds);
            way.lateUs.push_back(static_cast<double>(end - sent) * 1e-3);
            way.cpuNs.push_back(sample.cpu * 1e9 / static_cast<double>(rows));
            way.bytes.push_back(static_cast<double>(most - before) / static_cast<double>(rows));
        }
    std::printf("\n%s, %zu rows, ", set.c_str(), rows);
    if (rate == 0)
        std::printf("as fast as the socket takes them\n");
    else
        std::printf("%zu a second\n", rate);
    std::printf("%-30s %12s %9s %14s %8s %11s %10s\n", "", "rows/s", "to next()", "us to the end",
                "least", "CPU ns/row", "bytes/row");
    for (Way& way : ways) {
        double toFloor = 1;
        for (Way& other : ways)
            if (other.name == way.floor) toFloor = median(other.seconds) / median(way.seconds);
        std::printf("%-30s %12.0f %9.2f %14.0f %8.0f %11.0f %10.0f\n", way.name.c_str(),
                    static_cast<double>(rows) / median(way.seconds), toFloor, median(way.lateUs),
                    quantile(way.lateUs, 0), quantile(way.cpuNs, 0), median(way.bytes));
    }
    std::fflush(stdout);
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    if (argc < 2) return 2;
    preferThisProcess();
    const ServerProcess server(argv[1]);
    const int rounds = static_cast<int>(option(argc, argv, "rounds", 21));
    const std::size_t rows = option(argc, argv, "rows", 10'000);
    const std::size_t rate = option(argc, argv, "rate", 50'000);
    const std::string set = option(argc, argv, "set", "");
    const std::string only = option(argc, argv, "only", "");
    for (const std::size_t pace : {std::size_t{0}, rate}) {
        if (set.empty() || set == "narrow")
            benchmark<NarrowRow>(server, "narrow", rows, pace, rounds, only);
        if (set.empty() || set == "typical")
            benchmark<TypicalRow>(server, "typical", rows, pace, rounds, only);
    }
}
