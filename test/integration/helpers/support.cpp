#include "support.h"

#include <pthread.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace ksqldb {

namespace test {

void PrintTo(Wire wire, std::ostream* out) { *out << (wire == Wire::Tls ? "Tls" : "Plain"); }
std::string wireName(const testing::TestParamInfo<Wire>& info) {
    return testing::PrintToString(info.param);
}

ServerOptions serverOptions(Wire wire) {
    ServerOptions options;
    options.tls = wire == Wire::Tls;
    return options;
}

ClientOptions clientOptions(const LocalServer& server, Wire wire) {
    ClientOptions options(wire == Wire::Plain ? server.url() : server.tlsUrl());
    return reach(options, {&server});
}

Answer::Answer(Exchange& exchange)
    : exchange_(exchange),
      delimited_(
          server::negotiatedForm(exchange.request().path(), exchange.request().header("Accept")) ==
          server::Form::Delimited) {}

std::string Answer::headerLine(std::string_view queryId, const Columns& columns) const {
    std::string names;
    std::string types;
    std::string schema;
    for (const auto& [name, type] : columns) {
        const std::string comma = names.empty() ? "" : ",";
        names += comma + '"' + name + '"';
        types += comma + '"' + type + '"';
        schema += (comma.empty() ? "`" : ", `") + name + "` " + type;
    }
    const std::string id(queryId);
    if (delimited_)
        return R"({"queryId":")" + id + R"(","columnNames":[)" + names + R"(],"columnTypes":[)" +
               types + "]}\n";
    return R"([{"header":{"queryId":")" + id + R"(","schema":")" + schema + "\"}},\n";
}

std::string Answer::rowLine(std::string_view values) const {
    const std::string text(values);
    return delimited_ ? text + "\n" : R"({"row":{"columns":)" + text + "}},\n";
}

void Answer::header(std::string_view queryId, const Columns& columns) {
    exchange_.head(200, {{"content-type", delimited_ ? "application/vnd.ksqlapi.delimited.v1"
                                                     : "application/vnd.ksql.v1+json"}});
    exchange_.chunk(headerLine(queryId, columns));
}

void Answer::row(std::string_view values) { exchange_.chunk(rowLine(values)); }

void Answer::numbers(int from, int to) {
    for (int i = from; i < to; ++i) row("[" + std::to_string(i) + "]");
}

void Answer::tombstone(std::string_view values) {
    if (delimited_) return;  // as ksqlDB
    element(R"({"row":{"columns":)" + std::string(values) + R"(,"tombstone":true}})");
}

std::string Answer::tokenLine(std::string_view token) const {
    const std::string plain = R"({"continuationToken":")" + std::string(token) + "\"}";
    return delimited_ ? plain + "\n" : R"({"continuationToken":)" + plain + "},\n";
}

void Answer::token(std::string_view token) { exchange_.chunk(tokenLine(token)); }

void Answer::error(int code, std::string_view message) {
    const std::string json = R"({"@type":"generic_error","error_code":)" + std::to_string(code) +
                             R"(,"message":")" + std::string(message) + "\"}";
    if (delimited_) {
        exchange_.chunk(json + "\n");
    } else {
        element(R"({"errorMessage":)" + json + "}");
        exchange_.chunk("]");
    }
    exchange_.lastChunk();
}

void Answer::end(std::string_view finalMessage) {
    if (!delimited_) {
        exchange_.chunk(R"({"finalMessage":")" + std::string(finalMessage) + "\"}");
        exchange_.chunk("]");
    }
    exchange_.lastChunk();
}

Script numbers(int count) {
    return [count](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("query_1");
        answer.numbers(0, count);
        answer.end();
    };
}

Script endless(std::string queryId, int count) {
    return [queryId = std::move(queryId), count](Exchange& exchange) {
        const auto running = exchange.running(queryId);
        Answer answer(exchange);
        answer.header(queryId);
        answer.numbers(0, count);
        if (exchange.stall() == Woke::QueryEnded) answer.end();
    };
}

Script silent() {
    return [](Exchange& exchange) { exchange.waitForClientClose(); };
}

