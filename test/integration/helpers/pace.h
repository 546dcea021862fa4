#pragma once

#include "support.h"

#include <algorithm>

namespace ksqldb::test {

/// Rows [from], …, [to - 1] as one chunk.
inline void sendRows(Exchange& exchange, const Answer& answer, int from, int to) {
    std::string lines;
    for (int i = from; i < to; ++i) lines += answer.rowLine("[" + std::to_string(i) + "]");
    exchange.chunk(lines);
}

/// So many rows in chunks of 500, as fast as they are taken.
inline Script fast(int count) {
    return [count](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("transient_1");
        for (int i = 0; i < count; i += 500)
            sendRows(exchange, answer, i, std::min(i + 500, count));
        answer.end();
    };
}

/// Notes what onRows is given, and when.
class Pace : public testing::Test {
protected:
    static constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

    void answer(Script script) { server.on("/query-stream", "", std::move(script)); }

    /// Order is checked on the spot.
    struct Call {
        Clock::time_point at;
        std::size_t rows;
        std::int64_t first;
        std::int64_t last;
    };
    StreamCallbacks record(std::function<void(const Call&)> more = {}) {
        StreamCallbacks callbacks;
        callbacks.onHeader = [this](StreamControl&, const Header&) { ++headers; };
        callbacks.onRows = [this, more](StreamControl& control, const RowBatch& batch) {
            Call call{Clock::now(), batch.size(), batch[0][0].asBigint(), 0};
            std::int64_t last = calls.empty() ? -1 : calls.back().last;
            for (const RowView row : batch) {
                EXPECT_LT(last, row[0].asBigint()) << "out of order";
                last = row[0].asBigint();
            }
            call.last = last;
            counts = control.counts();
            calls.push_back(call);
            if (more) more(call);
        };
        callbacks.onEnd = [this](const Ending& end) { ending = end; };
        return callbacks;
    }
    void expectNoTwoCallsWithin(std::chrono::milliseconds least) const {
        for (std::size_t i = 1; i < calls.size(); ++i)
            EXPECT_GE(calls[i].at - calls[i - 1].at, least) << "call " << i;
    }
    void expectAllCounted(int sent) const {
        std::size_t rows = 0;
        for (const Call& call : calls) rows += call.rows;
        EXPECT_EQ(counts.delivered, rows);
        EXPECT_EQ(counts.delivered + counts.dropped, static_cast<std::uint64_t>(sent));
        EXPECT_EQ(calls.back().last, sent - 1) << "the newest row is missing";
    }

    LocalServer server;
    Client client{clientOptions(server)};
    int headers = 0;
    std::vector<Call> calls;
    RowCounts counts;
    std::optional<Ending> ending;
};

}  // namespace ksqldb::test
