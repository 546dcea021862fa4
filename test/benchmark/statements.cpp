// What it costs to write values into SQL, and a row to insert as JSON, each alone on one thread.
// Nothing is sent.
//     benchmark-statements [--rounds=15] [--rows=100000]

#include "harness.h"

#include <ksqldb/ksqldb.h>

#include <cstdio>
#include <string>
#include <vector>

namespace ksqldb::benchmark {
namespace {

volatile std::size_t sink = 0;

template <class Write>
std::function<void()> repeat(std::size_t rows, Write write) {
    return [rows, write]() mutable {
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < rows; ++i) bytes += write(static_cast<std::int64_t>(i));
        sink = bytes;
    };
}

std::string sensorOf(std::int64_t number) { return "s" + std::to_string(number % 100); }

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb;
    using namespace ksqldb::benchmark;
    const auto rounds = static_cast<int>(option(argc, argv, "rounds", 15));
    const std::size_t rows = option(argc, argv, "rows", 100'000);

    const Statement select("SELECT * FROM R WHERE SENSOR = ? AND SEQ > ? AND \"VALUE\" < ?;");
    Statement kept(select);
    InsertRow row;
    std::vector<Contender> all = {
        {"a Statement, three values",
         repeat(rows,
                [&](std::int64_t i) {
                    return Statement(select)
                        .bind(sensorOf(i), i, 0.5 * static_cast<double>(i))
                        .sql()
                        .size();
                }),
         "",
         {}},
        {"the same one again, unbind()",
         repeat(rows,
                [&](std::int64_t i) {
                    return kept.unbind()
                        .bind(sensorOf(i), i, 0.5 * static_cast<double>(i))
                        .sql()
                        .size();
                }),
         "",
         {}},
        {"an InsertRow, three columns",
         repeat(rows,
                [&](std::int64_t i) {
                    return row.clear()
                        .set("SENSOR", sensorOf(i))
                        .set("SEQ", i)
                        .set("VALUE", 0.5 * static_cast<double>(i))
                        .json()
                        .size();
                }),
         "",
         {}},
    };
    interleave(all, rounds);
    for (const Contender& one : all)
        std::printf("%-34s %8.1f ns\n", one.name.c_str(), one.cpuNs(rows));
}
