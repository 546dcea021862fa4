#pragma once
// Push queries that go on after their end, and what is told of them.
#include "support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace ksqldb::test {

inline constexpr const char* push = "SELECT N FROM S EMIT CHANGES;";
inline const RetryPolicy quick = RetryPolicy().attempts(20).delay(1ms, 5ms);

/// One script after the other; the last one for all that follow.
inline Script inTurn(std::vector<Script> scripts) {
    auto next = std::make_shared<std::atomic<std::size_t>>(0);
    return [=](Exchange& exchange) { scripts[std::min((*next)++, scripts.size() - 1)](exchange); };
}

using Body = std::function<void(Exchange&, Answer&)>;

inline Script answering(std::string id, Body body) {
    return [=](Exchange& exchange) {
        Answer answer(exchange);
        answer.header(id);
        body(exchange, answer);
    };
}

inline Body rowsAndReset(int from, int to) {
    return [=](Exchange& exchange, Answer& answer) {
        answer.numbers(from, to);
        exchange.resetConnection();
    };
}

inline Script refusal() {
    return [](Exchange& exchange) {
        exchange.respond(503,
                         R"({"@type":"generic_error","error_code":50302,"message":"starting"})");
    };
}

/// What a stream's callbacks were given, as words.
class Words {
public:
    StreamCallbacks callbacks() {
        StreamCallbacks all;
        all.onHeader = [this](StreamControl&, const Header& header) {
            add("header " + header.queryId().value_or("?"));
        };
        all.onRow = [this](StreamControl&, RowView row) { add(std::to_string(row.get<int>("N"))); };
        all.onEvent = [this](StreamControl&, const StreamEvent& event) {
            add(std::string(toString(event.kind)) +
                (event.queryId ? " " + *event.queryId : std::string()));
        };
        all.onEnd = [this](const Ending& ending) {
            add(std::string(toString(ending.kind())));
            ended_.set();
        };
        return all;
    }
    bool waitForEnd() { return ended_.wait(patience); }
    bool waitFor(const std::string& word) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] {
            return std::find(words_.begin(), words_.end(), word) != words_.end();
        });
    }
    std::vector<std::string> words() const {
        const std::lock_guard lock(mutex_);
        return words_;
    }

private:
    void add(std::string word) {
        const std::lock_guard lock(mutex_);
        words_.push_back(std::move(word));
        changed_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> words_;
    Event ended_;
};

using Strings = std::vector<std::string>;

class Resumed : public testing::Test {
protected:
    void serve(std::vector<Script> scripts) {
        server_.on("/query-stream", "", inTurn(std::move(scripts)));
    }
    std::string body(std::size_t request) const { return server_.requests().at(request).body; }
    bool asks(std::size_t request, const std::string& text) const {
        return body(request).find(text) != std::string::npos;
    }

    LocalServer server_;
    Client client_{clientOptions(server_)};
    Words words_;
};

}  // namespace ksqldb::test
