// Rows per second and CPU per row, against libcurl that throws the bytes away and a naive client.
//     benchmark-rows <server program> [--rounds=7] [--percent=100] [--set=narrow] [--only=next]

#include "harness.h"
#include "other_clients.h"
#include "readers.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksqldb::benchmark {
namespace {

struct Work {
    std::string set;
    std::size_t rows;
};

void check(std::size_t got, std::size_t wanted) {
    if (got != wanted) throw std::runtime_error("rows are missing: " + std::to_string(got));
}

volatile std::uint64_t sink = 0;

void byNext(Client& client, const std::string& sql, const Work& work, ReadRow read) {
    ResultStream stream = client.streamQuery(sql, StreamOptions());
    std::size_t rows = 0;
    std::uint64_t sum = 0;
    for (const RowView row : stream) {
        sum += read(row);
        ++rows;
    }
    sink = sum;
    check(rows, work.rows);
}

void byNextBatch(Client& client, const std::string& sql, const Work& work) {
    const ReadRow read = readerOf(work.set);
    ResultStream stream = client.streamQuery(sql, StreamOptions());
    std::size_t rows = 0;
    std::uint64_t sum = 0;
    RowBatch batch;
    while (stream.nextBatch(batch, std::chrono::seconds(10)) == Next::Row) {
        for (const RowView row : batch) sum += read(row);
        rows += batch.size();
        batch = {};
    }
    sink = sum;
    check(rows, work.rows);
}

void byOnRow(Client& client, const std::string& sql, const Work& work) {
    const ReadRow read = readerOf(work.set);
    std::size_t rows = 0;
    std::uint64_t sum = 0;
    StreamCallbacks callbacks;
    callbacks.onRow = [&](StreamControl&, RowView row) {
        sum += read(row);
        ++rows;
    };
    Subscription subscription = client.streamQuery(sql, std::move(callbacks));
    subscription.wait();
    sink = sum;
    check(rows, work.rows);
}

void byOnRows(Client& client, const std::string& sql, const Work& work) {
    const ReadRow read = readerOf(work.set);
    std::size_t rows = 0;
    std::uint64_t sum = 0;
    StreamCallbacks callbacks;
    callbacks.onRows = [&](StreamControl&, const RowBatch& batch) {
        for (const RowView row : batch) sum += read(row);
        rows += batch.size();
    };
    Subscription subscription = client.streamQuery(sql, std::move(callbacks));
    subscription.wait();
    sink = sum;
    check(rows, work.rows);
}

template <class T>
void typed(Client& client, const std::string& sql, const Work& work) {
    ResultStream stream = client.streamQuery(sql, StreamOptions());
    const RowReader<T> read(stream.header().schema());
    std::size_t rows = 0;
    std::uint64_t sum = 0;
    for (const RowView row : stream) {
        sum += sumOf(read(row));
        ++rows;
    }
    sink = sum;
    check(rows, work.rows);
}

void byExecuteQuery(Client& client, const std::string& sql, const Work& work) {
    const ReadRow read = readerOf(work.set);
    const QueryResult result =
        client.executeQuery(sql, QueryOptions().maxRows(0).maxBytes(0)).get();
    std::uint64_t sum = 0;
    for (const RowView row : result) sum += read(row);
    sink = sum;
    check(result.size(), work.rows);
}

template <class T>
void typedResult(Client& client, const std::string& sql, const Work& work) {
    const std::vector<T> result =
        client.executeQuery<T>(sql, QueryOptions().maxRows(0).maxBytes(0)).get();
    std::uint64_t sum = 0;
    for (const T& row : result) sum += sumOf(row);
    sink = sum;
    check(result.size(), work.rows);
}

/// Rows as structs: of a stream in both forms, and of a result, which has the second.
template <class T>
void addTyped(std::vector<Contender>& all, Client& client, const std::string& sql,
              const std::string& plain, const Work& work) {
    all.push_back({"next, typed rows",
                   [=, &client] { typed<T>(client, sql, work); },
                   "curl, thrown away",
                   {}});
    all.push_back({"next, typed rows, delimited",
                   [=, &client] { typed<T>(client, plain, work); },
                   "curl, thrown away, delimited",
                   {}});
    all.push_back({"executeQuery<T>, delimited",
                   [=, &client] { typedResult<T>(client, plain, work); },
                   "curl, thrown away, delimited",
                   {}});
}

void benchmark(const std::string& url, Client& client, const Work& work, int rounds,
               const std::string& only) {
    const std::string sql = "blast " + work.set + ' ' + std::to_string(work.rows);
    const std::string plain = sql + " delimited";
    std::vector<Contender> all = {
        {"curl, thrown away", [&] { receiveOnly(url, sql, Form::StreamedRow); }, "", {}},
        {"next", [&] { byNext(client, sql, work, readerOf(work.set)); }, "curl, thrown away", {}},
        {"next, cells looked at",
         [&] { byNext(client, sql, work, &lookAt); },
         "curl, thrown away",
         {}},
        {"nextBatch", [&] { byNextBatch(client, sql, work); }, "curl, thrown away", {}},
        {"onRow", [&] { byOnRow(client, sql, work); }, "curl, thrown away", {}},
        {"onRows", [&] { byOnRows(client, sql, work); }, "curl, thrown away", {}},
        {"naive",
         [&] { check(naive(url, sql, Form::StreamedRow), work.rows); },
         "curl, thrown away",
         {}},
        {"curl, thrown away, delimited", [&] { receiveOnly(url, plain, Form::Delimited); }, "", {}},
        {"next, delimited",
         [&] { byNext(client, plain, work, readerOf(work.set)); },
         "curl, thrown away, delimited",
         {}},
        {"next, cells looked at, delimited",
         [&] { byNext(client, plain, work, &lookAt); },
         "curl, thrown away, delimited",
         {}},
        {"executeQuery, delimited",
         [&] { byExecuteQuery(client, plain, work); },
         "curl, thrown away, delimited",
         {}},
        {"naive, delimited",
         [&] { check(naive(url, plain, Form::Delimited), work.rows); },
         "curl, thrown away, delimited",
         {}},
    };
    if (work.set == "narrow") addTyped<NarrowRow>(all, client, sql, plain, work);
    if (work.set == "typical") addTyped<TypicalRow>(all, client, sql, plain, work);
    if (!only.empty())
        std::erase_if(all,
                      [&](const Contender& one) { return one.name != only && !one.floor.empty(); });
    interleave(all, rounds);
    std::printf("\n%s, %zu rows\n%-34s %12s %7s %12s\n", work.set.c_str(), work.rows, "", "rows/s",
                "ratio", "CPU ns/row");
    for (const Contender& one : all) {
        double toFloor = 1;
        for (const Contender& other : all)
            if (other.name == one.floor) toFloor = ratio(one, other);
        std::printf("%-34s %12.0f %7.2f %12.0f\n", one.name.c_str(), one.perSecond(work.rows),
                    toFloor, one.cpuNs(work.rows));
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
    const int rounds = static_cast<int>(option(argc, argv, "rounds", 7));
    const std::size_t percent = option(argc, argv, "percent", 100);
    const std::string set = option(argc, argv, "set", "");
    ksqldb::Client client{ksqldb::ClientOptions(server.url())};
    for (const Work& work : {Work{"narrow", 20'000}, Work{"typical", 6'000}, Work{"wide", 800}})
        if (set.empty() || set == work.set)
            benchmark(server.url(), client, {work.set, work.rows * percent}, rounds,
                      option(argc, argv, "only", ""));
}
