// The two ways in which the event loop can wait, curl_multi_poll and epoll, side by side: so many
// busy queries at once, and one query with 1 000 rows a second among so many idle ones. It works on
// the library's insides, because a Client takes the best way by itself.
//     benchmark-drivers <server program> [--rounds=5] [--idle=10000]

#include "client/calls/query_call.h"
#include "delivery/polled_stream.h"
#include "harness.h"
#include "other_clients.h"
#include "readers.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ksqldb::benchmark {
namespace {

using transport::EventLoop;
using transport::MultiDriver;

/// What a Client does for a query, on a loop with a driver of our choice.
class Loop {
public:
    Loop(const std::string& url, MultiDriver::Kind kind)
        : loop_(std::make_shared<EventLoop>(
              std::chrono::milliseconds(1), [] {}, transport::CurlApi::real(), kind)) {
        connection_->baseUrl = url;
    }
    ~Loop() {
        loop_->shutDown();
        loop_->join();
        thread_->stop();
        thread_->join();
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    ResultStream query(const std::string& sql) {
        auto stream = std::make_shared<detail::PolledStream>(thread_, delivery::ConsumerSettings());
        transport::HttpRequest request;
        request.connection = connection_;
        request.path = "/query-stream";
        request.headers = {{"Accept", "application/vnd.ksql.v1+json"},
                           {"Content-Type", "application/json"}};
        request.body = "{\"sql\":\"" + sql + "\"}";
        client::QueryLimits limits;
        limits.sizes.lineBytes = std::size_t{1} << 20;
        const base::ErrorContext context{sql, request.endpoint()};
        const auto call = std::make_shared<client::QueryCall>(
            loop_, stream,
            client::QueryCall::Setup{.kind = client::CallKind::Stream,
                                     .request = std::move(request),
                                     .context = context,
                                     .limits = limits,
                                     .retry = {},
                                     .resumption = {},
                                     .logger = base::Logger(LogLevel::Error, {}),
                                     .decoder = decoder_});
        stream->connect(call, context);
        call->start({});
        return detail::PolledStream::handle(stream);
    }

private:
    std::shared_ptr<transport::ConnectionSettings> connection_ =
        std::make_shared<transport::ConnectionSettings>();
    std::shared_ptr<delivery::DeliveryThread> thread_ =
        std::make_shared<delivery::DeliveryThread>("benchmark");
    std::shared_ptr<protocol::RowDecoder> decoder_ = std::make_shared<protocol::RowDecoder>();
    std::shared_ptr<EventLoop> loop_;
};

volatile std::uint64_t sink = 0;

/// One thread takes the rows of all, in turn.
void takeAll(Loop& loop, const std::string& sql, std::size_t queries) {
    const ReadRow read = readerOf("typical");
    std::vector<ResultStream> streams;
    for (std::size_t i = 0; i < queries; ++i) streams.push_back(loop.query(sql));
    std::uint64_t sum = 0;
    while (!streams.empty()) {
        bool nothing = true;
        for (std::size_t i = 0; i < streams.size();) {
            RowView row;
            Next next = Next::Row;
            for (int k = 0; k < 1000 && next == Next::Row; ++k) {
                next = streams[i].next(row, std::chrono::milliseconds(0));
                if (next == Next::Row) sum += read(row);
            }
            if (next == Next::Row) nothing = false;
            if (next != Next::End) {
                ++i;
                continue;
            }
            std::swap(streams[i], streams.back());
            streams.pop_back();
        }
        if (nothing) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    sink = sum;
}

void busy(const std::string& url, Loop& poll, Loop& epoll, int rounds) {
    constexpr std::size_t rows = 400'000;
    std::printf("%-26s %12s %7s %12s\n", "busy queries at once", "rows/s", "ratio", "CPU ns/row");
    for (const std::size_t queries : {1, 10, 100, 1000}) {
        const std::string sql = "blast typical " + std::to_string(rows / queries);
        std::vector<Contender> all = {{"curl, thrown away",
                                       [&] { receiveOnly(url, sql, Form::StreamedRow, queries); },
                                       "",
                                       {}},
                                      {"poll", [&] { takeAll(poll, sql, queries); }, "", {}},
                                      {"epoll", [&] { takeAll(epoll, sql, queries); }, "", {}}};
        interleave(all, rounds);
        for (const Contender& one : all)
            std::printf("%5zu %-20s %12.0f %7.2f %12.0f\n", queries, one.name.c_str(),
                        one.perSecond(rows), ratio(one, all[0]), one.cpuNs(rows));
        std::fflush(stdout);
    }
}

void ticking(Loop& loop, std::size_t rows, std::vector<Sample>& samples,
             std::vector<double>& late) {
    samples.push_back(measure([&] {
        ResultStream stream = loop.query("paced real " + std::to_string(rows) + " 1000");
        for (const RowView row : stream)
            late.push_back(static_cast<double>(realtimeNs() - row[0].asBigint()) * 1e-3);
    }));
}

void amongIdle(const std::string& url, std::size_t most, int rounds) {
    constexpr std::size_t rows = 1000;
    std::printf("%-32s %10s %8s %8s\n", "one row a ms, so many idle", "CPU us/row", "late p50",
                "p99");
    for (const std::size_t idle : {std::size_t{0}, std::size_t{100}, std::size_t{1000}, most})
        for (const auto kind : {MultiDriver::Kind::Poll, MultiDriver::Kind::Epoll}) {
            Loop loop(url, kind);
            std::vector<ResultStream> quiet;
            for (std::size_t i = 0; i < idle; ++i) {
                quiet.push_back(loop.query("idle typical"));
                if (i % 500 == 499) quiet.back().header();
            }
            for (ResultStream& stream : quiet) stream.header();
            Contender one;
            std::vector<double> late;
            for (int round = 0; round < rounds; ++round) ticking(loop, rows, one.samples, late);
            std::printf("%6zu %-25s %10.1f %8.0f %8.0f\n", idle,
                        kind == MultiDriver::Kind::Poll ? "poll" : "epoll", one.cpuNs(rows) * 1e-3,
                        quantile(late, .5), quantile(late, .99));
            std::fflush(stdout);
        }
}

}  // namespace
}  // namespace ksqldb::benchmark

int main(int argc, char** argv) {
    using namespace ksqldb::benchmark;
    if (argc < 2) return 2;
    raiseFileLimit();
    preferThisProcess();
    const ServerProcess server(argv[1]);
    const int rounds = static_cast<int>(option(argc, argv, "rounds", 5));
    {
        Loop poll(server.url(), MultiDriver::Kind::Poll);
        Loop epoll(server.url(), MultiDriver::Kind::Epoll);
        busy(server.url(), poll, epoll, rounds);
    }
    amongIdle(server.url(), option(argc, argv, "idle", 10'000), rounds);
}
