#pragma once

#include "server/local_server.h"
#include "transport.h"

#include <ksqldb/ksqldb.h>

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb {

// For GoogleTest's messages.
inline void PrintTo(ErrorCode code, std::ostream* out) { *out << static_cast<int>(code); }
inline void PrintTo(ErrorCategory category, std::ostream* out) {
    *out << static_cast<int>(category);
}

namespace test {

using namespace std::chrono_literals;
using server::Event;
using server::Exchange;
using server::Script;
using server::ServerOptions;
using server::Woke;
using Clock = std::chrono::steady_clock;

/// Longer than anything takes, even with sanitizers: what needs longer has failed.
inline constexpr std::chrono::seconds patience{30};

/// Over what a test's client reaches the server.
enum class Wire { Plain, Tls };
void PrintTo(Wire wire, std::ostream* out);
/// For the names of parameterised tests.
std::string wireName(const testing::TestParamInfo<Wire>& info);

ServerOptions serverOptions(Wire wire);
/// The server's address, and its certificate authority where that is needed.
ClientOptions clientOptions(const LocalServer& server, Wire wire = Wire::Plain);

/// Names and SQL types.
using Columns = std::vector<std::pair<std::string, std::string>>;
/// What most tests ask for: rows [0], [1], …
inline const Columns numberColumn{{"N", "BIGINT"}};

/// Writes an answer to /query-stream in that of the two forms that the request asks for, a chunk an
/// element, like ksqlDB.
class Answer {
public:
    explicit Answer(Exchange& exchange);

    /// With the response head before it.
    void header(std::string_view queryId, const Columns& columns = numberColumn);
    /// `values` is a JSON array.
    void row(std::string_view values);
    /// [from], …, [to - 1]
    void numbers(int from, int to);
    void tombstone(std::string_view values);
    void token(std::string_view token);
    /// The last element, and the end.
    void error(int code, std::string_view message);
    void end(std::string_view finalMessage = "Query Completed");

    bool isDelimited() const { return delimited_; }
    std::string headerLine(std::string_view queryId, const Columns& columns = numberColumn) const;
    std::string rowLine(std::string_view values) const;
    std::string tokenLine(std::string_view token) const;

private:
    void element(std::string_view json) { exchange_.chunk(std::string(json) + ",\n"); }

    Exchange& exchange_;
    bool delimited_;
};

/// [0], …, [count - 1], and the end.
Script numbers(int count);
/// A push query that runs until somebody ends it, after rows [0], …, [count - 1].
Script endless(std::string queryId, int count = 0);
/// No answer.
Script silent();

/// The Error that `call` throws; a failure of the test if it throws none.
template <class Call>
Error errorFrom(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no ksqldb::Error was thrown";
    return Error(ErrorCode{}, "no error");
}

/// future.get(), but not for ever.
template <class T>
T take(std::future<T>& future) {
    if (future.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("the future does not become ready");
    return future.get();
}
template <class T>
T take(std::future<T>&& future) {
    return take(future);
}
template <class T>
Error errorFrom(std::future<T>& future) {
    return errorFrom([&] { take(future); });
}
template <class T>
Error errorFrom(std::future<T>&& future) {
    return errorFrom(future);
}

std::vector<std::int64_t> numbersOf(const QueryResult& result);
/// All rows of a one-column stream up to its end.
std::vector<std::int64_t> numbersOf(ResultStream& stream);
/// 0, …, count - 1
std::vector<std::int64_t> firstNumbers(int count);

/// The calling thread's name, as the library gives them to its own.
std::string threadName();

/// For a function to capture: tells on which thread the last copy of it dies.
std::shared_ptr<int> tellsWhereItDies(std::promise<std::string>& where);

/// What a stream's callbacks are given, in order. It has to outlive them.
class Recorder {
public:
    StreamCallbacks callbacks();

    bool waitForRows(std::size_t count);
    bool waitForEnd();

    /// "header", "row 1", "end"
    std::vector<std::string> events() const;
    std::vector<std::int64_t> numbers() const;
    Ending::Kind endKind() const;  ///< throws if it has not ended
    Error error() const;           ///< throws if it has not failed

private:
    void note(std::string event);
    template <class Condition>
    bool waitFor(Condition condition);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> events_;
    std::vector<std::int64_t> numbers_;
    std::optional<Ending> ending_;
};

/// An executor like that of a GUI: tasks wait until the test runs them.
class TaskQueue {
public:
    Executor executor();

    /// Runs tasks here, as they come, until `done` holds; false if it does not in time.
    bool runUntil(const std::function<bool()>& done);
    /// Waits for a task and runs it; false if none comes in time.
    bool runOne();
    bool waitForTask();
    std::size_t mostAtOnce() const;

private:
    std::function<void()> pop(std::chrono::milliseconds limit);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    std::size_t mostAtOnce_ = 0;
};

/// Of a type's first word as ksqlDB writes it, by a list of the tests' own; others throw.
TypeKind kindNamed(const std::string& word);

}  // namespace test
}  // namespace ksqldb
