#pragma once
// What the tests of live tables share: a table of numbers on the local server, and notes of what a
// live table tells.
#include "support.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace ksqldb::test {

struct Level {
    std::string name;
    std::int64_t value = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("NAME", &Level::name), field("VALUE", &Level::value));
    }
};
inline const Columns levelColumns{{"NAME", "STRING"}, {"VALUE", "BIGINT"}};
using LevelTable = LiveTable<std::string, Level>;
using Levels = std::map<std::string, std::int64_t>;
using Texts = std::vector<std::string>;

inline std::string levelRow(const std::string& name, std::int64_t value) {
    return "[\"" + name + "\"," + std::to_string(value) + "]";
}
inline std::string levelGone(const std::string& name) { return "[\"" + name + "\",null]"; }

/// The rows of a table of levels.
inline Levels levelsOf(const LevelTable& table) {
    Levels all;
    for (const auto& [name, level] : table.snapshot()) all.emplace(name, level.value);
    return all;
}

/// Answers the push and pull queries of a table. `push` is told which push query it is: 0, 1, …
class TableServer {
public:
    using Push = std::function<void(Exchange&, Answer&, int)>;

    explicit TableServer(const ServerOptions& options = {}) : server(options) {
        server.on("/query-stream", "", [this](Exchange& exchange) {
            const bool isPush = exchange.request().sql().find("EMIT") != std::string::npos;
            Answer answer(exchange);
            if (isPush) {
                const int number = pushes_++;
                const std::string id = "transient_T_" + std::to_string(number);
                const auto running = exchange.running(id);
                answer.header(id, levelColumns);
                push(exchange, answer, number);
            } else if (pull) {
                pull(exchange, answer);
            } else {
                exchange.respond(400,
                                 R"({"@type":"statement_error","error_code":40001,)"
                                 R"("message":"The `T` table isn't queryable."})",
                                 {{"content-type", "application/json"}});
            }
        });
    }
    int pushes() const { return pushes_; }

    Push push;
    /// Without it the table cannot be pulled.
    std::function<void(Exchange&, Answer&)> pull;

private:
    std::atomic<int> pushes_{0};

public:
    LocalServer server;  // the last, so that no script runs when the others die
};

/// A pull query's answer with these rows.
inline std::function<void(Exchange&, Answer&)> found(Texts rows) {
    return [rows = std::move(rows)](Exchange&, Answer& answer) {
        answer.header("query_1", levelColumns);
        for (const std::string& row : rows) answer.row(row);
        answer.end();
    };
}

/// What a live table tells, in order. It has to outlive the table.
class Told {
public:
    LiveTableCallbacks<std::string, Level> callbacks() {
        LiveTableCallbacks<std::string, Level> all;
        all.onInsert = [this](const std::string& key, const Level& row) {
            note("+" + key + "=" + std::to_string(row.value));
        };
        all.onUpdate = [this](const std::string& key, const Level& before, const Level& after) {
            note(key + ":" + std::to_string(before.value) + ">" + std::to_string(after.value));
        };
        all.onDelete = [this](const std::string& key, const Level& before) {
            note("-" + key + "=" + std::to_string(before.value));
        };
        all.onCaughtUp = [this] { note("caught up"); };
        all.onRestart = [this](const Ending& why) {
            note(why.error() != nullptr ? "restart: " + std::string(toString(why.error()->code()))
                                        : "restart: " + why.toString());
        };
        all.onEnd = [this](const Ending& ending) {
            note(ending.error() != nullptr ? "end: " + std::string(toString(ending.error()->code()))
                                           : "end: " + ending.toString());
        };
        return all;
    }

    bool waitFor(const std::string& text) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] {
            return std::find(notes_.begin(), notes_.end(), text) != notes_.end();
        });
    }
    Texts taken() {
        std::lock_guard lock(mutex_);
        return std::exchange(notes_, {});
    }

private:
    void note(std::string text) {
        std::lock_guard lock(mutex_);
        notes_.push_back(std::move(text));
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    Texts notes_;
};

}  // namespace ksqldb::test
