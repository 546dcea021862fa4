#pragma once
#include "support.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// Lines of a log. Its sinks may outlive it.
class LogLines {
public:
    LogSink sink() const {
        return [lines = lines_](LogLevel, std::string_view line) {
            const std::lock_guard lock(lines->mutex);
            lines->all.emplace_back(line);
            lines->changed.notify_all();
        };
    }
    /// Waits until so many lines hold this text.
    bool waitFor(const std::string& text, std::ptrdiff_t count = 1) const {
        std::unique_lock lock(lines_->mutex);
        return lines_->changed.wait_for(lock, patience, [&] {
            return std::count_if(lines_->all.begin(), lines_->all.end(),
                                 [&](const std::string& line) {
                                     return line.find(text) != std::string::npos;
                                 }) >= count;
        });
    }
    std::string all() const {
        const std::lock_guard lock(lines_->mutex);
        std::string text;
        for (const std::string& line : lines_->all) text += line + '\n';
        return text;
    }

private:
    struct Lines {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::string> all;
    };
    const std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
};

inline Script respond(int status, std::string body = {}, server::Headers headers = {}) {
    return [=](Exchange& exchange) { exchange.respond(status, body, headers); };
}
inline Script starting() {
    return respond(503, R"({"@type":"generic_error","error_code":50302,"message":"starting"})");
}
inline Script resetting() {
    return [](Exchange& exchange) { exchange.resetConnection(); };
}
/// After the header, and rows [0], …, [count - 1].
inline Script resettingAfter(int count) {
    return [count](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1");
        answer.numbers(0, count);
        exchange.resetConnection();
    };
}
inline Script created() {
    return respond(200, R"([{"@type":"currentStatus","commandStatus":)"
                        R"({"status":"SUCCESS","message":"done","queryId":null}}])");
}

/// Several servers, and a Client of all of them. Each answers queries with rows [0], [1], [2].
class ClusterTest : public testing::Test {
protected:
    static constexpr const char* pull = "SELECT N FROM T;";
    static constexpr const char* push = "SELECT N FROM S EMIT CHANGES;";

    explicit ClusterTest(std::size_t count = 3) {
        for (std::size_t i = 0; i < count; ++i) {
            servers_.push_back(std::make_unique<LocalServer>());
            at(i).on("/query-stream", "", numbers(3));
            at(i).on("/ksql", "", respond(200, R"([{"@type":"streams","streams":[]}])"));
        }
    }

    void SetUp() override {
        SKIP_OVER("each server has an authority of its own, and so wants another certificate",
                  Transport::ClientCertificate);
    }
    LocalServer& at(std::size_t index) { return *servers_[index]; }
    void startAgain(std::size_t index) {
        at(index).start();
        ASSERT_TRUE(at(index).waitUntilListening(patience));
    }
    std::vector<std::string> urls() const {
        std::vector<std::string> all;
        for (const auto& server : servers_) all.push_back(server->url());
        return all;
    }
    ClientOptions options(ServerOrder order = ServerOrder::InOrder) const {
        ClientOptions options;
        options.servers(urls(), order).log(LogLevel::Debug, log_.sink());
        return reach(options, servers_);
    }
    /// How often each server was asked this, "2 0 1".
    std::string asked(const std::string& path = "/query-stream") const {
        std::string counts;
        for (const auto& server : servers_) {
            const auto requests = server->requests();
            const auto count =
                std::count_if(requests.begin(), requests.end(),
                              [&](const auto& request) { return request.path() == path; });
            counts += (counts.empty() ? "" : " ") + std::to_string(count);
        }
        return counts;
    }
    void forget() {
        for (const auto& server : servers_) server->forgetRequests();
    }

    std::vector<std::unique_ptr<LocalServer>> servers_;
    LogLines log_;
};

}  // namespace ksqldb::test
