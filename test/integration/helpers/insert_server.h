#pragma once
#include "support.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::test {

/// The server's end of one request to /inserts-stream, for a script. Not all that it says is true.
class InsertRequest {
public:
    /// Reads the target's line, as the server does before it answers.
    explicit InsertRequest(Exchange& exchange) : exchange_(exchange) {
        target_ = exchange_.readLine().value_or("");
    }

    const std::string& target() const { return target_; }
    void accept() { exchange_.head(200); }
    /// The next row; none: the client has ended the request.
    std::optional<std::string> row() {
        auto line = exchange_.readLine();
        if (line) rows_.push_back(*line);
        return line;
    }
    /// Reads so many rows.
    void readRows(std::size_t count) {
        while (count > 0 && row()) --count;
    }
    const std::vector<std::string>& rows() const { return rows_; }

    void acknowledge(std::uint64_t sequence) {
        exchange_.chunk("{\"seq\":" + std::to_string(sequence) + ",\"status\":\"ok\"}\n");
    }
    /// As the server does: the line, and the end.
    void refuse(std::uint64_t sequence, int code, const std::string& message) {
        exchange_.chunk(
            "{\"@type\":\"InsertError\",\"status\":\"error\",\"seq\":" + std::to_string(sequence) +
            ",\"message\":\"" + message + "\",\"error_code\":" + std::to_string(code) + "}\n");
        exchange_.lastChunk();
    }
    /// Row after row until the client ends the request.
    void storeAll() {
        while (row()) acknowledge(rows_.size() - 1);
        exchange_.lastChunk();
    }

private:
    Exchange& exchange_;
    std::string target_;
    std::vector<std::string> rows_;
};

/// A server for inserts, and a Client. The script's rows can be looked at when it has returned.
class Inserts : public testing::TestWithParam<Wire> {
protected:
    void serve(std::function<void(InsertRequest&, Exchange&)> script) {
        server.clearScripts();
        server.on("/inserts-stream", "", [this, script = std::move(script)](Exchange& exchange) {
            InsertRequest request(exchange);
            try {
                script(request, exchange);
            } catch (...) {
                note(request);
                throw;
            }
            note(request);
        });
    }
    /// Stores what comes.
    void serveAll() {
        serve([](InsertRequest& request, Exchange&) {
            request.accept();
            request.storeAll();
        });
    }
    /// The rows of the last request whose script has ended.
    std::vector<std::string> rowsOf() {
        EXPECT_TRUE(scriptEnded.wait(patience));
        const std::lock_guard lock(mutex);
        return rows;
    }
    InsertRow& numbered(std::int64_t number) { return row.clear().set("N", number); }

    // Scripts use these: they outlive the server.
    Event scriptEnded;
    Event go, reached;
    std::mutex mutex;
    std::vector<std::string> rows;
    std::string target;

    LocalServer server{serverOptions(GetParam())};
    Client client{clientOptions(server, GetParam())};
    InsertRow row;

private:
    void note(const InsertRequest& request) {
        {
            const std::lock_guard lock(mutex);
            rows = request.rows();
            target = request.target();
        }
        scriptEnded.set();
    }
};

inline std::uint64_t sizeOf(const std::vector<SequenceRange>& ranges) {
    std::uint64_t sum = 0;
    for (const auto& range : ranges) sum += range.size();
    return sum;
}

/// The four sets add up.
inline void expectSum(const InsertReport& report) {
    EXPECT_EQ(report.acknowledged + (report.refused ? 1 : 0) + sizeOf(report.unknown) +
                  sizeOf(report.notSent),
              report.inserted);
}

}  // namespace ksqldb::test