std::vector<std::int64_t> numbersOf(const QueryResult& result) {
    std::vector<std::int64_t> all;
    for (const RowView row : result) all.push_back(row[0].asBigint());
    return all;
}

std::vector<std::int64_t> numbersOf(ResultStream& stream) {
    std::vector<std::int64_t> all;
    for (const RowView row : stream) all.push_back(row[0].asBigint());
    return all;
}

std::vector<std::int64_t> firstNumbers(int count) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

std::string threadName() {
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof name);
    return name;
}

std::shared_ptr<int> tellsWhereItDies(std::promise<std::string>& where) {
    return {new int(0), [&where](const int* number) {
                delete number;
                where.set_value(threadName());
            }};
}

StreamCallbacks Recorder::callbacks() {
    StreamCallbacks all;
    all.onHeader = [this](StreamControl&, const Header&) { note("header"); };
    all.onRow = [this](StreamControl&, RowView row) {
        const std::int64_t number = row[0].isNull() ? -1 : row[0].asBigint();
        std::lock_guard lock(mutex_);
        events_.push_back("row " + std::to_string(number));
        numbers_.push_back(number);
        changed_.notify_all();
    };
    all.onEnd = [this](const Ending& ending) {
        std::lock_guard lock(mutex_);
        events_.push_back("end");
        ending_ = ending;
        changed_.notify_all();
    };
    return all;
}

void Recorder::note(std::string event) {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
}

template <class Condition>
bool Recorder::waitFor(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, condition);
}

bool Recorder::waitForRows(std::size_t count) {
    return waitFor([&] { return numbers_.size() >= count; });
}
bool Recorder::waitForEnd() {
    return waitFor([&] { return ending_.has_value(); });
}

std::vector<std::string> Recorder::events() const {
    std::lock_guard lock(mutex_);
    return events_;
}
std::vector<std::int64_t> Recorder::numbers() const {
    std::lock_guard lock(mutex_);
    return numbers_;
}
Ending::Kind Recorder::endKind() const {
    std::lock_guard lock(mutex_);
    return ending_.value().kind();
}
Error Recorder::error() const {
    std::lock_guard lock(mutex_);
    if (ending_.value().error() == nullptr) throw std::runtime_error("the stream has not failed");
    return *ending_->error();
}

Executor TaskQueue::executor() {
    return [this](std::function<void()> task) {
        std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
        mostAtOnce_ = std::max(mostAtOnce_, tasks_.size());
        changed_.notify_all();
    };
}

std::function<void()> TaskQueue::pop(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, limit, [&] { return !tasks_.empty(); })) return {};
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
}

bool TaskQueue::runUntil(const std::function<bool()>& done) {
    const auto deadline = Clock::now() + patience;
    while (!done()) {
        if (Clock::now() > deadline) return false;
        if (const auto task = pop(10ms)) task();
    }
    return true;
}

bool TaskQueue::runOne() {
    const auto task = pop(patience);
    if (task) task();
    return static_cast<bool>(task);
}

bool TaskQueue::waitForTask() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return !tasks_.empty(); });
}

std::size_t TaskQueue::mostAtOnce() const {
    std::lock_guard lock(mutex_);
    return mostAtOnce_;
}

TypeKind kindNamed(const std::string& word) {
    static const std::map<std::string, TypeKind> kinds{
        {"BOOLEAN", TypeKind::Boolean}, {"INTEGER", TypeKind::Integer},
        {"BIGINT", TypeKind::Bigint},   {"DOUBLE", TypeKind::Double},
        {"DECIMAL", TypeKind::Decimal}, {"STRING", TypeKind::String},
        {"BYTES", TypeKind::Bytes},     {"DATE", TypeKind::Date},
        {"TIME", TypeKind::Time},       {"TIMESTAMP", TypeKind::Timestamp},
        {"ARRAY", TypeKind::Array},     {"MAP", TypeKind::Map},
        {"STRUCT", TypeKind::Struct}};
    return kinds.at(word);
}

}  // namespace test
}  // namespace ksqldb
